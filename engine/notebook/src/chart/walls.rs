//! Names of walls: above the panel, each over its wall, in as many rows as
//! keep them apart.

use super::area::{Area, Pixel};
use super::scene::{Scene, Shape};
use super::text::{LINE, width};

/// A wall's name, by its middle.
pub(super) struct Name<'a> {
    pub text: &'a str,
    pub middle: f64,
    /// 0 is next to the panel.
    pub row: usize,
}

/// The names of the walls, within the ends of the cell.
pub(super) fn names<'a>(scene: &Scene<'a>, plot: &Area, cell: (f64, f64)) -> Vec<Name<'a>> {
    let mut names: Vec<Name<'a>> = Vec::new();
    for (shape, text) in &scene.shapes {
        let Shape::Wall(x) = shape else { continue };
        if text.is_empty() {
            continue;
        }
        let half = width(text) / 2.0;
        let middle = plot.at((*x, 0.0)).0.min(cell.1 - half).max(cell.0 + half);
        let taken = |row: usize| {
            names.iter().any(|name| {
                let apart = half + width(name.text) / 2.0 + LINE / 2.0;
                name.row == row && (name.middle - middle).abs() < apart
            })
        };
        let row = (0..).find(|row| !taken(*row)).unwrap_or(0);
        names.push(Name { text, middle, row });
    }
    names
}

/// How many rows they take.
pub(super) fn rows(names: &[Name<'_>]) -> usize {
    names.iter().map(|name| name.row + 1).max().unwrap_or(0)
}

impl Name<'_> {
    /// Where it stands above a plot.
    pub fn at(&self, plot: &Area) -> Pixel {
        (self.middle, plot.top - LINE * (0.5 + self.row as f64) - 2.0)
    }
}
