//! Labels of curves: at their ends, right of the panel, or, where that is too
//! narrow, in a legend under it.

use super::area::{Area, Pixel};
use super::canvas::Canvas;
use super::scene::{Label, Scene, Symbol};
use super::spread::spread;
use super::style::INK;
use super::text::{LINE, width, wrap};
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
    label: Label<'a>,
    lines: Vec<String>,
    /// The left end of the symbol, at the height of the first line.
    at: Pixel,
}

/// The room right of the panels for labels at the ends of curves; none if they
/// do not fit there.
pub(super) fn margin(scenes: &[Scene<'_>], cell: f64, plot_height: f64) -> Option<f64> {
    let room = SHARE * cell - GAP - INDENT;
    let mut widest: f64 = 0.0;
    for scene in scenes {
        let labels = scene.labels();
        let wrapped: Vec<_> = labels.iter().map(|label| wrap(label.text, room)).collect();
        let lines: usize = wrapped.iter().map(Vec::len).sum();
        if lines as f64 * LINE > plot_height || wrapped.iter().any(|lines| lines.len() > LINES) {
            return None;
        }
        let widths = wrapped.iter().flatten().map(|line| width(line));
        widest = widths.fold(widest, f64::max);
    }
    (0.0 < widest && widest <= room).then_some(GAP + INDENT + widest)
}

/// The height of the legend under a panel.
pub(super) fn height(scene: &Scene<'_>, cell: f64, direct: bool) -> f64 {
    let labels = if direct { Vec::new() } else { scene.labels() };
    let entries = in_rows(labels, (0.0, 0.0), cell);
    let rows = entries.last().map_or(0.0, Entry::next_row);
    if rows > 0.0 { rows + LINE / 2.0 } else { 0.0 }
}

/// Draws labels in their places.
pub(super) fn draw(canvas: &mut Canvas, entries: &[Entry<'_>]) {
    for entry in entries {
        entry.label.symbol.draw(canvas, entry.at);
    }
    for Entry { lines, at, .. } in entries {
        for (row, line) in lines.iter().enumerate() {
            let at = (at.0 + INDENT, at.1 + row as f64 * LINE);
            canvas.text(line, at, HPos::Left, INK);
        }
    }
}

impl Symbol {
    /// Draws it to the right of a point.
    fn draw(self, canvas: &mut Canvas, (x, y): Pixel) {
        let (left, right) = (x + 1.0, x + WIDTH - 1.0);
        match self {
            Symbol::Curve {
                style,
                line,
                markers,
            } => {
                if line {
                    canvas.curve(&[(left, y), (right, y)], style);
                }
                if markers {
                    canvas.marker((x + WIDTH / 2.0, y), style);
                }
            }
            Symbol::Band(style) => {
                let (top, bottom) = (y - 5.0, y + 5.0);
                let corners = [(left, bottom), (left, top), (right, top), (right, bottom)];
                canvas.tint(&corners, style.colour());
            }
            Symbol::Level => canvas.line(&[(left, y), (right, y)], INK, 1.0),
        }
    }
}

/// The labels one after another, in rows no wider than `room`; `start` is where
/// the first symbol begins.
pub(super) fn in_rows(labels: Vec<Label<'_>>, start: Pixel, room: f64) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut at = start;
    for label in labels {
        let lines = wrap(label.text, room - INDENT);
        let takes = INDENT + widest(&lines);
        if at.0 > start.0 && at.0 + takes > start.0 + room {
            let next = entries.iter().map(Entry::next_row).fold(at.1, f64::max);
            at = (start.0, next);
        }
        entries.push(Entry { label, lines, at });
        at.0 += takes + BETWEEN;
    }
    entries
}

/// The labels right of a plot, each as near to the end of its curve as the
/// others allow; none reaches beyond `right`.
pub(super) fn at_ends<'a>(labels: Vec<Label<'a>>, plot: &Area, right: f64) -> Vec<Entry<'a>> {
    let left = plot.right + GAP;
    // A hair more than the widest line, which rounding must not break.
    let room = right - left - INDENT + 0.5;
    let wrapped: Vec<_> = labels.iter().map(|label| wrap(label.text, room)).collect();
    let heights: Vec<_> = wrapped.iter().map(|l| l.len() as f64 * LINE).collect();
    let wishes: Vec<_> = labels.iter().map(|l| plot.at((1.0, l.end)).1).collect();
    let (top, bottom) = (plot.top - LINE / 2.0, plot.bottom + LINE / 2.0);
    let middles = spread(&wishes, &heights, top, bottom);
    let firsts = middles.into_iter().zip(heights);
    let firsts = firsts.map(|(middle, height)| middle - height / 2.0 + LINE / 2.0);
    let placed = labels.into_iter().zip(wrapped).zip(firsts);
    placed
        .map(|((label, lines), y)| Entry {
            label,
            lines,
            at: (left, y),
        })
        .collect()
}

impl Entry<'_> {
    fn next_row(&self) -> f64 {
        self.at.1 + self.lines.len() as f64 * LINE
    }
}

fn widest(lines: &[String]) -> f64 {
    lines.iter().map(|line| width(line)).fold(0.0, f64::max)
}
