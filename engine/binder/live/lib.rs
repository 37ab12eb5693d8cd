//! The listings of one chapter, for the reader's browser.

use listings::notebook::{self, Listing, wasm_bindgen};
use std::cell::RefCell;
use std::panic;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

#[wasm_bindgen]
extern "C" {
    /// JavaScript's reading of a number; not a number if the text is none.
    #[wasm_bindgen(js_name = Number)]
    fn number(text: &str) -> f64;
}

/// Runs a listing at these settings, a line each, `learning_rate=0.1`, and returns
/// what came of it as JSON: `{"made": …}` or `{"error": "…"}`.
#[wasm_bindgen]
pub fn run(id: &str, settings: &str) -> String {
    panic::set_hook(Box::new(|info| {
        PANIC.set(info.payload_as_str().unwrap_or_default().to_string());
    }));
    notebook::answer(LISTINGS, id, settings, number)
}

/// What the listing said that panicked last: a panic ends the call above
/// without an answer.
#[wasm_bindgen]
pub fn panic_message() -> String {
    PANIC.take()
}
