//! Adam where gradients are mostly noise: in a bowl, and on level ground.

use ndarray::Array1;
use notebook::{Cell, Result};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::normal::normal;
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;

const WEIGHTS: usize = 200;
const STEPS: usize = 3000;

// ANCHOR: floor
/// The mean squares, step by step, of weights that start at 0 in a bowl whose
/// gradients have noise of this size.
fn mean_squares(learning_rate: f64, curvature: f64, noise: f64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut adam = Adam::new(learning_rate);
    let mut weights = Array1::<f64>::zeros(WEIGHTS);
    let step = |_| {
        let gradient =
            weights.mapv(|w| curvature * w + noise * normal(&mut rng));
        adam.step(weights.view_mut(), gradient.view());
        weights.dot(&weights) / WEIGHTS as f64
    };
    (0..STEPS).map(step).collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let (learning_rate, noise) = (0.02, 2.0);
    writeln!(cell, "batch  noise   rate    loss   eta sigma/4");
    for (batch, times) in [(1, 1.0), (4, 1.0), (16, 1.0), (4, 2.0), (16, 4.0)] {
        let sigma = noise / f64::sqrt(f64::from(batch));
        let rate = times * learning_rate;
        let late = &mean_squares(rate, 1.0, sigma)[STEPS / 2..];
        let loss = 0.5 * late.iter().sum::<f64>() / late.len() as f64;
        write!(cell, "{batch:5} {sigma:6} {rate:6} {loss:7.4}");
        writeln!(cell, " {:13.4}", rate * sigma / 4.0);
    }
    writeln!(cell, "no bowl: after steps   root mean square");
    let level = mean_squares(learning_rate, 0.0, noise);
    for k in [30, 300, 3000] {
        writeln!(cell, "{k:20} {:18.3}", level[k - 1].sqrt());
    }
    // ANCHOR_END: floor
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    fn rows(text: &str) -> Vec<Vec<f64>> {
        let number = |word: &str| word.parse().ok();
        let row = |line: &str| line.split_whitespace().map(number).collect();
        let rows: Vec<Option<Vec<f64>>> = text.lines().map(row).collect();
        rows.into_iter().flatten().collect()
    }

    /// Red if `curvature * w + noise` were `curvature * w + 1.5 * noise`: a
    /// higher floor than the noise that is printed has.
    #[test]
    fn in_noise_adam_s_floor_is_a_quarter_of_rate_times_noise() {
        let rows = rows(&at(run, &[]).text);
        assert_eq!(rows.len(), 8);
        for row in &rows[..5] {
            let [batch, sigma, rate, loss, formula] = row[..] else {
                panic!("{row:?}")
            };
            assert_eq!(sigma, 2.0 / batch.sqrt());
            assert!((formula - rate * sigma / 4.0).abs() < 6e-5);
            assert!((loss / formula - 1.0).abs() < 0.15, "{row:?}");
            // The mean of the second half.
            let squares = mean_squares(rate, 1.0, sigma);
            let late = squares.iter().skip(squares.len() / 2);
            let mean = late.sum::<f64>() / (squares.len() / 2) as f64;
            assert!((loss - 0.5 * mean).abs() < 5.1e-5, "{row:?}");
        }
        // Other rates, noises and curvatures, far from the page's.
        for (rate, curvature, noise) in
            [(0.01, 1.0, 1.0), (0.01, 3.0, 2.0), (0.05, 0.5, 5.0)]
        {
            let late = &mean_squares(rate, curvature, noise)[STEPS / 2..];
            let mean = late.iter().sum::<f64>() / late.len() as f64;
            let ratio = 0.5 * curvature * mean / (rate * noise / 4.0);
            assert!((0.8..1.15).contains(&ratio), "{rate} {noise}: {ratio}");
        }
    }

    /// Red if `mean_squares(learning_rate, 0.0, noise)` were
    /// `mean_squares(learning_rate, 1.0, noise)`: in a bowl it has a floor.
    #[test]
    fn on_pure_noise_adam_walks_at_random_and_has_no_floor() {
        let rows = rows(&at(run, &[]).text);
        for row in &rows[5..] {
            let walk = 0.02 * row[0].sqrt();
            assert!((row[1] / walk - 1.0).abs() < 0.2, "{row:?}");
        }
    }
}
