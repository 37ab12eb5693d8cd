//! Two directions with noise in both: the fewest steps to a loss, each batch
//! size at the rate that suits it.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bowls::noisy::NoisyBowl;
use training::growth::lowest::lowest;

const TARGET: f64 = 0.01;

// ANCHOR: batch
/// The mean loss of two weights that start at 1, of curvatures 1 and κ.
fn loss(condition_number: f64, batch_size: f64, steps: i32, rate: f64) -> f64 {
    let directions = [1.0, condition_number].map(|curvature| NoisyBowl {
        curvature,
        noise: 1.0 / batch_size,
    });
    let losses = directions.map(|bowl| bowl.after(steps, 1.0, rate));
    losses.iter().sum()
}

/// The fewest steps to the loss, and the rate that takes them.
fn fewest(condition_number: f64, batch_size: f64) -> (i32, f64) {
    let best = |steps| {
        let loss = |rate| loss(condition_number, batch_size, steps, rate);
        lowest(1e-4, 1.999 / condition_number, loss)
    };
    let (mut few, mut enough) = (0, 1);
    while best(enough).1 > TARGET {
        (few, enough) = (enough, 2 * enough);
    }
    while enough - few > 1 {
        let middle = (few + enough) / 2;
        match best(middle).1 > TARGET {
            true => few = middle,
            false => enough = middle,
        }
    }
    (enough, best(enough).0)
}
// ANCHOR_END: batch

/// Every batch size of the figure with its steps and its rate.
type Row = (f64, f64, f64);

fn rows(condition_number: f64) -> Vec<Row> {
    let row = |power| {
        let size = f64::from(1 << power);
        let (steps, rate) = fewest(condition_number, size);
        (size, f64::from(steps), rate)
    };
    (0..=10).map(row).collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let condition_number =
        cell.log_knob("condition_number", 10.0, 1.0..=30.0)?;
    let batch_size = cell.count_knob("batch_size", 16, 1..=1024)?;

    let rows = rows(condition_number);
    let (least, limit) = fewest(condition_number, f64::INFINITY);
    let (least, more) = (f64::from(least), rows[0].1 - f64::from(least));
    let here = fewest(condition_number, batch_size as f64);
    let twice = fewest(condition_number, 2.0 * batch_size as f64);
    writeln!(cell, "    B   steps  a + b/B  examples   best rate");
    for (size, steps, rate) in &rows {
        let formula = least + more / size;
        write!(cell, "{size:5} {steps:7} {formula:8.1} {:9}", size * steps);
        writeln!(cell, "   {rate:9.4}");
    }
    cell.value("target", TARGET, Format::Exact);
    cell.count("least", least);
    cell.count("single", rows[0].1);
    cell.count("large", rows[10].1);
    cell.count("corner", corner_at_ten());
    cell.count("here", here.0);
    cell.count("twice", twice.0);
    let alt = format!(
        "Left, the steps to a loss of {TARGET} against the batch size: {} for \
         single examples, {} in batches of 1024, never less than {least}. \
         Right, the best rate: from {:.4} to {:.4}; without noise {limit:.4}.",
        rows[0].1, rows[10].1, rows[0].2, rows[10].2
    );
    let mark = (batch_size as f64, here);
    let steps = steps_panel(&rows, (least, more), mark);
    cell.chart(alt, [steps, rate_panel(&rows, limit, mark)]);
    Ok(())
}

/// b/a at a condition number of ten, whatever the knob says.
fn corner_at_ten() -> f64 {
    let [single, least] =
        [1.0, f64::INFINITY].map(|size| f64::from(fewest(10.0, size).0));
    (single - least) / least
}

fn steps_panel(
    rows: &[Row],
    (least, more): (f64, f64),
    (size, here): (f64, (i32, f64)),
) -> Panel {
    // In one curvature there is no corner.
    let corner = match least > 1.0 {
        true => more / least,
        false => f64::INFINITY,
    };
    Panel::new(
        Axis::log("batch size B").range(0.8..=1300.0),
        Axis::log("steps").range(0.8..=400.0),
    )
    .function("a + b/B", |size| least + more / size, Style::Muted)
    .points(
        "fewest",
        rows.iter().map(|row| (row.0, row.1)),
        Style::Muted,
    )
    .points("", [(size, f64::from(here.0))], Style::Ink)
    .wall("b/a", corner)
}

