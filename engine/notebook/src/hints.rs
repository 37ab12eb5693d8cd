//! Hints: what a listing says of its knobs at the settings of the moment.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is shown beside the knobs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hints {
    /// What stands on the tracks of sliders.
    pub marks: Vec<Mark>,
    /// The knobs that change nothing in the figure, and why.
    pub idle: BTreeMap<String, String>,
}

/// A number that a knob could be set to, with its name in the theory: `1/λ`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The knob's name.
    pub knob: String,
    /// What it is called.
    pub name: String,
    /// Where it stands; it may lie beyond what the knob accepts.
    pub at: f64,
}

impl Hints {
    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.idle.is_empty()
    }
}
