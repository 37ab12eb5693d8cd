//! The card: how a rate is found for a network that nobody has seen. The
//! comments are the lines of the card.

use super::grid::decimal;
use super::range_test::{lowest, smoothed};
use anyhow::{Result, ensure};
use std::collections::BTreeMap;

/// What one can do with a network and its data.
pub trait Trials {
    /// Scales inputs and targets: those trained on get the mean 0 and the
    /// standard deviation 1.
    fn scale(&mut self);

    /// The loss on the data trained on, before any step.
    fn first_loss(&mut self) -> f64;

    /// The loss of the best answer that does not look at the inputs.
    fn guess(&self) -> f64;

    /// The rates of a range test, and the losses of the batches.
    fn range_test(
        &mut self,
        steps: usize,
        ends: (f64, f64),
    ) -> Result<(Vec<f64>, Vec<f64>)>;

    /// Trains from the start of a seed, counted from 0, for this part of the
    /// steps; returns the lowest held-out loss, infinite if there is none.
    fn run(&mut self, rate: f64, part: f64, seed: usize) -> Result<f64>;
}

// ANCHOR: card
pub fn card(optimizer: &str, trials: &mut dyn Trials) -> Result<f64> {
    // 1. Scale the inputs, and targets that are numbers: subtract the mean and
    //    divide by the standard deviation, both of the training data; leave
    //    inputs that never change.
    trials.scale();
    // 2. Before any step the loss is at most ten times that of a guess, which
    //    is ln of the number of classes, or 1 for scaled targets. If not, mend
    //    the scale, the loss, or the start of the weights.
    let (first, guess) = (trials.first_loss(), trials.guess());
    ensure!(first <= 10.0 * guess, "starts at {first}, not near {guess}");
    let begin = begin(optimizer, trials)?;
    let tried = short_runs(begin, trials)?;
    last_look(refine(tried, trials)?, trials)
}

/// Rates are rungs of a ladder: 1, 1.8, 3.2, 5.6, 10 and so on, up and down.
pub fn rung(place: i32) -> f64 {
    let tenths = [10.0, 18.0, 32.0, 56.0][place.rem_euclid(4) as usize];
    decimal(tenths, place.div_euclid(4) - 1)
}

pub fn begin(optimizer: &str, trials: &mut dyn Trials) -> Result<i32> {
    // 3. Range test with the first seed: 100 steps, the rate growing by equal
    //    factors from 0.000001 to 10, the losses smoothed by 0.9. It counts if
    //    the lowest smoothed loss comes after a third of the steps and is below
    //    0.9 times that of step 10. Begin at a tenth of the rate there with
    //    SGD, at a 32nd with momentum, Adam or AdamW; if it does not count, at
    //    0.1 with SGD, at 0.01 with the others. Round, by factors, to 1 or 3.2
    //    times a power of ten.
    let (rates, losses) = trials.range_test(100, (1e-6, 10.0))?;
    let losses = smoothed(&losses, 0.9);
    let place = lowest(&losses);
    let counts = place >= 33 && losses[place] < 0.9 * losses[9];
    let at = 2 * (2.0 * libm::log10(rates[place])).round() as i32;
    Ok(match optimizer {
        _ if !counts => begin_without_a_test(optimizer),
        "SGD" => at - 4,
        _ => at - 6,
    })
}

pub fn begin_without_a_test(optimizer: &str) -> i32 {
    if optimizer == "SGD" { -4 } else { -8 }
}

/// The rates that were tried, each with its losses, one for each seed.
type Tried = BTreeMap<i32, [f64; 2]>;

pub fn short_runs(begin: i32, trials: &mut dyn Trials) -> Result<Tried> {
    // 4. Short runs, a quarter of the epochs each, rounded up: at that rate,
    //    and a factor of 3.2 below and above, with two seeds, the same for all
    //    rates. Note the lowest held-out loss of each. NaN is above all
    //    numbers.
    let mut tried = Tried::new();
    for rate in [begin, begin - 2, begin + 2] {
        tried.insert(rate, short_run(rate, trials)?);
    }
    // 5. The best rate has the lowest mean. A rate is better than another only
    //    if it is lower with both seeds. If the best stands at an edge and is
    //    better than its neighbour, one more rate beyond, by a factor of 3.2,
    //    and so on. If no loss is finite, one below. Eight rates at most.
    while let Some(rate) = beyond(&tried).filter(|_| tried.len() < 8) {
        tried.insert(rate, short_run(rate, trials)?);
    }
    Ok(tried)
}

pub fn refine(mut tried: Tried, trials: &mut dyn Trials) -> Result<i32> {
    // 6. Two more, besides the eight, a factor of 1.8 below and above the best.
    let middle = best(&tried);
    for rate in [middle - 1, middle + 1] {
        tried.insert(rate, short_run(rate, trials)?);
    }
    Ok(lower_of_equals(&tried))
}