fn rate_panel(
    rows: &[Row],
    limit: f64,
    (size, here): (f64, (i32, f64)),
) -> Panel {
    let single = rows[0].2;
    Panel::new(
        Axis::log("batch size B").range(0.8..=1300.0),
        Axis::log("best rate η").range(0.01..=2.0),
    )
    .function("linear rule", |size| single * size, Style::Muted)
    .points("", rows.iter().map(|row| (row.0, row.2)), Style::Muted)
    .points("", [(size, here.1)], Style::Ink)
    .level("no noise", limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// The loss after so many steps, by going through them.
    fn by_steps(kappa: f64, noise: f64, steps: usize, rate: f64) -> f64 {
        let of = |curvature: f64| {
            let mut square = 1.0;
            for _ in 0..steps {
                let factor = 1.0 - rate * curvature;
                square = factor * factor * square + rate * rate * noise;
            }
            0.5 * curvature * square
        };
        of(1.0) + of(kappa)
    }

    /// Of two thousand rates none is there a step earlier, and one is there; on
    /// the page at all batch sizes, of which each is twice the one before.
    ///
    /// Red if `best(middle).1 > TARGET` were `best(middle).1 > 2.0 * TARGET`:
    /// it would stop too early.
    #[test]
    fn no_rate_takes_fewer_steps() {
        let on_page = (0..=10).map(|power| (10.0, f64::from(1 << power)));
        for (kappa, size) in on_page.chain([(3.0, 64.0), (30.0, 4.0)]) {
            let (steps, rate) = fewest(kappa, size);
            let least = |steps: i32| {
                let rates = (1..2000).map(|i| f64::from(i) * 0.001 / kappa);
                rates
                    .map(|r| by_steps(kappa, 1.0 / size, steps as usize, r))
                    .fold(f64::INFINITY, f64::min)
            };
            assert!(least(steps) <= TARGET * 1.001, "{kappa} {size}");
            assert!(least(steps - 1) > TARGET, "{kappa} {size}");
            let there = by_steps(kappa, 1.0 / size, steps as usize, rate);
            assert!(there <= TARGET);
        }
        let steps = Vec::from_iter(rows(10.0).into_iter().map(|row| row.1));
        assert!((0.5..0.6).contains(&(steps[1] / steps[0])), "{steps:?}");
        assert_eq!(steps[9], steps[10]);
    }

    /// At condition numbers from 10 on, for all batch sizes of the figure.
    ///
    /// Red if `noise: 1.0 / batch_size` were `noise: 1.0 / batch_size.sqrt()`:
    /// noise would shrink with the root.
    #[test]
    fn the_steps_are_about_a_constant_and_a_part_that_shrinks_with_the_batch() {
        for kappa in [10.0, 14.0, 20.0, 25.0, 30.0] {
            let rows = rows(kappa);
            let least = f64::from(fewest(kappa, f64::INFINITY).0);
            for (size, steps, _) in &rows {
                let formula = least + (rows[0].1 - least) / size;
                let ratio = steps / formula;
                assert!(
                    (0.89..1.12).contains(&ratio),
                    "{kappa} {size} {ratio}"
                );
            }
        }
        let outputs = at(run, &[]);
        let corner = (outputs["single"] - outputs["least"]) / outputs["least"];
        for kappa in [1, 10, 30] {
            let turned = at(run, &[("condition_number", &kappa)]);
            assert_relative_eq!(turned["corner"], corner);
        }
        // At the corner twice the batch saves about a quarter of the steps.
        let saved = 1.0 - outputs["twice"] / outputs["here"];
        assert!((0.2..0.3).contains(&saved), "{saved}");
        // The printed table: the batch, its steps, the formula, the examples.
        let (single, least) = (outputs["single"], outputs["least"]);
        for line in outputs.text.lines().skip(1) {
            let row =
                line.split_whitespace().map(|x| x.parse::<f64>().unwrap());
            let [size, steps, formula, examples, _] = Vec::from_iter(row)[..]
            else {
                panic!("{line}");
            };
            let expected: f64 = least + (single - least) / size;
            assert!((formula - expected).abs() < 0.051, "{line}");
            assert_eq!(examples, size * steps);
        }
    }

    /// Where the steps are no fewer than at the largest batch, and the examples
    /// of the smallest batches.
    ///
    /// Red if `[1.0, condition_number]` were `[1.0, 3.0 * condition_number]`:
    /// the curvatures would differ.
    #[test]
    fn with_one_curvature_there_is_no_corner_down_to_a_single_step() {
        let rows = rows(1.0);
        assert_eq!(rows[10].1, 1.0);
        let examples = rows.iter().take_while(|row| row.1 > 1.0);
        let examples = Vec::from_iter(examples.map(|row| row.0 * row.1));
        assert!(examples.len() >= 7);
        let most = examples.iter().copied().fold(0.0, f64::max);
        let least = examples.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(most < 1.3 * least, "{least} {most}");
    }

    /// The best rate at each step, found by trying.
    ///
    /// Red if `noise: 1.0 / batch_size` were `noise: 0.5 / batch_size`: half
    /// of the variance.
    #[test]
    fn with_the_best_rate_at_each_step_examples_alone_count_in_one_curvature() {
        for (size, curvature) in [0.1, 1.0, 8.0, 1000.0]
            .into_iter()
            .flat_map(|size| [0.03, 1.0, 3.0, 30.0].map(|c| (size, c)))
        {
            // `loss` has the noise of the listing; of its two weights here
            // both have this curvature.
            let noise = 2.0 * loss(1.0, size, 1, 1.0) / 2.0;
            let mut square: f64 = 1.0;
            for _ in 0..5 {
                let next = |rate: f64| {
                    let factor = 1.0 - rate * curvature;
                    factor * factor * square + rate * rate * noise
                };
                let next = lowest(1e-6, 1.0 / curvature, next).1;
                let grown = 1.0 / next - 1.0 / square;
                let expected = curvature * curvature * size;
                assert_relative_eq!(grown, expected, max_relative = 1e-6);
                square = next;
            }
        }
    }

    /// Red if `1.999 / condition_number` were `0.08 / condition_number`: it
    /// would not look at high rates.
    #[test]
    fn the_best_rate_grows_with_the_batch_and_ends_at_that_without_noise() {
        for kappa in [10.0, 20.0, 30.0] {
            let rows = rows(kappa);
            let limit = fewest(kappa, f64::INFINITY).1;
            let twice = rows[1].2 / rows[0].2;
            assert!((1.6..2.0).contains(&twice), "{kappa} {twice}");
            for (size, _, rate) in &rows {
                assert!(
                    *rate <= size * rows[0].2 * 1.000_001,
                    "{kappa} {size}"
                );
                assert!(*rate < 1.05 * limit, "{kappa} {size}");
            }
            assert!((rows[10].2 / limit - 1.0).abs() < 0.05, "{kappa}");
            // The best of fixed rates in the long run is 2/(1 + κ).
            assert!((limit * (1.0 + kappa) / 2.0 - 1.0).abs() < 0.1);
        }
    }
}
