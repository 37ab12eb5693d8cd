//! Drops points that do not change the picture.

use super::area::{Area, Pixel};
use super::canvas::UNITS;
use super::clip::Unit;

/// How far, in logical pixels, a point may lie from the line without it.
const TOLERANCE: f64 = 0.1;
/// The width, in logical pixels, of the columns in which a dense curve is told
/// by its first, lowest, highest and last point.
const COLUMN: f64 = 0.5;

/// A line of the unit square, as it is drawn in the plot.
pub(super) fn thinned(line: &[Unit], plot: &Area) -> Vec<Pixel> {
    let line: Vec<_> = line.iter().map(|at| plot.at(*at)).collect();
    thin(&line)
}

/// The line through fewer points that looks the same.
///
/// Points are first put where the canvas will draw them, so that processors
/// which differ in a last bit choose the same ones.
fn thin(points: &[Pixel]) -> Vec<Pixel> {
    let drawn = |x: f64| (x * UNITS).round() / UNITS;
    let points: Vec<_> = points.iter().map(|(x, y)| (drawn(*x), drawn(*y))).collect();
    let columns = extremes(&points);
    let mut keep = vec![false; columns.len()];
    mark_bends(&columns, &mut keep);
    let kept = columns.iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(point, _)| *point).collect()
}

/// Of points that follow each other in one column: the first, the lowest, the
/// highest and the last.
fn extremes(points: &[Pixel]) -> Vec<Pixel> {
    let column = |point: &Pixel| (point.0 / COLUMN).floor();
    let mut kept = Vec::new();
    for run in points.chunk_by(|a, b| column(a) == column(b)) {
        let by_height = |a: &usize, b: &usize| run[*a].1.total_cmp(&run[*b].1);
        let lowest = (0..run.len()).min_by(by_height).unwrap_or(0);
        let highest = (0..run.len()).rev().max_by(by_height).unwrap_or(0);
        let (one, other) = (lowest.min(highest), lowest.max(highest));
        let mut places = vec![0, one, other, run.len() - 1];
        places.dedup();
        kept.extend(places.into_iter().map(|place| run[place]));
    }
    kept
}

/// Marks the ends and the points at which the line bends (Douglas and Peucker,
/// 1973).
fn mark_bends(points: &[Pixel], keep: &mut [bool]) {
    let Some(last) = points.len().checked_sub(1) else {
        return;
    };
    (keep[0], keep[last]) = (true, true);
    let mut stretches = vec![(0, last)];
    while let Some((first, last)) = stretches.pop() {
        let off = |place: usize| (distance(points[place], points[first], points[last]), place);
        let furthest = (first + 1..last)
            .map(off)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, bend)) = furthest.filter(|(off, _)| *off > TOLERANCE) {
            keep[bend] = true;
            stretches.push((first, bend));
            stretches.push((bend, last));
        }
    }
}

/// From a point to a segment.
pub(super) fn distance(point: Pixel, a: Pixel, b: Pixel) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (px, py) = (point.0 - a.0, point.1 - a.1);
    let length = dx * dx + dy * dy;
    let part = if length > 0.0 {
        ((px * dx + py * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (off_x, off_y) = (px - part * dx, py - part * dy);
    // Not `hypot`, which platforms round differently.
    (off_x * off_x + off_y * off_y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_needs_two_points() {
        let line: Vec<_> = (0..1000)
            .map(|i| (f64::from(i), 2.0 * f64::from(i)))
            .collect();
        assert_eq!(thin(&line), [(0.0, 0.0), (999.0, 1998.0)]);
        assert_eq!(thin(&[]), []);
    }

    #[test]
    fn points_left_out_lie_on_the_line_that_is_left() {
        let curve = |i: i32| (f64::from(i), 50.0 * (f64::from(i) / 40.0).sin());
        let points: Vec<_> = (0..600).map(curve).collect();
        let kept = thin(&points);
        assert!(kept.len() < 150, "{} points", kept.len());
        for point in points {
            let off = kept
                .windows(2)
                .map(|pair| distance(point, pair[0], pair[1]));
            let drawn = TOLERANCE + 1.0 / UNITS;
            assert!(off.fold(f64::INFINITY, f64::min) <= drawn, "{point:?}");
        }
    }

    #[test]
    fn the_last_bits_of_points_choose_nothing() {
        let curve = |nudge: f64| -> Vec<Pixel> {
            let points = (0..600).map(f64::from);
            points
                .map(|x| (x, 50.0 * (x / 40.0).sin() * (1.0 + nudge)))
                .collect()
        };
        assert_eq!(thin(&curve(0.0)), thin(&curve(1e-15)));
    }

    #[test]
    fn a_dense_curve_keeps_its_extremes() {
        let noise = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 16) / 655.36;
        let points: Vec<_> = (0..100_000)
            .map(|i| (f64::from(i) / 1000.0, noise(i)))
            .collect();
        let kept = thin(&points);
        assert!(kept.len() <= 801, "{} points", kept.len());
        for better in [f64::min, f64::max] {
            let end = |points: &[Pixel]| points.iter().map(|p| p.1).reduce(better);
            let off = end(&kept).unwrap() - end(&points).unwrap();
            assert!(off.abs() <= 0.5 / UNITS);
        }
    }
}
