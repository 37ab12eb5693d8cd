//! Eight optimizers in one valley, from one start, at one learning rate.

use crate::number::said;
use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::optim::optimizer::Optimizer;
use training::optim::optimizers::{NAMES, with_momentum};

const STEPS: usize = 60;

// ANCHOR: descent
/// The loss of a valley, least at (10, 1): curvature 1 along x, 25 along y.
fn loss([x, y]: [f64; 2]) -> f64 {
    0.5 * ((x - 10.0).powi(2) + 25.0 * (y - 1.0).powi(2))
}

/// The places of a descent from (0, 0).
fn descend(optimizer: &mut dyn Optimizer) -> Vec<[f64; 2]> {
    let mut weights = array![0.0, 0.0];
    let mut places = vec![[0.0, 0.0]];
    for _ in 0..STEPS {
        let [x, y] = [weights[0], weights[1]];
        let gradient = [x - 10.0, 25.0 * (y - 1.0)];
        optimizer.step(weights.view_mut(), aview1(&gradient));
        places.push([weights[0], weights[1]]);
    }
    places
}
// ANCHOR_END: descent

/// The places of a descent of this optimizer.
fn places(name: &str, learning_rate: f64, momentum: f64) -> Vec<[f64; 2]> {
    let mut optimizer = with_momentum(name, momentum);
    optimizer.set_learning_rate(learning_rate);
    descend(&mut *optimizer)
}

/// The loss after the last step.
fn end(name: &str, learning_rate: f64, momentum: f64) -> f64 {
    loss(places(name, learning_rate, momentum)[STEPS])
}

/// The rates of the sweep.
fn rates() -> impl Iterator<Item = f64> {
    (0..=50).map(|i| libm::exp10(f64::from(i) / 10.0 - 3.0))
}

/// The rate of the sweep that ends lowest, and the loss it ends at.
fn best(name: &str, momentum: f64) -> (f64, f64) {
    let ends = rates().map(|rate| (rate, end(name, rate, momentum)));
    ends.fold((f64::NAN, f64::INFINITY), |best, here| {
        if here.1 < best.1 { here } else { best }
    })
}

const HEADER: &str = "             in x     in y  in the end  best rate   loss";

pub fn run(cell: &mut Cell) -> Result<()> {
    let name = cell.choice_knob("optimizer", "momentum", &NAMES)?;
    let learning_rate = cell.log_knob("learning_rate", 0.03, 1e-3..=10.0)?;
    let momentum = cell.knob("momentum", 0.9, 0.0..=0.95)?;

    writeln!(cell, "          first step, rate {learning_rate:<7} loss");
    writeln!(cell, "{HEADER}");
    if matches!(name, "SGD" | "RMSprop" | "Adagrad") {
        cell.idle("momentum", format!("{name} has none"));
    }
    let best = NAMES.map(|name| best(name, momentum));
    for (name, (best_rate, best_end)) in NAMES.iter().zip(best) {
        let places = places(name, learning_rate, momentum);
        let [x, y] = places[1];
        let end = loss(places[STEPS]);
        write!(cell, "{name:<9}{x:8.4} {y:8.4}");
        writeln!(cell, "{end:12.1e}{best_rate:11.4}{best_end:9.0e}");
    }

    let rates = best.map(|(rate, _)| rate);
    let lowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = rates.iter().copied().fold(0.0, f64::max);
    let this = NAMES.iter().position(|other| *other == name);
    let best_rate = this.map_or(f64::NAN, |this| rates[this]);
    cell.count("steps", STEPS);
    cell.value("lowest", lowest, Format::Significant(2));
    cell.value("highest", highest, Format::Significant(2));
    for (value, name) in [("step_plain", "SGD"), ("step_adam", "Adam")] {
        let [x, _] = places(name, learning_rate, momentum)[1];
        cell.value(value, x, Format::Significant(2));
    }
    let path = places(name, learning_rate, momentum);
    let alt = format!(
        "Left, the path of {name} in a valley with its bottom at (10, 1), from \
         (0, 0) to ({}, {}); right, the loss after {STEPS} steps against the \
         learning rate, first lowest at {}, with the curve of plain SGD behind \
         it.",
        said(path[STEPS][0], 3),
        said(path[STEPS][1], 3),
        said(best_rate, 2)
    );
    let sweep = sweep(name, learning_rate, momentum);
    cell.chart(alt, [valley(&path), sweep]);
    Ok(())
}

fn valley(places: &[[f64; 2]]) -> Panel {
    let levels = [1.0, 4.0, 16.0, 36.0, 64.0];
    Panel::new(
        Axis::linear("weight x").range(-2.0..=20.0),
        Axis::linear("weight y").range(-1.0..=3.0),
    )
    .contours(|x, y| loss([x, y]), levels)
    .path("", places.iter().map(|[x, y]| (*x, *y)), Style::Ink)
}

