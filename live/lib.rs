//! The listings, for the reader's browser.

use notebook::{Figure, Outputs};
use serde::Serialize;
use std::cell::RefCell;
use std::panic;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What a page gets for its settings.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// What the listing made, and the points of its figure as CSV.
    Made {
        outputs: Box<Outputs>,
        csv: Option<String>,
    },
    /// Why it made nothing.
    Error(String),
}

/// Runs a listing at these settings, `learning_rate=0.1&start=2`, and returns
/// what came of it as JSON: `{"made": {"outputs": …, "csv": "…"}}`, or
/// `{"error": "…"}`.
#[wasm_bindgen]
pub fn run(id: &str, settings: &str) -> String {
    panic::set_hook(Box::new(|info| PANIC.set(info.to_string())));
    let answer = match outputs(id, settings) {
        Ok(outputs) => Answer::Made {
            csv: outputs.figure.as_ref().map(Figure::csv),
            outputs: Box::new(outputs),
        },
        Err(error) => Answer::Error(format!("{error:#}")),
    };
    serde_json::to_string(&answer).unwrap_or_default()
}

/// What the listing said that panicked last: a panic ends the call above
/// without an answer.
#[wasm_bindgen]
pub fn panic_message() -> String {
    PANIC.take()
}

fn outputs(id: &str, settings: &str) -> notebook::Result<Outputs> {
    let Some(listing) = listings::LISTINGS.iter().find(|listing| listing.id == id) else {
        notebook::bail!("no listing {id}");
    };
    let settings: Vec<(&str, &str)> = settings
        .split('&')
        .filter_map(|setting| setting.split_once('='))
        .collect();
    notebook::run(listing.run, &settings)
}
