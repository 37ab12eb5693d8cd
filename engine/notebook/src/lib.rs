//! What a listing is written against: a [`Cell`] to take knobs from and leave
//! text, values and a [`Chart`] in.
//!
//! The crate knows no files, threads, clocks or environment, so that the same
//! listing runs on the author's machine and, as WebAssembly, in the reader's
//! browser.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod cell;
mod chart;
mod knob;
mod listing;
mod outputs;
mod value;

pub use anyhow::{Result, bail, ensure};
pub use cell::{Cell, Read, run, run_reading};
pub use chart::{Axis, Chart, Figure, Panel, Style};
pub use knob::{Kind, Knob};
pub use listing::{Build, Listing, Run, Source};
pub use outputs::Outputs;
pub use value::{Format, Value};
