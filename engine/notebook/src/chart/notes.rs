//! Words inside a panel: notes beside their points, names at the tips of arrows.

use super::area::{Area, Pixel};
use super::canvas::Canvas;
use super::scene::{Scene, Shape};
use super::shapes::thinned;
use super::style::INK;
use super::text::{LINE, width};
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
    for (shape, text) in &scene.shapes {
        let at = match shape {
            Shape::Note(at) => plot.at(*at),
            Shape::Arrow { tip, .. } => plot.at(tip.at()),
            _ => continue,
        };
        if text.is_empty() {
            continue;
        }
        let area = place(at, width(text), plot, &lines, &taken);
        let middle = (area.left + area.right) / 2.0;
        let height = (area.top + area.bottom) / 2.0;
        canvas.text(text, (middle, height), HPos::Center, INK);
        taken.push(area);
    }
}

/// The lines that words should not cover.
fn obstacles(scene: &Scene<'_>, plot: &Area) -> Vec<(Pixel, Pixel)> {
    let mut segments = Vec::new();
    for (shape, _) in &scene.shapes {
        match shape {
            Shape::Curve {
                visible, markers, ..
            } => {
                for run in &visible.runs {
                    let run = thinned(run, plot);
                    segments.extend(run.windows(2).map(|pair| (pair[0], pair[1])));
                }
                segments.extend(markers.iter().map(|at| (plot.at(*at), plot.at(*at))));
            }
            Shape::Arrow { from, tip, .. } => segments.push((plot.at(*from), plot.at(tip.at()))),
            Shape::Wall(x) => segments.push((plot.at((*x, 0.0)), plot.at((*x, 1.0)))),
            Shape::Level(y) => segments.push((plot.at((0.0, *y)), plot.at((1.0, *y)))),
            _ => {}
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
    let areas = DIRECTIONS.map(|towards| beside(at, towards, width));
    let best = areas.into_iter().map(|area| (cost(&area), area));
    let best = best.reduce(|best, next| if next.0 < best.0 { next } else { best });
    best.map_or_else(|| beside(at, DIRECTIONS[0], width), |(_, area)| area)
}

fn beside((x, y): Pixel, (dx, dy): Pixel, width: f64) -> Area {
    let middle = (x + dx * (AWAY + width / 2.0), y + dy * (AWAY + LINE / 2.0));
    Area {
        left: middle.0 - width / 2.0,
        right: middle.0 + width / 2.0,
        top: middle.1 - LINE / 2.0,
        bottom: middle.1 + LINE / 2.0,
    }
}
