//! Charts: what a listing says is to be drawn, without how it is drawn.

mod area;
mod canvas;
mod clip;
mod contour;
mod data;
mod draw;
mod function;
mod heat;
mod key;
mod layout;
mod mark;
mod marks;
mod notes;
mod palette;
mod panel;
mod sample;
mod scale;
mod scene;
mod shades;
mod shapes;
mod spread;
mod step;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod thin;
mod ticks;
mod walls;

pub use canvas::UNITS as UNITS_PER_PIXEL;
pub use function::by_step;
pub use palette::Style;
pub use panel::Panel;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A figure to be: panels side by side (one below the other in the narrow
/// form), and the text that stands for them where they cannot be seen.
pub(crate) struct Chart {
    alt: String,
    panels: Vec<Panel>,
}

/// An axis: what it measures, its scale, its ends.
#[derive(Clone, Debug)]
pub struct Axis {
    label: String,
    log: bool,
    /// The ends; found from the data where none are given.
    range: Option<(f64, f64)>,
}

/// What was drawn: two forms of one chart, the text that stands for it, its data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What the figure shows, in words.
    pub alt: String,
    /// The form for a page, as SVG.
    #[serde(default)]
    pub wide: String,
    /// The form for a phone, as SVG.
    #[serde(default)]
    pub narrow: String,
    /// The points that were drawn, as CSV.
    #[serde(default)]
    pub csv: String,
    /// The points that were drawn, by panel and label.
    #[serde(skip)]
    pub data: Vec<Series>,
}

/// The points of one curve of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The panel's title; empty if it has none.
    pub panel: String,
    /// What the curve is labelled; empty if it is not.
    pub label: String,
    /// Its points; a number that is not finite is `null` in JSON.
    pub points: Vec<(Option<f64>, Option<f64>)>,
}

impl Axis {
    /// An axis on which equal distances are equal differences.
    pub fn linear(label: &str) -> Axis {
        Axis {
            label: label.to_string(),
            log: false,
            range: None,
        }
    }

    /// An axis on which equal distances are equal factors.
    pub fn log(label: &str) -> Axis {
        Axis {
            label: label.to_string(),
            log: true,
            range: None,
        }
    }

    /// The same axis with its ends fixed; curves are cut there.
    pub fn range(self, range: RangeInclusive<f64>) -> Axis {
        Axis {
            range: Some(range.into_inner()),
            ..self
        }
    }
}

impl Chart {
    /// A chart of these panels; `alt` says in one or two sentences what it
    /// shows, with its computed numbers.
    pub(crate) fn new(alt: impl Into<String>, panels: impl IntoIterator<Item = Panel>) -> Chart {
        Chart {
            alt: alt.into(),
            panels: panels.into_iter().collect(),
        }
    }
}
