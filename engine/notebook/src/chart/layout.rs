//! Layout: where the panels of a figure stand, and what room their text takes.

use super::area::{Area, Pixel};
use super::legend::{self, Entry};
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
    pub labels: Vec<Entry<'a>>,
}

/// The columns that all panels of a figure share.
struct Columns {
    cell: f64,
    /// From the left of a cell to its plot.
    left: f64,
    /// From a plot to the right of its cell.
    right: f64,
    /// Whether labels stand at the ends of their curves, rather than in a
    /// legend.
    direct: bool,
}

impl<'a> Layout<'a> {
    pub fn new(form: &Form, scenes: &'a [Scene<'a>]) -> Layout<'a> {
        let count = form.per_row.min(scenes.len());
        let (one_row, rows) = form.plot_heights;
        let usual = if scenes.len() > count { rows } else { one_row };
        let columns = Columns::of(form, scenes, count, usual);
        let mut top = EDGE;
        let mut panels = Vec::new();
        for row in scenes.chunks(count) {
            let plot_height = columns.height(row, usual);
            let row = row.iter().enumerate();
            let panel = |(column, scene)| columns.panel(scene, column, plot_height);
            let mut row: Vec<_> = row.map(panel).collect();
            top = lower(&mut row, top) + GAP;
            panels.append(&mut row);
        }
        Layout {
            size: (form.width, top - GAP + EDGE),
            panels,
        }
    }
}

impl Columns {
    fn of(form: &Form, scenes: &[Scene<'_>], count: usize, plot_height: f64) -> Columns {
        let gaps = GAP * (count - 1) as f64;
        let cell = (form.width - 2.0 * EDGE - gaps) / count as f64;
        let direct = legend::margin(scenes, cell, plot_height);
        let ticks = scenes.iter().flat_map(|scene| y_ticks(scene, plot_height));
        let numbers = ticks.map(|tick| width(&tick.label)).fold(0.0, f64::max);
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
        let least = asked.reduce(f64::min);
        least.map_or(usual, |least| least.clamp(usual / 2.0, 1.25 * usual))
    }

    /// The plot in a cell, at the top of the figure.
    fn plot(&self, scene: &Scene<'_>, cell: &Area, height: f64) -> Area {
        let left = cell.left + self.left;
        let width = cell.right - self.right - left;
        let asked = scene.aspect().map(|ratio| height * ratio);
        let width = asked.map_or(width, |asked| asked.min(width));
        Area::new((left, 0.0), (width, height))
    }

    /// The layout of a panel, as tall as its text needs, at the top of the figure.
    fn panel<'a>(&self, scene: &'a Scene<'a>, column: usize, plot_height: f64) -> PanelLayout<'a> {
        let lines = |text: &str| wrap(text, self.cell);
        let (title, y_label) = (lines(&scene.panel.title), lines(&scene.panel.y.label));
        let x_label = lines(&scene.panel.x.label);
        let left = EDGE + column as f64 * (self.cell + GAP);
        let mut cell = Area::new((left, 0.0), (self.cell, 0.0));
        let mut plot = self.plot(scene, &cell, plot_height);
        let walls = walls::names(scene, &plot, &cell);
        let above = title.len() + y_label.len() + walls::rows(scene.panel, &walls);
        plot.lower(above as f64 * LINE + LINE / 2.0);
        cell.bottom = plot.bottom + TICK + (1 + x_label.len()) as f64 * LINE;
        let labels = if self.direct {
            legend::at_ends(scene, &plot, cell.right)
        } else {
            let rows = legend::in_rows(scene, (left, cell.bottom + LINE), self.cell);
            let end = rows.last().map(|last| last.next_row() - LINE / 2.0);
            cell.bottom = end.unwrap_or(cell.bottom);
            rows
        };
        PanelLayout {
            x_ticks: x_ticks(scene, plot.width()),
            y_ticks: y_ticks(scene, plot_height),
            cell,
            plot,
            title,
            x_label,
            y_label,
            walls,
            labels,
        }
    }
}

/// Moves the panels of a row down to `top` so that their plots are level, and
/// returns where the row ends.
fn lower(row: &mut [PanelLayout<'_>], top: f64) -> f64 {
    let head = row.iter().map(|panel| panel.plot.top).fold(0.0, f64::max);
    for panel in &mut *row {
        let down = head - panel.plot.top;
        panel.plot.lower(top + down);
        for label in &mut panel.labels {
            label.at.1 += top + down;
        }
        panel.cell.lower(top);
        panel.cell.bottom += down;
    }
    let bottoms = row.iter().map(|panel| panel.cell.bottom);
    bottoms.fold(top, f64::max)
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
    let mut choices = (2..=most).rev().map(|most| ticks(&scene.x, most));
    let fewest = || ticks(&scene.x, 2);
    choices.find(clear).unwrap_or_else(fewest)
}

fn y_ticks(scene: &Scene<'_>, length: f64) -> Vec<Tick> {
    ticks(&scene.y, (length / 42.0) as usize)
}
