//! Cuts what is drawn at the frame of a panel, which is the unit square.

/// A point of the panel: the unit square is what its axes span.
pub(super) type Unit = (f64, f64);

/// A side of the frame, by the direction that leads out there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Side(pub Unit);

const SIDES: [Side; 4] = [LEFT, RIGHT, BOTTOM, TOP];
const LEFT: Side = Side((-1.0, 0.0));
const RIGHT: Side = Side((1.0, 0.0));
const BOTTOM: Side = Side((0.0, -1.0));
const TOP: Side = Side((0.0, 1.0));

impl Side {
    /// How far inside the point lies; negative outside.
    fn depth(self, (x, y): Unit) -> f64 {
        let Side((out_x, out_y)) = self;
        out_x.max(out_y).max(0.0) - (out_x * x + out_y * y)
    }

    /// The point moved along its axis onto the side.
    fn onto(self, (x, y): Unit) -> Unit {
        let place = |out: f64, own: f64| if out == 0.0 { own } else { out.max(0.0) };
        (place(self.0.0, x), place(self.0.1, y))
    }
}

/// A place on the frame where a curve crosses it.
pub(super) type Exit = (Unit, Side);

/// An end of a visible segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct End {
    pub at: Unit,
    /// The side at which it was cut; none for the segment's own end.
    side: Option<Side>,
}

impl End {
    pub fn exit(self) -> Option<Exit> {
        Some((self.at, self.side?))
    }
}

pub(super) fn is_inside((x, y): Unit) -> bool {
    (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)
}

