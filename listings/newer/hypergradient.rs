//! Hypergradient descent: the rate at which the rate ends.

use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::hypergradient::Hypergradient;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 1000;
/// The loss at the start.
const LOSS: f64 = 0.5;

// ANCHOR: descend
/// The rate of each step and the loss before it, on ½λw² from where that is ½.
fn descend(
    first_rate: f64,
    hyper_rate: f64,
    curvature: f64,
) -> (Vec<f64>, Vec<f64>) {
    let mut optimizer = Hypergradient::new(first_rate, hyper_rate);
    let mut weights = array![(2.0 * LOSS / curvature).sqrt()];
    let (mut rates, mut losses) = (Vec::new(), Vec::new());
    for _ in 0..STEPS {
        let w = weights[0];
        optimizer.step(weights.view_mut(), aview1(&[curvature * w]));
        rates.push(optimizer.learning_rate);
        losses.push(0.5 * curvature * w * w);
    }
    (rates, losses)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let first_rate = cell.log_knob("first_rate", 1e-6, 1e-6..=0.3)?;
    let hyper_rate = cell.log_knob("hyper_rate", 0.01, 1e-4..=1.0)?;
    let curvature = cell.log_knob("curvature", 1.0, 0.1..=10.0)?;

    let (rates, losses) = descend(first_rate, hyper_rate, curvature);
    let kept = |k: usize| rates[k] * rates[k] + 2.0 * hyper_rate * losses[k];
    writeln!(cell, "step       rate       loss   rate² + 2 beta loss");
    for k in [0, 1, 3, 10, 30, 100, 300, STEPS - 1] {
        write!(cell, "{k:4} {:10.3e} {:10.1e}", rates[k], losses[k]);
        writeln!(cell, " {:21.6}", kept(k));
    }
    // ANCHOR_END: descend
    let square = first_rate * first_rate + 2.0 * hyper_rate * LOSS;
    let predicted = square.sqrt();
    let end = rates[STEPS - 1];
    cell.value("predicted", predicted, Format::Significant(3));
    cell.value("end", end, Format::Significant(3));
    cell.value("best", 1.0 / curvature, Format::Significant(3));
    let goes = match end.is_finite() {
        true => format!("goes to {end:.4}"),
        false => "leaves all bounds".to_string(),
    };
    let alt = format!(
        "The learning rate, on a logarithmic axis, against the step. From \
         {first_rate:e} it {goes}; the law says {predicted:.4}. The best rate \
         would be {:.2}.",
        1.0 / curvature
    );
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("rate η").range(1e-6..=10.0),
    )
    .level("√(η₀² + 2βL₀)", predicted)
    .level("1/λ", 1.0 / curvature)
    .line("", by_step(&rates), Style::Ink);
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Wherever the predicted rate is at most a third of the best, and high
    /// enough to arrive in the steps there are.
    ///
    /// Red if `2.0 * hyper_rate * LOSS` were `hyper_rate * LOSS`: half of what
    /// the loss gives.
    #[test]
    fn it_ends_at_a_rate_that_the_hyper_rate_sets() {
        for hyper_rate in [1e-4, 1e-3, 0.01, 0.1] {
            for first_rate in [1e-6, 1e-3, 0.1] {
                for curvature in [0.5, 1.0, 1.05, 3.0, 10.0] {
                    let outputs = at(
                        run,
                        &[
                            ("hyper_rate", &hyper_rate),
                            ("first_rate", &first_rate),
                            ("curvature", &curvature),
                        ],
                    );
                    let law: f64 = first_rate * first_rate + hyper_rate;
                    let product = law.sqrt() * curvature;
                    if (0.005..1.0 / 3.0).contains(&product) {
                        let ratio = outputs["end"] / law.sqrt();
                        assert!((ratio - 1.0).abs() < 0.07, "{ratio}");
                        let off = outputs["predicted"] - law.sqrt();
                        assert!(off.abs() < 1e-12);
                    }
                }
            }
        }
    }

    /// The smaller the steps, the better it is kept, at every step: with the
    /// rate that the law tells from a tenth of 1/λ down to a thousandth.
    ///
    /// Red if `rates.push(optimizer.learning_rate);` were
    /// `rates.push(first_rate);`: a rate that stays.
    #[test]
    fn rate_squared_and_twice_beta_loss_add_up_to_the_same() {
        for curvature in [0.1, 1.0, 10.0] {
            for first in [1e-6, 0.3, 0.9] {
                let off = |product: f64| {
                    // β is such that η₀² + β is the square of this.
                    let end = product / curvature;
                    let beta = end * end * (1.0 - first * first);
                    let (rates, losses) = descend(first * end, beta, curvature);
                    let kept = rates.iter().zip(losses).map(|(rate, loss)| {
                        (rate * rate + 2.0 * beta * loss) / (end * end)
                    });
                    kept.map(|x| (x - 1.0).abs()).fold(0.0, f64::max)
                };
                let offs = [0.1, 0.03, 0.01, 0.003, 0.001].map(off);
                assert!(offs.is_sorted_by(|a, b| a > b), "{offs:?}");
                assert!(offs[0] < 0.2 && offs[4] < 0.004, "{offs:?}");
            }
        }
        assert_eq!(at(run, &[("curvature", &4)])["best"], 0.25);
        // The printed sums.
        let (rates, losses) = descend(1e-6, 0.01, 1.0);
        for line in at(run, &[]).text.lines().skip(1) {
            let mut row = line.split_whitespace();
            let step: usize = row.next().unwrap().parse().unwrap();
            let kept = rates[step] * rates[step] + 0.02 * losses[step];
            assert_eq!(row.last().unwrap(), format!("{kept:.6}"));
        }
    }

    /// Red if `Hypergradient::new(first_rate, hyper_rate)` were
    /// `Hypergradient::new(first_rate, 0.01)`: whatever the knob says.
    #[test]
    fn too_high_a_hyper_rate_for_the_curvature_diverges() {
        for (hyper_rate, diverges) in [(1e-4, false), (0.1, true)] {
            let (_, losses) = descend(1e-6, hyper_rate, 10.0);
            let last = losses[STEPS - 1];
            assert_eq!(last.is_nan() || last > 1.0, diverges);
        }
    }
}
