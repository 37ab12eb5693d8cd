//! What a listing is written against: a [`Cell`] to take knobs from and leave
//! text, values and a [`Chart`] in.
//!
//! The crate knows no files, threads, clocks or environment, so that the same
//! listing runs on the author's machine and, as WebAssembly, in the reader's
//! browser.
#![warn(missing_docs)]

mod cell;
mod chart;
mod knob;
mod listing;
mod outputs;
mod value;

pub use anyhow::{Result, bail, ensure};
pub use cell::{Cell, Read, run, run_reading};
pub use chart::{Axis, Chart, Figure, Panel, Series, Style, UNITS_PER_PIXEL};
pub use knob::{Kind, Knob};
pub use listing::{Listing, Run};
pub use outputs::Outputs;
pub use value::{Format, Value};
