//! Draws shapes into a plot.

use super::Style;
use super::area::Area;
use super::canvas::{Canvas, Pixel, fill, stroke};
use super::clip::{End, Exit, Side};
use super::heat;
use super::palette::{INK, MUTED};
use super::scene::Scene;
use super::shapes::Shape;
use super::thin::thin;
use crate::Result;

/// How much of its colour the tint of an area takes.
pub(super) const TINT: f64 = 0.25;
/// The length of an arrow's head and half its width, in logical pixels.
const HEAD: (f64, f64) = (8.0, 3.75);
/// The same of the triangle where a curve leaves the frame.
const LEAVING: (f64, f64) = (7.0, 3.5);
/// Markers nearer to the one before than this are not told apart.
const NEAR: f64 = 1.5;

/// Draws what lies behind the axes: shades and contours.
pub(super) fn fields(canvas: &mut Canvas<'_>, scene: &Scene<'_>, plot: &Area) -> Result<()> {
    for (shape, _) in &scene.shapes {
        match shape {
            Shape::Heat(heat) => {
                for strip in &heat.strips {
                    let (from, to) = (plot.at(strip.from), plot.at(strip.to));
                    let corners = ((from.0, to.1), (to.0, from.1));
                    canvas.rectangle(
                        corners.0,
                        corners.1,
                        fill(INK, heat::opacity(strip.shade)),
                    )?;
                }
            }
            Shape::Contours(lines) => {
                for line in lines {
                    let line: Vec<_> = line.iter().map(|at| plot.at(*at)).collect();
                    canvas.path(&thin(&line), stroke(MUTED, 0.75))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Draws what lies in front of the axes, areas first, markers last.
pub(super) fn draw(canvas: &mut Canvas<'_>, scene: &Scene<'_>, plot: &Area) -> Result<()> {
    for (shape, _) in &scene.shapes {
        areas(canvas, shape, plot)?;
    }
    for (shape, _) in &scene.shapes {
        lines(canvas, shape, plot)?;
    }
    for (shape, _) in &scene.shapes {
        if let Shape::Curve { markers, style, .. } = shape {
            let places: Vec<_> = markers.iter().map(|at| plot.at(*at)).collect();
            for place in told_apart(&places) {
                canvas.marker(place, *style)?;
            }
        }
    }
    Ok(())
}

fn areas(canvas: &mut Canvas<'_>, shape: &Shape, plot: &Area) -> Result<()> {
    match shape {
        Shape::Band { areas, style } => {
            for area in areas {
                let corners: Vec<_> = area.iter().map(|at| plot.at(*at)).collect();
                canvas.polygon(&thin(&corners), fill(style.colour(), TINT))?;
            }
            Ok(())
        }
        Shape::Bars { bars, exits, style } => {
            for (from, to) in bars {
                bar(canvas, plot.at(*from), plot.at(*to), *style)?;
            }
            exits
                .iter()
                .try_for_each(|exit| leaving(canvas, *exit, plot, *style))
        }
        _ => Ok(()),
    }
}

/// A bar, from a lower to an upper corner: tinted, its sides and top outlined
/// in the style's line.
pub(super) fn bar(canvas: &mut Canvas<'_>, from: Pixel, to: Pixel, style: Style) -> Result<()> {
    let outline = [from, (from.0, to.1), to, (to.0, from.1)];
    canvas.polygon(&outline, fill(style.colour(), TINT))?;
    canvas.path(&outline, stroke(style.colour(), 1.0))
}

fn lines(canvas: &mut Canvas<'_>, shape: &Shape, plot: &Area) -> Result<()> {
    match shape {
        Shape::Curve { visible, style, .. } => {
            for run in &visible.runs {
                let mut run: Vec<_> = run.iter().map(|at| plot.at(*at)).collect();
                if let [lone] = run.as_slice() {
                    // A line without length, which its round ends make a dot.
                    run.push(*lone);
                    canvas.path(&run, stroke(style.colour(), style.width()))?;
                    continue;
                }
                canvas.path(&thin(&run), stroke(style.colour(), style.width()))?;
            }
            let exits = &visible.exits;
            exits
                .iter()
                .try_for_each(|exit| leaving(canvas, *exit, plot, *style))
        }
        Shape::Wall(x) => canvas.line(plot.at((*x, 0.0)), plot.at((*x, 1.0)), stroke(INK, 1.0)),
        Shape::Level(y) => canvas.line(plot.at((0.0, *y)), plot.at((1.0, *y)), stroke(INK, 1.0)),
        Shape::Arrow { from, tip, style } => {
            arrow(canvas, plot.at(*from), plot.at(tip.at()), *style, *tip)?;
            tip.exit()
                .map_or(Ok(()), |exit| leaving(canvas, exit, plot, *style))
        }
        _ => Ok(()),
    }
}

fn arrow(canvas: &mut Canvas<'_>, from: Pixel, to: Pixel, style: Style, tip: End) -> Result<()> {
    let width = stroke(style.colour(), 1.75);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if tip.exit().is_some() || length == 0.0 {
        return canvas.line(from, to, width);
    }
    let (dx, dy) = (dx / length, dy / length);
    let neck = (to.0 - HEAD.0 * dx, to.1 - HEAD.0 * dy);
    if length > HEAD.0 {
        canvas.line(from, neck, width)?;
    }
    head(canvas, to, (dx, dy), HEAD, style)
}

/// A triangle at the frame, pointing out: the curve goes on there.
fn leaving(canvas: &mut Canvas<'_>, exit: Exit, plot: &Area, style: Style) -> Result<()> {
    let out = match exit.side {
        Side::Left => (-1.0, 0.0),
        Side::Right => (1.0, 0.0),
        Side::Bottom => (0.0, 1.0),
        Side::Top => (0.0, -1.0),
    };
    head(canvas, plot.at(exit.at), out, LEAVING, style)
}

fn head(
    canvas: &mut Canvas<'_>,
    (x, y): Pixel,
    (dx, dy): Pixel,
    (length, half): (f64, f64),
    style: Style,
) -> Result<()> {
    let back = (x - length * dx, y - length * dy);
    let corners = [
        (x, y),
        (back.0 - half * dy, back.1 + half * dx),
        (back.0 + half * dy, back.1 - half * dx),
    ];
    canvas.polygon(&corners, fill(style.colour(), 1.0))
}

/// The places of markers, without those that one before covers.
fn told_apart(places: &[Pixel]) -> Vec<Pixel> {
    let mut kept: Vec<Pixel> = Vec::new();
    for (x, y) in places.iter().copied() {
        if kept
            .last()
            .is_none_or(|last| (last.0 - x).hypot(last.1 - y) > NEAR)
        {
            kept.push((x, y));
        }
    }
    kept
}
