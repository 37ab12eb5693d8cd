//! Other ways to a rate, to hold the card against.

use super::card::Trials;
use super::range_test::{lowest, smoothed};
use anyhow::Result;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The rates and smoothed losses of the card's range test, as fastai's
/// `lr_find` looks at them: up to where the loss is four times the lowest
/// before, without the first ten steps and the last five.
fn test(trials: &mut dyn Trials) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut rates, losses) = trials.range_test(100, (1e-6, 10.0))?;
    let mut losses = smoothed(&losses, 0.9);
    let mut least = f64::INFINITY;
    let explodes = |loss: &f64| {
        least = least.min(*loss);
        *loss > 4.0 * least
    };
    let end = losses.iter().position(explodes).unwrap_or(losses.len());
    // At least one is left, however soon it explodes.
    let end = end.saturating_sub(5).max(11).min(losses.len());
    for numbers in [&mut rates, &mut losses] {
        numbers.truncate(end);
        numbers.drain(..10);
    }
    Ok((rates, losses))
}

/// A whole run at a rate, which is then the choice.
fn run_at(rate: f64, trials: &mut dyn Trials) -> Result<f64> {
    trials.run(rate, 1.0, 0)?;
    Ok(rate)
}

/// The rate at which the loss is lowest, over `divisor`.
pub fn lowest_over(divisor: f64, trials: &mut dyn Trials) -> Result<f64> {
    let (rates, losses) = test(trials)?;
    run_at(rates[lowest(&losses)] / divisor, trials)
}

/// The rate at which the loss falls most from step to step.
pub fn steepest(trials: &mut dyn Trials) -> Result<f64> {
    let (rates, losses) = test(trials)?;
    let falls: Vec<f64> = losses.windows(2).map(|w| w[1] - w[0]).collect();
    run_at(rates[lowest(&falls)], trials)
}

/// In the middle of the longest subsequence of falling losses: the suggestion
/// "valley" of fastai's `lr_find`.
pub fn valley(trials: &mut dyn Trials) -> Result<f64> {
    let (rates, losses) = test(trials)?;
    let mut lengths = vec![1; losses.len()];
    let mut end = 0;
    for later in 1..losses.len() {
        for earlier in 0..later {
            if losses[later] < losses[earlier] {
                lengths[later] = lengths[later].max(lengths[earlier] + 1);
            }
        }
        if lengths[later] > lengths[end] {
            end = later;
        }
    }
    let start = end.saturating_sub(lengths[end]);
    run_at(rates[start + (end - start) / 2], trials)
}

/// The rate of the lowest loss of whole runs.
pub fn best_of(rates: &[f64], trials: &mut dyn Trials) -> Result<f64> {
    let losses = rates.iter().map(|rate| trials.run(*rate, 1.0, 0));
    let losses: Vec<f64> = losses.collect::<Result<_>>()?;
    Ok(rates[lowest(&losses)])
}

/// So many rates from 0.0001 to 1, each the same factor times the one before.
pub fn spaced(count: usize) -> Vec<f64> {
    let part = |place| place as f64 / (count - 1) as f64;
    (0..count).map(|place| from_part(part(place))).collect()
}

/// So many rates drawn from 0.0001 to 1, all factors equally likely.
pub fn drawn(count: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| from_part(rng.random())).collect()
}

/// The rate at this part of the way, by factors, from 0.0001 to 1.
fn from_part(part: f64) -> f64 {
    libm::pow(10.0, 4.0 * part - 4.0)
}

