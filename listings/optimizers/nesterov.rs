//! Momentum and Nesterov's form of it at one rate: how fast swings die out.

use crate::number::said;
use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::momentum::Momentum;
use training::optim::nesterov::Nesterov;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 60;

/// What a step keeps in the long run, and whether the weight swings: of the
/// roots of z² − sum·z + product the larger size, and whether they are complex.
fn long_run(sum: f64, product: f64) -> (f64, bool) {
    let square = sum * sum / 4.0 - product;
    if square < 0.0 {
        (product.sqrt(), true)
    } else {
        (sum / 2.0 + square.sqrt(), false)
    }
}

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
    let seen = 1.0 - learning_rate;
    let roots = [
        long_run(momentum + seen, momentum),
        long_run((1.0 + momentum) * seen, momentum * seen),
    ];
    for (name, (kept, swings)) in ["momentum", "Nesterov"].iter().zip(roots) {
        let so = if swings { "swings" } else { "does not swing" };
        writeln!(cell, "{name} keeps {kept:.3} a step and {so}");
    }
    // ANCHOR_END: swings
    cell.value("kept", roots[0].0, Format::Decimals(3));
    cell.value("kept_nesterov", roots[1].0, Format::Decimals(3));
    let alt = format!(
        "Weight against step, from 1, at the rate {learning_rate}: after \
         {STEPS} steps momentum is at {}, Nesterov at {}.",
        said(heavy[STEPS], 2),
        said(nesterov[STEPS], 2)
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

    /// What a step keeps, and whether it swings, by walking: four weights in a
    /// row tell how the next follows from two, and of a hundred thousand such
    /// steps, scaled anew after each, the sizes and the signs are counted.
    fn walked(w: &[f64]) -> (f64, bool) {
        let size = w[1] * w[1] - w[0] * w[2];
        let last = (w[1] * w[3] - w[2] * w[2]) / size;
        let before = (w[1] * w[2] - w[0] * w[3]) / size;
        let (mut old, mut new) = (w[0], w[1]);
        let (mut logarithm, mut crossings) = (0.0, 0);
        for _ in 0..100_000 {
            let next = before * new + last * old;
            crossings += usize::from(next * new < 0.0);
            let scale = next.abs().max(new.abs());
            logarithm += scale.ln();
            (old, new) = (new / scale, next / scale);
        }
        ((logarithm / 1e5).exp(), crossings > 1)
    }

    /// The swings that the page's conditions allow.
    fn may_swing(rate: f64, beta: f64) -> [bool; 2] {
        let root = beta.sqrt();
        let momentum = (1.0 - root).powi(2)..(1.0 + root).powi(2);
        let least = 1.0 - 4.0 * beta / ((1.0 + beta) * (1.0 + beta));
        [
            momentum.contains(&rate),
            (least..1.0).contains(&rate) && rate > least,
        ]
    }

    /// Over both knobs' ranges; at a β of 0 nothing is kept from before.
    ///
    /// Red if `momentum * seen)` were `momentum)`: Nesterov's swings would last
    /// as long as momentum's.
    #[test]
    fn nesterov_s_swings_die_out_faster_the_higher_the_curvature() {
        let mut swung = [0, 0];
        for rate in [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 0.99] {
            for beta in [0.05, 0.3, 0.6, 0.8, 0.9, 0.95] {
                let knobs: [(&str, &dyn std::fmt::Display); 2] =
                    [("learning_rate", &rate), ("momentum", &beta)];
                let outputs = at(run, &knobs);
                let said = outputs.text.lines().skip(8);
                let said = said.map(|row| row.ends_with("and swings"));
                assert!(said.eq(may_swing(rate, beta)), "{rate} {beta}");
                let paths = [
                    descend(Momentum::new(rate, beta)),
                    descend(Nesterov::new(rate, beta)),
                ];
                let formulas = [beta.sqrt(), (beta * (1.0 - rate)).sqrt()];
                for (i, name) in ["kept", "kept_nesterov"].iter().enumerate() {
                    let (kept, swings) = walked(&paths[i][1..]);
                    let shown = outputs[*name];
                    assert_relative_eq!(shown, kept, max_relative = 2e-4);
                    assert_eq!(swings, may_swing(rate, beta)[i]);
                    if swings {
                        assert_relative_eq!(shown, formulas[i], epsilon = 1e-9);
                        swung[i] += 1;
                    }
                }
            }
        }
        assert!(swung[0] > 20 && swung[1] > 20, "{swung:?}");
    }

    /// From the upper bound up to where they diverge.
    ///
    /// Red if `above + part` were `above - part`: within the swings, where the
    /// weight stays on a side for more than a step now and then.
    #[test]
    fn above_the_swings_the_sides_change_at_every_step() {
        for beta in [0.05f64, 0.3, 0.6, 0.8] {
            let swings = [(1.0 + beta.sqrt()).powi(2), 1.0];
            let diverges = 2.0 * (1.0 + beta);
            let diverges = [diverges, diverges / (1.0 + 2.0 * beta)];
            for (i, above) in swings.into_iter().enumerate() {
                for part in [0.5, 0.95] {
                    let rate = above + part * (diverges[i] - above);
                    let path = match i {
                        0 => descend(Momentum::new(rate, beta)),
                        _ => descend(Nesterov::new(rate, beta)),
                    };
                    let mut pairs = path.windows(2);
                    let changes = pairs.all(|pair| pair[0] * pair[1] < 0.0);
                    assert!(changes, "{i} {beta} {rate}");
                }
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
