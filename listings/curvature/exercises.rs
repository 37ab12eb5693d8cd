//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};
use training::patients::Patients;

/// The loss ½Σλw² before each step of descent, and after the last.
fn losses(
    curvatures: &[f64],
    start: &[f64],
    learning_rate: f64,
    steps: usize,
) -> Vec<f64> {
    let mut weights = start.to_vec();
    let mut losses = Vec::new();
    for _ in 0..=steps {
        let parts = curvatures.iter().zip(&weights).map(|(l, w)| l * w * w);
        losses.push(parts.sum::<f64>() / 2.0);
        for (w, curvature) in weights.iter_mut().zip(curvatures) {
            *w -= learning_rate * curvature * *w;
        }
    }
    losses
}

/// The steps until the largest factor has made a thousandth of the start.
fn steps_to_a_thousandth(curvatures: &[f64], learning_rate: f64) -> f64 {
    let sizes = curvatures.iter().map(|l| (1.0 - learning_rate * l).abs());
    (0.001f64.ln() / sizes.fold(0.0, f64::max).ln()).ceil()
}

// ANCHOR: answers
pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: x² + 9y² has the curvatures 2 and 18.
    let (smallest, largest) = (2.0, 18.0);
    let best = 2.0 / (smallest + largest);
    cell.value("kappa", largest / smallest, Format::Exact);
    cell.value("limit", 2.0 / largest, Format::Significant(2));
    cell.value("best", best, Format::Exact);
    cell.value("factor", 1.0 - best * smallest, Format::Exact);

    // 2: curvatures 1, 5 and 10 at a rate of 0.15, and a fourth of 0.1.
    let three = steps_to_a_thousandth(&[1.0, 5.0, 10.0], 0.15);
    let four = steps_to_a_thousandth(&[0.1, 1.0, 5.0, 10.0], 0.15);
    cell.value("three", three, Format::Decimals(0));
    cell.value("four", four, Format::Decimals(0));

    // 3: 0.1x² + 2y² at 0.6, from (5, 0.01).
    let losses = losses(&[0.2, 4.0], &[5.0, 0.01], 0.6, 30);
    let falling = losses.windows(2).take_while(|pair| pair[1] < pair[0]);
    let falling = falling.count();
    cell.count("falling", falling);
    cell.value("loss_start", losses[0], Format::Significant(2));
    cell.value("loss_lowest", losses[falling], Format::Significant(2));
    cell.value("loss_end", losses[30], Format::Significant(2));

    // 4: with y = z/c, 0.1x² + 2y² is 0.1x² + (2/c²)z².
    let scale = (2.0f64 / 0.1).sqrt();
    cell.value("scale", scale, Format::Significant(3));
    cell.value("best_scaled", 1.0 / 0.2, Format::Exact);

    // 5: ages less their mean. The mean of the inputs is 0, so the curvatures
    // are twice their mean square, and 2.
    let ages = Patients::draw(0).ages;
    let count = ages.len() as f64;
    let mean = ages.sum() / count;
    let square =
        ages.iter().map(|age| (age - mean).powi(2)).sum::<f64>() / count;
    cell.value("mean_age", mean, Format::Decimals(1));
    cell.value("centred_kappa", square, Format::Decimals(0));
    cell.value("centred_limit", 1.0 / square, Format::Significant(2));
    Ok(())
}
// ANCHOR_END: answers

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn number(name: &str) -> f64 {
        at(run, &[])[name]
    }

    #[test]
    fn descent_on_x_squared_and_nine_y_squared_keeps_eight_tenths() {
        // By central differences, the curvatures of the loss as it is written.
        let loss = |x: f64, y: f64| x * x + 9.0 * y * y;
        let in_x = loss(1.0, 0.0) - 2.0 * loss(0.0, 0.0) + loss(-1.0, 0.0);
        let in_y = loss(0.0, 1.0) - 2.0 * loss(0.0, 0.0) + loss(0.0, -1.0);
        assert_eq!(number("kappa"), in_y / in_x);
        let at = |rate| losses(&[in_x, in_y], &[1.0, 1.0], rate, 400);
        let best = at(number("best"));
        let kept = number("factor").powi(2);
        assert_relative_eq!(best[400] / best[399], kept, max_relative = 1e-9);
        for other in [0.08, 0.095, 0.105] {
            assert!(at(other)[400] > best[400], "{other}");
        }
        let limit = number("limit");
        assert!(at(0.99 * limit)[40] < at(0.99 * limit)[20]);
        assert!(at(1.01 * limit)[40] > at(1.01 * limit)[20]);
    }

    #[test]
    fn the_flattest_direction_sets_the_time() {
        for (name, curvatures) in [
            ("three", &[1.0, 5.0, 10.0][..]),
            ("four", &[0.1, 1.0, 5.0, 10.0][..]),
        ] {
            // Only the flattest weight away from the minimum.
            let mut start = vec![0.0; curvatures.len()];
            start[0] = 1.0;
            let losses = losses(curvatures, &start, 0.15, 1000);
            let steps = losses.iter().take_while(|l| **l > 1e-6 * losses[0]);
            assert_eq!(steps.count() as f64, number(name));
        }
    }

    #[test]
    fn a_loss_can_fall_for_many_steps_before_it_explodes() {
        let (falling, lowest) = (number("falling"), number("loss_lowest"));
        assert!(falling > 5.0 && lowest < number("loss_start"));
        assert!(number("loss_end") > number("loss_start"));
        let loss = |k: i32| {
            let (x, y) = (5.0 * 0.88f64.powi(k), 0.01 * 1.4f64.powi(k));
            0.1 * x * x + 2.0 * y * y
        };
        let k = falling as i32;
        assert!(loss(k - 1) > loss(k) && loss(k + 1) > loss(k));
        assert_relative_eq!(lowest, loss(k), max_relative = 1e-9);
    }

    #[test]
    fn one_scale_makes_the_bowl_round_and_one_step_enough() {
        let c = number("scale");
        let loss = |x: f64, z: f64| 0.1 * x * x + 2.0 * (z / c).powi(2);
        assert_relative_eq!(
            loss(1.7, 0.0),
            loss(0.0, 1.7),
            max_relative = 1e-12
        );
        let end = losses(&[0.2, 0.2], &[3.0, 1.0], number("best_scaled"), 1)[1];
        assert!(end < 1e-24, "{end}");
    }

    #[test]
    fn centred_ages_still_explode_at_one_hundredth() {
        // Descent on (w, b) itself, over the people.
        let Patients { ages, labels } = Patients::draw(0);
        let centred = &ages - ages.mean().unwrap();
        let end = |rate: f64| {
            let (mut w, mut b) = (0.0, 0.0);
            for _ in 0..300 {
                let (mut g_w, mut g_b) = (0.0, 0.0);
                for (x, label) in centred.iter().zip(&labels) {
                    let error = w * x + b - *label as f64;
                    g_w += 2.0 * error * x / 2100.0;
                    g_b += 2.0 * error / 2100.0;
                }
                (w, b) = (w - rate * g_w, b - rate * g_b);
            }
            w
        };
        let limit = number("centred_limit");
        assert!(end(0.99 * limit).abs() < 1.0);
        assert!(end(1.05 * limit).abs() > 1.0);
        assert!(!end(0.01).is_finite());
        assert_relative_eq!(
            ages.var(0.0),
            number("centred_kappa"),
            max_relative = 1e-9
        );
    }
}
