//! The gradients of random batches of images, and the gradient of all images.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use training::digits::ink;

const BATCHES: usize = 2000;

// ANCHOR: batches
/// The gradient of ½(w − x)², averaged over the images x of a batch.
fn gradient(w: f64, batch: &[f64]) -> f64 {
    batch.iter().map(|x| w - x).sum::<f64>() / batch.len() as f64
}

/// Images drawn at random, each time among all of them.
fn draw(ink: &[f64], batch_size: usize, rng: &mut impl Rng) -> Vec<f64> {
    let one = |_| ink[rng.random_range(..ink.len())];
    (0..batch_size).map(one).collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let ink = ink()?;
    let w = 0.0;
    let mut rng = ChaCha8Rng::seed_from_u64(1);

    let pairs = || ink.iter().flat_map(|x| ink.iter().map(|y| [*x, *y]));
    let of_pairs = pairs().map(|pair| gradient(w, &pair));
    let (mean, spread) = mean_and_spread(of_pairs);
    writeln!(
        cell,
        "                mean gradient   spread   sigma/sqrt(B)"
    );
    writeln!(cell, "all images {:18.3}", gradient(w, &ink));
    writeln!(cell, "all pairs  {mean:18.3} {spread:8.3}");

    let sigma = mean_and_spread(ink.iter().map(|x| w - x)).1;
    for batch_size in [1, 4, 16, 64, 256] {
        let batches = (0..BATCHES).map(|_| draw(&ink, batch_size, &mut rng));
        let gradients = batches.map(|batch| gradient(w, &batch));
        let (mean, spread) = mean_and_spread(gradients);
        let predicted = sigma / (batch_size as f64).sqrt();
        write!(cell, "B = {batch_size:<7} {mean:17.3} {spread:8.3}");
        writeln!(cell, " {predicted:15.3}");
    }
    // ANCHOR_END: batches

    let full = gradient(w, &ink);
    cell.count("images", ink.len());
    cell.count("pairs", ink.len() * ink.len());
    cell.value("gradient", full, Format::Decimals(3));
    cell.value("pairs_mean", mean, Format::Decimals(3));
    cell.value("pairs_spread", spread, Format::Decimals(3));
    cell.value("variance", sigma * sigma, Format::Decimals(1));
    let spread_of_16 = sigma / 16f64.sqrt();
    cell.value("spread_of_16", spread_of_16, Format::Decimals(2));
    // The B at which σ/√B is half of that.
    let batch_size = (2.0 * sigma / spread_of_16).powi(2);
    cell.count("batch_for_half", batch_size);
    let alt = format!(
        "The gradients of random batches against the batch size: a funnel of \
         dots around {full:.1}, most of them within a band from {:.1} wide at \
         one image to {:.2} at 256.",
        4.0 * sigma,
        4.0 * sigma / 16.0
    );
    cell.chart(alt, [funnel(w, &ink, sigma)]);
    Ok(())
}

/// The mean, and the root of the mean squared distance from it.
fn mean_and_spread(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    // The first number is taken off so that squares lose no digits.
    let mut numbers = numbers.peekable();
    let first = numbers.peek().copied().unwrap_or(f64::NAN);
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for number in numbers {
        count += 1.0;
        sum += number - first;
        squares += (number - first) * (number - first);
    }
    let mean = sum / count;
    (first + mean, (squares / count - mean * mean).sqrt())
}

