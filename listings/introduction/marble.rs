//! A marble in a bowl takes twelve steps at a learning rate of your choice.

use crate::number::said;
use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: descent
    let learning_rate = cell.knob("learning_rate", 1.7, 0.05..=2.2)?;
    let start = cell.knob("start", -1.6, -1.8..=1.8)?;
    let height = |w: f64| w * w / 2.0;
    let slope = |w: f64| w;
    let mut places = vec![start];
    for step in 0..12 {
        let w = places[step];
        places.push(w - learning_rate * slope(w));
    }
    writeln!(cell, "step  weight");
    for step in [0, 1, 2, 3, 12] {
        writeln!(cell, "{step:4} {:7.3}", places[step]);
    }
    // ANCHOR_END: descent

    let left = (1.0 - learning_rate).abs();
    cell.value("left", left, Format::Significant(2));
    cell.mark("learning_rate", "lands", 1.0);
    cell.mark("learning_rate", "bounces", 2.0);
    let regime = Regime::of(learning_rate);
    let (does, style) = match start {
        0.0 => ("stays", Style::Ink),
        _ => (regime.name(), regime.style()),
    };
    let alt = format!(
        "Left, a bowl and the way of a marble in it from {start}: it {does}. \
         Right, the part of its distance from the bottom that a step leaves, \
         which falls from 1 to 0 at rate 1 and rises to 1 at rate 2; here it \
         is {}.",
        said(left, 2)
    );
    let bowl = Panel::new(
        Axis::linear("weight").range(-2.0..=2.0),
        Axis::linear("error").range(0.0..=2.0),
    )
    .function("", height, Style::Muted)
    .path(does, places.iter().map(|w| (*w, height(*w))), style)
    .sets_x("start");
    cell.chart(alt, [bowl, rates(learning_rate, left)]);
    Ok(())
}

/// The part of the distance that a step leaves, at every rate.
fn rates(learning_rate: f64, left: f64) -> Panel {
    let style = Regime::of(learning_rate).style();
    Panel::new(
        Axis::linear("learning rate").range(0.0..=2.2),
        Axis::linear("distance left by a step").range(0.0..=1.2),
    )
    .line("creeps", [(0.0, 1.0), (1.0, 0.0)], Regime::Creeps.style())
    .line(
        "overshoots",
        [(1.0, 0.0), (2.0, 1.0)],
        Regime::Overshoots.style(),
    )
    .line(
        "diverges",
        [(2.0, 1.0), (2.2, 1.2)],
        Regime::Diverges.style(),
    )
    .points("", [(learning_rate, left)], style)
    .sets_x("learning_rate")
    .wall("lands", 1.0)
    .wall("bounces", 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// What the marble does, in the figure's word, and the weights of its way.
    fn way(learning_rate: f64, start: f64) -> (String, Vec<f64>) {
        let settings: [(&str, &dyn std::fmt::Display); 2] =
            [("learning_rate", &learning_rate), ("start", &start)];
        let figure = at(run, &settings).figure.unwrap();
        let names = ["creeps", "lands", "overshoots", "bounces", "diverges"];
        // The first panel's curve of that name has the thirteen places.
        let of_name = |name: &&str| figure.points(name).len() >= 13;
        let name = names.iter().find(|name| of_name(name)).unwrap();
        let places = figure.points(name).into_iter().take(13);
        // Each lies in the bowl, whose slope is the weight.
        for (w, height) in places.clone() {
            let expected = 0.5 * w * w;
            assert_relative_eq!(
                height,
                expected,
                epsilon = 1e-4,
                max_relative = 1e-4
            );
        }
        (name.to_string(), places.map(|(w, _)| w).collect())
    }

    /// Red if `w - learning_rate * slope(w)` were
    /// `w - learning_rate * slope(start)`: steps of one length.
    #[test]
    fn the_rate_alone_decides_between_five_ways() {
        let rates = (1..=44).map(|k| f64::from(k) / 20.0);
        for learning_rate in rates {
            for start in [-1.8, -0.3, 0.7, 1.6] {
                let (does, places) = way(learning_rate, start);
                let said = match learning_rate {
                    rate if rate < 1.0 => "creeps",
                    1.0 => "lands",
                    rate if rate < 2.0 => "overshoots",
                    2.0 => "bounces",
                    _ => "diverges",
                };
                assert_eq!(does, said, "{learning_rate}");
                for step in places.windows(2) {
                    let (from, to) = (step[0], step[1]);
                    let holds = match said {
                        "creeps" => from * to > 0.0 && to.abs() < from.abs(),
                        "lands" => to == 0.0,
                        "overshoots" => {
                            from * to < 0.0 && to.abs() < from.abs()
                        }
                        "bounces" => to == -from,
                        _ => from * to < 0.0 && to.abs() > from.abs(),
                    };
                    assert!(holds, "{learning_rate}: {places:?}");
                }
            }
        }
    }

    /// Red if `(1.0 - learning_rate).abs()` were `1.0 - learning_rate`: what
    /// is left would be below nothing.
    #[test]
    fn the_right_panel_has_what_a_step_leaves_at_every_rate() {
        let rates = (1..=44).map(|k| f64::from(k) / 20.0);
        for learning_rate in rates {
            let outputs = at(run, &[("learning_rate", &learning_rate)]);
            let left = outputs["left"];
            for start in [-1.8, -1.6, 0.3, 1.8] {
                let (_, places) = way(learning_rate, start);
                let part = (places[1] / start).abs();
                assert_relative_eq!(part, left, epsilon = 1e-5);
            }
            let end = outputs.text.split_whitespace().last().unwrap();
            let closed_form = -1.6 * (1.0 - learning_rate).powi(12);
            let end: f64 = end.parse().unwrap();
            assert!((end - closed_form).abs() < 0.000_51, "{learning_rate}");
            let figure = outputs.figure.unwrap();
            let dot = figure.points("").last().copied().unwrap();
            assert_relative_eq!(dot.0, learning_rate, epsilon = 1e-9);
            assert_relative_eq!(dot.1, left, epsilon = 1e-5);
            let name = match learning_rate {
                rate if rate <= 1.0 => "creeps",
                rate if rate <= 2.0 => "overshoots",
                _ => "diverges",
            };
            // The ends of that side of the curve stand last.
            let ends = figure.points(name);
            let [(x, y), (to_x, to_y)] = ends[ends.len() - 2..] else {
                panic!("two ends");
            };
            let part = (learning_rate - x) / (to_x - x);
            assert_relative_eq!(y + part * (to_y - y), left, epsilon = 1e-5);
        }
    }
}
