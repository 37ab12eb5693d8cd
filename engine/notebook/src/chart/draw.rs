//! Draws a figure: panels, axes, what lies between them, labels.

use super::area::{Area, Pixel};
use super::canvas::{Canvas, TINT};
use super::clip::{Exit, Side, Unit};
use super::layout::{Form, Layout, PanelLayout, TICK};
use super::panel::MarkKind;
use super::scene::{Scene, Shape};
use super::style::{AXIS, Colour, GRID, INK, MUTED, Stroke};
use super::text::{LINE, widest};
use super::thin::thinned;
use super::{legend, notes};
use plotters::style::text_anchor::HPos;

/// The length of an arrow's head and half its width, in logical pixels.
const HEAD: (f64, f64) = (8.0, 3.75);
/// The same of the triangle where a curve leaves the frame.
const LEAVING: (f64, f64) = (7.0, 3.5);
/// Markers nearer to the one before than this are not told apart.
const NEAR: f64 = 1.5;

/// One form of a figure, as SVG.
pub(super) fn render(form: &Form, scenes: &[Scene<'_>], alt: &str) -> String {
    let layout = Layout::new(form, scenes);
    let mut canvas = Canvas::new(layout.size);
    for (scene, place) in scenes.iter().zip(&layout.panels) {
        contours(&mut canvas, scene, &place.plot);
        axes(&mut canvas, scene, place);
        shapes(&mut canvas, scene, &place.plot);
        legend::draw(&mut canvas, &place.labels);
        numbers(&mut canvas, place);
        headings(&mut canvas, place);
        notes::draw(&mut canvas, scene, &place.plot);
    }
    for ((scene, place), number) in scenes.iter().zip(&layout.panels).zip(1..) {
        canvas.panel(scene, &place.plot, number);
    }
    canvas.finish(alt)
}

fn axes(canvas: &mut Canvas, scene: &Scene<'_>, place: &PanelLayout<'_>) {
    let mut line = |from, to, colour: Colour| {
        canvas.line(&[from, to], Stroke::solid(colour, 1.0));
    };
    let at = |x, y| place.plot.at((x, y));
    line(at(0.0, 0.0), at(1.0, 0.0), AXIS);
    line(at(0.0, 0.0), at(0.0, 1.0), AXIS);
    let is_field = |shape: &Shape<'_>| matches!(shape.mark.kind, MarkKind::Contours { .. });
    if scene.shapes.iter().any(is_field) {
        line(at(1.0, 1.0), at(1.0, 0.0), AXIS);
        line(at(1.0, 1.0), at(0.0, 1.0), AXIS);
    } else {
        for tick in place.y_ticks.iter().filter(|tick| tick.at > 0.0) {
            line(at(0.0, tick.at), at(1.0, tick.at), GRID);
        }
    }
    for tick in &place.x_ticks {
        let (x, y) = at(tick.at, 0.0);
        line((x, y), (x, y + TICK), AXIS);
    }
    for tick in &place.y_ticks {
        let (x, y) = at(0.0, tick.at);
        line((x - TICK, y), (x, y), AXIS);
    }
}

fn numbers(canvas: &mut Canvas, place: &PanelLayout<'_>) {
    for tick in &place.x_ticks {
        let (x, y) = place.plot.at((tick.at, 0.0));
        let at = (x, y + TICK + LINE / 2.0);
        canvas.text(&tick.label, at, HPos::Center, MUTED);
    }
    for tick in &place.y_ticks {
        let (x, y) = place.plot.at((0.0, tick.at));
        let at = (x - 2.0 * TICK, y);
        canvas.text(&tick.label, at, HPos::Right, MUTED);
    }
}

/// Title, labels of the axes, names of walls.
fn headings(canvas: &mut Canvas, place: &PanelLayout<'_>) {
    let (cell, plot) = (&place.cell, &place.plot);
    let mut y = cell.top + LINE / 2.0;
    for line in &place.title {
        canvas.heading(line, (cell.left, y));
        y += LINE;
    }
    for line in &place.y_label {
        canvas.text(line, (cell.left, y), HPos::Left, INK);
        y += LINE;
    }
    let mut y = plot.bottom + TICK + 1.5 * LINE;
    let x = cell.hold((plot.left + plot.right) / 2.0, widest(&place.x_label));
    for line in &place.x_label {
        canvas.text(line, (x, y), HPos::Center, INK);
        y += LINE;
    }
    for name in &place.walls {
        canvas.text(name.text, name.at(plot), HPos::Center, INK);
    }
}

/// Draws contours, which lie behind the axes.
fn contours(canvas: &mut Canvas, scene: &Scene<'_>, plot: &Area) {
    for shape in &scene.shapes {
        if let MarkKind::Contours { .. } = shape.mark.kind {
            lines(canvas, shape, plot);
        }
    }
}

/// Draws what lies in front of the axes, areas first, markers last.
fn shapes(canvas: &mut Canvas, scene: &Scene<'_>, plot: &Area) {
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
    let length = libm::hypot(dx, dy);
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

/// Where markers stand, without those that one before covers.
fn told_apart(markers: &[Unit], plot: &Area) -> Vec<Pixel> {
    let mut kept: Vec<Pixel> = Vec::new();
    for (x, y) in markers.iter().map(|at| plot.at(*at)) {
        let apart = |last: &Pixel| libm::hypot(last.0 - x, last.1 - y) > NEAR;
        if kept.last().is_none_or(apart) {
            kept.push((x, y));
        }
    }
    kept
}
