//! What the scale of the loss does to plain descent, and to Adam.

use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;

const STEPS: usize = 100;

// ANCHOR: scale
/// The weights of a descent on `scale` times ½w², from 10.
fn descend(optimizer: &mut dyn Optimizer, scale: f64) -> Vec<f64> {
    let mut weights = array![10.0];
    let mut path = vec![10.0];
    for _ in 0..STEPS {
        let gradient = [scale * weights[0]];
        optimizer.step(weights.view_mut(), aview1(&gradient));
        path.push(weights[0]);
    }
    path
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let loss_scale = cell.log_knob("loss_scale", 1000.0, 1e-3..=1000.0)?;
    let learning_rate = cell.log_knob("learning_rate", 0.1, 1e-3..=10.0)?;

    writeln!(cell, "first step at {learning_rate}      SGD        Adam");
    for scale in [0.001, 1.0, loss_scale] {
        let plain = descend(&mut Sgd::new(learning_rate), scale);
        let adam = descend(&mut Adam::new(learning_rate), scale);
        let (plain, adam) = (plain[1] - 10.0, adam[1] - 10.0);
        writeln!(cell, "loss x {scale:<8} {plain:12.4} {adam:11.6}");
    }
    let (lone, growing) = (last_step(lone()), last_step(growing()));
    writeln!(cell, "\nAdam's step, in rates");
    writeln!(cell, "equal gradients        {:6.3}", last_step([1e6; 100]));
    writeln!(cell, "one, after a silence   {lone:6.3}");
    writeln!(cell, "growing, after silence {growing:6.3}");
    // ANCHOR_END: scale

    let first = descend(&mut Adam::new(learning_rate), loss_scale);
    let plain = descend(&mut Sgd::new(learning_rate), loss_scale);
    cell.value("first", 10.0 - first[1], Format::Significant(3));
    cell.value("first_plain", 10.0 - plain[1], Format::Significant(3));
    cell.value("lone", lone, Format::Significant(3));
    cell.value("growing", growing, Format::Significant(3));
    let alt = format!(
        "Distance from the minimum after {STEPS} steps against the learning \
         rate, for the loss and for {loss_scale} times the loss. Left, SGD: \
         the second curve is the first, shifted by that factor. Right, Adam: \
         the two curves all but cover each other."
    );
    let plain = panel("SGD", loss_scale, |rate| Box::new(Sgd::new(rate)));
    let adam = panel("Adam", loss_scale, |rate| Box::new(Adam::new(rate)));
    let panels = [plain, adam]
        .map(|panel| panel.wall("", learning_rate).sets_x("learning_rate"));
    cell.chart(alt, panels);
    Ok(())
}

fn panel(
    title: &str,
    loss_scale: f64,
    at: fn(f64) -> Box<dyn Optimizer>,
) -> Panel {
    let end =
        move |scale| move |rate| descend(&mut *at(rate), scale)[STEPS].abs();
    Panel::new(
        Axis::log("learning rate η").range(1e-5..=10.0),
        Axis::log("|w| after 100 steps").range(1e-3..=1e3),
    )
    .title(title)
    // The widest that the knob gives.
    .room_for(["0.0032 L"])
    .function("L", end(1.0), Style::Muted)
    .function(format!("{loss_scale} L"), end(loss_scale), Style::Ink)
}

// ANCHOR: longest
/// How many rates long the last of these steps is.
fn last_step(gradients: impl IntoIterator<Item = f64>) -> f64 {
    let mut adam = Adam::new(1.0);
    let mut step = array![0.0];
    for g in gradients {
        step.fill(0.0);
        adam.step(step.view_mut(), aview1(&[g]));
    }
    step[0].abs()
}

/// One gradient after a long silence.
fn lone() -> impl Iterator<Item = f64> {
    std::iter::repeat_n(0.0, 9999).chain([1e6])
}

