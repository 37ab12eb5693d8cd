//! The listings of one chapter, for the reader's browser.

use notebook::{Figure, Hint, Outputs, Setting, Value};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::{io, panic};
use wasm_bindgen::prelude::wasm_bindgen;

include!(concat!(env!("OUT_DIR"), "/listings.rs"));

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What a page gets for its settings.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// What the listing made.
    Made(Made),
    /// Why it made nothing.
    Error(String),
}

/// Outputs without the knobs, which the page has already: what writes them would
/// weigh in every script.
#[derive(Serialize)]
struct Made {
    text: String,
    values: BTreeMap<String, Value>,
    figure: Option<Figure>,
    hints: Vec<Hint>,
}

/// Runs a listing at these settings, a line each, `learning_rate=0.1`, and returns
/// what came of it as JSON: `{"made": …}` or `{"error": "…"}`.
#[wasm_bindgen]
pub fn run(id: &str, settings: &str) -> String {
    panic::set_hook(Box::new(|info| PANIC.set(info.to_string())));
    let answer = match outputs(id, settings) {
        Ok(Outputs {
            text,
            values,
            figure,
            hints,
            ..
        }) => Answer::Made(Made {
            text,
            values,
            figure,
            hints,
        }),
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

/// A setting with the browser's reading of numbers: that of the standard library
/// would be a tenth of a page's WebAssembly. JavaScript finds more numbers than
/// Rust, 0 in an empty text and 16 in `0x10`; these are none.
fn setting((knob, text): (&str, &str)) -> Setting {
    let is_decimal = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
    let is_number = !text.is_empty() && text.chars().all(is_decimal);
    Setting {
        knob: knob.to_string(),
        text: text.to_string(),
        number: Some(number(text)).filter(|number| is_number && !number.is_nan()),
    }
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
    let settings = settings
        .lines()
        .filter_map(|setting| setting.split_once('='));
    notebook::run(listing.run, settings.map(setting).collect())
}
