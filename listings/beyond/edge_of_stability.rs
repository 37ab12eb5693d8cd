//! Full-batch training of a small tanh network, and the sharpness on its way.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use training::calculus::dual::{Dual, Number};

const HIDDEN: usize = 12;
const POINTS: usize = 20;
const STEPS: usize = 7000;
/// Steps from one measurement of the sharpness to the next: an odd number, to
/// meet both phases of swings that repeat after two steps.
const EVERY: usize = 35;
const SEED: u64 = 3;
const RATES: [(&str, f64); 4] =
    [("small", 0.1), ("low", 0.2), ("middle", 0.3), ("high", 0.4)];

// ANCHOR: sharpness
/// The gradient, computed with dual weights that move along `direction`.
fn hessian_times(weights: &[f64], direction: &[f64]) -> Vec<f64> {
    let moving = weights.iter().zip(direction);
    let moving = moving.map(|(&value, &slope)| Dual { value, slope });
    let (_, gradient) = loss_and_gradient(&moving.collect::<Vec<_>>());
    gradient.iter().map(|g| g.slope).collect()
}

/// The largest curvature at these weights; leaves its direction.
fn sharpness(weights: &[f64], direction: &mut Vec<f64>) -> f64 {
    let mut last = f64::INFINITY;
    loop {
        let length = dot(direction, direction).sqrt();
        direction.iter_mut().for_each(|v| *v /= length);
        let bent = hessian_times(weights, direction);
        let curvature = dot(direction, &bent);
        *direction = bent;
        if (curvature - last).abs() <= 1e-6 * curvature.abs() {
            return curvature;
        }
        last = curvature;
    }
}
// ANCHOR_END: sharpness

/// Half the mean square of the errors, and its gradient.
///
/// Of 3 × HIDDEN + 1 weights the first HIDDEN multiply the input, the next
/// are added to it, the next multiply what tanh gives; the last is added.
fn loss_and_gradient<N: Number>(weights: &[N]) -> (N, Vec<N>) {
    let (into, rest) = weights.split_at(HIDDEN);
    let (shift, out) = rest.split_at(HIDDEN);
    let one = N::constant(1.0);
    let share = N::constant(1.0 / POINTS as f64);
    let mut loss = N::constant(0.0);
    let mut gradient = vec![loss; weights.len()];
    for (x, target) in data() {
        let x = N::constant(x);
        let mut error = out[HIDDEN] - N::constant(target);
        let mut hidden = [one; HIDDEN];
        for j in 0..HIDDEN {
            hidden[j] = (into[j] * x + shift[j]).tanh();
            error = error + out[j] * hidden[j];
        }
        loss = loss + N::constant(0.5) * share * error * error;
        let error = share * error;
        for j in 0..HIDDEN {
            let back = error * out[j] * (one - hidden[j] * hidden[j]);
            gradient[j] = gradient[j] + back * x;
            gradient[HIDDEN + j] = gradient[HIDDEN + j] + back;
            gradient[2 * HIDDEN + j] =
                gradient[2 * HIDDEN + j] + error * hidden[j];
        }
        gradient[3 * HIDDEN] = gradient[3 * HIDDEN] + error;
    }
    (loss, gradient)
}

/// Twenty points of the curve 8x⁴ − 8x² + 1.
fn data() -> impl Iterator<Item = (f64, f64)> {
    let inputs = (0..POINTS).map(|i| 2.0 * i as f64 / 19.0 - 1.0);
    inputs.map(|x| (x, 8.0 * x * x * (x * x - 1.0) + 1.0))
}

fn initial_weights(seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..=3 * HIDDEN)
        .map(|_| rng.random_range(-0.5..0.5))
        .collect()
}

/// Summed from the first to the last.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

// ANCHOR: train
/// The losses at all steps, and the sharpness at every so many.
struct Training {
    losses: Vec<f64>,
    sharpness: Vec<f64>,
}

