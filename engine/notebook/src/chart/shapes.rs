//! Shapes: the marks of a panel on the unit square, cut at its frame.
//!
//! They are made once and drawn twice, in the wide and the narrow form.

use super::Style;
use super::clip::{self, End, Exit, Unit, Visible};
use super::contour::Samples;
use super::heat::Heat;
use super::mark::{Mark, Point};
use super::scale::Scale;
use super::spread::sorted;

/// What is seen of a mark.
pub(super) enum Shape {
    /// A curve: its pieces, where it leaves the frame, its markers.
    Curve {
        visible: Visible,
        markers: Vec<Unit>,
        style: Style,
    },
    /// The area between two edges.
    Band { areas: Vec<Vec<Unit>>, style: Style },
    /// Bars, from corner to corner.
    Bars {
        bars: Vec<(Unit, Unit)>,
        exits: Vec<Exit>,
        style: Style,
    },
    /// The lines of a field's levels.
    Contours(Vec<Vec<Unit>>),
    /// A field as shades.
    Heat(Heat),
    /// An upright line.
    Wall(f64),
    /// A level line.
    Level(f64),
    /// An arrow; no head where it leaves the frame.
    Arrow { from: Unit, tip: End, style: Style },
    /// A few words beside a point.
    Note(Unit),
}

/// The scales of a panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales {
    pub x: Scale,
    pub y: Scale,
}

impl Scales {
    fn unit(&self, (x, y): Point) -> Option<Unit> {
        self.x.unit(x).zip(self.y.unit(y))
    }

    fn inside(&self, point: Point) -> Option<Unit> {
        self.unit(point).filter(|at| clip::is_inside(*at))
    }

    fn value(&self, (x, y): Unit) -> Point {
        (self.x.value(x), self.y.value(y))
    }

    /// What is seen of a mark, if anything is.
    pub fn shape(&self, mark: &Mark, slot: BarSlot) -> Option<Shape> {
        match mark {
            Mark::Curve {
                points,
                style,
                line,
                markers,
                ..
            } => self.curve(points, *style, *line, *markers),
            Mark::Band { edges, style, .. } => self.band(edges, *style),
            Mark::Bars { bars, style, .. } => self.bars(bars, *style, slot),
            Mark::Contours { field, levels } => {
                let samples = Samples::of(|at| {
                    let (x, y) = self.value(at);
                    field(x, y)
                });
                let lines: Vec<_> = levels.iter().flat_map(|l| samples.lines(*l)).collect();
                (!lines.is_empty()).then_some(Shape::Contours(lines))
            }
            Mark::Heat { field, .. } => {
                let field = |at| {
                    let (x, y) = self.value(at);
                    field(x, y)
                };
                Heat::of(field).map(Shape::Heat)
            }
            Mark::Wall { x, .. } => self.x.has(*x).then_some(Shape::Wall(self.x.unit(*x)?)),
            Mark::Level { y, .. } => self.y.has(*y).then_some(Shape::Level(self.y.unit(*y)?)),
            Mark::Arrow {
                from, to, style, ..
            } => {
                let (from, tip) = clip::segment(self.unit(*from)?, self.unit(*to)?)?;
                Some(Shape::Arrow {
                    from: from.at(),
                    tip,
                    style: *style,
                })
            }
            Mark::Note { at, .. } => self.inside(*at).map(Shape::Note),
        }
    }

    fn curve(&self, points: &[Point], style: Style, line: bool, markers: bool) -> Option<Shape> {
        let visible = if line {
            let points: Vec<_> = points.iter().map(|point| self.unit(*point)).collect();
            clip::curve(&points)
        } else {
            Visible::default()
        };
        let markers: Vec<_> = if markers {
            points.iter().filter_map(|p| self.inside(*p)).collect()
        } else {
            Vec::new()
        };
        let empty = visible.runs.is_empty() && markers.is_empty();
        (!empty).then_some(Shape::Curve {
            visible,
            markers,
            style,
        })
    }

    fn band(&self, edges: &[(f64, f64, f64)], style: Style) -> Option<Shape> {
        let edges: Vec<Option<(Unit, Unit)>> = edges
            .iter()
            .map(|(x, low, high)| self.unit((*x, *low)).zip(self.unit((*x, *high))))
            .collect();
        let areas: Vec<_> = edges
            .split(Option::is_none)
            .map(|piece| {
                let lows = piece.iter().flatten().map(|(low, _)| *low);
                let highs = piece.iter().rev().flatten().map(|(_, high)| *high);
                clip::polygon(lows.chain(highs).collect())
            })
            .filter(|area| area.len() > 2)
            .collect();
        (!areas.is_empty()).then_some(Shape::Band { areas, style })
    }

    fn bars(&self, bars: &[Point], style: Style, slot: BarSlot) -> Option<Shape> {
        let base = self.y.unit(0.0).unwrap_or(0.0).clamp(0.0, 1.0);
        let tops: Vec<Unit> = bars.iter().filter_map(|bar| self.unit(*bar)).collect();
        let sides = slot.within(spacing(&tops));
        let mut bars = Vec::new();
        let mut exits = Vec::new();
        for (x, y) in tops {
            let (left, right) = ((x + sides.0).max(0.0), (x + sides.1).min(1.0));
            let middle = (left + right) / 2.0;
            let Some((bottom, top)) = clip::segment((middle, base), (middle, y)) else {
                continue;
            };
            if left <= right {
                bars.push(((left, bottom.at().1), (right, top.at().1)));
                exits.extend(top.exit());
            }
        }
        (!bars.is_empty()).then_some(Shape::Bars { bars, exits, style })
    }
}

/// Which of several sets of bars stands where beside the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct BarSlot {
    pub index: usize,
    pub of: usize,
}

impl BarSlot {
    /// The sides of a bar, from the middle of the place that all sets share.
    fn within(self, spacing: f64) -> (f64, f64) {
        let all = 0.7 * spacing;
        let width = all / self.of as f64;
        let left = self.index as f64 * width - all / 2.0;
        (left, left + width)
    }
}

/// The least distance between bars, across the panel.
fn spacing(tops: &[Unit]) -> f64 {
    let places = sorted(tops.iter().map(|(x, _)| *x));
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0]);
    gaps.filter(|gap| *gap > 0.0).fold(0.2, f64::min)
}