/// Forty batches of each size, and two standard deviations on either side.
fn funnel(w: f64, ink: &[f64], sigma: f64) -> Panel {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let sizes = (0..=8).map(|power| 1usize << power);
    let dots: Vec<_> = sizes
        .flat_map(|size| std::iter::repeat_n(size, 40))
        .map(|size| (size as f64, gradient(w, &draw(ink, size, &mut rng))))
        .collect();
    let full = gradient(w, ink);
    let edges = (0..=32).map(|i| {
        let size = libm::exp2(f64::from(i) / 4.0);
        let reach = 2.0 * sigma / size.sqrt();
        (size, full - reach, full + reach)
    });
    Panel::new(
        Axis::log("batch size B").range(0.8..=330.0),
        Axis::linear("gradient (% ink)").range(-42.0..=-18.0),
    )
    .band("", edges, Style::Muted)
    .level("all images", full)
    .points("", dots, Style::Muted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;
    use rand::seq::SliceRandom;

    /// Red if `/ batch.len() as f64` were `/ 4.0`: only batches of four would
    /// be right.
    #[test]
    fn the_mean_over_all_batches_is_the_full_gradient() {
        let ink = &ink().unwrap()[..9];
        for w in [-3.0, 0.0, 41.0] {
            let full = w - ink.iter().sum::<f64>() / 9.0;
            for size in 1..=9 {
                let subsets = (0..1u32 << 9)
                    .filter(|chosen| chosen.count_ones() == size)
                    .map(|chosen| {
                        let is_in = |i: &usize| chosen >> i & 1 == 1;
                        (0..9).filter(is_in).map(|i| ink[i]).collect()
                    });
                let all: Vec<Vec<f64>> = subsets.collect();
                let sum: f64 = all.iter().map(|b| gradient(w, b)).sum();
                let mean = sum / all.len() as f64;
                assert_relative_eq!(mean, full, max_relative = 1e-12);
            }
        }
    }

    /// Red if `[*x, *y]` were `[*x, *x]`: a batch would hold one image twice,
    /// and vary as much as one.
    #[test]
    fn all_pairs_have_the_full_gradient_as_mean_and_half_the_variance() {
        let outputs = at(run, &[]);
        // By another way: sums of the images' inks.
        let ink = ink().unwrap();
        let mean = ink.iter().sum::<f64>() / 1797.0;
        let square = ink.iter().map(|x| x * x).sum::<f64>() / 1797.0;
        let variance = square - mean * mean;
        let close = |name, expected| {
            assert_relative_eq!(outputs[name], expected, max_relative = 1e-9);
        };
        close("gradient", -mean);
        close("pairs_mean", -mean);
        close("pairs_spread", (variance / 2.0).sqrt());
        close("variance", variance);
        close("pairs", 1797.0 * 1797.0);
        let texts = ["pairs_mean", "gradient"].map(|n| &outputs.values[n].text);
        assert_eq!(texts[0], texts[1], "to the last digit shown");
    }

    /// Over all ordered batches of few images, in which one may come again; in
    /// the table that the page prints, within four standard errors, 1/√M of a
    /// quotient of two spreads of M normal numbers; and in the page's values.
    ///
    /// Red if `/ batch.len() as f64` were `/ (batch.len() as f64).sqrt()`: all
    /// batches would scatter alike.
    #[test]
    fn four_times_the_images_have_half_the_spread() {
        let ink = ink().unwrap();
        let spread = |few: &[f64], size: u32| {
            let batch = |index: usize| -> Vec<f64> {
                let digit = |i| index / few.len().pow(i) % few.len();
                (0..size).map(|i| few[digit(i)]).collect()
            };
            let all = 0..few.len().pow(size);
            mean_and_spread(all.map(|i| gradient(7.0, &batch(i)))).1
        };
        for few in ink.chunks(3).take(20) {
            for size in [1, 2] {
                let half = spread(few, size) / 2.0;
                let here = spread(few, 4 * size);
                assert_relative_eq!(here, half, max_relative = 1e-9);
            }
        }
        let outputs = at(run, &[]);
        let rows = outputs.text.lines().filter(|row| row.starts_with("B = "));
        let spreads = rows.map(|row| -> f64 {
            row.split_whitespace().nth(4).unwrap().parse().unwrap()
        });
        let spreads = Vec::from_iter(spreads);
        assert_eq!(spreads.len(), 5);
        for pair in spreads.windows(2) {
            let off = pair[0] / pair[1] / 2.0 - 1.0;
            assert!(off.abs() < 4.0 / (BATCHES as f64).sqrt(), "{spreads:?}");
        }
        let sigma = spread(&ink, 1);
        assert_relative_eq!(
            outputs["spread_of_16"],
            sigma / 4.0,
            max_relative = 1e-9
        );
        assert_eq!(outputs["batch_for_half"], 4.0 * 16.0);
    }

    /// Red if `w - x).sum` were `w + x).sum`: the slope of another loss.
    #[test]
    fn an_epoch_of_batches_weighed_by_size_gives_the_full_gradient() {
        let mut ink = ink().unwrap();
        let full = 5.0 - ink.iter().sum::<f64>() / 1797.0;
        ink.shuffle(&mut ChaCha8Rng::seed_from_u64(5));
        for size in [1, 7, 32, 100, 1797] {
            let weighed = ink.chunks(size).map(|batch| {
                gradient(5.0, batch) * batch.len() as f64 / ink.len() as f64
            });
            let sum: f64 = weighed.sum();
            assert_relative_eq!(sum, full, max_relative = 1e-12);
        }
    }

    /// The mean of M squared deviations of a batch's gradient has the standard
    /// error V√((κ − 1)/M), where κ = 3 + (κ₁ − 3)/B and κ₁ is the kurtosis of
    /// the ink. Within four of them: in the table on the page, and at other
    /// sizes and seeds.
    ///
    /// Red if `let one = |_| ink[rng.random_range(..ink.len())]` were
    /// `let same = rng.random_range(..ink.len()); let one = |_| ink[same]`: the
    /// images of a batch would not be independent.
    #[test]
    fn the_variance_of_a_batch_is_that_of_an_image_over_its_size() {
        let ink = ink().unwrap();
        let full = -ink.iter().sum::<f64>() / 1797.0;
        let power = |power| {
            let deviations = ink.iter().map(|x| (-x - full).powi(power));
            deviations.sum::<f64>() / ink.len() as f64
        };
        let kurtosis = power(4) / power(2) / power(2);
        let check = |measured: f64, size: f64| {
            let variance = power(2) / size;
            let spread = 2.0 + (kurtosis - 3.0) / size;
            let standard_error = variance * (spread / BATCHES as f64).sqrt();
            let off = (measured - variance) / standard_error;
            assert!(off.abs() < 4.0, "B = {size}: {off}");
        };
        let text = at(run, &[]).text;
        let rows = text.lines().filter_map(|row| row.strip_prefix("B = "));
        let rows = rows.map(|row| {
            let cells = row.split_whitespace();
            Vec::<f64>::from_iter(cells.map(|cell| cell.parse().unwrap()))
        });
        let rows = Vec::from_iter(rows);
        assert_eq!(rows.len(), 5);
        for row in &rows {
            let sigma = (power(2) / row[0]).sqrt();
            assert_abs_diff_eq!(row[3], sigma, epsilon = 5.1e-4);
            check(row[2] * row[2], row[0]);
        }
        for seed in 10..14 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            for size in [1, 2, 8, 32] {
                let squares = (0..BATCHES).map(|_| {
                    let g = gradient(0.0, &draw(&ink, size, &mut rng));
                    (g - full) * (g - full)
                });
                check(squares.sum::<f64>() / BATCHES as f64, size as f64);
            }
        }
    }
}
