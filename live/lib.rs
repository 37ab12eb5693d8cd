//! The listings of one chapter, for the reader's browser.

use notebook::{Listing, Outputs};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::cell::RefCell;
use std::{io, panic};
use wasm_bindgen::prelude::wasm_bindgen;

/// The chapter, as the binder asks for it.
const CHAPTER: &str = match option_env!("LIVE_CHAPTER") {
    Some(chapter) => chapter,
    None => "overshooting",
};

/// Its listings. They are picked while compiling, so that those of other
/// chapters are not even linked.
static LISTINGS: [Listing; count()] = {
    let mut picked = [listings::LISTINGS[0]; count()];
    let (mut all, mut here) = (0, 0);
    while all < listings::LISTINGS.len() {
        if is_here(listings::LISTINGS[all].id) {
            picked[here] = listings::LISTINGS[all];
            here += 1;
        }
        all += 1;
    }
    picked
};

const fn count() -> usize {
    let (mut all, mut here) = (0, 0);
    while all < listings::LISTINGS.len() {
        here += is_here(listings::LISTINGS[all].id) as usize;
        all += 1;
    }
    here
}

const fn is_here(id: &str) -> bool {
    let (id, chapter) = (id.as_bytes(), CHAPTER.as_bytes());
    let mut same = 0;
    while same < chapter.len() && same < id.len() && id[same] == chapter[same] {
        same += 1;
    }
    same == chapter.len() && same < id.len() && id[same] == b'/'
}

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What a page gets for its settings.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// What the listing made.
    Made { outputs: Box<Outputs> },
    /// Why it made nothing.
    Error(String),
}

/// Runs a listing at these settings, `learning_rate=0.1&start=2`, and returns
/// what came of it as JSON: `{"made": {"outputs": …}}`, or `{"error": "…"}`.
#[wasm_bindgen]
pub fn run(id: &str, settings: &str) -> String {
    panic::set_hook(Box::new(|info| PANIC.set(info.to_string())));
    let answer = match outputs(id, settings) {
        Ok(outputs) => Answer::Made {
            outputs: Box::new(outputs),
        },
        Err(error) => Answer::Error(format!("{error:#}")),
    };
    let mut json = Serializer::with_formatter(Vec::new(), Json);
    // Writing to memory cannot fail.
    let _ = answer.serialize(&mut json);
    String::from_utf8(json.into_inner()).unwrap_or_default()
}

/// JSON with numbers as the standard library writes them, which is here anyway;
/// `serde_json` would bring ten kilobytes of tables of its own.
struct Json;

impl Formatter for Json {
    fn write_f64<W: ?Sized + io::Write>(&mut self, to: &mut W, number: f64) -> io::Result<()> {
        write!(to, "{number:e}")
    }
}

#[wasm_bindgen]
extern "C" {
    /// JavaScript's reading of a number; not a number if the text is none.
    #[wasm_bindgen(js_name = Number)]
    fn number(text: &str) -> f64;
}

fn read(text: &str) -> Option<f64> {
    Some(number(text)).filter(|number| !number.is_nan())
}

/// What the listing said that panicked last: a panic ends the call above
/// without an answer.
#[wasm_bindgen]
pub fn panic_message() -> String {
    PANIC.take()
}

fn outputs(id: &str, settings: &str) -> notebook::Result<Outputs> {
    let Some(listing) = LISTINGS.iter().find(|listing| listing.id == id) else {
        notebook::bail!("no listing {id}");
    };
    let settings: Vec<(&str, &str)> = settings
        .split('&')
        .filter_map(|setting| setting.split_once('='))
        .collect();
    notebook::run_reading(listing.run, &settings, read)
}
