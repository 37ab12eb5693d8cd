//! Hints: what a listing says of its knobs at the settings of the moment.

use serde::{Deserialize, Serialize};

/// What is shown beside a knob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hint {
    /// The knob's name.
    pub knob: String,
    /// What the number `at` is called in the theory, `1/λ`; or, without one, why
    /// the knob changes nothing in the figure.
    pub words: String,
    /// Where on the knob's track it stands; that may be beyond what it accepts.
    pub at: Option<f64>,
}
