//! Contours: the lines on which a field has a given value, by marching squares.

use super::clip::Unit;

/// Cells along each side of the unit square.
const CELLS: usize = 120;
/// Corners along each side of the unit square.
const CORNERS: usize = CELLS + 1;

/// A field at the corners of the cells, column by column.
pub(super) struct Grid {
    corners: Vec<f64>,
    /// The lowest and the highest value of each cell, row by row: few cells have
    /// a contour, and these tell which.
    ends: Vec<(f64, f64)>,
}

/// A side of a cell, by the number of the corner at its lower or left end; of
/// those that stand upright the numbers follow on those of the flat ones.
type Edge = usize;

const UPRIGHT: Edge = CORNERS * CORNERS;

/// The edges that a contour reaches next from each edge: one on either hand, or
/// [`NONE`].
type Ways = Vec<[Edge; 2]>;

const NONE: Edge = Edge::MAX;

impl Grid {
    pub fn of(field: impl Fn(Unit) -> f64) -> Grid {
        let at = |place: usize| place as f64 / CELLS as f64;
        let corners = 0..CORNERS * CORNERS;
        let value = |corner| field((at(corner / CORNERS), at(corner % CORNERS)));
        let corners: Vec<f64> = corners.map(value).collect();
        let cells = 0..CELLS * CELLS;
        let ends = cells.map(|cell| ends(around(&corners, lower_left(cell))));
        Grid {
            ends: ends.collect(),
            corners,
        }
    }

    /// The lines of each level, joined end to end; closed ones end where they
    /// begin.
    pub fn lines(&self, levels: &[f64]) -> Vec<Vec<Unit>> {
        // Lines that were followed leave it empty for the next level.
        let mut ways: Ways = vec![[NONE; 2]; 2 * UPRIGHT];
        let lines = levels.iter().map(|level| self.lines_of(*level, &mut ways));
        lines.flatten().collect()
    }

    fn lines_of(&self, level: f64, ways: &mut Ways) -> Vec<Vec<Unit>> {
        for (cell, (low, high)) in self.ends.iter().enumerate() {
            if *low < level && level <= *high {
                for (a, b) in self.crossings(lower_left(cell), level) {
                    lead(ways, a, b);
                    lead(ways, b, a);
                }
            }
        }
        let crossed = |edge: &Edge| ways[*edge] != [NONE; 2];
        let edges: Vec<Edge> = (0..ways.len()).filter(crossed).collect();
        let mut lines = Vec::new();
        // Open lines first, each from an end; then the closed ones.
        for ways_on in [1, 2] {
            for &start in &edges {
                if ways[start].iter().filter(|way| **way != NONE).count() == ways_on {
                    let line = follow(ways, start).into_iter();
                    lines.push(line.map(|edge| self.crossing(edge, level)).collect());
                }
            }
        }
        lines
    }

    /// The pairs of edges that the contour joins in the cell above and right of a
    /// corner.
    fn crossings(&self, corner: usize, level: f64) -> Vec<(Edge, Edge)> {
        let (right, up) = (corner + CORNERS, corner + 1);
        let values = around(&self.corners, corner);
        let above = values.map(|value| value >= level);
        let edges = [corner, UPRIGHT + right, up, UPRIGHT + corner];
        let crossed: Vec<Edge> = (0..4)
            .filter(|&side| above[side] != above[(side + 1) % 4])
            .map(|side| edges[side])
            .collect();
        match *crossed {
            [a, b] => vec![(a, b)],
            [bottom, right, top, left] if (saddle(values) >= level) == above[0] => {
                vec![(bottom, right), (top, left)]
            }
            [bottom, right, top, left] => vec![(bottom, left), (top, right)],
            _ => Vec::new(),
        }
    }

