//! Drops points that do not change the picture.

use super::canvas::Pixel;

/// How far, in logical pixels, a point may lie from the line without it.
const TOLERANCE: f64 = 0.1;
/// The width, in logical pixels, of the columns in which a dense curve is told
/// by its first, lowest, highest and last point.
const COLUMN: f64 = 0.5;

/// The line through fewer points that looks the same.
pub(super) fn thin(points: &[Pixel]) -> Vec<Pixel> {
    let columns = extremes(points);
    let Some(last) = columns.len().checked_sub(1) else {
        return columns;
    };
    let mut keep = vec![false; columns.len()];
    keep[0] = true;
    keep[last] = true;
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
        let place = |better: fn(f64, f64) -> bool| {
            (0..run.len()).reduce(|a, b| if better(run[b].1, run[a].1) { b } else { a })
        };
        let lowest = place(|new, old| new < old).unwrap_or(0);
        let highest = place(|new, old| new > old).unwrap_or(0);
        let mut places = [0, lowest, highest, run.len() - 1].to_vec();
        places.sort_unstable();
        places.dedup();
        kept.extend(places.into_iter().map(|place| run[place]));
    }
    kept
}

/// Marks the points at which the line bends (Douglas and Peucker, 1973).
fn mark_bends(points: &[Pixel], keep: &mut [bool]) {
    let mut stretches = vec![(0, points.len() - 1)];
    while let Some((first, last)) = stretches.pop() {
        let off = |place: &usize| distance(points[*place], points[first], points[last]);
        let furthest = (first + 1..last).max_by(|a, b| off(a).total_cmp(&off(b)));
        if let Some(bend) = furthest.filter(|place| off(place) > TOLERANCE) {
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
    (px - part * dx).hypot(py - part * dy)
}
