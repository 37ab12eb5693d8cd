//! Labels of curves: at their ends, right of the panel, or, where that is too
//! narrow, in a legend under it.

use super::area::{Area, Pixel};
use super::canvas::{Canvas, TINT};
use super::panel::MarkKind;
use super::scene::{Scene, Shape};
use super::spread::spread;
use super::style::INK;
use super::text::{LINE, widest, wrap};
use plotters::style::text_anchor::HPos;

/// The width of a symbol.
const WIDTH: f64 = 24.0;
/// The gap before and after a symbol.
const GAP: f64 = 6.0;
/// From the left of a symbol to its text.
const INDENT: f64 = WIDTH + GAP;
/// Between the entries of a legend.
const BETWEEN: f64 = 18.0;
/// The part of a cell that labels at the ends of curves may take.
const SHARE: f64 = 0.3;
/// The lines that such a label may take.
const LINES: usize = 3;

/// A label in its place.
pub(super) struct Entry<'a> {
    shape: &'a Shape<'a>,
    lines: Vec<String>,
    /// The left end of the symbol, at the height of the first line.
    pub at: Pixel,
}

/// The room right of the panels for labels at the ends of curves, those of other
/// settings too; none if they do not fit there.
pub(super) fn margin(scenes: &[Scene<'_>], cell: f64, plot_height: f64) -> Option<f64> {
    let room = SHARE * cell - GAP - INDENT;
    let mut takes: f64 = 0.0;
    for scene in scenes {
        let labels = scene.labelled().into_iter();
        let labels: Vec<_> = labels.map(|shape| wrap(&shape.mark.label, room)).collect();
        let rows: usize = labels.iter().map(Vec::len).sum();
        if rows as f64 * LINE > plot_height {
            return None;
        }
        let others = scene.panel.other_labels.iter();
        for lines in labels
            .into_iter()
            .chain(others.map(|label| wrap(label, room)))
        {
            if lines.len() > LINES {
                return None;
            }
            takes = takes.max(widest(&lines));
        }
    }
    (0.0 < takes && takes <= room).then_some(GAP + INDENT + takes)
}

/// Draws labels in their places.
pub(super) fn draw(canvas: &mut Canvas, entries: &[Entry<'_>]) {
    for entry in entries {
        symbol(canvas, entry.shape, entry.at);
    }
    for Entry { lines, at, .. } in entries {
        for (row, line) in lines.iter().enumerate() {
            let at = (at.0 + INDENT, at.1 + row as f64 * LINE);
            canvas.text(line, at, HPos::Left, INK);
        }
    }
}

/// What stands before a label to tell whose it is, a piece of what it names, to
/// the right of a point.
fn symbol(canvas: &mut Canvas, shape: &Shape<'_>, (x, y): Pixel) {
    let (left, right) = (x + 1.0, x + WIDTH - 1.0);
    let mark = shape.mark;
    if let MarkKind::Band = mark.kind {
        let (top, bottom) = (y - 5.0, y + 5.0);
        let corners = [(left, bottom), (left, top), (right, top), (right, bottom)];
        return canvas.area(&corners, mark.style.colour(), TINT);
    }
    if !shape.lines.is_empty() {
        canvas.line(&[(left, y), (right, y)], mark.stroke());
    }
    if mark.has_markers() && !shape.places.is_empty() {
        canvas.marker((x + WIDTH / 2.0, y), mark.style);
    }
}

/// The labels one after another, in rows no wider than `room`; `start` is where
/// the first symbol begins.
pub(super) fn in_rows<'a>(scene: &'a Scene<'a>, start: Pixel, room: f64) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut at = start;
    for shape in scene.labelled() {
        let lines = wrap(&shape.mark.label, room - INDENT);
        let takes = INDENT + widest(&lines);
        if at.0 > start.0 && at.0 + takes > start.0 + room {
            let next = entries.iter().map(Entry::next_row).fold(at.1, f64::max);
            at = (start.0, next);
        }
        entries.push(Entry { shape, lines, at });
        at.0 += takes + BETWEEN;
    }
    entries
}

/// The labels right of a plot, each as near to the end of its curve as the
/// others allow; none reaches beyond `right`.
pub(super) fn at_ends<'a>(scene: &'a Scene<'a>, plot: &Area, right: f64) -> Vec<Entry<'a>> {
    let left = plot.right + GAP;
    // A hair more than the widest line, which rounding must not break.
    let room = right - left - INDENT + 0.5;
    let entry = |shape: &'a Shape<'a>| Entry {
        shape,
        lines: wrap(&shape.mark.label, room),
        at: (left, plot.at((1.0, shape.end())).1),
    };
    let mut entries: Vec<_> = scene.labelled().into_iter().map(entry).collect();
    let heights: Vec<_> = entries.iter().map(Entry::height).collect();
    let wishes: Vec<_> = entries.iter().map(|entry| entry.at.1).collect();
    let (top, bottom) = (plot.top - LINE / 2.0, plot.bottom + LINE / 2.0);
    let middles = spread(&wishes, &heights, top, bottom);
    for (entry, middle) in entries.iter_mut().zip(middles) {
        entry.at.1 = middle - entry.height() / 2.0 + LINE / 2.0;
    }
    entries
}

impl Entry<'_> {
    fn height(&self) -> f64 {
        self.lines.len() as f64 * LINE
    }

    /// The height of the line below it.
    pub fn next_row(&self) -> f64 {
        self.at.1 + self.height()
    }
}
