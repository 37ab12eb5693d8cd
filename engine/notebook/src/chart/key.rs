//! Labels of curves: at their ends, right of the panel, or, where that is too
//! narrow, in a key under it.

use super::canvas::{Canvas, MARKER, Pixel, fill, stroke};
use super::heat::{self, Heat, SHADES};
use super::layout::{Area, Place};
use super::palette::INK;
use super::scene::{Label, Sample, Scene};
use super::shapes::Shape;
use super::spread::spread;
use super::text::{LINE, width, wrap};
use super::ticks::short;
use crate::Result;
use plotters::style::text_anchor::HPos;

/// The width of a sample and of the gaps around it.
const SAMPLE: f64 = 24.0;
const GAP: f64 = 6.0;
/// The part of a cell that labels at the ends of curves may take.
const SHARE: f64 = 0.3;
/// Between the entries of a key.
const BETWEEN: f64 = 18.0;

/// The room right of the panels for labels at the ends of curves; none if they
/// do not fit there.
pub(super) fn margin(scenes: &[Scene<'_>], cell: f64, plot_height: f64) -> Option<f64> {
    let sample = GAP + SAMPLE + GAP;
    let room = SHARE * cell - sample;
    let mut widest: f64 = 0.0;
    for scene in scenes {
        let labels = scene.labels();
        let wrapped: Vec<_> = labels.iter().map(|label| wrap(label.text, room)).collect();
        let lines: usize = wrapped.iter().map(Vec::len).sum();
        if lines as f64 * LINE > plot_height || wrapped.iter().any(|lines| lines.len() > 3) {
            return None;
        }
        let widths = wrapped.iter().flatten().map(|line| width(line));
        widest = widths.fold(widest, f64::max);
    }
    match widest {
        0.0 => None,
        widest if widest > room => None,
        widest => Some(widest + sample),
    }
}

/// The height of what stands under a panel.
pub(super) fn height(scene: &Scene<'_>, cell: f64, direct: bool) -> f64 {
    let shades = heats(scene).count() as f64 * 2.0 * LINE;
    let labels = if direct { Vec::new() } else { scene.labels() };
    let key = entries(&labels, cell).last().map_or(0.0, Entry::bottom);
    let rows = shades + key;
    if rows > 0.0 { rows + LINE / 2.0 } else { 0.0 }
}

/// An entry of a key: where it starts, from the key's upper left corner.
struct Entry<'a> {
    label: Label<'a>,
    lines: Vec<String>,
    at: Pixel,
}

impl Entry<'_> {
    fn bottom(&self) -> f64 {
        self.at.1 + self.lines.len() as f64 * LINE
    }
}

/// The entries one after another, in rows.
fn entries<'a>(labels: &[Label<'a>], room: f64) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut x = 0.0;
    let mut y = 0.0;
    for label in labels {
        let lines = wrap(label.text, room - SAMPLE - GAP);
        let widest = lines.iter().map(|line| width(line)).fold(0.0, f64::max);
        let takes = SAMPLE + GAP + widest;
        if x > 0.0 && x + takes > room {
            x = 0.0;
            y = entries.last().map_or(y, Entry::bottom);
        }
        let label = label.clone();
        let at = (x, y);
        entries.push(Entry { label, lines, at });
        x += takes + BETWEEN;
    }
    entries
}

/// Draws the labels of a panel.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    scene: &Scene<'_>,
    place: &Place,
    direct: bool,
) -> Result<()> {
    let labels = scene.labels();
    if direct {
        return at_ends(canvas, &labels, place);
    }
    let top = place.key_top();
    let entries = entries(&labels, place.cell.width());
    for entry in &entries {
        let at = (place.cell.left + entry.at.0, top + entry.at.1 + LINE / 2.0);
        sample(canvas, entry.label.sample, at)?;
    }
    for entry in &entries {
        let at = (place.cell.left + entry.at.0, top + entry.at.1 + LINE / 2.0);
        write(canvas, &entry.lines, at)?;
    }
    Ok(())
}

fn at_ends(canvas: &mut Canvas<'_>, labels: &[Label<'_>], place: &Place) -> Result<()> {
    let Area {
        right, top, bottom, ..
    } = place.plot;
    let room = place.cell.right - right - GAP - SAMPLE - GAP;
    let wrapped: Vec<_> = labels
        .iter()
        .map(|label| wrap(label.text, room + 0.5))
        .collect();
    let heights: Vec<_> = wrapped.iter().map(|l| l.len() as f64 * LINE).collect();
    let wish = |label: &Label<'_>| place.plot.at((0.0, label.end)).1;
    let wishes: Vec<_> = labels.iter().map(wish).collect();
    let middles = spread(&wishes, &heights, top - LINE / 2.0, bottom + LINE / 2.0);
    let first = |place: usize| middles[place] - heights[place] / 2.0 + LINE / 2.0;
    for (index, label) in labels.iter().enumerate() {
        sample(canvas, label.sample, (right + GAP, first(index)))?;
    }
    for (index, lines) in wrapped.iter().enumerate() {
        write(canvas, lines, (right + GAP, first(index)))?;
    }
    Ok(())
}

/// The sample whose left end is at `at`.
fn sample(canvas: &mut Canvas<'_>, sample: Sample, (x, y): Pixel) -> Result<()> {
    let ends = [(x + 1.0, y), (x + SAMPLE - 1.0, y)];
    match sample {
        Sample::Curve {
            style,
            line,
            markers,
        } => {
            if line {
                canvas.path(&ends, stroke(style.colour(), style.width()))?;
            }
            if markers {
                canvas.marker((x + SAMPLE / 2.0, y), style)?;
            }
            Ok(())
        }
        Sample::Area(style) => {
            let corners = [(x + 4.0, y - 5.0), (x + SAMPLE, y + 5.0)];
            super::marks::tinted(canvas, corners[0], corners[1], style)
        }
        Sample::Level => canvas.line(ends[0], ends[1], stroke(INK, 1.0)),
    }
}

fn write(canvas: &mut Canvas<'_>, lines: &[String], (x, y): Pixel) -> Result<()> {
    for (row, line) in lines.iter().enumerate() {
        let at = (x + SAMPLE + GAP, y + row as f64 * LINE);
        canvas.text(line, at, HPos::Left, INK)?;
    }
    Ok(())
}

fn heats<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = (&'a Heat, &'a str)> {
    scene
        .shapes
        .iter()
        .filter_map(|(shape, label)| match shape {
            Shape::Heat(heat) => Some((heat, *label)),
            _ => None,
        })
}

/// Draws the shades of heat maps with their ends at the bottom of a cell.
pub(super) fn draw_shades(canvas: &mut Canvas<'_>, scene: &Scene<'_>, place: &Place) -> Result<()> {
    let mut y = place.cell.bottom - LINE / 2.0;
    for (heat, label) in heats(scene) {
        let (low, high) = (short(heat.low), short(heat.high));
        let side = 2.0 * MARKER + 5.0;
        let start = place.plot.left + width(&low) + GAP;
        for shade in 0..SHADES {
            let left = start + shade as f64 * side;
            let tint = fill(INK, heat::opacity(shade));
            canvas.rectangle((left, y - side / 2.0), (left + side, y + side / 2.0), tint)?;
        }
        let end = start + SHADES as f64 * side;
        canvas.text(&low, (start - GAP, y), HPos::Right, INK)?;
        canvas.text(&high, (end + GAP, y), HPos::Left, INK)?;
        canvas.text(label, (start, y - LINE), HPos::Left, INK)?;
        y -= 2.0 * LINE;
    }
    Ok(())
}
