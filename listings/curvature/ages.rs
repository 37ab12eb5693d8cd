//! The largest curvature from gradients alone, and what one learning rate does
//! to a line through ages in three scales.

use crate::number::said;
use crate::regime::Regime;
use ndarray::{Array1, array};
use notebook::{Axis, Cell, Format, Panel, Result, by_step};
use training::patients::{OLDER, Patients, YOUNGER, min_max, standardise};

// ANCHOR: estimate
/// The size of the largest curvature near `place`, from gradients alone.
fn largest_curvature(
    gradient: impl Fn(&Array1<f64>) -> Array1<f64>,
    place: &Array1<f64>,
    iterations: usize,
) -> f64 {
    let here = gradient(place);
    let mut direction = Array1::from_elem(place.len(), 1.0);
    let mut curvature = 0.0;
    for _ in 0..iterations {
        direction /= length(&direction);
        // How the gradient changes along a way of length 1.
        let change = gradient(&(place + &direction)) - &here;
        curvature = length(&change);
        direction = change;
    }
    curvature
}
// ANCHOR_END: estimate

fn length(vector: &Array1<f64>) -> f64 {
    vector.iter().map(|entry| entry * entry).sum::<f64>().sqrt()
}

// ANCHOR: line
/// The mean squared error of the line w·x + b at the weights (w, b), and its
/// gradient.
fn error_of_line(
    inputs: &Array1<f64>,
    labels: &[usize],
    weights: &Array1<f64>,
) -> (f64, Array1<f64>) {
    let (mut loss, mut g_w, mut g_b) = (0.0, 0.0, 0.0);
    for (x, label) in inputs.iter().zip(labels) {
        let error = weights[0] * x + weights[1] - *label as f64;
        loss += error * error;
        g_w += 2.0 * error * x;
        g_b += 2.0 * error;
    }
    let count = inputs.len() as f64;
    (loss / count, array![g_w / count, g_b / count])
}
// ANCHOR_END: line

/// The smallest and the largest curvature of the mean squared error: the
/// eigenvalues of 2 (mean x², mean x; mean x, 1).
fn curvatures(inputs: &Array1<f64>) -> (f64, f64) {
    let count = inputs.len() as f64;
    let mean = inputs.sum() / count;
    let square = (inputs * inputs).sum() / count;
    let half_difference = libm::hypot((square - 1.0) / 2.0, mean);
    let largest = (square + 1.0) / 2.0 + half_difference;
    (2.0 * (square - mean * mean) / largest, 2.0 * largest)
}

/// The mean squared error of the best line.
fn least_error(inputs: &Array1<f64>, labels: &[usize]) -> f64 {
    let count = inputs.len() as f64;
    let labels: Array1<f64> = labels.iter().map(|l| *l as f64).collect();
    let (x, t) = (inputs.sum() / count, labels.sum() / count);
    let (dx, dt) = (inputs - x, labels - t);
    let covariance = (&dx * &dt).sum();
    let explained = covariance * covariance / (&dx * &dx).sum();
    ((&dt * &dt).sum() - explained) / count
}

const STEPS: usize = 300;

/// By step, what is left of the loss above that of the best line, from a start
/// at w = b = 0; until it has grown beyond all bounds.
fn train(
    inputs: &Array1<f64>,
    labels: &[usize],
    learning_rate: f64,
) -> Vec<f64> {
    let least = least_error(inputs, labels);
    let mut weights = array![0.0, 0.0];
    let mut above = Vec::new();
    for _ in 0..=STEPS {
        let (loss, gradient) = error_of_line(inputs, labels, &weights);
        above.push((loss - least).max(0.0));
        if loss > 1e12 {
            break;
        }
        weights.scaled_add(-learning_rate, &gradient);
    }
    above.iter().map(|loss| loss / above[0]).collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.01, 1e-5..=2.0)?;

    // ANCHOR: scalings
    let Patients { ages, labels } = Patients::draw(0);
    let scalings = [
        ("raw", ages.clone()),
        ("min-max", min_max(&ages)),
        ("standardised", standardise(&ages)),
    ];
    writeln!(cell, "ages         lambda max  estimate    kappa    limit");
    for (name, inputs) in &scalings {
        let gradient = |at: &Array1<f64>| error_of_line(inputs, &labels, at).1;
        let estimate = largest_curvature(gradient, &array![0.0, 0.0], 10);
        let (smallest, largest) = curvatures(inputs);
        let (kappa, limit) = (largest / smallest, 2.0 / largest);
        write!(cell, "{name:12} {largest:10.3} {estimate:9.3}");
        writeln!(cell, " {kappa:8.1} {limit:8.5}");
    }
    // ANCHOR_END: scalings
    cell.count("people", ages.len());
    cell.count("youngest", i32::from(*YOUNGER.start()));
    cell.count("oldest", i32::from(*OLDER.end()));
    cell.count("steps", STEPS);
    let ill = |is_old: bool| {
        let people = ages.iter().zip(&labels);
        let group = people.filter(|(age, _)| (**age >= 65.0) == is_old);
        let labels: Vec<_> = group.map(|(_, label)| *label as f64).collect();
        labels.iter().sum::<f64>() / labels.len() as f64
    };
    cell.value("older_ill", ill(true), Format::Percent(0));
    cell.value("younger_ill", ill(false), Format::Percent(0));
    report(cell, &scalings, &labels, learning_rate);
    Ok(())
}