/// Gradient descent on all the data at once.
fn train(mut weights: Vec<f64>, learning_rate: f64, steps: usize) -> Training {
    let (mut losses, mut measured) = (Vec::new(), Vec::new());
    let mut direction = vec![1.0; weights.len()];
    for k in 0..=steps {
        if k % EVERY == 0 {
            measured.push(sharpness(&weights, &mut direction));
        }
        let (loss, gradient) = loss_and_gradient(&weights);
        losses.push(loss);
        for (w, g) in weights.iter_mut().zip(gradient) {
            *w -= learning_rate * g;
        }
    }
    Training {
        losses,
        sharpness: measured,
    }
}

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(
        cell,
        "eta    2/eta   sharpness: start  last 1000  loss: end"
    );
    let mut trainings = Vec::new();
    for (_, learning_rate) in RATES {
        let training = train(initial_weights(SEED), learning_rate, STEPS);
        let (start, end) = (training.sharpness[0], training.end());
        let (limit, loss) = (2.0 / learning_rate, training.losses[STEPS]);
        write!(cell, "{learning_rate} {limit:10.3} {start:18.3} ");
        writeln!(cell, "{end:10.3} {loss:10.5}");
        trainings.push(training);
    }
    // ANCHOR_END: train
    report(cell, &trainings);
    Ok(())
}

impl Training {
    /// The sharpness over the last thousand steps, on average.
    fn end(&self) -> f64 {
        let last = &self.sharpness[self.sharpness.len() - 1000 / EVERY..];
        last.iter().sum::<f64>() / last.len() as f64
    }

    /// In the second half, the share of steps that raised the loss.
    fn rises(&self) -> f64 {
        let half = &self.losses[self.losses.len() / 2..];
        let rises = half.windows(2).filter(|pair| pair[1] > pair[0]).count();
        rises as f64 / (half.len() - 1) as f64
    }
}

fn report(cell: &mut Cell, trainings: &[Training]) {
    for ((name, learning_rate), training) in RATES.iter().zip(trainings) {
        let mut of = cell.of(name);
        of.value("rate", *learning_rate, Format::Exact);
        of.value("limit", 2.0 / learning_rate, Format::Decimals(2));
        of.value("end", training.end(), Format::Decimals(2));
        of.value("rises", training.rises(), Format::Percent(0));
    }
    let start = trainings[0].sharpness[0];
    cell.count("weights", 3 * HIDDEN + 1);
    cell.count("steps", STEPS);
    cell.value("start", start, Format::Decimals(2));
    let ends = RATES.iter().zip(trainings).map(|((_, rate), training)| {
        format!("{:.2} at {rate} (2/η is {:.2})", training.end(), 2.0 / rate)
    });
    let alt = format!(
        "Left, losses over {STEPS} steps: smooth at the smallest rate, ragged \
         at the largest, and lower there. Right, the sharpness climbs from \
         {start:.2} to {}.",
        ends.collect::<Vec<_>>().join(", ")
    );
    cell.chart(alt, [losses(trainings), sharpnesses(trainings)]);
}

fn at_steps(measured: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    let steps = (0..=STEPS).step_by(EVERY).map(|k| k as f64);
    steps.zip(measured).collect()
}

fn losses(trainings: &[Training]) -> Panel {
    let loss = |training: &Training| {
        at_steps(training.losses.iter().copied().step_by(EVERY))
    };
    Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("loss").range(1e-3..=1.0),
    )
    .line("", loss(&trainings[0]), Style::Blue)
    .line("", loss(&trainings[3]), Style::Ink)
}

