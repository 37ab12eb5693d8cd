//! Words inside a panel: notes beside their points, names at the tips of arrows.

use super::area::{Area, Pixel};
use super::canvas::Canvas;
use super::panel::MarkKind;
use super::scene::Scene;
use super::style::INK;
use super::text::{LINE, width};
use super::thin::thinned;
use plotters::style::text_anchor::HPos;

/// From the point to the words.
const AWAY: f64 = 7.0;

/// Directions in which words may stand off their point, best first.
const DIRECTIONS: [Pixel; 8] = [
    (1.0, 0.0),
    (1.0, -1.0),
    (1.0, 1.0),
    (-1.0, 0.0),
    (-1.0, -1.0),
    (-1.0, 1.0),
    (0.0, -1.0),
    (0.0, 1.0),
];

/// Draws the words of a panel, each where it covers least.
pub(super) fn draw(canvas: &mut Canvas, scene: &Scene<'_>, plot: &Area) {
    let lines = obstacles(scene, plot);
    let mut taken: Vec<Area> = Vec::new();
    for shape in &scene.shapes {
        let text = &*shape.mark.label;
        if text.is_empty() || !matches!(shape.mark.kind, MarkKind::Note | MarkKind::Arrow) {
            continue;
        }
        let area = place(plot.at(shape.places[0]), width(text), plot, &lines, &taken);
        canvas.text(text, area.at((0.5, 0.5)), HPos::Center, INK);
        taken.push(area);
    }
}

/// The lines that words should not cover.
fn obstacles(scene: &Scene<'_>, plot: &Area) -> Vec<(Pixel, Pixel)> {
    let mut segments = Vec::new();
    for shape in &scene.shapes {
        if let MarkKind::Band | MarkKind::Contours { .. } = shape.mark.kind {
            continue;
        }
        for line in &shape.lines {
            let line = thinned(line, plot);
            segments.extend(line.windows(2).map(|pair| (pair[0], pair[1])));
        }
        if shape.mark.has_markers() {
            segments.extend(shape.places.iter().map(|at| (plot.at(*at), plot.at(*at))));
        }
    }
    segments
}

/// The area beside the point in which words of this width cover least.
fn place(at: Pixel, width: f64, plot: &Area, lines: &[(Pixel, Pixel)], taken: &[Area]) -> Area {
    let cost = |area: &Area| {
        let outside = (plot.left - area.left).max(0.0)
            + (area.right - plot.right).max(0.0)
            + (plot.top - area.top).max(0.0)
            + (area.bottom - plot.bottom).max(0.0);
        let words = taken.iter().filter(|other| area.meets(other)).count();
        let crossed = lines
            .iter()
            .filter(|(a, b)| area.is_crossed(*a, *b))
            .count();
        100.0 * outside + 1000.0 * words as f64 + crossed as f64
    };
    let mut best = (f64::INFINITY, *plot);
    for towards in DIRECTIONS {
        let area = beside(at, towards, width);
        let cost = cost(&area);
        if cost < best.0 {
            best = (cost, area);
        }
    }
    best.1
}

fn beside((x, y): Pixel, (dx, dy): Pixel, width: f64) -> Area {
    let middle = (x + dx * (AWAY + width / 2.0), y + dy * (AWAY + LINE / 2.0));
    let corner = (middle.0 - width / 2.0, middle.1 - LINE / 2.0);
    Area::new(corner, (width, LINE))
}
