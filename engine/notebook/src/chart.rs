//! Charts: what a listing says is to be drawn, without how it is drawn.

mod area;
mod axis;
mod canvas;
mod clip;
mod contour;
mod csv;
mod draw;
mod layout;
mod legend;
mod notes;
mod panel;
mod scene;
mod shapes;
mod spread;
mod style;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod thin;
mod ticks;
mod walls;

pub use axis::Axis;
pub use panel::{Panel, by_step};
use serde::{Deserialize, Serialize};
pub use style::Style;

/// A figure to be: panels side by side (one below the other in the narrow
/// form), and the text that stands for them where they cannot be seen.
pub(crate) struct Chart {
    alt: String,
    panels: Vec<Panel>,
}

/// What was drawn: two forms of one chart, and its data. The text that stands
/// for it is in both forms, as their `aria-label`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The form for a page, as SVG.
    pub wide: String,
    /// The form for a phone, as SVG.
    pub narrow: String,
    /// The points that were drawn, as CSV: panel, label, x, y.
    pub csv: String,
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
