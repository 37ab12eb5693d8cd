//! Momentum and Nesterov's form of it at one rate: how fast swings die out.

use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::momentum::Momentum;
use training::optim::nesterov::Nesterov;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 60;

/// The weights of a descent on ½w² from 1.
fn descend(mut optimizer: impl Optimizer) -> Vec<f64> {
    let mut weights = array![1.0];
    let mut path = vec![1.0];
    for _ in 0..STEPS {
        let gradient = [weights[0]];
        optimizer.step(weights.view_mut(), aview1(&gradient));
        path.push(weights[0]);
    }
    path
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.1, 0.01..=1.0)?;
    let momentum = cell.knob("momentum", 0.9, 0.0..=0.95)?;

    // ANCHOR: swings
    let heavy = descend(Momentum::new(learning_rate, momentum));
    let nesterov = descend(Nesterov::new(learning_rate, momentum));
    writeln!(cell, "step   momentum   Nesterov");
    for k in (0..=STEPS).step_by(10) {
        writeln!(cell, "{k:4} {:10.5} {:10.5}", heavy[k], nesterov[k]);
    }
    let kept = momentum.sqrt();
    let kept_nesterov = (momentum * (1.0 - learning_rate)).sqrt();
    writeln!(
        cell,
        "a swing keeps {kept:.3} and {kept_nesterov:.3} a step"
    );
    // ANCHOR_END: swings
    cell.value("kept", kept, Format::Decimals(3));
    cell.value("kept_nesterov", kept_nesterov, Format::Decimals(3));
    let alt = format!(
        "Weight against step, from 1, at the rate {learning_rate}: after \
         {STEPS} steps momentum is at {:.3}, Nesterov at {:.5}.",
        heavy[STEPS], nesterov[STEPS]
    );
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::linear("weight w").range(-1.0..=1.0),
    )
    .line("momentum", by_step(&heavy), Style::Muted)
    .line("Nesterov", by_step(&nesterov), Style::Ink);
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    /// What a step keeps of a swing, from four weights in a row: if each is a
    /// times the one before less b times the one before that, √b.
    fn kept(w: &[f64]) -> f64 {
        ((w[2] * w[2] - w[1] * w[3]) / (w[1] * w[1] - w[0] * w[2])).sqrt()
    }

    /// Red if `momentum * (1.0 - learning_rate)` were `momentum * 1.0`:
    /// Nesterov's swings would last as long as momentum's.
    #[test]
    fn nesterov_s_swings_die_out_faster_the_higher_the_curvature() {
        for rate in [0.01, 0.1, 0.3, 0.7] {
            for momentum in [0.6, 0.9, 0.95] {
                let values = at(
                    run,
                    &[("learning_rate", &rate), ("momentum", &momentum)],
                );
                let heavy = kept(&descend(Momentum::new(rate, momentum))[1..]);
                let nesterov =
                    kept(&descend(Nesterov::new(rate, momentum))[1..]);
                assert_relative_eq!(values["kept"], heavy, epsilon = 1e-6);
                let expected = values["kept_nesterov"];
                assert_relative_eq!(expected, nesterov, epsilon = 1e-6);
                assert!(nesterov < heavy);
            }
        }
    }

    /// θ is what the look-ahead form calls the weight, and w = θ + βu the place
    /// whose gradient it takes.
    ///
    /// Red if `Nesterov::new(learning_rate, momentum)` were
    /// `Nesterov::new(learning_rate, 0.5)`: another β than the formula's.
    #[test]
    fn the_look_ahead_form_visits_the_same_places() {
        for (rate, beta) in [(0.01, 0.95), (0.1, 0.9), (1.0, 0.3)] {
            let text =
                at(run, &[("learning_rate", &rate), ("momentum", &beta)]);
            let rows = text.text.lines().skip(1).take(7);
            let printed = rows.map(|row| row[16..].trim().parse().unwrap());
            let (mut theta, mut u) = (1.0, 0.0);
            let mut ahead = vec![1.0];
            for _ in 0..STEPS {
                u = beta * u - rate * (theta + beta * u);
                theta += u;
                ahead.push(theta + beta * u);
            }
            let printed: Vec<f64> = printed.collect();
            assert_eq!(printed.len(), 7);
            for (printed, ahead) in printed.iter().zip(ahead.iter().step_by(10))
            {
                assert_abs_diff_eq!(*printed, *ahead, epsilon = 6e-6);
            }
        }
    }
}
