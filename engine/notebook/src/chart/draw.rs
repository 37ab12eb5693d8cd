//! Draws a chart: panels, axes, marks, labels.

use super::canvas::{self, Canvas, stroke};
use super::layout::{Form, Layout, NARROW, Place, TICK, WIDE};
use super::palette::{AXIS, GRID, INK, MUTED};
use super::scene::Scene;
use super::shapes::Shape;
use super::text::LINE;
use super::{Chart, Figure, data, key, marks, notes, shades, walls};
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
        let data = data::series(&self.panels);
        Ok(Figure {
            alt: self.alt.clone(),
            wide: render(&WIDE, &scenes, &self.alt)?,
            narrow: render(&NARROW, &scenes, &self.alt)?,
            csv: data::csv(&data),
            data,
        })
    }
}

fn render(form: &Form, scenes: &[Scene<'_>], alt: &str) -> Result<String> {
    let layout = Layout::new(form, scenes);
    canvas::paint(layout.size, alt, |canvas| {
        for (scene, place) in scenes.iter().zip(&layout.places) {
            marks::fields(canvas, scene, &place.plot)?;
            axes(canvas, scene, place)?;
            marks::draw(canvas, scene, &place.plot)?;
            key::draw(canvas, scene, place, layout.direct)?;
            shades::draw(canvas, scene, place)?;
            numbers(canvas, place)?;
            headings(canvas, scene, place)?;
            notes::draw(canvas, scene, &place.plot)?;
        }
        Ok(())
    })
}

fn axes(canvas: &mut Canvas<'_>, scene: &Scene<'_>, place: &Place) -> Result<()> {
    let plot = &place.plot;
    let field = |shape: &Shape| matches!(shape, Shape::Heat(_) | Shape::Contours(_));
    let axis = stroke(AXIS, 1.0);
    let corner = plot.at((0.0, 0.0));
    canvas.line(corner, plot.at((1.0, 0.0)), axis)?;
    canvas.line(corner, plot.at((0.0, 1.0)), axis)?;
    if scene.shapes.iter().any(|(shape, _)| field(shape)) {
        let corner = plot.at((1.0, 1.0));
        canvas.line(corner, plot.at((1.0, 0.0)), axis)?;
        canvas.line(corner, plot.at((0.0, 1.0)), axis)?;
    } else {
        for tick in place.y_ticks.iter().filter(|tick| tick.at > 0.0) {
            let ends = (plot.at((0.0, tick.at)), plot.at((1.0, tick.at)));
            canvas.line(ends.0, ends.1, stroke(GRID, 1.0))?;
        }
    }
    for tick in &place.x_ticks {
        let (x, y) = plot.at((tick.at, 0.0));
        canvas.line((x, y), (x, y + TICK), axis)?;
    }
    for tick in &place.y_ticks {
        let (x, y) = plot.at((0.0, tick.at));
        canvas.line((x - TICK, y), (x, y), axis)?;
    }
    Ok(())
}

fn numbers(canvas: &mut Canvas<'_>, place: &Place) -> Result<()> {
    for tick in &place.x_ticks {
        let (x, y) = place.plot.at((tick.at, 0.0));
        let at = (x, y + TICK + LINE / 2.0);
        canvas.text(&tick.label, at, HPos::Center, MUTED)?;
    }
    for tick in &place.y_ticks {
        let (x, y) = place.plot.at((0.0, tick.at));
        let at = (x - 2.0 * TICK, y);
        canvas.text(&tick.label, at, HPos::Right, MUTED)?;
    }
    Ok(())
}

/// Title, labels of the axes, names of walls.
fn headings(canvas: &mut Canvas<'_>, scene: &Scene<'_>, place: &Place) -> Result<()> {
    let (left, plot) = (place.cell.left, &place.plot);
    let mut y = place.cell.top + LINE / 2.0;
    for line in &place.title {
        canvas.heading(line, (left, y), INK)?;
        y += LINE;
    }
    for line in &place.y_label {
        canvas.text(line, (left, y), HPos::Left, INK)?;
        y += LINE;
    }
    let mut y = plot.bottom + TICK + 1.5 * LINE;
    for line in &place.x_label {
        canvas.text(line, (place.x_label_middle(), y), HPos::Center, INK)?;
        y += LINE;
    }
    for name in walls::names(scene, plot, (left, place.cell.right)) {
        canvas.text(name.text, name.at(plot), HPos::Center, INK)?;
    }
    Ok(())
}
