//! The key of a heat map: its shades, and the values at their ends.

use super::canvas::{Canvas, fill};
use super::heat::{self, Heat, SHADES};
use super::layout::Place;
use super::palette::INK;
use super::scene::Scene;
use super::shapes::Shape;
use super::step::short;
use super::text::{LINE, width};
use crate::Result;
use plotters::style::text_anchor::HPos;

/// The side of a shade, and the gap to the numbers.
const SIDE: f64 = 12.0;
const GAP: f64 = 6.0;

/// The height of the keys under a panel.
pub(super) fn height(scene: &Scene<'_>) -> f64 {
    heats(scene).count() as f64 * 2.5 * LINE
}

/// Draws the keys at the bottom of the panel's cell.
pub(super) fn draw(canvas: &mut Canvas<'_>, scene: &Scene<'_>, place: &Place) -> Result<()> {
    let mut y = place.cell.bottom - LINE / 2.0;
    for (heat, label) in heats(scene) {
        let (low, high) = (short(heat.low), short(heat.high));
        let start = place.cell.left + width(&low) + GAP;
        for shade in 0..SHADES {
            let left = start + shade as f64 * SIDE;
            let corners = ((left, y - SIDE / 2.0), (left + SIDE, y + SIDE / 2.0));
            canvas.rectangle(corners.0, corners.1, fill(INK, heat::opacity(shade)))?;
        }
        let end = start + SHADES as f64 * SIDE;
        canvas.text(&low, (start - GAP, y), HPos::Right, INK)?;
        canvas.text(&high, (end + GAP, y), HPos::Left, INK)?;
        canvas.text(label, (place.cell.left, y - LINE), HPos::Left, INK)?;
        y -= 2.5 * LINE;
    }
    Ok(())
}

fn heats<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = (&'a Heat, &'a str)> {
    let heat = |(shape, label): &'a (Shape, &'a str)| match shape {
        Shape::Heat(heat) => Some((heat, *label)),
        _ => None,
    };
    scene.shapes.iter().filter_map(heat)
}
