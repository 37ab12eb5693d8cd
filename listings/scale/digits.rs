//! The steps that the digits take to a training loss of 0.3, against the batch
//! size, each at its best rate; and the noise of their gradients.

use ndarray::{Array1, Axis as Side, Slice};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::growth::batches::{
    BATCHES, OPTIMIZERS, RATES, TARGET, rate, steps,
};
use training::nn::sequential::Sequential;
use training::spread::Spread;
use training::task::Task;

const SEEDS: u64 = 4;

// ANCHOR: fit
/// a and b of the steps a + b/B that are nearest to these, in relative squares.
fn fit(fewest: &[(f64, usize)]) -> (f64, f64) {
    let rows = BATCHES.iter().zip(fewest).map(|(batch, (steps, _))| {
        // 1 = a · 1/T + b · 1/(BT)
        (1.0 / steps, 1.0 / (*batch as f64 * steps))
    });
    let sum = |term: fn((f64, f64)) -> f64| rows.clone().map(term).sum::<f64>();
    let (aa, ab, bb) =
        (sum(|r| r.0 * r.0), sum(|r| r.0 * r.1), sum(|r| r.1 * r.1));
    let (a, b) = (sum(|r| r.0), sum(|r| r.1));
    let determinant = aa * bb - ab * ab;
    (
        (a * bb - b * ab) / determinant,
        (b * aa - a * ab) / determinant,
    )
}

/// The variance of single gradients, all entries together, over the square of
/// their mean.
fn noise_scale(model: &mut Sequential, task: &Task) -> f64 {
    let count = task.train.len();
    let (mut mean, mut squares) = (Array1::zeros(model.weights().len()), 0.0);
    for place in 0..count {
        let one = Slice::from(place..place + 1);
        let image = task.train.x.slice_axis(Side(0), one);
        model.backpropagate(image, &task.train.labels[place..place + 1]);
        squares += model.gradient().dot(&model.gradient()) / count as f64;
        mean += &model.gradient();
    }
    mean /= count as f64;
    let square = mean.dot(&mean);
    (squares - square) / square
}
// ANCHOR_END: fit

/// The fewest steps of an optimizer at every batch size, and the place of the
/// rate that takes them.
fn fewest(optimizer: &str, group: usize) -> Result<Vec<(f64, usize)>> {
    let of_batch = |batch| {
        let steps = steps(optimizer, batch, group)?;
        let places = (0..RATES).map(|place| (steps[place], place));
        let best = places.min_by(|a, b| a.0.total_cmp(&b.0));
        Ok(best.expect("there are rates"))
    };
    BATCHES.into_iter().map(of_batch).collect()
}

/// How many times the fewest steps it takes at the best rate of single
/// examples times a power of the batch size, rounded to the grid; none beyond
/// the grid.
fn price(
    optimizer: &str,
    batch: usize,
    power: f64,
    group: usize,
) -> Result<Option<f64>> {
    let single = fewest(optimizer, group)?[0].1;
    let decades = power * libm::log10(batch as f64);
    let place = single + (8.0 * decades).round() as usize;
    let steps = steps(optimizer, batch, group)?;
    let least = steps.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(steps.get(place).map(|there| there / least))
}

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(cell, "           SGD                     Adam");
    writeln!(
        cell,
        "    B  steps    rate  B times  steps    rate  root of B"
    );
    let mut both = Vec::new();
    for optimizer in OPTIMIZERS {
        both.push(fewest(optimizer, 0)?);
    }
    for (place, batch) in BATCHES.into_iter().enumerate() {
        write!(cell, "{batch:5}");
        for ((optimizer, fewest), power) in
            OPTIMIZERS.into_iter().zip(&both).zip([1.0, 0.5])
        {
            let (steps, best) = fewest[place];
            let price = price(optimizer, batch, power, 0)?;
            let price = match price {
                Some(price) if price.is_finite() => format!("{price:.2}"),
                Some(_) => "never".to_string(),
                None => "-".to_string(),
            };
            write!(cell, " {steps:6} {:7.4} {price:>8}", rate(best));
        }
        writeln!(cell);
    }
    let mut lines = Vec::new();
    for (optimizer, fewest) in OPTIMIZERS.into_iter().zip(&both) {
        let (a, b) = fit(fewest);
        writeln!(cell, "{optimizer}: {a:.0} + {b:.0}/B, corner {:.0}", b / a);
        let (mut cell, two) = (cell.of(optimizer), Format::Significant(2));
        cell.value("a", a, two);
        cell.value("b", b, two);
        cell.value("corner", b / a, two);
        lines.push((a, b));
    }
    let noise = median_noise_scale(0)?;
    writeln!(cell, "noise scale at the start: {noise:.0}");
    cell.count("noise", noise);
    cell.value("target", TARGET, Format::Exact);
    let alt = format!(
        "Left, the steps to a training loss of {TARGET} against the batch \
         size, both axes logarithmic: SGD's fall from {} to {}, Adam's from \
         {} to {}, first in proportion, then ever less, near a constant and a \
         part that shrinks with the batch. Right, the best rates: they rise, \
         and level off.",
        both[0][0].0, both[0][8].0, both[1][0].0, both[1][8].0
    );
    cell.chart(alt, panels(&both, &lines));
    Ok(())
}

/// The median of the noise scale at the start.
fn median_noise_scale(seeds: u64) -> Result<f64> {
    let task = Task::digits()?;
    let scale = |seed| noise_scale(&mut (task.model)(seed), &task);
    Ok(Spread::of((seeds..seeds + SEEDS).map(scale)).median)
}

