//! What a listing left in its cell.

use crate::{Figure, Knob, Result, Value};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
}

impl Outputs {
    /// The value of that name; an error if there is none or it is not finite.
    pub fn number(&self, name: &str) -> Result<f64> {
        let value = self
            .values
            .get(name)
            .with_context(|| format!("no value named {name}"))?;
        value
            .number
            .with_context(|| format!("value {name} is not finite: {}", value.text))
    }
}
