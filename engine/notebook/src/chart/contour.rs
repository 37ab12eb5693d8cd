//! Contours: the lines on which a field has a given value, by marching squares.

use super::clip::Unit;

/// Cells along each side of the unit square.
const CELLS: usize = 120;

/// A field at the corners of the cells.
pub(super) struct Grid {
    values: Vec<f64>,
}

/// Corners along each side of the unit square.
const CORNERS: usize = CELLS + 1;

/// A side of a cell, by the corner at its lower or left end: those that lie
/// flat come first, then those that stand upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edge(usize);

impl Edge {
    const FLAT: usize = CORNERS * CORNERS;
    const ALL: usize = 2 * Edge::FLAT;

    fn flat(column: usize, row: usize) -> Edge {
        Edge(column * CORNERS + row)
    }

    fn upright(column: usize, row: usize) -> Edge {
        Edge(Edge::FLAT + column * CORNERS + row)
    }

    /// The column and row of its corner, and whether it stands upright.
    fn parts(self) -> (usize, usize, bool) {
        let corner = self.0 % Edge::FLAT;
        (corner / CORNERS, corner % CORNERS, self.0 >= Edge::FLAT)
    }
}

/// The ways on from each side, by its index: one on either hand, at most.
struct Ways(Vec<[Option<Edge>; 2]>);

impl Grid {
    pub fn of(field: impl Fn(Unit) -> f64) -> Grid {
        let at = |corner: usize| corner as f64 / CELLS as f64;
        let corners = (0..=CELLS).flat_map(|row| (0..=CELLS).map(move |column| (column, row)));
        Grid {
            values: corners
                .map(|(column, row)| field((at(column), at(row))))
                .collect(),
        }
    }

    /// The lines of one level, joined end to end; closed ones end where they
    /// begin.
    pub fn lines(&self, level: f64) -> Vec<Vec<Unit>> {
        let mut ways = Ways(vec![[None; 2]; Edge::ALL]);
        for row in 0..CELLS {
            for column in 0..CELLS {
                for (a, b) in self.crossings(column, row, level) {
                    ways.add(a, b);
                    ways.add(b, a);
                }
            }
        }
        let mut lines = Vec::new();
        // Open lines first, each from an end; then the closed ones.
        for is_start in [Ways::is_end, Ways::goes_on] {
            for edge in (0..Edge::ALL).map(Edge) {
                if is_start(&ways, edge) {
                    let line = ways.follow(edge).into_iter();
                    lines.push(line.map(|edge| self.crossing(edge, level)).collect());
                }
            }
        }
        lines
    }

    fn value(&self, column: usize, row: usize) -> f64 {
        self.values[row * CORNERS + column]
    }

    /// The pairs of sides that the contour joins in one cell; none where the
    /// field is not finite.
    fn crossings(&self, column: usize, row: usize, level: f64) -> Vec<(Edge, Edge)> {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
            .map(|(right, up)| self.value(column + right, row + up));
        if corners.iter().any(|value| !value.is_finite()) {
            return Vec::new();
        }
        let above = corners.map(|value| value >= level);
        let sides = [
            Edge::flat(column, row),
            Edge::upright(column + 1, row),
            Edge::flat(column, row + 1),
            Edge::upright(column, row),
        ];
        let crossed: Vec<Edge> = (0..4)
            .filter(|&side| above[side] != above[(side + 1) % 4])
            .map(|side| sides[side])
            .collect();
        match *crossed.as_slice() {
            [a, b] => vec![(a, b)],
            [bottom, right, top, left] => {
                if (saddle(corners) >= level) == above[0] {
                    vec![(bottom, right), (top, left)]
                } else {
                    vec![(bottom, left), (top, right)]
                }
            }
            _ => Vec::new(),
        }
    }

    /// Where the level is met on a side, by linear interpolation.
    fn crossing(&self, edge: Edge, level: f64) -> Unit {
        let (column, row, upright) = edge.parts();
        let to = match upright {
            true => self.value(column, row + 1),
            false => self.value(column + 1, row),
        };
        let from = self.value(column, row);
        let part = (level - from) / (to - from);
        let (x, y) = match upright {
            true => (column as f64, row as f64 + part),
            false => (column as f64 + part, row as f64),
        };
        (x / CELLS as f64, y / CELLS as f64)
    }
}

/// The value at the saddle of the bilinear surface through a cell's corners: it
/// tells which of the corners belong together (Nielson and Hamann, 1991).
fn saddle([a, b, c, d]: [f64; 4]) -> f64 {
    (a * c - b * d) / (a + c - b - d)
}

impl Ways {
    fn add(&mut self, from: Edge, to: Edge) {
        let [first, second] = &mut self.0[from.0];
        *if first.is_none() { first } else { second } = Some(to);
    }

    fn is_end(&self, edge: Edge) -> bool {
        let [first, second] = self.0[edge.0];
        first.is_some() != second.is_some()
    }

    fn goes_on(&self, edge: Edge) -> bool {
        self.0[edge.0].iter().any(Option::is_some)
    }

    /// Follows a line to its end, and takes it away.
    fn follow(&mut self, start: Edge) -> Vec<Edge> {
        let mut line = vec![start];
        let mut here = start;
        while let Some(next) = self.0[here.0].iter_mut().rev().find_map(Option::take) {
            for back in &mut self.0[next.0] {
                back.take_if(|edge| *edge == here);
            }
            line.push(next);
            here = next;
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_of_the_squared_distance_is_one_closed_circle() {
        let distance = |(x, y): Unit| (x - 0.5).hypot(y - 0.5);
        let grid = Grid::of(|at| distance(at).powi(2));
        let lines = grid.lines(0.09);
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
        let lines = Grid::of(|(x, y)| x + 2.0 * y).lines(1.0);
        let [line] = lines.as_slice() else {
            panic!("{} lines", lines.len());
        };
        let mut ends = [line[0], line[line.len() - 1]];
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(ends, [(0.0, 0.5), (1.0, 0.0)]);
    }

    #[test]
    fn a_saddle_has_two_lines_that_do_not_cross() {
        let lines = Grid::of(|(x, y)| (x - 0.503) * (y - 0.503)).lines(1e-7);
        assert_eq!(lines.len(), 2);
        for line in lines {
            let side = |at: &Unit| at.0 > 0.503;
            assert!(line.iter().all(|at| side(at) == side(&line[0])));
        }
    }

    #[test]
    fn there_is_no_contour_where_the_field_is_not_finite() {
        let field = |(x, y): Unit| if x < 0.5 { f64::NAN } else { y };
        let lines = Grid::of(field).lines(0.3);
        assert!(lines.iter().flatten().all(|(x, _)| *x >= 0.5));
        assert_eq!(lines.len(), 1);
    }
}