/// Successive halving: all rates for a short time, the better half of them for
/// twice that, and so on to one whole run.
pub fn halving(mut rates: Vec<f64>, trials: &mut dyn Trials) -> Result<f64> {
    while rates.len() > 1 {
        let part = 1.0 / rates.len() as f64;
        let losses = rates.iter().map(|rate| trials.run(*rate, part, 0));
        let losses: Vec<f64> = losses.collect::<Result<_>>()?;
        let mut places: Vec<usize> = (0..rates.len()).collect();
        places.sort_by(|a, b| losses[*a].total_cmp(&losses[*b]));
        places.truncate(rates.len() / 2);
        rates = places.iter().map(|place| rates[*place]).collect();
    }
    run_at(rates[0], trials)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Losses of a range test, and of whole runs a valley at a rate.
    struct Told(Vec<f64>, f64);

    impl Trials for Told {
        fn scale(&mut self) {}

        fn first_loss(&mut self) -> f64 {
            1.0
        }

        fn guess(&self) -> f64 {
            1.0
        }

        fn range_test(
            &mut self,
            steps: usize,
            _: (f64, f64),
        ) -> Result<(Vec<f64>, Vec<f64>)> {
            let rates = (0..steps).map(|step| step as f64).collect();
            Ok((rates, self.0.clone()))
        }

        fn run(&mut self, rate: f64, _: f64, _: usize) -> Result<f64> {
            Ok((rate / self.1).ln().abs())
        }
    }

    /// Level for 40 steps, then falling ever faster to step 80, then rising.
    fn told() -> Told {
        let loss = |step: i32| match step {
            ..40 => 100.0,
            40..=80 => 100.0 - f64::from(step - 40).powi(2) / 20.0,
            _ => 300.0,
        };
        Told((0..100).map(loss).collect(), 0.03)
    }

    #[test]
    fn each_finder_reads_its_place_of_the_smoothed_curve() {
        let mut told = told();
        let losses = smoothed(&told.0, 0.9);
        assert_eq!(lowest_over(1.0, &mut told).unwrap(), 80.0);
        assert_eq!(lowest_over(4.0, &mut told).unwrap(), 20.0);
        let falls = (1..100).map(|step| losses[step] - losses[step - 1]);
        let most = falls.clone().fold(0.0, f64::min);
        let steepest_at = falls.clone().position(|fall| fall == most);
        let found = steepest(&mut told).unwrap();
        assert_eq!(Some(found as usize), steepest_at);
        // One long fall, of which the middle is taken.
        let found = valley(&mut told).unwrap();
        assert!((55.0..=62.0).contains(&found), "{found}");
    }

    #[test]
    fn no_finder_looks_at_the_first_steps_or_behind_the_explosion() {
        let loss = |step: i32| match step {
            0 => 0.5,
            1..60 => 1.0 - f64::from(step) / 1000.0,
            60..80 => 50.0,
            _ => 0.0,
        };
        let mut told = Told((0..100).map(loss).collect(), 0.03);
        for found in [
            lowest_over(1.0, &mut told),
            steepest(&mut told),
            valley(&mut told),
        ] {
            let found = found.unwrap();
            assert!((10.0..55.5).contains(&found), "{found}");
        }
        // However soon it explodes, some rate is read.
        let loss = |step: i32| f64::powi(2.0, step);
        let mut told = Told((0..100).map(loss).collect(), 0.03);
        assert_eq!(lowest_over(1.0, &mut told).unwrap(), 10.0);
    }

    #[test]
    fn sweep_random_search_and_halving_take_the_lowest_of_their_rates() {
        let mut told = told();
        assert_eq!(spaced(5), [1e-4, 1e-3, 1e-2, 1e-1, 1.0]);
        assert_eq!(best_of(&spaced(5), &mut told).unwrap(), 0.01);
        assert_eq!(halving(spaced(5), &mut told).unwrap(), 0.01);
        let rates = drawn(200, 1);
        assert_ne!(rates, drawn(200, 2));
        assert!(rates.iter().all(|rate| (1e-4..=1.0).contains(rate)));
        let below = rates.iter().filter(|rate| **rate < 1e-2).count();
        assert!((80..=120).contains(&below), "{below}");
        let found = best_of(&rates, &mut told).unwrap();
        assert!((found / 0.03).ln().abs() < 0.2, "{found}");
    }
}