fn sharpnesses(trainings: &[Training]) -> Panel {
    let axes = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::linear("sharpness").range(0.0..=21.0),
    );
    let runs = RATES.iter().zip(trainings);
    runs.fold(axes, |panel, ((_, rate), training)| {
        let limit = 2.0 / rate;
        let curve = at_steps(training.sharpness.iter().copied());
        let style = match training.end() < 0.9 * limit {
            true => Style::Blue,
            false => Style::Ink,
        };
        let ends = [0.0, STEPS as f64].map(|k| (k, limit));
        let panel = panel.line(format!("η = {rate}"), curve, style);
        panel.line("", ends, Style::Muted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn training(learning_rate: f64, steps: usize) -> Training {
        train(initial_weights(SEED), learning_rate, steps)
    }

    /// Weights that have been trained a little.
    fn some_weights() -> Vec<f64> {
        let mut weights = initial_weights(5);
        for _ in 0..500 {
            let (_, gradient) = loss_and_gradient(&weights);
            let moves = weights.iter_mut().zip(gradient);
            moves.for_each(|(w, g)| *w -= 0.3 * g);
        }
        weights
    }

    /// The weights, moved by `h` along `direction`.
    fn moved(weights: &[f64], h: f64, direction: &[f64]) -> Vec<f64> {
        let moves = weights.iter().zip(direction);
        moves.map(|(w, v)| w + h * v).collect()
    }

    /// The Hessian times `direction`, from differences of gradients.
    fn by_differences(weights: &[f64], direction: &[f64]) -> Vec<f64> {
        let h = 1e-5;
        let up = loss_and_gradient(&moved(weights, h, direction)).1;
        let down = loss_and_gradient(&moved(weights, -h, direction)).1;
        let pairs = up.iter().zip(down);
        pairs.map(|(up, down)| (up - down) / (2.0 * h)).collect()
    }

    fn axis(i: usize, count: usize) -> Vec<f64> {
        (0..count).map(|j| f64::from(u8::from(i == j))).collect()
    }

    /// Whether λ times the identity less the Hessian has positive pivots only,
    /// so that no curvature reaches λ (Sylvester's law of inertia).
    fn none_reaches(lambda: f64, hessian: &[Vec<f64>]) -> bool {
        let mut rows: Vec<Vec<f64>> = hessian.to_vec();
        for (i, row) in rows.iter_mut().enumerate() {
            row.iter_mut().for_each(|entry| *entry = -*entry);
            row[i] += lambda;
        }
        for i in 0..rows.len() {
            let pivot = rows[i].clone();
            if pivot[i] <= 0.0 {
                return false;
            }
            for row in &mut rows[i + 1..] {
                let share = row[i] / pivot[i];
                row.iter_mut()
                    .zip(&pivot)
                    .for_each(|(a, b)| *a -= share * b);
            }
        }
        true
    }

    #[test]
    fn the_gradient_is_that_of_differences_of_losses() {
        let weights = some_weights();
        let gradient = loss_and_gradient(&weights).1;
        for (i, g) in gradient.iter().enumerate() {
            let axis = axis(i, weights.len());
            let up = loss_and_gradient(&moved(&weights, 1e-5, &axis)).0;
            let down = loss_and_gradient(&moved(&weights, -1e-5, &axis)).0;
            let difference = (up - down) / 2e-5;
            assert_relative_eq!(*g, difference, epsilon = 1e-9);
        }
    }

    /// Red if `Dual { value, slope }` were `Dual { value, slope: 2.0 * slope
    /// }`: weights that move twice as fast.
    #[test]
    fn hessian_times_a_vector_is_a_difference_of_gradients() {
        let weights = some_weights();
        for seed in 0..5 {
            let direction = initial_weights(seed);
            let exact = hessian_times(&weights, &direction);
            let differences = by_differences(&weights, &direction);
            assert_eq!(exact.len(), differences.len());
            for (exact, difference) in exact.iter().zip(differences) {
                assert_relative_eq!(*exact, difference, epsilon = 1e-8);
            }
        }
    }

    /// At the start of the page's runs, and on the way.
    ///
    /// Red if `1e-6 * curvature.abs()` were `0.3 * curvature.abs()`: it stops
    /// before it has found the direction.
    #[test]
    fn power_iteration_finds_the_largest_curvature() {
        for weights in [initial_weights(SEED), some_weights()] {
            let axes = (0..weights.len()).map(|i| axis(i, weights.len()));
            let hessian: Vec<Vec<f64>> =
                axes.map(|axis| by_differences(&weights, &axis)).collect();
            let found = sharpness(&weights, &mut vec![1.0; weights.len()]);
            assert!(none_reaches(1.001 * found, &hessian));
            assert!(!none_reaches(0.999 * found, &hessian));
        }
    }

    /// Red if `const STEPS: usize = 7000;` were `const STEPS: usize = 700;`:
    /// they do not get there.
    #[test]
    fn at_three_rates_the_sharpness_climbs_to_two_over_eta_and_stays() {
        let printed = at(run, &[]);
        for (name, rate) in &RATES[1..] {
            let end = printed[&*format!("{name}_end")];
            let limit = printed[&*format!("{name}_limit")];
            assert_relative_eq!(limit, 2.0 / rate);
            assert!((end / limit - 1.0).abs() < 0.03, "{name}: {end}");
            let training = training(*rate, STEPS);
            let measured = training.sharpness.iter().map(|s| s * rate / 2.0);
            let measured: Vec<f64> = measured.collect();
            assert!(measured[0] < 0.6, "starts at {}", measured[0]);
            let half = &measured[measured.len() / 2..];
            let off = half.iter().map(|part| (part - 1.0).abs());
            let off = off.fold(0.0, f64::max);
            assert!(off < 0.1, "{off} off at {rate}");
        }
    }

    /// Red if `("small", 0.1)` were `("small", 0.2)`: a rate that gets there.
    #[test]
    fn at_a_small_rate_it_does_not_get_there() {
        let rate = RATES[0].1;
        let printed = at(run, &[]);
        let (end, of_0_2) = (printed["small_end"], printed["low_limit"]);
        assert!((end / of_0_2 - 1.0).abs() < 0.02, "{end}");
        // Nor does it in eight times as many steps, though it climbs on.
        let longer = training(rate, 8 * STEPS);
        assert!(longer.end() > 1.3 * of_0_2, "{}", longer.end());
        let highest = longer.sharpness.into_iter().fold(0.0, f64::max);
        assert!(highest < 0.7 * 2.0 / rate, "{highest}");
    }

    /// Red if `pair[1] > pair[0]` were `pair[1] < pair[0]`: the steps that
    /// lower the loss.
    #[test]
    fn at_the_edge_many_steps_raise_the_loss_and_it_falls_all_the_same() {
        for (_, rate) in &RATES[1..] {
            let training = training(*rate, STEPS);
            let mean = |losses: &[f64]| {
                losses.iter().sum::<f64>() / losses.len() as f64
            };
            let losses = &training.losses;
            assert!(training.rises() > 0.02, "{}", training.rises());
            assert!(mean(&losses[6000..]) < 0.5 * mean(&losses[2000..3000]));
            // And over the steps whose rises are counted.
            let half = STEPS / 2;
            assert!(
                mean(&losses[6000..]) < 0.8 * mean(&losses[half..half + 500])
            );
        }
        assert!(training(RATES[3].1, STEPS).rises() > 0.3);
        assert_eq!(training(RATES[0].1, STEPS).rises(), 0.0);
    }

    /// Red if `("low", 0.2)` were `("low", 0.02)`: so slow that its loss is
    /// still high.
    #[test]
    fn the_flattest_run_has_not_the_lowest_loss() {
        let runs = RATES[1..].iter().map(|(_, rate)| training(*rate, STEPS));
        let runs: Vec<_> = runs.collect();
        assert!(runs[2].end() < runs[0].end());
        assert!(runs[2].losses[STEPS] > 1.3 * runs[0].losses[STEPS]);
    }

    #[test]
    fn other_starts_end_at_the_edge_too() {
        for seed in 10..18 {
            let end = train(initial_weights(seed), 0.4, STEPS).end();
            assert!((end * 0.4 / 2.0 - 1.0).abs() < 0.1, "{seed}: {end}");
        }
    }
}