fn report(
    cell: &mut Cell,
    scalings: &[(&str, Array1<f64>)],
    labels: &[usize],
    learning_rate: f64,
) {
    let mut panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("left of the loss").range(1e-6..=1e4),
    );
    let mut outcomes = Vec::new();
    for (name, inputs) in scalings {
        let (smallest, largest) = curvatures(inputs);
        let (kappa, limit) = (largest / smallest, 2.0 / largest);
        let left = train(inputs, labels, learning_rate);
        let end = left[left.len() - 1];
        let regime = Regime::of(learning_rate * largest);
        outcomes.push(format!(
            "{name} {}, {} left",
            regime.name(),
            said(end, 3)
        ));
        let mut of = cell.of(name);
        of.value("kappa", kappa, Format::Significant(3));
        of.value("limit", limit, Format::Significant(2));
        of.value("left", end, Format::Significant(2));
        // A factor of 0 halves in one step.
        let half = libm::log(0.5) / libm::log((kappa - 1.0) / (kappa + 1.0));
        of.count("steps_to_halve", half.ceil().max(1.0));
        panel = panel.line(*name, by_step(&left), regime.style());
    }
    let alt = format!(
        "What is left of the loss, by step, at a learning rate of \
         {learning_rate}, for ages in three scales, and what their steepest \
         directions do: {}.",
        outcomes.join("; ")
    );
    cell.chart(alt, [panel]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use training::bowls::quadratic::Quadratic;

    type Scaling = fn(&Array1<f64>) -> Array1<f64>;
    const SCALINGS: [Scaling; 3] = [Array1::clone, min_max, standardise];

    /// Red if `g_b += 2.0 * error` were `g_b += error`: the intercept's slope
    /// would be half.
    #[test]
    fn the_gradient_of_the_line_agrees_with_central_differences() {
        let Patients { ages, labels } = Patients::draw(0);
        let inputs = min_max(&ages);
        let (w, b) = (0.3, -0.2);
        let loss = |w, b| error_of_line(&inputs, &labels, &array![w, b]).0;
        let (_, gradient) = error_of_line(&inputs, &labels, &array![w, b]);
        let h = 1e-5;
        let slope_w = (loss(w + h, b) - loss(w - h, b)) / (2.0 * h);
        let slope_b = (loss(w, b + h) - loss(w, b - h)) / (2.0 * h);
        assert_relative_eq!(gradient[0], slope_w, max_relative = 1e-8);
        assert_relative_eq!(gradient[1], slope_b, max_relative = 1e-8);
    }

    /// H by difference quotients of the mean loss: its sum of curvatures is
    /// the trace, their product the determinant.
    ///
    /// Red if `mean * mean` were `mean`: the flat curvature would be another.
    #[test]
    fn the_curvatures_of_the_line_are_those_of_its_hessian() {
        for seed in 0..5 {
            let Patients { ages, labels } = Patients::draw(seed);
            for scale in SCALINGS {
                let inputs = scale(&ages);
                let slopes = |w: f64, b: f64| {
                    error_of_line(&inputs, &labels, &array![w, b]).1
                };
                // The slopes of a quadratic change evenly, whatever the step.
                let (in_w, in_b) = (
                    slopes(1.0, 0.0) - slopes(0.0, 0.0),
                    slopes(0.0, 1.0) - slopes(0.0, 0.0),
                );
                let square = inputs.mapv(|x| x * x).mean().unwrap();
                let mean = inputs.mean().unwrap();
                for (entry, twice) in [
                    (in_w[0], square),
                    (in_w[1], mean),
                    (in_b[0], mean),
                    (in_b[1], 1.0),
                ] {
                    assert_relative_eq!(
                        entry,
                        2.0 * twice,
                        max_relative = 1e-6,
                        epsilon = 1e-9
                    );
                }
                let (smallest, largest) = curvatures(&inputs);
                assert_relative_eq!(
                    smallest + largest,
                    in_w[0] + in_b[1],
                    max_relative = 1e-6
                );
                let determinant = in_w[0] * in_b[1] - in_w[1] * in_b[0];
                assert_relative_eq!(
                    smallest * largest,
                    determinant,
                    max_relative = 1e-5
                );
            }
        }
    }

    /// Red if `2.0 * error * x` were `error * x`: the gradient would be that
    /// of another loss.
    #[test]
    fn from_gradients_alone_the_largest_curvature_of_the_line_is_found() {
        let outputs = at(run, &[]);
        let rows = outputs
            .text
            .lines()
            .skip(1)
            .map(|row| Vec::from_iter(row.split_whitespace()));
        let rows = Vec::from_iter(rows);
        assert_eq!(rows.len(), 3);
        let ages = Patients::draw(0).ages;
        for (row, scale) in rows.iter().zip(SCALINGS) {
            let inputs = scale(&ages);
            let (s, m) = (
                inputs.mapv(|x| x * x).mean().unwrap(),
                inputs.mean().unwrap(),
            );
            // λ² − 2(s + 1)λ + 4(s − m²) = 0, solved for the larger.
            let root = ((s + 1.0).powi(2) - 4.0 * (s - m * m)).max(0.0).sqrt();
            let largest = s + 1.0 + root;
            assert_eq!(row[1], format!("{largest:.3}"));
            assert_eq!(row[2], row[1], "the estimate");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Red if `length(&change)` were `change.sum().abs()`: a sum depends
        /// on the direction.
        #[test]
        fn from_gradients_alone_the_curvature_of_largest_size_is_found(
            curvatures in prop::collection::vec(-18.0..18.0, 1..=11),
            sign in prop::bool::ANY,
            place in -5.0..5.0,
            seed in any::<u64>(),
        ) {
            // The next in size is at most nine tenths of the largest. 400
            // iterations leave 0.9^800 of its square; the start's share in the
            // largest direction is only by a miracle as small as that.
            let largest = if sign { 20.0 } else { -20.0 };
            let all = curvatures.into_iter().chain([largest]);
            let curvatures: Vec<f64> = all.collect();
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let bowl = Quadratic::random(&curvatures, &mut rng);
            let place = Array1::from_elem(curvatures.len(), place);
            let gradient = |at: &Array1<f64>| bowl.gradient(at);
            let estimate = largest_curvature(gradient, &place, 400);
            prop_assert!((estimate / 20.0 - 1.0).abs() < 1e-9, "{estimate}");
        }
    }

    /// Red if `weights.scaled_add(-learning_rate` were
    /// `weights.scaled_add(-learning_rate / 50.0`: at a fiftieth of the rate
    /// min-max ages and standardised ones both crawl.
    #[test]
    fn at_one_hundredth_raw_ages_explode_min_max_crawl_standardised_work() {
        let outputs = at(run, &[]);
        assert_eq!(outputs["learning_rate"], 0.01);
        assert!(outputs["raw_left"] > 1e10);
        assert!((0.1..0.2).contains(&outputs["min_max_left"]));
        assert!(outputs["standardised_left"] < 0.01);
    }

    /// Red if `let rate = 0.0002` were `let rate = 0.0003`: above their limit
    /// they explode.
    #[test]
    fn raw_ages_below_their_limit_lead_and_then_stand_almost_still() {
        let Patients { ages, labels } = Patients::draw(0);
        let rate = 0.0002;
        let left = SCALINGS.map(|scale| train(&scale(&ages), &labels, rate));
        let (raw, others) = (&left[0], &left[1..]);
        assert_eq!(raw.len(), 301);
        assert!(raw[300] < 1.0 && raw[300] > 0.98 * raw[150]);
        for other in others {
            let steps = raw.iter().zip(other).skip(1);
            assert_eq!(steps.clone().count(), 300);
            assert!(steps.into_iter().all(|(raw, other)| raw < other));
            assert!(other[300] > raw[20]);
        }
    }

    /// Below the limit the loss falls at every step, far above that of the best
    /// line; above, it rises in the end, and goes beyond that of the start.
    ///
    /// Red if `weights.scaled_add(-learning_rate` were
    /// `weights.scaled_add(-1.1 * learning_rate`: the limits would be lower.
    #[test]
    fn each_scale_converges_below_its_limit_and_diverges_above() {
        let outputs = at(run, &[]);
        let names = ["raw", "min_max", "standardised"];
        for (scale, name) in SCALINGS.into_iter().zip(names) {
            let Patients { ages, labels } = Patients::draw(0);
            let inputs = scale(&ages);
            let limit = outputs[&*format!("{name}_limit")];
            for part in [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 0.99] {
                let left = train(&inputs, &labels, part * limit);
                assert_eq!(left.len(), 301);
                let falls = |two: &[f64]| two[1] < two[0] || two[1] < 1e-9;
                assert!(left.windows(2).all(falls), "{name} at {part}");
            }
            for part in [1.01, 1.02, 1.1, 1.5, 3.0, 10.0] {
                let left = train(&inputs, &labels, part * limit);
                let end = left[left.len() - 1];
                assert!(end > 10.0 && end > left[left.len() - 2], "{part}");
            }
        }
    }

    /// Red if `standardise(&Patients::draw(seed).ages)` were
    /// `min_max(&Patients::draw(seed).ages)`: these are neither centred nor of
    /// spread 1.
    #[test]
    fn standardised_ages_have_a_condition_number_of_one() {
        for seed in 0..20 {
            let inputs = standardise(&Patients::draw(seed).ages);
            let (smallest, largest) = curvatures(&inputs);
            assert_relative_eq!(largest / smallest, 1.0, max_relative = 1e-7);
            assert_relative_eq!(largest, 2.0, max_relative = 1e-7);
        }
    }

    /// Red if `half_difference = libm::hypot((square - 1.0) / 2.0, mean)` were
    /// `half_difference = ((square - 1.0) / 2.0).abs()`: the mean would not
    /// count.
    #[test]
    fn a_mean_off_zero_and_a_narrow_spread_each_raise_the_condition_number() {
        let inputs = &standardise(&Patients::draw(0).ages);
        let kappa = |inputs: Array1<f64>| {
            let (smallest, largest) = curvatures(&inputs);
            largest / smallest
        };
        // 1.64²/1, 1/0.09 and 1.27²/0.09, by the formula for 2 × 2.
        assert!((2.6..2.8).contains(&kappa(inputs + 0.5)));
        assert!((11.0..11.2).contains(&kappa(inputs * 0.3)));
        assert!((17.8..18.0).contains(&kappa(inputs * 0.3 + 0.5)));
    }

    /// By descent on the line itself, from a distance of 1 from the best line
    /// in the flattest direction, at the best rate of that scale.
    ///
    /// Red if `(kappa + 1.0));` were `(kappa + 1.0)) * 2.0;`: it would count
    /// the steps to a quarter.
    #[test]
    fn the_steps_to_halve_the_distance_are_those_of_a_walk() {
        let outputs = at(run, &[]);
        let Patients { ages, labels } = Patients::draw(0);
        let t = labels.iter().sum::<usize>() as f64 / 2100.0;
        let names = ["raw", "min_max", "standardised"];
        for (scale, name) in SCALINGS.into_iter().zip(names) {
            let x = scale(&ages);
            let (mean, square) = (x.mean().unwrap(), (&x * &x).mean().unwrap());
            let product = x.iter().zip(&labels).map(|(x, l)| x * *l as f64);
            let covariance = product.sum::<f64>() / 2100.0 - mean * t;
            let w = covariance / (square - mean * mean);
            let best = array![w, t - w * mean];
            // The trace is the sum of both curvatures.
            let rate = 2.0 / (2.0 * square + 2.0);
            let flat = flattest(mean, square);
            let mut away = &best + &flat;
            let mut steps = 0;
            while (&away - &best).dot(&flat) > 0.5 {
                let gradient = error_of_line(&x, &labels, &away).1;
                away.scaled_add(-rate, &gradient);
                steps += 1;
            }
            let counted = outputs[&*format!("{name}_steps_to_halve")];
            assert_eq!(counted, f64::from(steps), "{name}");
        }
    }

    /// The eigenvector of (mean x², mean x; mean x, 1) of the smaller
    /// eigenvalue l: (mean x, l − mean x²). Of a round bowl it is any.
    fn flattest(mean: f64, square: f64) -> Array1<f64> {
        if mean.abs() < 1e-9 {
            return array![1.0, 0.0];
        }
        let root =
            ((square + 1.0).powi(2) - 4.0 * (square - mean * mean)).sqrt();
        let smaller = 2.0 * (square - mean * mean) / (square + 1.0 + root);
        let vector = array![mean, smaller - square];
        &vector / length(&vector)
    }

    /// Red if `covariance * covariance` were `covariance`: what a line explains
    /// would depend on the units.
    #[test]
    fn the_best_line_is_as_good_in_every_scale() {
        for seed in 0..20 {
            let Patients { ages, labels } = Patients::draw(seed);
            let least =
                SCALINGS.map(|scale| least_error(&scale(&ages), &labels));
            assert_relative_eq!(least[0], least[1], max_relative = 1e-9);
            assert_relative_eq!(least[0], least[2], max_relative = 1e-9);
            // Standardised, half the limit lands on it in one step.
            let inputs = standardise(&ages);
            let (_, gradient) =
                error_of_line(&inputs, &labels, &array![0.0, 0.0]);
            let landed = error_of_line(&inputs, &labels, &(-0.5 * gradient)).0;
            assert_abs_diff_eq!(landed, least[0], epsilon = 1e-12);
        }
    }
}
