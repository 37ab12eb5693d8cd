//! What a script needs to know of a drawing to take the place of a hand: where
//! each panel stands, what its axes are, and which points are handles.
//!
//! It stands in the SVG as attributes of groups that draw nothing.

use super::area::Area;
use super::axis::{Axis, Scale};
use super::canvas::{Canvas, UNITS};
use super::panel::Mark;
use super::scene::Scene;
use super::svg::{Pixels, escape};
use std::fmt::Write;

impl Canvas {
    /// The panel that is drawn there, and in it its handles; `number` is its place
    /// in the chart, from 1.
    pub fn panel(&mut self, scene: &Scene<'_>, plot: &Area, number: usize) {
        self.close();
        let panel = scene.panel;
        let [left, top, right, bottom] = [plot.left, plot.top, plot.right, plot.bottom].map(pixels);
        let name = escape(&panel.name(number));
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.elements,
            "<g data-panel=\"{name}\" data-box=\"{left} {top} {right} {bottom}\"{}{}>",
            axis("x", &panel.x, scene.x),
            axis("y", &panel.y, scene.y)
        );
        for mark in panel.marks.iter().filter(|mark| mark.sets != [None; 2]) {
            let [x, y] = place(mark, scene, plot);
            let [x_knob, y_knob] = mark.sets.map(Option::unwrap_or_default);
            let _ = writeln!(
                self.elements,
                "<g data-at=\"{x} {y}\" data-sets=\"{x_knob} {y_knob}\"></g>"
            );
        }
        self.elements.push_str("</g>\n");
    }
}

/// The ends of an axis, as a script reads them, and its label. Processors may
/// differ in the last bits.
fn axis(name: &str, axis: &Axis, scale: Scale) -> String {
    let (Scale { low, high, log }, label) = (scale, escape(&axis.label));
    let kind = if log { " log" } else { "" };
    format!(" data-{name}=\"{low:.8e} {high:.8e}{kind}\" data-{name}-label=\"{label}\"")
}

/// Where a handle stands, at the frame if its point lies outside; a `-` for a
/// coordinate that its point has not, as a wall its height.
fn place(mark: &Mark, scene: &Scene<'_>, plot: &Area) -> [String; 2] {
    let (x, y) = mark.points.first().copied().unwrap_or((f64::NAN, f64::NAN));
    let unit = |scale: &Scale, value| scale.unit(value).map(|unit| unit.clamp(0.0, 1.0));
    let across = unit(&scene.x, x).map(|x| plot.at((x, 0.0)).0);
    let up = unit(&scene.y, y).map(|y| plot.at((0.0, y)).1);
    [across, up].map(|length| length.map_or("-".to_string(), |length| pixels(length).to_string()))
}

fn pixels(length: f64) -> Pixels {
    Pixels((length * UNITS).round() as i32)
}