fn sweep(name: &str, learning_rate: f64, momentum: f64) -> Panel {
    let curve =
        |name| rates().map(move |rate| (rate, end(name, rate, momentum)));
    let label = if name == "SGD" { "" } else { "SGD" };
    Panel::new(
        Axis::log("learning rate η").range(1e-3..=100.0),
        Axis::log("loss after 60 steps").range(1e-6..=1e4),
    )
    .room_for(NAMES)
    .line(label, curve("SGD"), Style::Muted)
    .line(name, curve(name), Style::Ink)
    .wall("", learning_rate)
    .sets_x("learning_rate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// The printed row of each optimizer: name, first steps, loss at the end,
    /// best rate, loss there.
    fn table(settings: &[(&str, f64)]) -> Vec<(String, [f64; 5])> {
        let settings: Vec<(&str, &dyn std::fmt::Display)> =
            settings.iter().map(|(knob, x)| (*knob, x as _)).collect();
        let text = at(run, &settings).text;
        let row = |line: &str| {
            let number = |word: &str| word.parse().unwrap();
            let numbers: Vec<f64> =
                line[9..].split_whitespace().map(number).collect();
            (line[..9].trim().to_string(), numbers.try_into().unwrap())
        };
        let rows: Vec<_> = text.lines().skip(2).map(row).collect();
        assert!(rows.iter().map(|(name, _)| &**name).eq(NAMES));
        rows
    }

    /// The knob's range, in hundredths.
    fn momenta() -> impl Iterator<Item = f64> {
        (0..=95).map(|hundredths| f64::from(hundredths) / 100.0)
    }

    /// Red if `25.0 * (y - 1.0)]` were `5.0 * (y - 1.0)]`: a valley whose
    /// gradient at the start is five across.
    #[test]
    fn the_first_step_is_the_gradient_s_or_the_rate_s() {
        for (rate, beta) in [(0.03, 0.9), (0.001, 0.0), (10.0, 0.95)] {
            let rows = table(&[("learning_rate", rate), ("momentum", beta)]);
            for (name, [x, y, ..]) in rows {
                for (step, g) in [(x, 10.0f64), (y, 25.0)] {
                    let expected = match &*name {
                        "SGD" | "momentum" => rate * g,
                        "Nesterov" => (1.0 + beta) * rate * g,
                        "Adagrad" => rate * g / (g * g + 0.1).sqrt(),
                        "RMSprop" => rate / 0.1f64.sqrt(),
                        _ => rate,
                    };
                    // Printed with four digits after the point.
                    assert!((step - expected).abs() < 6e-5, "{name} {step}");
                }
            }
            let values = at(run, &[("learning_rate", &rate)]);
            let (plain, adam) = (values["step_plain"], values["step_adam"]);
            assert_relative_eq!(plain, 10.0 * rate, max_relative = 1e-9);
            assert_relative_eq!(adam, rate, max_relative = 1e-6);
        }
    }

    /// Red if `[x - 10.0, 25.0` were `[x - 1.0, 25.0`: a bottom so near that
    /// short steps get there.
    #[test]
    fn at_one_rate_some_arrive_and_some_have_come_a_fifth_of_the_way() {
        for beta in momenta() {
            for (name, [_, _, end, _, _]) in table(&[("momentum", beta)]) {
                match &*name {
                    "SGD" | "momentum" | "Nesterov" => assert!(end < 2.0),
                    _ => assert!(end > 30.0, "{name} {end}"),
                }
            }
            // How much of the ten along the valley the lower five come, and
            // whether nine tenths of the one across.
            for name in &NAMES[3..] {
                let [x, y] = places(name, 0.03, beta)[STEPS];
                let along = match *name {
                    "RMSprop" => 0.2..0.21,
                    "Adagrad" => 0.03..0.05,
                    _ => 0.16..0.2,
                };
                assert!(along.contains(&(x / 10.0)), "{name}: {x}");
                assert_eq!(y > 0.9, *name != "Adagrad", "{name}: {y}");
            }
        }
    }

    /// Red if `here.1 < best.1` were `here.1 > best.1`: the worst rate of the
    /// sweep, which is at its edge.
    #[test]
    fn each_has_a_rate_of_its_own_and_none_at_the_edge() {
        for beta in momenta() {
            let rows = table(&[("momentum", beta)]);
            for (name, [_, _, _, rate, end]) in &rows {
                assert!(1.9e-3 < *rate && *rate < 50.0, "{name} {rate}");
                assert!(*end <= 0.2, "{name} at {beta}: {end}");
                // No lower rate is as good, where several leave nothing.
                let lower = rate / 10f64.powf(0.1);
                let is_tie = super::end(name, lower, beta) == 0.0;
                assert!(*end > 0.0 || !is_tie, "{name} {beta}");
                let higher = super::end(name, rate * 10f64.powf(0.1), beta);
                assert_eq!(*end == 0.0, higher == 0.0, "{name} {beta}");
                // Half of the sweep, from end to end: none is lower.
                for i in 0..=25 {
                    let other = 10f64.powf(f64::from(i) / 5.0 - 3.0);
                    let loss = super::end(name, other, beta);
                    // The table gives one digit.
                    assert!(loss >= 0.6 * end, "{name} {beta} {other}");
                }
            }
            let rates = rows.iter().map(|(_, [_, _, _, rate, _])| *rate);
            let values = at(run, &[("momentum", &beta)]);
            let lowest = rates.clone().fold(f64::MAX, f64::min);
            assert_relative_eq!(values["lowest"], lowest, epsilon = 6e-5);
            let highest = rates.fold(0.0, f64::max);
            assert_relative_eq!(values["highest"], highest, epsilon = 6e-5);
            assert!(highest > 50.0 * lowest);
        }
    }
}
