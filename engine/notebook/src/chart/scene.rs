//! Scenes: a panel with its scales and shapes, before any layout.

use super::scale::Scale;
use super::shapes::{BarSlot, Scales, Shape};
use super::{Axis, Mark, Panel, Style};
use crate::Result;
use anyhow::{Context, ensure};

/// A panel ready to be laid out.
pub(super) struct Scene<'a> {
    pub panel: &'a Panel,
    pub scales: Scales,
    /// What is seen of each mark, with the mark's label.
    pub shapes: Vec<(Shape, &'a str)>,
}

/// The label of a curve, band, set of bars or level.
#[derive(Clone, Debug)]
pub(super) struct Label<'a> {
    pub text: &'a str,
    pub sample: Sample,
    /// The height at which the shape ends, on the unit interval.
    pub end: f64,
}

/// What stands before a label to tell whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    Curve {
        style: Style,
        line: bool,
        markers: bool,
    },
    Area(Style),
    Level,
}

impl<'a> Scene<'a> {
    /// # Errors
    ///
    /// If a range is none, or nothing would be seen; `number` is the panel's
    /// place in the chart, from 1.
    pub fn of(panel: &'a Panel, number: usize) -> Result<Scene<'a>> {
        Scene::compose(panel).with_context(|| match panel.title.trim() {
            "" => format!("panel {number}"),
            title => format!("panel \"{title}\""),
        })
    }

    fn compose(panel: &'a Panel) -> Result<Scene<'a>> {
        let field = |mark: &Mark| matches!(mark, Mark::Contours { .. } | Mark::Heat { .. });
        let fixed = panel.x.range.is_some() && panel.y.range.is_some();
        ensure!(
            fixed || !panel.marks.iter().any(field),
            "contours and heat need a range on both axes"
        );
        let scales = Scales {
            x: scale(&panel.x, panel.marks.iter().flat_map(Mark::xs)).context("x axis")?,
            y: scale(&panel.y, panel.marks.iter().flat_map(Mark::ys)).context("y axis")?,
        };
        let shapes = shapes(panel, &scales);
        let background = |shape: &Shape| matches!(shape, Shape::Wall(_) | Shape::Level(_));
        ensure!(
            shapes.iter().any(|(shape, _)| !background(shape)),
            "nothing to draw: no finite point lies within the axes"
        );
        Ok(Scene {
            panel,
            scales,
            shapes,
        })
    }

    /// The labels that stand beside the panel or in a key under it.
    pub fn labels(&self) -> Vec<Label<'a>> {
        let labelled = self.shapes.iter().filter(|(_, text)| !text.is_empty());
        labelled
            .filter_map(|(shape, text)| {
                let (sample, end) = shape.label()?;
                Some(Label { text, sample, end })
            })
            .collect()
    }
}

fn scale(axis: &Axis, data: impl Iterator<Item = f64>) -> Result<Scale> {
    Scale::new(axis, data)
}

fn shapes<'a>(panel: &'a Panel, scales: &Scales) -> Vec<(Shape, &'a str)> {
    let is_bars = |mark: &&Mark| matches!(mark, Mark::Bars { .. });
    let of = panel.marks.iter().filter(is_bars).count();
    let mut index = 0;
    let mut shapes = Vec::new();
    for mark in &panel.marks {
        let shape = scales.shape(mark, BarSlot { index, of });
        shapes.extend(shape.map(|shape| (shape, mark.label())));
        index += usize::from(is_bars(&mark));
    }
    shapes
}

impl Shape {
    fn label(&self) -> Option<(Sample, f64)> {
        match self {
            Shape::Curve {
                visible,
                markers,
                style,
            } => {
                let last = visible.runs.last().and_then(|run| run.last());
                let sample = Sample::Curve {
                    style: *style,
                    line: last.is_some(),
                    markers: !markers.is_empty(),
                };
                Some((sample, last.or(markers.last())?.1))
            }
            Shape::Band { areas, style } => {
                let area = areas.last()?;
                let right = area.iter().map(|(x, _)| *x).fold(0.0, f64::max);
                let edge = || area.iter().filter(|(x, _)| *x == right).map(|(_, y)| *y);
                let (low, high) = (edge().fold(1.0, f64::min), edge().fold(0.0, f64::max));
                Some((Sample::Area(*style), (low + high) / 2.0))
            }
            Shape::Bars { bars, style, .. } => Some((Sample::Area(*style), bars.last()?.1.1)),
            Shape::Level(y) => Some((Sample::Level, *y)),
            _ => None,
        }
    }
}

impl Mark {
    fn label(&self) -> &str {
        match self {
            Mark::Curve { label, .. }
            | Mark::Band { label, .. }
            | Mark::Bars { label, .. }
            | Mark::Heat { label, .. }
            | Mark::Wall { label, .. }
            | Mark::Level { label, .. }
            | Mark::Arrow { label, .. } => label,
            Mark::Note { text, .. } => text,
            Mark::Contours { .. } => "",
        }
    }

    /// The values that an axis without ends must have room for.
    fn xs(&self) -> Vec<f64> {
        match self {
            Mark::Curve { points, .. } => points.iter().map(|(x, _)| *x).collect(),
            Mark::Band { edges, .. } => edges.iter().map(|(x, ..)| *x).collect(),
            Mark::Bars { bars, .. } => with_room(bars.iter().map(|(x, _)| *x).collect()),
            Mark::Wall { x, .. } => vec![*x],
            Mark::Arrow { from, to, .. } => vec![from.0, to.0],
            Mark::Note { at, .. } => vec![at.0],
            Mark::Level { .. } | Mark::Contours { .. } | Mark::Heat { .. } => Vec::new(),
        }
    }

    fn ys(&self) -> Vec<f64> {
        match self {
            Mark::Curve { points, .. } => points.iter().map(|(_, y)| *y).collect(),
            Mark::Band { edges, .. } => edges.iter().flat_map(|(_, l, h)| [*l, *h]).collect(),
            Mark::Bars { bars, .. } => {
                let heights = bars.iter().map(|(_, height)| *height);
                heights.chain([0.0]).collect()
            }
            Mark::Level { y, .. } => vec![*y],
            Mark::Arrow { from, to, .. } => vec![from.1, to.1],
            Mark::Note { at, .. } => vec![at.1],
            Mark::Wall { .. } | Mark::Contours { .. } | Mark::Heat { .. } => Vec::new(),
        }
    }
}

/// The places of bars, and half a place more at both ends.
fn with_room(mut xs: Vec<f64>) -> Vec<f64> {
    xs.retain(|x| x.is_finite());
    xs.sort_unstable_by(f64::total_cmp);
    let gaps = xs.windows(2).map(|pair| pair[1] - pair[0]);
    let gap = gaps.filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
    if let (Some(&first), Some(&last), true) = (xs.first(), xs.last(), gap.is_finite()) {
        xs.extend([first - gap / 2.0, last + gap / 2.0]);
    }
    xs
}