/// Gradients that grow by β₂/β₁ at each step, after a long silence.
fn growing() -> impl Iterator<Item = f64> {
    let Adam { beta_1, beta_2, .. } = Adam::default();
    let grows = move |g: &f64| Some(g * beta_2 / beta_1);
    let gradients = std::iter::successors(Some(1.0), grows).take(200);
    std::iter::repeat_n(0.0, 9800).chain(gradients)
}
// ANCHOR_END: longest

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Red if `Adam::new(learning_rate), loss_scale` were
    /// `Adam::new(learning_rate), -loss_scale`: a step up the slope.
    #[test]
    fn the_first_step_is_the_rate_against_the_sign_of_the_gradient() {
        for scale in [1e-3, 0.1, 1.0, 1000.0] {
            for rate in [1e-3, 0.1, 10.0] {
                let settings: [(&str, &dyn std::fmt::Display); 2] =
                    [("loss_scale", &scale), ("learning_rate", &rate)];
                let values = at(run, &settings);
                // What is missing is ε/√(1 − β₂), in gradients, of which the
                // first is ten times the scale.
                let missing = 1e-7 / 0.001f64.sqrt() / (10.0 * scale);
                let first = values["first"] / rate;
                assert!(first < 1.0 && first > 1.0 - 1.01 * missing, "{first}");
                let plain = values["first_plain"];
                let g = 10.0 * scale;
                assert_relative_eq!(plain, g * rate, max_relative = 1e-9);
                // The last of the printed steps is this scale's.
                let row = values.text.lines().nth(3).unwrap();
                let steps =
                    format!("{:12.4} {:11.6}", -plain, -values["first"]);
                assert!(row.ends_with(&steps), "{row}: {steps}");
            }
        }
        for g in [-700.0f64, -1.0, -0.01, 0.3, 5e4] {
            let mut weights = array![2.0];
            Adam::new(0.1).step(weights.view_mut(), array![g].view());
            let step = weights[0] - 2.0;
            let error = 0.1 * 1e-7 / 0.001f64.sqrt() / g.abs() + 1e-15;
            assert_abs_diff_eq!(step, -0.1 * g.signum(), epsilon = error);
        }
    }

    /// Red if `Adam::new(1.0)` were `Adam::new(1.1)`: a step of more than one
    /// rate.
    #[test]
    fn equal_gradients_make_steps_of_exactly_the_rate() {
        for steps in [1, 2, 10, 1000] {
            for g in [1.0, -1e6] {
                let step = last_step(std::iter::repeat_n(g, steps));
                assert_relative_eq!(step, 1.0, max_relative = 1e-5);
            }
        }
    }

    /// A hundred steps at gradients of their first size, `10 * scale`, would
    /// differ by what ε takes from each: ε over √v, v not yet unbiased.
    ///
    /// Red if `[scale * weights[0]]` were `[weights[0] + 1e-3 / scale]`: a
    /// gradient that the scale does not multiply as a whole.
    #[test]
    fn the_scale_of_the_loss_drops_out() {
        let silence = |k: i32| (1.0 - 0.999f64.powi(k)).sqrt();
        let taken: f64 = (1..=100).map(|k| 1e-8 / silence(k)).sum();
        for rate in [1e-3, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0] {
            let plain = descend(&mut Adam::new(rate), 1.0);
            for scale in [1e-3, 0.01, 0.5, 30.0, 1000.0] {
                let scaled = descend(&mut Adam::new(rate), scale);
                assert_eq!(scaled.len(), 101);
                let bound = 1.01 * rate * taken / scale.min(1.0);
                for (scaled, plain) in scaled.iter().zip(&plain) {
                    assert_abs_diff_eq!(*scaled, *plain, epsilon = bound);
                }
            }
            // Without ε, to the last digits.
            let exact = |scale| {
                let mut adam = Adam::new(rate);
                adam.epsilon = 0.0;
                descend(&mut adam, scale)
            };
            for scale in [1e-3, 0.5, 1000.0] {
                for (scaled, plain) in exact(scale).iter().zip(exact(1.0)) {
                    assert_abs_diff_eq!(*scaled, plain, epsilon = 1e-9 * rate);
                }
            }
        }
    }

    /// Red if `let mut path = vec![10.0];` were `let mut path = vec![];`: the
    /// start is missing.
    #[test]
    fn a_thousand_times_the_loss_is_a_thousand_times_the_rate_of_sgd() {
        for rate in [1e-5, 1e-4, 1.5e-3] {
            let scaled = descend(&mut Sgd::new(rate), 1000.0);
            assert_eq!(scaled.len(), 101);
            for (k, scaled) in scaled.iter().enumerate() {
                let expected = 10.0 * (1.0 - 1000.0 * rate).powi(k as i32);
                assert_relative_eq!(*scaled, expected, max_relative = 1e-9);
            }
        }
    }

    /// Red if `const STEPS: usize = 100;` were `const STEPS: usize = 130;`:
    /// enough steps for a rate below a tenth.
    #[test]
    fn below_a_tenth_a_hundred_steps_do_not_arrive() {
        for scale in [1e-3, 1.0, 1000.0] {
            let path = |rate| descend(&mut Adam::new(rate), scale);
            for rate in [0.001, 0.01, 0.05, 0.08, 0.09, 0.099] {
                // Nor does it come there on the way, and go past.
                let nearest = path(rate).into_iter().fold(10.0, f64::min);
                assert!(nearest >= 10.0 - 100.0 * rate, "{rate}: {nearest}");
                assert!(nearest > 0.05, "{rate}: {nearest}");
            }
            for rate in [0.3, 1.0, 10.0] {
                let last = path(rate)[100].abs();
                assert!(last < 0.1, "{rate}: {last}");
            }
        }
    }

    /// The longest step after so many gradients, in rates, by Cauchy and
    /// Schwarz: m is at most √v times the norm of their weights' quotients.
    fn bound(steps: i32) -> f64 {
        let (beta_1, beta_2) = (0.9f64, 0.999f64);
        let left = |beta: f64| 1.0 - beta.powi(steps);
        let quotients = beta_1 * beta_1 / beta_2;
        let sum = left(quotients) / (1.0 - quotients);
        (1.0 - beta_1) / left(beta_1)
            * (left(beta_2) / (1.0 - beta_2) * sum).sqrt()
    }

    /// (1 − β₁)/√(1 − β₂).
    ///
    /// Red if `repeat_n(0.0, 9999)` were `repeat_n(0.0, 99)`: a silence too
    /// short for v to count as old.
    #[test]
    fn a_lone_gradient_makes_a_step_of_three_rates() {
        let expected = 0.1 / 0.001f64.sqrt();
        let lone = at(run, &[])["lone"];
        assert_relative_eq!(lone, expected, max_relative = 1e-4);
    }

    /// Red if `g * beta_2 / beta_1` were `g * beta_1 / beta_2`: gradients that
    /// shrink.
    #[test]
    fn no_gradients_make_a_longer_step_than_those_that_grow() {
        let values = at(run, &[]);
        let longest = values["growing"];
        assert_relative_eq!(longest, bound(100_000), max_relative = 1e-4);
        assert!(longest > 2.0 * values["lone"]);
        let bounds = (1..10_000).map(bound);
        assert!(bounds.is_sorted(), "no fewer gradients allow more");
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..300 {
            let growth: f64 = rng.random_range(0.8..1.3);
            let steps = rng.random_range(1..200);
            let mut size = 1.0;
            let gradients: Vec<f64> = std::iter::repeat_with(|| {
                size *= growth;
                size * rng.random_range(-0.2..1.0)
            })
            .take(steps)
            .collect();
            let step = last_step(gradients);
            assert!(step <= bound(steps as i32) + 1e-9, "{step} {steps}");
        }
    }
}
