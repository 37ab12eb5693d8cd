//! Layout: where the panels of a figure stand, and what room their text takes.

use super::area::{Area, Pixel};
use super::legend;
use super::scene::Scene;
use super::text::{LINE, width, wrap};
use super::ticks::{Tick, ticks};
use super::walls::{self, Name};

/// A form of a figure; lengths are in logical pixels.
pub(super) struct Form {
    width: f64,
    per_row: usize,
    /// The height of plots that stand in one row, and in several.
    plot_heights: (f64, f64),
}

/// For a page: panels side by side.
pub(super) const WIDE: Form = Form {
    width: 680.0,
    per_row: 2,
    plot_heights: (290.0, 230.0),
};

/// For a phone: panels one below the other.
pub(super) const NARROW: Form = Form {
    width: 340.0,
    per_row: 1,
    plot_heights: (230.0, 210.0),
};

/// Between panels.
const GAP: f64 = 24.0;
/// Around the figure.
const EDGE: f64 = 4.0;
/// Right of a panel that has no labels there: half of the last number.
const RIGHT: f64 = 18.0;
/// The length of a tick.
pub(super) const TICK: f64 = 4.0;

/// Where everything stands.
pub(super) struct Layout<'a> {
    pub size: Pixel,
    pub panels: Vec<PanelLayout<'a>>,
    /// Whether labels stand at the ends of their curves, rather than in a
    /// legend.
    pub direct: bool,
}

/// Where a panel stands.
pub(super) struct PanelLayout<'a> {
    pub cell: Area,
    pub plot: Area,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    pub title: Vec<String>,
    pub x_label: Vec<String>,
    pub y_label: Vec<String>,
    pub walls: Vec<Name<'a>>,
}

impl PanelLayout<'_> {
    /// Where the legend starts, below the label of the x axis.
    pub fn legend_top(&self) -> f64 {
        let rows = 1.5 + self.x_label.len() as f64;
        self.plot.bottom + TICK + rows * LINE
    }

    /// Where the label of the x axis is centred: under the axis, but within the
    /// cell.
    pub fn x_label_middle(&self) -> f64 {
        let widest = self.x_label.iter().map(|line| width(line));
        let half = widest.fold(0.0, f64::max) / 2.0;
        let middle = (self.plot.left + self.plot.right) / 2.0;
        middle
            .min(self.cell.right - half)
            .max(self.cell.left + half)
    }
}

/// The columns that all panels of a figure share.
struct Columns {
    cell: f64,
    /// From the left of a cell to its plot.
    left: f64,
    /// From a plot to the right of its cell.
    right: f64,
    direct: bool,
}