/// The pieces of a curve inside the frame, in order, and where it goes on
/// outside. It is interrupted where a point is missing; a piece may be a single
/// point.
pub(super) fn curve(points: &[Option<Unit>]) -> (Vec<Vec<Unit>>, Vec<Exit>) {
    let (mut pieces, mut exits) = (Vec::new(), Vec::new());
    for drawn in points.split(Option::is_none) {
        let drawn: Vec<Unit> = drawn.iter().copied().flatten().collect();
        let mut piece = Vec::new();
        if let [lone] = *drawn {
            piece.extend(Some(lone).filter(|at| is_inside(*at)));
        }
        for pair in drawn.windows(2) {
            let Some((start, end)) = segment(pair[0], pair[1]) else {
                continue;
            };
            if piece.is_empty() {
                piece.push(start.at);
            }
            piece.push(end.at);
            exits.extend(start.exit());
            if let Some(exit) = end.exit() {
                exits.push(exit);
                pieces.push(std::mem::take(&mut piece));
            }
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    (pieces, exits)
}

/// The part of a segment inside the frame (Liang and Barsky, 1984); none if it
/// passes outside or only touches a corner.
pub(super) fn segment(a: Unit, b: Unit) -> Option<(End, End)> {
    let (mut enters, mut leaves) = ((0.0, None), (1.0, None));
    for side in SIDES {
        let (from, to) = (side.depth(a), side.depth(b));
        if from < 0.0 && to < 0.0 {
            return None;
        }
        let part = from / (from - to);
        if from < 0.0 && part >= enters.0 {
            enters = (part, Some(side));
        } else if to < 0.0 && part <= leaves.0 {
            leaves = (part, Some(side));
        }
    }
    let end = |own, (part, side): (f64, Option<Side>)| {
        let cut = side.map(|side| side.onto(within(between(a, b, part))));
        let at = cut.unwrap_or(own);
        End { at, side }
    };
    let (start, end) = (end(a, enters), end(b, leaves));
    let both_cut = start.side.is_some() && end.side.is_some();
    let touches = both_cut && start.at == end.at;
    (enters.0 <= leaves.0 && !touches).then_some((start, end))
}

/// The part of a polygon inside the frame (Sutherland and Hodgman, 1974); empty
/// if it lies outside.
pub(super) fn polygon(corners: Vec<Unit>) -> Vec<Unit> {
    SIDES.into_iter().fold(corners, |corners, side| {
        let mut kept = Vec::with_capacity(corners.len() + 4);
        let last = corners.last().copied();
        let previous = last.into_iter().chain(corners.iter().copied());
        for (a, b) in previous.zip(corners.iter().copied()) {
            let (from, to) = (side.depth(a), side.depth(b));
            if (from < 0.0) != (to < 0.0) {
                kept.push(side.onto(between(a, b, from / (from - to))));
            }
            if to >= 0.0 {
                kept.push(b);
            }
        }
        kept
    })
}

/// The point, moved into the frame: between points very far away, rounding may
/// put it outside.
fn within((x, y): Unit) -> Unit {
    (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0))
}

fn between(a: Unit, b: Unit, part: f64) -> Unit {
    (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(at: Unit) -> End {
        End { at, side: None }
    }

    const CUT: End = End {
        at: (0.75, 1.0),
        side: Some(TOP),
    };

    #[test]
    fn a_segment_is_cut_where_the_line_meets_the_frame() {
        let (start, end) = segment((0.5, 0.5), (1.5, 2.5)).unwrap();
        assert_eq!((start, end), (own((0.5, 0.5)), CUT));
        let (start, end) = segment((1.5, 2.5), (0.5, 0.5)).unwrap();
        assert_eq!((start, end), (CUT, own((0.5, 0.5))));
    }

    #[test]
    fn a_segment_across_the_frame_is_cut_twice_however_far_it_goes() {
        let (start, end) = segment((0.25, -1e100), (0.25, 1e100)).unwrap();
        assert_eq!((start.at, end.at), ((0.25, 0.0), (0.25, 1.0)));
        let (_, end) = segment((0.5, 0.5), (0.75, 1e100)).unwrap();
        assert_eq!(end.at, (0.5, 1.0));
    }

    #[test]
    fn a_segment_that_misses_the_frame_or_touches_a_corner_is_not_seen() {
        assert_eq!(segment((-1.0, 0.5), (0.5, 2.5)), None);
        assert_eq!(segment((0.5, 1.1), (0.9, 1.2)), None);
        assert_eq!(segment((-0.5, 0.5), (0.5, -0.5)), None);
    }

    #[test]
    fn a_missing_point_lifts_the_pen() {
        let (a, b, c) = ((0.1, 0.1), (0.2, 0.2), (0.3, 0.3));
        let (pieces, exits) = curve(&[Some(a), Some(b), None, Some(c), None, Some((2.0, 2.0))]);
        assert_eq!(pieces, [vec![a, b], vec![c]]);
        assert_eq!(exits, []);
    }

    #[test]
    fn a_curve_is_marked_where_it_leaves_and_where_it_comes_back() {
        let (pieces, exits) = curve(&[Some((0.0, 0.5)), Some((0.5, 1.5)), Some((1.0, 0.5))]);
        let exits: Vec<_> = exits.iter().map(|exit| exit.0).collect();
        assert_eq!(exits, [(0.25, 1.0), (0.75, 1.0)]);
        let first = vec![(0.0, 0.5), (0.25, 1.0)];
        let second = vec![(0.75, 1.0), (1.0, 0.5)];
        assert_eq!(pieces, [first, second]);
    }

    #[test]
    fn a_curve_that_ends_on_the_frame_is_not_marked() {
        let (_, exits) = curve(&[Some((0.5, 0.5)), Some((1.0, 1.0))]);
        assert_eq!(exits, []);
    }

    #[test]
    fn a_polygon_keeps_the_area_inside() {
        let square = vec![(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)];
        let inside = polygon(square);
        assert!(inside.iter().all(|corner| is_inside(*corner)));
        let next = inside.iter().cycle().skip(1);
        let twice: f64 = inside
            .iter()
            .zip(next)
            .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
            .sum();
        assert_eq!(twice / 2.0, 0.25);
        assert_eq!(polygon(vec![(2.0, 2.0), (3.0, 2.0), (2.0, 3.0)]), []);
    }
}
