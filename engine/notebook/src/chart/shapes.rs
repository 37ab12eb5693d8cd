//! Draws shapes into a plot.

use super::area::{Area, Pixel};
use super::canvas::Canvas;
use super::clip::{End, Exit, Side, Unit};
use super::scene::{Scene, Shape};
use super::style::{Colour, INK, MUTED, Style};
use super::thin::thin;

/// The length of an arrow's head and half its width, in logical pixels.
const HEAD: (f64, f64) = (8.0, 3.75);
/// The same of the triangle where a curve leaves the frame.
const LEAVING: (f64, f64) = (7.0, 3.5);
/// Markers nearer to the one before than this are not told apart.
const NEAR: f64 = 1.5;

/// Draws contours, which lie behind the axes.
pub(super) fn contours(canvas: &mut Canvas, scene: &Scene<'_>, plot: &Area) {
    for (shape, _) in &scene.shapes {
        let Shape::Contours(lines) = shape else {
            continue;
        };
        for line in lines {
            canvas.line(&thinned(line, plot), MUTED, 0.75);
        }
    }
}

/// Draws what lies in front of the axes, areas first, markers last.
pub(super) fn draw(canvas: &mut Canvas, scene: &Scene<'_>, plot: &Area) {
    for (shape, _) in &scene.shapes {
        if let Shape::Band { areas, style } = shape {
            for area in areas {
                canvas.tint(&thinned(area, plot), style.colour());
            }
        }
    }
    for (shape, _) in &scene.shapes {
        lines(canvas, shape, plot);
    }
    for (shape, _) in &scene.shapes {
        if let Shape::Curve { markers, style, .. } = shape {
            for at in told_apart(markers, plot) {
                canvas.marker(at, *style);
            }
        }
    }
}

fn lines(canvas: &mut Canvas, shape: &Shape, plot: &Area) {
    match shape {
        Shape::Curve { visible, style, .. } => {
            for run in &visible.runs {
                match run.as_slice() {
                    // A line without length, which its round ends make a dot.
                    [lone] => canvas.curve(&[plot.at(*lone); 2], *style),
                    run => canvas.curve(&thinned(run, plot), *style),
                }
            }
            for exit in &visible.exits {
                leaving(canvas, *exit, plot, style.colour());
            }
        }
        Shape::Wall(x) => canvas.line(&[plot.at((*x, 0.0)), plot.at((*x, 1.0))], INK, 1.0),
        Shape::Level(y) => canvas.line(&[plot.at((0.0, *y)), plot.at((1.0, *y))], INK, 1.0),
        Shape::Arrow { from, tip, style } => arrow(canvas, *from, *tip, plot, *style),
        _ => {}
    }
}

fn arrow(canvas: &mut Canvas, from: Unit, tip: End, plot: &Area, style: Style) {
    let (colour, width) = (style.colour(), 1.75);
    let (from, to) = (plot.at(from), plot.at(tip.at()));
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if tip.exit().is_some() || length == 0.0 {
        canvas.line(&[from, to], colour, width);
    } else {
        let (dx, dy) = (dx / length, dy / length);
        let neck = (to.0 - HEAD.0 * dx, to.1 - HEAD.0 * dy);
        if length > HEAD.0 {
            canvas.line(&[from, neck], colour, width);
        }
        head(canvas, to, (dx, dy), HEAD, colour);
    }
    if let Some(exit) = tip.exit() {
        leaving(canvas, exit, plot, colour);
    }
}

/// A triangle at the frame, pointing out: the curve goes on there.
fn leaving(canvas: &mut Canvas, exit: Exit, plot: &Area, colour: Colour) {
    let out = match exit.side {
        Side::Left => (-1.0, 0.0),
        Side::Right => (1.0, 0.0),
        Side::Bottom => (0.0, 1.0),
        Side::Top => (0.0, -1.0),
    };
    head(canvas, plot.at(exit.at), out, LEAVING, colour);
}

fn head(
    canvas: &mut Canvas,
    (x, y): Pixel,
    (dx, dy): Pixel,
    (length, half): (f64, f64),
    colour: Colour,
) {
    let back = (x - length * dx, y - length * dy);
    let corners = [
        (x, y),
        (back.0 - half * dy, back.1 + half * dx),
        (back.0 + half * dy, back.1 - half * dx),
    ];
    canvas.area(&corners, colour);
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
