//! Draws a figure: panels, axes, what lies between them, labels.

use super::canvas::Canvas;
use super::layout::{Form, Layout, PanelLayout, TICK};
use super::panel::MarkKind;
use super::scene::{Scene, Shape};
use super::style::{AXIS, Colour, GRID, INK, MUTED, Stroke};
use super::text::{LINE, widest};
use super::{legend, notes, shapes};
use plotters::style::text_anchor::HPos;

/// One form of a figure, as SVG.
pub(super) fn render(form: &Form, scenes: &[Scene<'_>], alt: &str) -> String {
    let layout = Layout::new(form, scenes);
    let mut canvas = Canvas::new(layout.size);
    for (scene, place) in scenes.iter().zip(&layout.panels) {
        shapes::contours(&mut canvas, scene, &place.plot);
        axes(&mut canvas, scene, place);
        shapes::draw(&mut canvas, scene, &place.plot);
        legend::draw(&mut canvas, &place.labels);
        numbers(&mut canvas, place);
        headings(&mut canvas, place);
        notes::draw(&mut canvas, scene, &place.plot);
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