fn panels(both: &[Vec<(f64, usize)>], lines: &[(f64, f64)]) -> [Panel; 2] {
    let sizes = || BATCHES.into_iter().map(|batch| batch as f64);
    let axis = || Axis::log("batch size B").range(0.8..=320.0);
    let mut steps = Panel::new(axis(), Axis::log("steps").range(10.0..=1000.0));
    let mut rates =
        Panel::new(axis(), Axis::log("best rate").range(0.003..=3.0));
    let styles = [Style::Ink, Style::Muted];
    for (place, (fewest, (a, b))) in both.iter().zip(lines).enumerate() {
        let (name, style) = (OPTIMIZERS[place], styles[place]);
        let of_steps = sizes().zip(fewest.iter().map(|best| best.0));
        let of_rates = sizes().zip(fewest.iter().map(|best| rate(best.1)));
        steps = steps
            .function(name, |size| a + b / size, style)
            .points("", of_steps, style);
        rates = rates.path(name, of_rates, style);
    }
    [steps, rates]
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// For both groups of seeds.
    ///
    /// Red if `a * bb - b * ab` were `a * bb + b * ab`: not the least squares.
    #[test]
    fn the_steps_are_a_constant_and_a_part_that_shrinks_with_the_batch() {
        for group in [0, 1] {
            let corners = OPTIMIZERS.map(|optimizer| {
                let fewest = fewest(optimizer, group).unwrap();
                let (a, b) = fit(&fewest);
                for (batch, (steps, _)) in BATCHES.iter().zip(&fewest) {
                    let ratio = steps / (a + b / *batch as f64);
                    let seventh = 6.0 / 7.0..8.0 / 7.0;
                    assert!(seventh.contains(&ratio), "{batch} {ratio}");
                }
                // No pair nearby is nearer.
                let squares = |a: f64, b: f64| -> f64 {
                    let rows = BATCHES.iter().zip(&fewest);
                    rows.map(|(batch, (steps, _))| {
                        ((a + b / *batch as f64) / steps - 1.0).powi(2)
                    })
                    .sum()
                };
                for (da, db) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.01)] {
                    assert!(squares(a, b) < squares(a * da, b * db));
                }
                b / a
            });
            assert!((13.0..22.0).contains(&corners[0]), "{corners:?}");
            assert!((45.0..75.0).contains(&corners[1]), "{corners:?}");
        }
    }

    /// For both groups of seeds: times the fewest steps; infinite where it
    /// never comes there.
    ///
    /// Red if `power * libm::log10` were `0.9 * libm::log10`: one rule for all.
    #[test]
    fn the_linear_rule_of_sgd_ends_at_sixteen_and_adam_s_root_later() {
        for group in [0, 1] {
            let sgd = |batch| price("SGD", batch, 1.0, group).unwrap();
            for batch in [2, 4, 8] {
                let price = sgd(batch).unwrap();
                assert!(price < 1.3, "{batch}: {price}");
            }
            assert_eq!(sgd(16), Some(f64::INFINITY));
            // Beyond, the rule leaves the grid.
            for batch in [32, 64, 128, 256] {
                assert_eq!(sgd(batch), None);
            }
            // Above a rate of 1, at place 24, the largest batch is slower.
            let largest = steps("SGD", 256, group).unwrap();
            let least = largest.iter().copied().fold(f64::INFINITY, f64::min);
            assert_eq!(rate(24), 1.0);
            assert!(largest[24] == least && largest[25] > 1.3 * least);
            let adam =
                |batch| price("Adam", batch, 0.5, group).unwrap().unwrap();
            for batch in [2, 4, 8, 16, 32, 64] {
                assert!(adam(batch) < 1.3, "{batch}: {}", adam(batch));
            }
            assert!(adam(256) > 1.5);
            assert_eq!(adam(128) < 4.0 / 3.0, group == 0, "{}", adam(128));
            // The other rules: the root for SGD, the batch for Adam.
            for batch in BATCHES {
                let root = price("SGD", batch, 0.5, group).unwrap().unwrap();
                assert!(root <= 1.5, "{batch}: {root}");
            }
            for batch in [16, 32, 64, 128, 256] {
                let linear = price("Adam", batch, 1.0, group).unwrap();
                assert!(linear.is_none_or(f64::is_infinite), "{batch}");
            }
            let linear = price("Adam", 16, 1.0, group).unwrap();
            assert_eq!(linear, Some(f64::INFINITY));
        }
    }

    /// Against the sum of squares about the mean, of a start; and for other
    /// seeds.
    ///
    /// Red if `(squares - square) / square` were `squares.sqrt() / square`: no
    /// variance.
    #[test]
    fn the_noise_scale_is_of_the_order_of_the_corner() {
        let outputs = at(run, &[]);
        for seeds in [0, 50] {
            let scale = median_noise_scale(seeds).unwrap();
            for corner in ["sgd_corner", "adam_corner"] {
                let ratio = scale / outputs[corner];
                assert!((1.0 / 3.0..3.0).contains(&ratio), "{ratio}");
            }
        }
        let task = Task::digits().unwrap();
        let mut model = (task.model)(1);
        let scale = noise_scale(&mut model, &task);
        model.backpropagate(task.train.x.view(), &task.train.labels);
        let full = model.gradient().to_owned();
        let mut about = 0.0;
        for place in 0..task.train.len() {
            let one = task.train.select(&[place]);
            model.backpropagate(one.x.view(), &one.labels);
            let off = &model.gradient() - &full;
            about += off.dot(&off) / task.train.len() as f64;
        }
        let ratio = scale * full.dot(&full) / about;
        assert!((ratio - 1.0).abs() < 1e-6, "{ratio}");
    }
}
