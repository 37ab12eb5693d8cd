//! Names of walls: above the panel, each over its wall, in as many rows as
//! keep them apart.

use super::area::{Area, Pixel};
use super::panel::{Mark, MarkKind, Panel};
use super::scene::Scene;
use super::text::{LINE, width};

/// A wall's name, by its middle.
pub(super) struct Name<'a> {
    pub text: &'a str,
    middle: f64,
    /// 0 is next to the panel.
    row: usize,
}

/// The names of the walls of a plot, within the ends of its cell.
pub(super) fn names<'a>(scene: &Scene<'a>, plot: &Area, cell: &Area) -> Vec<Name<'a>> {
    let mut names: Vec<Name<'a>> = Vec::new();
    for shape in &scene.shapes {
        let text = &*shape.mark.label;
        if text.is_empty() || !matches!(shape.mark.kind, MarkKind::Wall) {
            continue;
        }
        let middle = cell.hold(plot.at(shape.lines[0][0]).0, width(text));
        let taken = |row: usize| {
            names.iter().any(|name| {
                let apart = (width(text) + width(name.text) + LINE) / 2.0;
                name.row == row && (name.middle - middle).abs() < apart
            })
        };
        let row = (0..).find(|row| !taken(*row)).unwrap_or(0);
        names.push(Name { text, middle, row });
    }
    names
}

/// How many rows they take: at least one, where any wall has a name, so that the
/// panel stays where it is when its wall comes into it.
pub(super) fn rows(panel: &Panel, names: &[Name<'_>]) -> usize {
    let is_named = |mark: &Mark| matches!(mark.kind, MarkKind::Wall) && !mark.label.is_empty();
    let least = usize::from(panel.marks.iter().any(is_named));
    names.iter().map(|name| name.row + 1).max().unwrap_or(least)
}

impl Name<'_> {
    /// Where it stands above a plot.
    pub fn at(&self, plot: &Area) -> Pixel {
        (self.middle, plot.top - LINE * (0.5 + self.row as f64) - 2.0)
    }
}
