//! What a listing left in its cell.

use crate::{Figure, Hint, Knob, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Index;

/// Everything a listing made in one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outputs {
    /// The knobs it asked for, in that order.
    pub knobs: Vec<Knob>,
    /// What it printed.
    #[serde(default)]
    pub text: String,
    /// The values it named.
    pub values: BTreeMap<String, Value>,
    /// What it drew, if anything.
    pub figure: Option<Figure>,
    /// What it said of its knobs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
}

/// The number of a value, by its name.
///
/// # Panics
///
/// If there is no value of that name, or its number is not finite.
impl Index<&str> for Outputs {
    type Output = f64;

    #[track_caller]
    fn index(&self, name: &str) -> &f64 {
        match self.values.get(name) {
            Some(Value {
                number: Some(number),
                ..
            }) => number,
            Some(value) => panic!("value {name} is no finite number: {}", value.text),
            None => {
                let names: Vec<_> = self.values.keys().map(String::as_str).collect();
                panic!("no value {name}; there are {}", names.join(", "))
            }
        }
    }
}
