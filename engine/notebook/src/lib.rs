//! What a listing is written against: a [`Cell`] to take knobs from and leave
//! text, values and a chart in.
//!
//! The crate knows no files, threads, clocks or environment, so that the same
//! listing runs on the author's machine and, as WebAssembly, in the reader's
//! browser.
#![warn(missing_docs)]
// Tests compare with what the system has.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod answer;
mod cell;
mod chart;
mod hints;
mod knob;
mod listing;
mod outputs;
mod value;

pub use answer::answer;
pub use anyhow::{Result, bail, ensure};
pub use cell::{Cell, Of, Run, at, run};
pub use chart::{Axis, Figure, Panel, Style, by_step};
pub use hints::Hint;
pub use knob::{Kind, Knob, Setting};
pub use listing::Listing;
pub use outputs::Outputs;
pub use value::{Format, Value};

/// Its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub use wasm_bindgen;
