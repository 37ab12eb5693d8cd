//! Draws shapes into a plot.

use super::area::{Area, Pixel};
use super::canvas::{Canvas, TINT};
use super::clip::{Exit, Side, Unit};
use super::panel::MarkKind;
use super::scene::{Scene, Shape};
use super::style::Colour;
use super::thin::thin;

/// The length of an arrow's head and half its width, in logical pixels.
const HEAD: (f64, f64) = (8.0, 3.75);
/// The same of the triangle where a curve leaves the frame.
const LEAVING: (f64, f64) = (7.0, 3.5);
/// Markers nearer to the one before than this are not told apart.
const NEAR: f64 = 1.5;

/// Draws contours, which lie behind the axes.
pub(super) fn contours(canvas: &mut Canvas, scene: &Scene<'_>, plot: &Area) {
    for shape in &scene.shapes {
        if let MarkKind::Contours { .. } = shape.mark.kind {
            lines(canvas, shape, plot);
        }
    }
}

/// Draws what lies in front of the axes, areas first, markers last.
pub(super) fn draw(canvas: &mut Canvas, scene: &Scene<'_>, plot: &Area) {
    for shape in &scene.shapes {
        if let MarkKind::Band = shape.mark.kind {
            for area in &shape.lines {
                canvas.area(&thinned(area, plot), shape.mark.style.colour(), TINT);
            }
        }
    }
    for shape in &scene.shapes {
        match shape.mark.kind {
            MarkKind::Band | MarkKind::Contours { .. } => {}
            MarkKind::Arrow => arrow(canvas, shape, plot),
            _ => lines(canvas, shape, plot),
        }
    }
    for shape in &scene.shapes {
        if shape.mark.has_markers() {
            for at in told_apart(&shape.places, plot) {
                canvas.marker(at, shape.mark.style);
            }
        }
    }
}

fn lines(canvas: &mut Canvas, shape: &Shape<'_>, plot: &Area) {
    for line in &shape.lines {
        canvas.line(&thinned(line, plot), shape.mark.stroke());
    }
    for exit in &shape.exits {
        leaving(canvas, *exit, plot, shape.mark.style.colour());
    }
}

/// An arrow, with no head where it leaves the frame.
fn arrow(canvas: &mut Canvas, shape: &Shape<'_>, plot: &Area) {
    let (from, to) = (plot.at(shape.lines[0][0]), plot.at(shape.lines[0][1]));
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if !shape.exits.is_empty() || length == 0.0 {
        return lines(canvas, shape, plot);
    }
    let (dx, dy) = (dx / length, dy / length);
    let neck = (to.0 - HEAD.0 * dx, to.1 - HEAD.0 * dy);
    if length > HEAD.0 {
        canvas.line(&[from, neck], shape.mark.stroke());
    }
    head(canvas, to, (dx, dy), HEAD, shape.mark.style.colour());
}

/// A triangle at the frame, pointing out: the curve goes on there.
fn leaving(canvas: &mut Canvas, (at, Side((x, y))): Exit, plot: &Area, colour: Colour) {
    head(canvas, plot.at(at), (x, -y), LEAVING, colour);
}

/// A triangle with its tip at a point, towards a direction.
fn head(canvas: &mut Canvas, (x, y): Pixel, (dx, dy): Pixel, size: (f64, f64), colour: Colour) {
    let (length, half) = size;
    let back = (x - length * dx, y - length * dy);
    let corners = [
        (x, y),
        (back.0 - half * dy, back.1 + half * dx),
        (back.0 + half * dy, back.1 - half * dx),
    ];
    canvas.area(&corners, colour, 1.0);
}

/// A line of the unit square, as it is drawn in the plot.
pub(super) fn thinned(line: &[Unit], plot: &Area) -> Vec<Pixel> {
    let line: Vec<_> = line.iter().map(|at| plot.at(*at)).collect();
    thin(&line)
}

/// Where markers stand, without those that one before covers.
fn told_apart(markers: &[Unit], plot: &Area) -> Vec<Pixel> {
    let mut kept: Vec<Pixel> = Vec::new();
    for (x, y) in markers.iter().map(|at| plot.at(*at)) {
        let apart = |last: &Pixel| (last.0 - x).hypot(last.1 - y) > NEAR;
        if kept.last().is_none_or(apart) {
            kept.push((x, y));
        }
    }
    kept
}