pub fn lower_of_equals(tried: &Tried) -> i32 {
    // 7. If the best is not better than the nearest lower rate that was tried,
    //    take that one, and leave it there.
    let best = best(tried);
    match tried.range(..best).next_back() {
        Some((lower, losses)) if !better(tried[&best], *losses) => *lower,
        _ => best,
    }
}

pub fn last_look(rate: i32, trials: &mut dyn Trials) -> Result<f64> {
    // 8. A whole run there with the first seed, and one a factor of 3.2 below.
    //    If the lower rate leaves the lower held-out loss, one more whole run,
    //    3.2 lower still.
    let mut best = (rate, trials.run(rung(rate), 1.0, 0)?);
    for lower in [rate - 2, rate - 4] {
        let loss = trials.run(rung(lower), 1.0, 0)?;
        if loss >= best.1 {
            break;
        }
        best = (lower, loss);
    }
    // 9. Keep the best of these, with the weights of the epoch at which its
    //    held-out loss is lowest. Look at the test data once. With another
    //    optimizer, network, batch size or other data: again from 1.
    // 10. A network too wide for so many runs, with Adam: give it μP's starts
    //    and rates, follow the card on a narrow one that has them too, and
    //    take the rate from there.
    Ok(rung(best.0))
}
// ANCHOR_END: card

fn short_run(rate: i32, trials: &mut dyn Trials) -> Result<[f64; 2]> {
    let first = trials.run(rung(rate), 0.25, 0)?;
    Ok([first, trials.run(rung(rate), 0.25, 1)?])
}

fn better(one: [f64; 2], other: [f64; 2]) -> bool {
    one[0] < other[0] && one[1] < other[1]
}

/// The lowest mean; of equal ones the lower rate.
fn best(tried: &Tried) -> i32 {
    let mean = |losses: &[f64; 2]| losses[0] + losses[1];
    let by_mean = tried.iter().min_by(|a, b| mean(a.1).total_cmp(&mean(b.1)));
    by_mean.map_or(0, |(rate, _)| *rate)
}

