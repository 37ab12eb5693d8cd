//! Scenes: a panel with its scales and shapes, before any layout.

use super::Panel;
use super::mark::Mark;
use super::sample::Sample;
use super::scale::Scale;
use super::shapes::{BarSlot, Scales, Shape};
use crate::Result;
use anyhow::{anyhow, ensure};

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
        let field = |mark: &Mark| matches!(mark, Mark::Contours { .. } | Mark::Heat { .. });
        let fixed = panel.x.range.is_some() && panel.y.range.is_some();
        ensure!(
            fixed || !panel.marks.iter().any(field),
            "both axes: contours and heat need ranges; give them with Axis::range"
        );
        let x = Scale::new(&panel.x, panel.marks.iter().flat_map(Mark::xs));
        let y = Scale::new(&panel.y, panel.marks.iter().flat_map(Mark::ys));
        let scales = Scales {
            x: x.map_err(|error| anyhow!("x axis: {error}"))?,
            y: y.map_err(|error| anyhow!("y axis: {error}"))?,
        };
        let shapes = shapes(panel, &scales);
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
                Some((Sample::Band(*style), (low + high) / 2.0))
            }
            Shape::Bars { bars, style, .. } => Some((Sample::Bars(*style), bars.last()?.1.1)),
            Shape::Level(y) => Some((Sample::Level, *y)),
            _ => None,
        }
    }
}
