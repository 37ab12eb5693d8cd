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
    (libm::log(0.001) / libm::log(sizes.fold(0.0, f64::max))).ceil()
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
    cell.value("slowest_of_three", 1.0 - 0.15 * 1.0, Format::Exact);
    cell.count("three", three);
    cell.value("fourth", 1.0 - 0.15 * 0.1, Format::Exact);
    cell.count("four", four);

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
    cell.count("centred_kappa", square);
    cell.value("centred_limit", 1.0 / square, Format::Significant(2));

    // 6: √(1 + w²) at a rate of 3, from 100.
    let slope = |w: f64| w / (1.0 + w * w).sqrt();
    let walk =
        std::iter::successors(Some(100.0), |w| Some(w - 3.0 * slope(*w)));
    let walk = Vec::from_iter(walk.take(101));
    cell.value("after_ten", walk[10], Format::Decimals(1));
    cell.value("hops_between", walk[100].abs(), Format::Decimals(2));
    Ok(())
}
// ANCHOR_END: answers

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Red if `1.0 - best * smallest` were `1.0 - 2.0 * best * smallest`: a
    /// step at the best rate would keep less.
    #[test]
    fn descent_on_x_squared_and_nine_y_squared_keeps_eight_tenths() {
        let outputs = at(run, &[]);
        // By central differences, the curvatures of the loss as it is written.
        let loss = |x: f64, y: f64| x * x + 9.0 * y * y;
        let in_x = loss(1.0, 0.0) - 2.0 * loss(0.0, 0.0) + loss(-1.0, 0.0);
        let in_y = loss(0.0, 1.0) - 2.0 * loss(0.0, 0.0) + loss(0.0, -1.0);
        assert_eq!(outputs["kappa"], in_y / in_x);
        let walk = |rate| losses(&[in_x, in_y], &[1.0, 1.0], rate, 400);
        let best = walk(outputs["best"]);
        let kept = outputs["factor"].powi(2);
        assert_relative_eq!(best[400] / best[399], kept, max_relative = 1e-9);
        for other in [0.08, 0.095, 0.105] {
            assert!(walk(other)[400] > best[400], "{other}");
        }
        let limit = outputs["limit"];
        assert!(walk(0.99 * limit)[40] < walk(0.99 * limit)[20]);
        assert!(walk(1.01 * limit)[400] > 100.0 * walk(1.01 * limit)[100]);
    }

    /// Red if `libm::log(0.001)` were `libm::log(0.01)`: the distance would be
    /// a hundredth.
    #[test]
    fn the_flattest_direction_sets_the_time() {
        let outputs = at(run, &[]);
        for (steps, factor, curvatures) in [
            ("three", "slowest_of_three", &[1.0, 5.0, 10.0][..]),
            ("four", "fourth", &[0.1, 1.0, 5.0, 10.0][..]),
        ] {
            // From any corner of a box, and from the flattest axis: no start
            // takes longer than that.
            let after = |start: &[f64]| {
                let losses = losses(curvatures, start, 0.15, 1000);
                // The loss of the flattest weight goes as its square.
                losses.iter().take_while(|l| **l > 1e-6 * losses[0]).count()
                    as f64
            };
            let mut flattest = vec![0.0; curvatures.len()];
            flattest[0] = 1.0;
            assert_eq!(after(&flattest), outputs[steps]);
            assert!(after(&vec![1.0; curvatures.len()]) <= outputs[steps]);
            let one = losses(curvatures, &flattest, 0.15, 1);
            assert_relative_eq!(
                (one[1] / one[0]).sqrt(),
                outputs[factor],
                max_relative = 1e-9
            );
        }
    }

    /// Red if `&[5.0, 0.01]` were `&[5.0, 1.0]`: the loss would rise at once.
    #[test]
    fn a_loss_can_fall_for_many_steps_before_it_explodes() {
        let outputs = at(run, &[]);
        let loss = |k: i32| {
            let (x, y) = (5.0 * 0.88f64.powi(k), 0.01 * 1.4f64.powi(k));
            0.1 * x * x + 2.0 * y * y
        };
        let falling = outputs["falling"] as i32;
        assert!(falling > 5 && (1..=falling).all(|k| loss(k) < loss(k - 1)));
        assert!((falling + 1..=30).all(|k| loss(k) > loss(k - 1)));
        for (name, k) in [
            ("loss_start", 0),
            ("loss_lowest", falling),
            ("loss_end", 30),
        ] {
            assert_relative_eq!(outputs[name], loss(k), max_relative = 1e-9);
        }
    }

    /// Red if `(2.0f64 / 0.1).sqrt()` were `2.0f64 / 0.1`: the bowl would be
    /// too wide across.
    #[test]
    fn one_scale_makes_the_bowl_round_and_one_step_enough() {
        let outputs = at(run, &[]);
        let c = outputs["scale"];
        let loss = |x: f64, z: f64| 0.1 * x * x + 2.0 * (z / c).powi(2);
        for (x, z) in [(1.7, 0.0), (1.0, 2.0), (0.3, -4.0)] {
            assert_relative_eq!(loss(x, z), loss(z, x), max_relative = 1e-12);
        }
        let round = [0.2, 4.0 / (c * c)];
        let end = losses(&round, &[3.0, 1.0], outputs["best_scaled"], 1)[1];
        assert!(end < 1e-24, "{end}");
    }

    /// Red if `(age - mean).powi(2)` were `age.powi(2)`: nothing would be
    /// centred.
    #[test]
    fn centred_ages_still_explode_at_one_hundredth() {
        let outputs = at(run, &[]);
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
        let limit = outputs["centred_limit"];
        assert!(end(0.99 * limit).abs() < 1.0);
        assert!(end(1.05 * limit).abs() > 1.0);
        assert!(!end(0.01).is_finite());
        let kappa = outputs["centred_kappa"];
        assert_relative_eq!(ages.var(0.0), kappa, max_relative = 1e-9);
    }

    /// Each step is at most 3, the rate times the largest slope. In the end a
    /// step is −2w: 3/√(1 + w²) = 2, so w = √(9/4 − 1).
    ///
    /// Red if `w / (1.0 + w * w).sqrt()` were `w * (1.0 + w * w).sqrt()`: the
    /// slope would grow with the distance.
    #[test]
    fn a_bounded_slope_cannot_diverge_geometrically() {
        let outputs = at(run, &[]);
        assert!(outputs["after_ten"] >= 100.0 - 3.0 * 10.0);
        let hop = (9.0f64 / 4.0 - 1.0).sqrt();
        assert_relative_eq!(outputs["hops_between"], hop, max_relative = 1e-9);
        // By difference quotients of the loss, at rates far above 2/1.
        let loss = |w: f64| (1.0 + w * w).sqrt();
        for rate in [0.5, 3.0, 40.0] {
            let mut w: f64 = 0.1;
            for k in 1..=300 {
                let h = 1e-6 * (1.0 + w.abs());
                w -= rate * (loss(w + h) - loss(w - h)) / (2.0 * h);
                assert!(w.abs() <= 0.1 + 1.001 * rate * f64::from(k));
                assert!(
                    w.abs() < rate.max(1.0),
                    "{rate}: it does not even leave"
                );
            }
        }
    }
}