/// The next rate beyond the edge at which the best stands.
fn beyond(tried: &Tried) -> Option<i32> {
    let (low, high) = (*tried.keys().next()?, *tried.keys().last()?);
    let finite = |losses: &[f64; 2]| losses.iter().any(|l| l.is_finite());
    if !tried.values().any(finite) {
        return Some(low - 2);
    }
    let best = best(tried);
    let edges = [(low, low + 2, low - 2), (high, high - 2, high + 2)];
    let passed = edges.into_iter().find(|(edge, neighbour, _)| {
        *edge == best && better(tried[edge], tried[neighbour])
    });
    passed.map(|(_, _, beyond)| beyond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::LN_10;

    /// A network whose loss has its valley at a rate for short runs and at
    /// another for whole ones, and is none beyond a wall.
    struct Valley {
        first: f64,
        /// The losses of its range test.
        losses: Vec<f64>,
        short: f64,
        whole: f64,
        wall: f64,
        /// How much the second seed adds to the loss at a rate.
        noise: fn(f64) -> f64,
        tried: Vec<(f64, f64, usize)>,
    }

    impl Valley {
        /// As good for short runs as for whole ones.
        fn at(rate: f64) -> Valley {
            Valley {
                first: 1.0,
                losses: vec![1.0; 100],
                short: rate,
                whole: rate,
                wall: 20.0 * rate,
                noise: |_| 0.0,
                tried: Vec::new(),
            }
        }

        fn rates(&self, part: f64) -> Vec<f64> {
            let tried = self.tried.iter().filter(|(_, p, _)| *p == part);
            let mut rates: Vec<f64> = tried.map(|(rate, _, _)| *rate).collect();
            rates.sort_by(f64::total_cmp);
            rates.dedup();
            rates
        }
    }

    impl Trials for Valley {
        fn scale(&mut self) {}

        fn first_loss(&mut self) -> f64 {
            self.first
        }

        fn guess(&self) -> f64 {
            1.0
        }

        fn range_test(
            &mut self,
            steps: usize,
            (low, high): (f64, f64),
        ) -> Result<(Vec<f64>, Vec<f64>)> {
            let parts = (0..steps).map(|k| k as f64 / (steps - 1) as f64);
            let rates = parts.map(|part| low * (high / low).powf(part));
            Ok((rates.collect(), self.losses.clone()))
        }

        fn run(&mut self, rate: f64, part: f64, seed: usize) -> Result<f64> {
            self.tried.push((rate, part, seed));
            let best = if part < 1.0 { self.short } else { self.whole };
            let noise = if seed == 1 { (self.noise)(rate) } else { 0.0 };
            Ok(if rate > self.wall {
                f64::INFINITY
            } else {
                1.0 + (rate / best).ln().abs() / LN_10 + noise
            })
        }
    }

    /// Red if `.filter(|_| tried.len() < 8)` were `.filter(|_| false)`: a grid
    /// that stays.
    #[test]
    fn it_finds_the_valley_wherever_that_lies() {
        for place in -19..=3 {
            let mut valley = Valley::at(rung(place));
            assert_eq!(card("Adam", &mut valley).unwrap(), rung(place));
            // Every short run with both seeds, a quarter of the steps long.
            let short = valley.tried.iter().filter(|(_, part, _)| *part < 1.0);
            assert_eq!(short.count(), 2 * valley.rates(0.25).len());
        }
    }

    #[test]
    fn rungs_are_four_to_a_power_of_ten() {
        let ladder: Vec<f64> = (-5..=4).map(rung).collect();
        let expected = [0.056, 0.1, 0.18, 0.32, 0.56, 1.0, 1.8, 3.2, 5.6, 10.0];
        assert_eq!(ladder, expected);
    }

    /// Red if `[rate - 2, rate - 4]` were `[rate - 2]`: one look below.
    #[test]
    fn a_last_look_goes_down_as_whole_runs_want_it_and_never_up() {
        for (below, expected) in [(2, 2), (4, 4), (6, 4), (0, 0), (-2, 0)] {
            let mut valley = Valley::at(0.01);
            valley.whole = rung(-8 - below);
            let found = card("momentum", &mut valley).unwrap();
            assert_eq!(found, rung(-8 - expected), "{below}");
            let whole = valley.rates(1.0).len() as i32;
            assert_eq!(whole, (expected / 2 + 2).min(3));
        }
    }

    /// Red if `&& one[1] < other[1]` were ``: one seed decides.
    #[test]
    fn of_rates_that_the_seeds_disagree_on_the_lower_is_taken() {
        let found = |valley: &mut Valley| {
            let tried = short_runs(-8, valley).unwrap();
            refine(tried, valley).unwrap()
        };
        assert_eq!(found(&mut Valley::at(0.01)), -8);
        // With the second seed the rates below are as good.
        let mut valley = Valley::at(0.01);
        valley.noise = |rate| if rate < 0.009 { -0.3 } else { 0.0 };
        assert_eq!(found(&mut valley), -9);
        // And an edge that is better with one seed only is not passed.
        let mut valley = Valley::at(0.1);
        valley.noise = |rate| if rate > 0.02 { 0.6 } else { 0.0 };
        short_runs(-8, &mut valley).unwrap();
        assert_eq!(valley.rates(0.25), [0.0032, 0.01, 0.032]);
    }

    /// Red if `return Some(low - 2)` were `return None`: it gives up.
    #[test]
    fn where_no_run_is_finite_it_goes_down() {
        let mut valley = Valley::at(0.00032);
        valley.wall = 0.001;
        assert_eq!(card("AdamW", &mut valley).unwrap(), 0.00032);
        // And ends, whatever the losses.
        for wall in [0.0, f64::INFINITY] {
            let mut valley = Valley::at(1e-30);
            valley.wall = wall;
            card("AdamW", &mut valley).unwrap();
            assert_eq!(valley.rates(0.25).len(), 10);
            assert!(valley.rates(1.0).len() <= 3);
        }
    }

    /// Losses that fall to this part of the first where the rate is this, and
    /// then rise.
    fn with_lowest(rate: f64, part: f64) -> Vec<f64> {
        let place = 99.0 * (rate / 1e-6).ln() / 1e7f64.ln();
        let height = |k: f64| if k < place - 8.0 { 1.0 } else { part };
        let beyond = |k: f64| if k > place { 50.0 } else { height(k) };
        (0..100).map(|k| beyond(f64::from(k))).collect()
    }

    /// Red if `"SGD" => at - 4` were `"SGD" => at - 6`: a 32nd for SGD.
    #[test]
    fn it_begins_at_a_part_of_the_lowest_if_the_test_counts() {
        for (name, expected) in
            [("SGD", -6), ("momentum", -8), ("Adam", -8), ("AdamW", -8)]
        {
            let mut valley = Valley::at(0.1);
            valley.losses = with_lowest(0.35, 0.2);
            assert_eq!(begin(name, &mut valley).unwrap(), expected, "{name}");
        }
        for (name, without) in [("SGD", -4), ("Adam", -8)] {
            // Level, hardly lower, and lowest at the first.
            let rising = (0..100).map(f64::from).collect();
            for losses in [
                vec![1.0; 100],
                with_lowest(0.35, 0.95),
                rising,
                vec![9.0; 2],
            ] {
                let mut valley = Valley::at(0.1);
                valley.losses = losses;
                assert_eq!(begin(name, &mut valley).unwrap(), without);
            }
        }
    }

    /// Red if `first <= 10.0 * guess` were `first >= 0.0`: any start.
    #[test]
    fn a_start_far_from_a_guess_is_refused() {
        for (first, fine) in [(0.9, true), (9.9, true), (10.1, false)] {
            let mut valley = Valley::at(0.1);
            valley.first = first;
            assert_eq!(card("SGD", &mut valley).is_ok(), fine);
        }
        let mut valley = Valley::at(0.1);
        valley.first = f64::NAN;
        assert!(card("SGD", &mut valley).is_err());
    }
}