impl<'a> Layout<'a> {
    pub fn new(form: &Form, scenes: &[Scene<'a>]) -> Layout<'a> {
        let count = form.per_row.min(scenes.len());
        let plot_height = if scenes.len() > count {
            form.plot_heights.1
        } else {
            form.plot_heights.0
        };
        let columns = Columns::of(form, scenes, count, plot_height);
        let mut top = EDGE;
        let mut panels = Vec::new();
        for row in scenes.chunks(count) {
            let plot_height = columns.height(row, plot_height);
            let mut row: Vec<PanelLayout<'_>> = row
                .iter()
                .enumerate()
                .map(|(column, scene)| columns.panel(scene, column, plot_height))
                .collect();
            top = stand(&mut row, top, plot_height) + GAP;
            panels.append(&mut row);
        }
        Layout {
            size: (form.width, top - GAP + EDGE),
            panels,
            direct: columns.direct,
        }
    }
}

impl Columns {
    fn of(form: &Form, scenes: &[Scene<'_>], count: usize, plot_height: f64) -> Columns {
        let gaps = GAP * (count - 1) as f64;
        let cell = (form.width - 2.0 * EDGE - gaps) / count as f64;
        let direct = legend::margin(scenes, cell, plot_height);
        let numbers = scenes
            .iter()
            .flat_map(|scene| y_ticks(scene, plot_height))
            .map(|tick| width(&tick.label))
            .fold(0.0, f64::max);
        Columns {
            cell,
            left: (numbers + 2.0 * TICK).max(RIGHT),
            right: direct.unwrap_or(RIGHT),
            direct: direct.is_some(),
        }
    }

    /// How tall the plots of a row are: as all others of the form, unless a panel
    /// has one scale for both axes; then as that asks, within limits.
    fn height(&self, row: &[Scene<'_>], usual: f64) -> f64 {
        let width = self.cell - self.left - self.right;
        let asked = row.iter().filter_map(|scene| Some(width / scene.aspect()?));
        let least = asked.fold(f64::INFINITY, f64::min);
        if least.is_finite() {
            least.clamp(usual / 2.0, 1.25 * usual)
        } else {
            usual
        }
    }

    /// The layout of a panel, as tall as its text needs, at the top of the figure.
    fn panel<'a>(&self, scene: &Scene<'a>, column: usize, plot_height: f64) -> PanelLayout<'a> {
        let left = EDGE + column as f64 * (self.cell + GAP);
        let right = left + self.cell;
        let lines = |text: &str| wrap(text, self.cell);
        let (title, y_label) = (lines(&scene.panel.title), lines(&scene.panel.y.label));
        let x_label = lines(&scene.panel.x.label);
        let (plot_left, plot_right) = (left + self.left, right - self.right);
        let wide = plot_right - plot_left;
        let wide = scene
            .aspect()
            .map_or(wide, |ratio| wide.min(plot_height * ratio));
        let across = Area {
            left: plot_left,
            right: plot_left + wide,
            top: 0.0,
            bottom: 0.0,
        };
        let walls = walls::names(scene, &across, (left, right));
        let head = (title.len() + y_label.len() + walls::rows(&walls)) as f64 * LINE + LINE / 2.0;
        let foot = TICK + (1 + x_label.len()) as f64 * LINE;
        let legend = legend::height(scene, self.cell, self.direct);
        let bottom = head + plot_height;
        PanelLayout {
            cell: Area {
                left,
                right,
                top: 0.0,
                bottom: bottom + foot + legend,
            },
            plot: Area {
                top: head,
                bottom,
                ..across
            },
            x_ticks: x_ticks(scene, across.width()),
            y_ticks: y_ticks(scene, plot_height),
            title,
            x_label,
            y_label,
            walls,
        }
    }
}

/// Moves the panels of a row down to `top` so that their plots are level, and
/// returns where the row ends.
fn stand(row: &mut [PanelLayout<'_>], top: f64, plot_height: f64) -> f64 {
    let head = row.iter().map(|panel| panel.plot.top).fold(0.0, f64::max);
    let mut end = top;
    for panel in row {
        let foot = panel.cell.bottom - panel.plot.bottom;
        let bottom = top + head + plot_height;
        panel.cell.top = top;
        panel.cell.bottom = bottom + foot;
        panel.plot.top = top + head;
        panel.plot.bottom = bottom;
        end = end.max(panel.cell.bottom);
    }
    end
}

/// Numbers along the x axis, as many as stand clear of each other.
fn x_ticks(scene: &Scene<'_>, length: f64) -> Vec<Tick> {
    let clear = |ticks: &Vec<Tick>| {
        ticks.windows(2).all(|pair| {
            let between = (pair[1].at - pair[0].at) * length;
            between > (width(&pair[0].label) + width(&pair[1].label)) / 2.0 + LINE
        })
    };
    let most = if length > 400.0 { 7 } else { 5 };
    let choices = (2..=most).rev().map(|most| ticks(&scene.scales.x, most));
    let fewest = || ticks(&scene.scales.x, 2);
    choices.into_iter().find(clear).unwrap_or_else(fewest)
}

fn y_ticks(scene: &Scene<'_>, length: f64) -> Vec<Tick> {
    ticks(&scene.scales.y, (length / 42.0) as usize)
}
