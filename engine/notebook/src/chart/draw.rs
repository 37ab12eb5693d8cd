//! Draws a chart: panels, axes, what lies between them, labels.

use super::canvas::Canvas;
use super::layout::{Form, Layout, NARROW, PanelLayout, TICK, WIDE};
use super::scene::{Scene, Shape};
use super::style::{AXIS, GRID, INK, MUTED};
use super::text::LINE;
use super::{Chart, Figure, csv, legend, notes, shapes};
use crate::Result;
use anyhow::ensure;
use plotters::style::text_anchor::HPos;

impl Chart {
    /// The figure, in both forms.
    ///
    /// # Errors
    ///
    /// A chart without alternative text or panels; a panel with a range that is
    /// none, or in which nothing would be seen.
    pub(crate) fn draw(&self) -> Result<Figure> {
        ensure!(
            !self.alt.trim().is_empty(),
            "a figure without alternative text: say in one or two sentences what it shows"
        );
        ensure!(
            !self.panels.is_empty(),
            "a chart without panels: there is nothing to draw"
        );
        let panels = self.panels.iter().zip(1..);
        let scenes = panels
            .map(|(panel, number)| Scene::of(panel, number))
            .collect::<Result<Vec<_>>>()?;
        Ok(Figure {
            wide: render(&WIDE, &scenes, &self.alt),
            narrow: render(&NARROW, &scenes, &self.alt),
            csv: csv::of(&self.panels),
        })
    }
}

fn render(form: &Form, scenes: &[Scene<'_>], alt: &str) -> String {
    let layout = Layout::new(form, scenes);
    let mut canvas = Canvas::new(layout.size);
    for (scene, place) in scenes.iter().zip(&layout.panels) {
        shapes::contours(&mut canvas, scene, &place.plot);
        axes(&mut canvas, scene, place);
        shapes::draw(&mut canvas, scene, &place.plot);
        labels(&mut canvas, scene, place, layout.direct);
        numbers(&mut canvas, place);
        headings(&mut canvas, place);
        notes::draw(&mut canvas, scene, &place.plot);
    }
    canvas.finish(alt)
}

fn axes(canvas: &mut Canvas, scene: &Scene<'_>, place: &PanelLayout<'_>) {
    let plot = &place.plot;
    let (corner, right, top) = (
        plot.at((0.0, 0.0)),
        plot.at((1.0, 0.0)),
        plot.at((0.0, 1.0)),
    );
    canvas.line(&[corner, right], AXIS, 1.0);
    canvas.line(&[corner, top], AXIS, 1.0);
    let field = |shape: &Shape| matches!(shape, Shape::Contours(_));
    if scene.shapes.iter().any(|(shape, _)| field(shape)) {
        let corner = plot.at((1.0, 1.0));
        canvas.line(&[corner, right], AXIS, 1.0);
        canvas.line(&[corner, top], AXIS, 1.0);
    } else {
        for tick in place.y_ticks.iter().filter(|tick| tick.at > 0.0) {
            let ends = [plot.at((0.0, tick.at)), plot.at((1.0, tick.at))];
            canvas.line(&ends, GRID, 1.0);
        }
    }
    for tick in &place.x_ticks {
        let (x, y) = plot.at((tick.at, 0.0));
        canvas.line(&[(x, y), (x, y + TICK)], AXIS, 1.0);
    }
    for tick in &place.y_ticks {
        let (x, y) = plot.at((0.0, tick.at));
        canvas.line(&[(x - TICK, y), (x, y)], AXIS, 1.0);
    }
}

/// The labels of curves, at their ends or in a legend.
fn labels(canvas: &mut Canvas, scene: &Scene<'_>, place: &PanelLayout<'_>, direct: bool) {
    let (cell, labels) = (&place.cell, scene.labels());
    let entries = if direct {
        legend::at_ends(labels, &place.plot, cell.right)
    } else {
        let start = (cell.left, place.legend_top() + LINE / 2.0);
        legend::in_rows(labels, start, cell.width())
    };
    legend::draw(canvas, &entries);
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
    let (left, plot) = (place.cell.left, &place.plot);
    let mut y = place.cell.top + LINE / 2.0;
    for line in &place.title {
        canvas.heading(line, (left, y));
        y += LINE;
    }
    for line in &place.y_label {
        canvas.text(line, (left, y), HPos::Left, INK);
        y += LINE;
    }
    let mut y = plot.bottom + TICK + 1.5 * LINE;
    for line in &place.x_label {
        canvas.text(line, (place.x_label_middle(), y), HPos::Center, INK);
        y += LINE;
    }
    for name in &place.walls {
        canvas.text(name.text, name.at(plot), HPos::Center, INK);
    }
}
