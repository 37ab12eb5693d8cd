//! Cuts what is drawn at the frame of a panel, which is the unit square.

/// A point of the panel: the unit square is what its axes span.
pub(super) type Unit = (f64, f64);

/// What is seen of a curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Visible {
    /// The pieces inside the frame, in order; a piece may be a single point.
    pub runs: Vec<Vec<Unit>>,
    /// Where the curve goes on outside the frame.
    pub exits: Vec<Exit>,
}

/// A place on the frame where a curve crosses it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exit {
    pub at: Unit,
    pub side: Side,
}

/// A side of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Bottom,
    Top,
}

impl Side {
    const ALL: [Side; 4] = [Side::Left, Side::Right, Side::Bottom, Side::Top];

    /// How far inside the point lies; negative outside.
    fn depth(self, (x, y): Unit) -> f64 {
        match self {
            Side::Left => x,
            Side::Right => 1.0 - x,
            Side::Bottom => y,
            Side::Top => 1.0 - y,
        }
    }

    /// The point moved along its axis onto the side.
    fn onto(self, (x, y): Unit) -> Unit {
        match self {
            Side::Left => (0.0, y),
            Side::Right => (1.0, y),
            Side::Bottom => (x, 0.0),
            Side::Top => (x, 1.0),
        }
    }

    /// Where the line through two points meets the side.
    fn crossing(self, a: Unit, b: Unit) -> Unit {
        let (inside, outside) = (self.depth(a), self.depth(b));
        self.onto(between(a, b, inside / (inside - outside)))
    }
}

pub(super) fn is_inside((x, y): Unit) -> bool {
    (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)
}

/// The part of a curve inside the frame; it is interrupted where a point is
/// missing.
pub(super) fn curve(points: &[Option<Unit>]) -> Visible {
    let mut visible = Visible::default();
    for piece in points.split(Option::is_none) {
        let piece: Vec<Unit> = piece.iter().copied().flatten().collect();
        match piece.as_slice() {
            [lone] if is_inside(*lone) => visible.runs.push(vec![*lone]),
            piece => visible.add(piece),
        }
    }
    visible
}

impl Visible {
    fn add(&mut self, piece: &[Unit]) {
        let mut run = Vec::new();
        for pair in piece.windows(2) {
            let Some((start, end)) = segment(pair[0], pair[1]) else {
                continue;
            };
            self.exits.extend(start.exit());
            if run.is_empty() {
                run.push(start.at());
            }
            run.push(end.at());
            if let Some(exit) = end.exit() {
                self.exits.push(exit);
                self.runs.push(std::mem::take(&mut run));
            }
        }
        if !run.is_empty() {
            self.runs.push(run);
        }
    }
}

/// An end of a visible segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    /// The segment's own end.
    Own(Unit),
    /// Where it crosses the frame.
    Cut(Exit),
}

impl End {
    pub fn at(self) -> Unit {
        match self {
            End::Own(at) => at,
            End::Cut(exit) => exit.at,
        }
    }

    pub fn exit(self) -> Option<Exit> {
        match self {
            End::Own(_) => None,
            End::Cut(exit) => Some(exit),
        }
    }
}

/// The part of a segment inside the frame (Liang and Barsky, 1984); none if it
/// passes outside or only touches a corner.
pub(super) fn segment(a: Unit, b: Unit) -> Option<(End, End)> {
    let (mut enters, mut leaves) = ((0.0, None), (1.0, None));
    for side in Side::ALL {
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
    let end = |own, (part, side): (f64, Option<Side>)| match side {
        None => End::Own(own),
        Some(side) => End::Cut(Exit {
            at: side.onto(within(between(a, b, part))),
            side,
        }),
    };
    let (start, end) = (end(a, enters), end(b, leaves));
    let both_cut = enters.1.is_some() && leaves.1.is_some();
    let touches = both_cut && start.at() == end.at();
    (enters.0 <= leaves.0 && !touches).then_some((start, end))
}

/// The part of a polygon inside the frame (Sutherland and Hodgman, 1974); empty
/// if it lies outside.
pub(super) fn polygon(corners: Vec<Unit>) -> Vec<Unit> {
    Side::ALL.into_iter().fold(corners, |corners, side| {
        let mut kept = Vec::with_capacity(corners.len() + 4);
        let last = corners.last().copied();
        let previous = last.into_iter().chain(corners.iter().copied());
        for (a, b) in previous.zip(corners.iter().copied()) {
            if (side.depth(a) < 0.0) != (side.depth(b) < 0.0) {
                kept.push(side.crossing(a, b));
            }
            if side.depth(b) >= 0.0 {
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

    const TOP: Exit = Exit {
        at: (0.75, 1.0),
        side: Side::Top,
    };

    #[test]
    fn a_segment_is_cut_where_the_line_meets_the_frame() {
        let (start, end) = segment((0.5, 0.5), (1.5, 2.5)).unwrap();
        assert_eq!((start, end), (End::Own((0.5, 0.5)), End::Cut(TOP)));
        let (start, end) = segment((1.5, 2.5), (0.5, 0.5)).unwrap();
        assert_eq!((start, end), (End::Cut(TOP), End::Own((0.5, 0.5))));
    }

    #[test]
    fn a_segment_across_the_frame_is_cut_twice_however_far_it_goes() {
        let (start, end) = segment((0.25, -1e100), (0.25, 1e100)).unwrap();
        assert_eq!((start.at(), end.at()), ((0.25, 0.0), (0.25, 1.0)));
        let (_, end) = segment((0.5, 0.5), (0.75, 1e100)).unwrap();
        assert_eq!(end.at(), (0.5, 1.0));
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
        let visible = curve(&[Some(a), Some(b), None, Some(c), None, Some((2.0, 2.0))]);
        assert_eq!(visible.runs, [vec![a, b], vec![c]]);
        assert_eq!(visible.exits, []);
    }

    #[test]
    fn a_curve_is_marked_where_it_leaves_and_where_it_comes_back() {
        let visible = curve(&[Some((0.0, 0.5)), Some((0.5, 1.5)), Some((1.0, 0.5))]);
        let exits: Vec<_> = visible.exits.iter().map(|exit| exit.at).collect();
        assert_eq!(exits, [(0.25, 1.0), (0.75, 1.0)]);
        let first = vec![(0.0, 0.5), (0.25, 1.0)];
        let second = vec![(0.75, 1.0), (1.0, 0.5)];
        assert_eq!(visible.runs, [first, second]);
    }

    #[test]
    fn a_curve_that_ends_on_the_frame_is_not_marked() {
        let visible = curve(&[Some((0.5, 0.5)), Some((1.0, 1.0))]);
        assert_eq!(visible.exits, []);
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
