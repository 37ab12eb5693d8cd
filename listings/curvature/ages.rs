//! The largest curvature from gradients alone, and what one learning rate does
//! to a line through ages in three scales.

use crate::regime::Regime;
use ndarray::{Array1, array};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::patients::{Patients, min_max, standardise};

// ANCHOR: estimate
/// The largest curvature of a loss near `place`, from gradients alone.
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
    let half_difference = ((square - 1.0) / 2.0).hypot(mean);
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
    cell.value("steps", STEPS as f64, Format::Exact);
    let ill = |is_old: bool| {
        let people = ages.iter().zip(&labels);
        let group = people.filter(|(age, _)| (**age >= 65.0) == is_old);
        let (ill, all) =
            group.fold((0, 0), |(ill, all), (_, label)| (ill + label, all + 1));
        ill as f64 / f64::from(all)
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
        let (does, style) = outcome(learning_rate * largest, end);
        outcomes.push(format!("{name} {does}"));
        let mut value = |part: &str, number, format| {
            cell.value(
                &format!("{}_{part}", name.replace('-', "_")),
                number,
                format,
            );
        };
        value("kappa", kappa, Format::Significant(3));
        value("limit", limit, Format::Significant(2));
        value("left", end, Format::Significant(2));
        // A factor of 0 halves in one step.
        let half = 0.5f64.ln() / ((kappa - 1.0) / (kappa + 1.0)).ln();
        value("steps_to_halve", half.ceil().max(1.0), Format::Decimals(0));
        let curve = left.into_iter().enumerate();
        let curve = curve.map(|(k, left)| (k as f64, left));
        panel = panel.line(*name, curve, style);
    }
    let alt = format!(
        "What is left of the loss, by step, at a learning rate of \
         {learning_rate}, for ages in three scales: {}.",
        outcomes.join(", ")
    );
    cell.chart(alt, [panel]);
}

/// What a product ηλ for the largest curvature does when so much of the loss
/// is left, and how it looks.
fn outcome(product: f64, left: f64) -> (&'static str, Style) {
    match Regime::of(product) {
        Regime::Creeps | Regime::Lands if left < 0.01 => {
            ("works", Style::Green)
        }
        Regime::Creeps | Regime::Lands => ("crawls", Style::Blue),
        Regime::Overshoots => ("overshoots", Style::Orange),
        Regime::Bounces | Regime::Diverges => ("explodes", Style::Vermilion),
    }
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

    #[test]
    fn from_gradients_alone_the_largest_curvature_of_the_line_is_found() {
        let Patients { ages, labels } = Patients::draw(0);
        for scale in SCALINGS {
            let inputs = scale(&ages);
            let gradient =
                |at: &Array1<f64>| error_of_line(&inputs, &labels, at).1;
            let estimate = largest_curvature(gradient, &array![0.0, 0.0], 10);
            let (_, largest) = curvatures(&inputs);
            assert_relative_eq!(estimate, largest, max_relative = 1e-9);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn from_gradients_alone_the_largest_curvature_of_any_bowl_is_found(
            curvatures in prop::collection::vec(0.05..20.0, 2..=12),
            place in -5.0..5.0,
            seed in any::<u64>(),
        ) {
            // The next largest is at most nine tenths of the largest. 400
            // iterations leave 0.9^800 of its square; the start's share in the
            // largest direction is only by a miracle as small as that.
            let others = curvatures.iter().map(|c: &f64| c.min(18.0));
            let curvatures: Vec<f64> = others.chain([20.0]).collect();
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let bowl = Quadratic::random(&curvatures, &mut rng);
            let place = Array1::from_elem(curvatures.len(), place);
            let gradient = |at: &Array1<f64>| bowl.gradient(at);
            let estimate = largest_curvature(gradient, &place, 400);
            prop_assert!((estimate / 20.0 - 1.0).abs() < 1e-9, "{estimate}");
        }
    }

    #[test]
    fn at_one_hundredth_raw_ages_explode_min_max_crawl_standardised_work() {
        let outputs = at(run, &[]);
        let left = |name| outputs[name];
        assert!(left("raw_left") > 1e10);
        assert!((0.1..1.0).contains(&left("min_max_left")));
        assert!(left("standardised_left") < 0.01);
    }

    #[test]
    fn raw_ages_below_their_limit_stand_almost_still() {
        let Patients { ages, labels } = Patients::draw(0);
        let left = train(&ages, &labels, 0.0002);
        let (middle, end) = (left[STEPS / 2], left[STEPS]);
        assert!(middle < 1.0 && end > 0.98 * middle, "{middle} {end}");
    }

    #[test]
    fn each_scale_converges_below_its_limit_and_diverges_above() {
        let Patients { ages, labels } = Patients::draw(0);
        for scale in SCALINGS {
            let inputs = scale(&ages);
            let limit = 2.0 / curvatures(&inputs).1;
            let left = |rate| *train(&inputs, &labels, rate).last().unwrap();
            assert!(left(0.98 * limit) < 1.0);
            assert!(left(1.02 * limit) > 1000.0);
        }
    }

    #[test]
    fn standardised_ages_have_a_condition_number_of_one() {
        for seed in 0..20 {
            let inputs = standardise(&Patients::draw(seed).ages);
            let (smallest, largest) = curvatures(&inputs);
            assert_relative_eq!(largest / smallest, 1.0, max_relative = 1e-7);
            assert_relative_eq!(largest, 2.0, max_relative = 1e-7);
        }
    }

    #[test]
    fn the_best_line_is_as_good_in_every_scale() {
        let Patients { ages, labels } = Patients::draw(0);
        let least = SCALINGS.map(|scale| least_error(&scale(&ages), &labels));
        assert_relative_eq!(least[0], least[1], max_relative = 1e-9);
        assert_relative_eq!(least[0], least[2], max_relative = 1e-9);
        // Standardised, half the limit lands on it in one step.
        let inputs = standardise(&ages);
        let (_, gradient) = error_of_line(&inputs, &labels, &array![0.0, 0.0]);
        let landed = error_of_line(&inputs, &labels, &(-0.5 * gradient)).0;
        assert_abs_diff_eq!(landed, least[0], epsilon = 1e-12);
    }
}
