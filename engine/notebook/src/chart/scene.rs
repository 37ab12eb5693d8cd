//! Scenes: what is seen of a panel, on the unit square and cut at its frame,
//! before any layout.
//!
//! They are made once and drawn twice, in the wide and the narrow form.

use super::axis::Scale;
use super::clip::{self, End, Unit, Visible};
use super::contour::Grid;
use super::panel::{Mark, Panel, Point};
use super::style::Style;
use crate::Result;
use anyhow::{anyhow, ensure};

/// A panel ready to be laid out.
pub(super) struct Scene<'a> {
    pub panel: &'a Panel,
    pub scales: Scales,
    /// What is seen of each mark, with the mark's label.
    pub shapes: Vec<(Shape, &'a str)>,
}

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
    /// The lines of a field's levels.
    Contours(Vec<Vec<Unit>>),
    /// An upright line.
    Wall(f64),
    /// A level line.
    Level(f64),
    /// An arrow; no head where it leaves the frame.
    Arrow { from: Unit, tip: End, style: Style },
    /// A few words beside a point.
    Note(Unit),
}

/// The label of a curve, band or level.
pub(super) struct Label<'a> {
    pub text: &'a str,
    pub symbol: Symbol,
    /// The height at which the shape ends, on the unit interval.
    pub end: f64,
}

/// What stands before a label to tell whose it is: a piece of what it names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Symbol {
    Curve {
        style: Style,
        line: bool,
        markers: bool,
    },
    Band(Style),
    Level,
}

/// The scales of a panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales {
    pub x: Scale,
    pub y: Scale,
}

impl<'a> Scene<'a> {
    /// # Errors
    ///
    /// If a range is none, or nothing would be seen; `number` is the panel's
    /// place in the chart, from 1.
    pub fn of(panel: &'a Panel, number: usize) -> Result<Scene<'a>> {
        let place = match panel.title.trim() {
            "" => format!("panel {number}"),
            title => format!("panel \"{title}\""),
        };
        Scene::compose(panel).map_err(|error| anyhow!("{place}, {error}"))
    }

    fn compose(panel: &'a Panel) -> Result<Scene<'a>> {
        let marks = || panel.marks.iter().map(|(_, mark)| mark);
        let field = |mark: &Mark| matches!(mark, Mark::Contours { .. });
        let fixed = panel.x.has_range() && panel.y.has_range();
        ensure!(
            fixed || !marks().any(field),
            "both axes: contours need ranges; give them with Axis::range"
        );
        let x = Scale::new(&panel.x, marks().flat_map(Mark::xs));
        let y = Scale::new(&panel.y, marks().flat_map(Mark::ys));
        let scales = Scales {
            x: x.map_err(|error| anyhow!("x axis: {error}"))?,
            y: y.map_err(|error| anyhow!("y axis: {error}"))?,
        };
        let seen = |(label, mark): &'a (String, Mark)| Some((scales.shape(mark)?, &**label));
        let shapes: Vec<_> = panel.marks.iter().filter_map(seen).collect();
        let bound = |shape: &Shape| matches!(shape, Shape::Wall(_) | Shape::Level(_));
        ensure!(
            !shapes.iter().all(|(shape, _)| bound(shape)),
            "both axes: nothing to draw, no finite point lies between their ends"
        );
        Ok(Scene {
            panel,
            scales,
            shapes,
        })
    }

    /// How many times as wide as high the plot must be for units of one length on
    /// both axes; none where the panel does not ask for that.
    pub fn aspect(&self) -> Option<f64> {
        let Scales { x, y } = self.scales;
        let ratio = (x.high - x.low) / (y.high - y.low);
        self.panel.same_scale.then_some(ratio)
    }

    /// The labels that stand beside the panel or in a legend under it.
    pub fn labels(&self) -> Vec<Label<'a>> {
        let labelled = self.shapes.iter().filter(|(_, text)| !text.is_empty());
        labelled
            .filter_map(|(shape, text)| {
                let (symbol, end) = shape.symbol()?;
                Some(Label { text, symbol, end })
            })
            .collect()
    }
}

impl Scales {
    fn unit(&self, (x, y): Point) -> Option<Unit> {
        self.x.unit(x).zip(self.y.unit(y))
    }

    fn inside(&self, point: Point) -> Option<Unit> {
        self.unit(point).filter(|at| clip::is_inside(*at))
    }

    /// What is seen of a mark, if anything is.
    fn shape(&self, mark: &Mark) -> Option<Shape> {
        match mark {
            Mark::Curve {
                points,
                style,
                line,
                markers,
            } => self.curve(points, *style, *line, *markers),
            Mark::Band { edges, style } => self.band(edges, *style),
            Mark::Contours { field, levels } => {
                let grid = Grid::of(|(x, y)| field(self.x.value(x), self.y.value(y)));
                let lines: Vec<_> = levels.iter().flat_map(|l| grid.lines(*l)).collect();
                (!lines.is_empty()).then_some(Shape::Contours(lines))
            }
            Mark::Wall(x) => self.x.has(*x).then_some(Shape::Wall(self.x.unit(*x)?)),
            Mark::Level(y) => self.y.has(*y).then_some(Shape::Level(self.y.unit(*y)?)),
            Mark::Arrow { from, to, style } => {
                let (from, tip) = clip::segment(self.unit(*from)?, self.unit(*to)?)?;
                Some(Shape::Arrow {
                    from: from.at(),
                    tip,
                    style: *style,
                })
            }
            Mark::Note(at) => self.inside(*at).map(Shape::Note),
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
}

impl Shape {
    /// The symbol of its label, and the height at which it ends.
    fn symbol(&self) -> Option<(Symbol, f64)> {
        match self {
            Shape::Curve {
                visible,
                markers,
                style,
            } => {
                let last = visible.runs.last().and_then(|run| run.last());
                let symbol = Symbol::Curve {
                    style: *style,
                    line: last.is_some(),
                    markers: !markers.is_empty(),
                };
                Some((symbol, last.or(markers.last())?.1))
            }
            Shape::Band { areas, style } => {
                let area = areas.last()?;
                let right = area.iter().map(|(x, _)| *x).fold(0.0, f64::max);
                let edge = || area.iter().filter(|(x, _)| *x == right).map(|(_, y)| *y);
                let (low, high) = (edge().fold(1.0, f64::min), edge().fold(0.0, f64::max));
                Some((Symbol::Band(*style), (low + high) / 2.0))
            }
            Shape::Level(y) => Some((Symbol::Level, *y)),
            _ => None,
        }
    }
}