    /// Where the level is met on an edge, by linear interpolation.
    fn crossing(&self, edge: Edge, level: f64) -> Unit {
        let (corner, is_upright) = (edge % UPRIGHT, edge >= UPRIGHT);
        let other = corner + if is_upright { 1 } else { CORNERS };
        let (from, to) = (self.corners[corner], self.corners[other]);
        let part = (level - from) / (to - from);
        let (x, y) = ((corner / CORNERS) as f64, (corner % CORNERS) as f64);
        let (x, y) = if is_upright {
            (x, y + part)
        } else {
            (x + part, y)
        };
        (x / CELLS as f64, y / CELLS as f64)
    }
}

/// The value at the saddle of the bilinear surface through a cell's corners: it
/// tells which of the corners belong together (Nielson and Hamann, 1991).
fn saddle([a, b, c, d]: [f64; 4]) -> f64 {
    (a * c - b * d) / (a + c - b - d)
}

/// The corner at the lower left of a cell.
fn lower_left(cell: usize) -> usize {
    cell % CELLS * CORNERS + cell / CELLS
}

/// The values around the cell above and right of a corner, from that one on.
fn around(corners: &[f64], corner: usize) -> [f64; 4] {
    let (right, up) = (corner + CORNERS, corner + 1);
    [corner, right, right + 1, up].map(|corner| corners[corner])
}

/// The lowest and the highest of some values; no level lies between the two that
/// stand for values of which one is not finite.
fn ends(values: [f64; 4]) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    if values.iter().any(|value| !value.is_finite()) {
        return none;
    }
    let widen = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    values.into_iter().fold(none, widen)
}

/// Has a way lead from one edge on to another.
fn lead(ways: &mut Ways, from: Edge, to: Edge) {
    let [first, second] = &mut ways[from];
    let free = if *first == NONE { first } else { second };
    *free = to;
}

/// Follows a line to its end, and takes it away.
fn follow(ways: &mut Ways, start: Edge) -> Vec<Edge> {
    let mut line = vec![start];
    let mut here = start;
    loop {
        let [first, second] = &mut ways[here];
        let way = if *second == NONE { first } else { second };
        let next = std::mem::replace(way, NONE);
        if next == NONE {
            return line;
        }
        for back in &mut ways[next] {
            if *back == here {
                *back = NONE;
            }
        }
        line.push(next);
        here = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_of_the_squared_distance_is_one_closed_circle() {
        let distance = |(x, y): Unit| (x - 0.5).hypot(y - 0.5);
        let grid = Grid::of(|at| distance(at).powi(2));
        let lines = grid.lines(&[0.09]);
        let [circle] = lines.as_slice() else {
            panic!("{} lines", lines.len());
        };
        assert_eq!(circle.first(), circle.last());
        for at in circle {
            assert!((distance(*at) - 0.3).abs() < 1e-4, "{at:?}");
        }
        let length: f64 = circle
            .windows(2)
            .map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1))
            .sum();
        assert!((length - 0.6 * std::f64::consts::PI).abs() < 1e-3);
    }

    #[test]
    fn a_contour_that_leaves_the_square_is_one_line_from_side_to_side() {
        let lines = Grid::of(|(x, y)| x + 2.0 * y).lines(&[1.0]);
        let [line] = lines.as_slice() else {
            panic!("{} lines", lines.len());
        };
        let mut ends = [line[0], line[line.len() - 1]];
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(ends, [(0.0, 0.5), (1.0, 0.0)]);
    }

    #[test]
    fn a_saddle_has_two_lines_that_do_not_cross() {
        let lines = Grid::of(|(x, y)| (x - 0.503) * (y - 0.503)).lines(&[1e-7]);
        assert_eq!(lines.len(), 2);
        for line in lines {
            let side = |at: &Unit| at.0 > 0.503;
            assert!(line.iter().all(|at| side(at) == side(&line[0])));
        }
    }

    #[test]
    fn there_is_no_contour_where_the_field_is_not_finite() {
        let field = |(x, y): Unit| if x < 0.5 { f64::NAN } else { y };
        let lines = Grid::of(field).lines(&[0.3]);
        assert!(lines.iter().flatten().all(|(x, _)| *x >= 0.5));
        assert_eq!(lines.len(), 1);
    }
}
