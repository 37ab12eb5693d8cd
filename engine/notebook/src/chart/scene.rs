//! Scenes: what is seen of a panel, on the unit square and cut at its frame,
//! before any layout.
//!
//! They are made once and drawn twice, in the wide and the narrow form.

use super::axis::Scale;
use super::clip::{self, Exit, Unit};
use super::contour::Grid;
use super::panel::{Mark, MarkKind, Panel, Point};
use crate::Result;
use anyhow::{anyhow, ensure};

/// A panel ready to be laid out.
pub(super) struct Scene<'a> {
    pub panel: &'a Panel,
    pub x: Scale,
    pub y: Scale,
    pub shapes: Vec<Shape<'a>>,
}

/// What is seen of a mark.
pub(super) struct Shape<'a> {
    pub mark: &'a Mark,
    /// Its lines; of a band, the outlines of its areas.
    pub lines: Vec<Vec<Unit>>,
    /// Where it goes on outside the frame.
    pub exits: Vec<Exit>,
    /// Where its markers or its words stand.
    pub places: Vec<Unit>,
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
        let is_field = |mark: &Mark| matches!(mark.kind, MarkKind::Contours { .. });
        let has_ranges = panel.x.scale.is_some() && panel.y.scale.is_some();
        ensure!(
            has_ranges || !panel.marks.iter().any(is_field),
            "both axes: contours need ranges; give them with Axis::range"
        );
        let points = || panel.marks.iter().flat_map(|mark| &mark.points);
        let x = Scale::new(&panel.x, points().map(|(x, _)| *x));
        let y = Scale::new(&panel.y, points().map(|(_, y)| *y));
        let mut scene = Scene {
            panel,
            x: x.map_err(|error| anyhow!("x axis: {error}"))?,
            y: y.map_err(|error| anyhow!("y axis: {error}"))?,
            shapes: Vec::new(),
        };
        let marks = panel.marks.iter();
        scene.shapes = marks.filter_map(|mark| scene.shape(mark)).collect();
        let is_bound = |shape: &Shape| matches!(shape.mark.kind, MarkKind::Wall | MarkKind::Level);
        ensure!(
            !scene.shapes.iter().all(is_bound),
            "both axes: nothing to draw, no finite point lies between their ends"
        );
        Ok(scene)
    }

    /// How many times as wide as high the plot must be for units of one length on
    /// both axes; none where the panel does not ask for that.
    pub fn aspect(&self) -> Option<f64> {
        let ratio = (self.x.high - self.x.low) / (self.y.high - self.y.low);
        self.panel.same_scale.then_some(ratio)
    }

    /// What has a label beside the panel or in a legend under it.
    pub fn labelled(&self) -> Vec<&Shape<'a>> {
        use MarkKind::{Band, Level, Line, Path, Points};
        let has_label = |shape: &&Shape| {
            matches!(shape.mark.kind, Line | Path | Points | Band | Level)
                && !shape.mark.label.is_empty()
        };
        self.shapes.iter().filter(has_label).collect()
    }

    /// What is seen of a mark, if anything is.
    fn shape(&self, mark: &'a Mark) -> Option<Shape<'a>> {
        let unit = |point: &Point| self.x.unit(point.0).zip(self.y.unit(point.1));
        let points: Vec<Option<Unit>> = mark.points.iter().map(unit).collect();
        let mut shape = Shape {
            mark,
            lines: Vec::new(),
            exits: Vec::new(),
            places: Vec::new(),
        };
        match &mark.kind {
            MarkKind::Line | MarkKind::Path => (shape.lines, shape.exits) = clip::curve(&points),
            MarkKind::Band => shape.lines = areas(&points),
            MarkKind::Contours { field, levels } => {
                let grid = Grid::of(|(x, y)| field(self.x.value(x), self.y.value(y)));
                shape.lines = grid.lines(levels);
            }
            MarkKind::Wall => {
                let x = self.x.inside(mark.points[0].0)?;
                shape.lines.push(vec![(x, 0.0), (x, 1.0)]);
            }
            MarkKind::Level => {
                let y = self.y.inside(mark.points[0].1)?;
                shape.lines.push(vec![(0.0, y), (1.0, y)]);
            }
            MarkKind::Arrow => {
                let (from, tip) = clip::segment(points[0]?, points[1]?)?;
                shape.lines.push(vec![from.at, tip.at]);
                shape.exits.extend(tip.exit());
                shape.places.push(tip.at);
            }
            MarkKind::Points | MarkKind::Note => {}
        }
        if mark.has_markers() || matches!(mark.kind, MarkKind::Note) {
            let inside = points.iter().flatten().filter(|at| clip::is_inside(**at));
            shape.places.extend(inside);
        }
        let is_seen = !shape.lines.is_empty() || !shape.places.is_empty();
        is_seen.then_some(shape)
    }
}

/// The areas between two edges, interrupted where a point is missing.
fn areas(points: &[Option<Unit>]) -> Vec<Vec<Unit>> {
    let edges: Vec<_> = points.chunks(2).map(|edge| edge[0].zip(edge[1])).collect();
    let area = |piece: &[Option<(Unit, Unit)>]| {
        let lows = piece.iter().flatten().map(|(low, _)| *low);
        let highs = piece.iter().rev().flatten().map(|(_, high)| *high);
        clip::polygon(lows.chain(highs).collect())
    };
    let areas = edges.split(Option::is_none).map(area);
    areas.filter(|area| area.len() > 2).collect()
}

impl Shape<'_> {
    /// The height at which it ends: that of its last point, or the middle of the
    /// right edge of its last area.
    pub fn end(&self) -> f64 {
        let points = self.lines.last().unwrap_or(&self.places);
        if let MarkKind::Band = self.mark.kind {
            let right = points.iter().map(|(x, _)| *x).fold(0.0, f64::max);
            let edge = || points.iter().filter(|(x, _)| *x == right).map(|(_, y)| *y);
            let (low, high) = (edge().fold(1.0, f64::min), edge().fold(0.0, f64::max));
            return (low + high) / 2.0;
        }
        points.last().map_or(0.0, |(_, y)| *y)
    }
}
