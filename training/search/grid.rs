//! The search for a learning rate: a grid of rates, widened until the best is
//! inside, then refined.

use super::range_test::lowest;
use anyhow::{Result, ensure};

/// A digit times a power of ten, correctly rounded, so the same on every
/// machine.
pub fn decimal(digit: f64, exponent: i32) -> f64 {
    if exponent < 0 {
        digit / 10f64.powi(-exponent)
    } else {
        digit * 10f64.powi(exponent)
    }
}

/// From 10^`from` to 10^`to`, each power of ten and three times it.
pub fn rates(from: i32, to: i32) -> Vec<f64> {
    let below = (from..to)
        .flat_map(|exponent| [decimal(1.0, exponent), decimal(3.0, exponent)]);
    below.chain([decimal(1.0, to)]).collect()
}

// ANCHOR: sweep
/// A rate that was tried, and the loss that it left.
pub type Tried = (f64, f64);

/// The place of the lowest loss; of equal ones the first, the lowest rate.
pub fn best(tried: &[Tried]) -> usize {
    lowest(tried.iter().map(|(_, loss)| loss))
}

/// Tries `count` rates from `lowest` on, each `factor` times the one before,
/// and more of them while the best is at an edge that can be passed.
pub fn sweep(
    loss_at: &mut dyn FnMut(f64) -> Result<f64>,
    (lowest, factor, count): (f64, f64, usize),
) -> Result<Vec<Tried>> {
    let grows = lowest.is_normal() && lowest > 0.0 && factor > 1.0;
    ensure!(grows, "no grid grows from {lowest} by a factor of {factor}");
    let mut tried: Vec<Tried> = Vec::new();
    let mut next = Some(lowest);
    while let Some(rate) = next.filter(|rate| rate.is_normal()) {
        let place = tried.partition_point(|lower| lower.0 < rate);
        tried.insert(place, (rate, loss_at(rate)?));
        let last = tried.len() - 1;
        next = match best(&tried) {
            _ if tried.len() < count => Some(tried[last].0 * factor),
            0 if !is_level(&tried) => Some(tried[0].0 / factor),
            place if place == last => Some(tried[last].0 * factor),
            _ => None,
        };
    }
    Ok(tried)
}
// ANCHOR_END: sweep

/// Whether the two lowest rates left the same loss: lower ones will not better
/// it.
fn is_level(tried: &[Tried]) -> bool {
    match tried {
        [(_, a), (_, b), ..] => a == b && a.is_finite(),
        _ => false,
    }
}

/// The rates around the best of `tried`, which are a `factor` apart: in every
/// round two more, at the root of the last distance from the best so far.
pub fn refine(
    loss_at: &mut dyn FnMut(f64) -> Result<f64>,
    tried: &[Tried],
    factor: f64,
    rounds: usize,
) -> Result<Vec<Tried>> {
    let mut around = vec![tried[best(tried)]];
    let mut distance = factor;
    for _ in 0..rounds {
        distance = distance.sqrt();
        let place = best(&around);
        let (lower, higher) =
            (around[place].0 / distance, around[place].0 * distance);
        around.insert(place + 1, (higher, loss_at(higher)?));
        around.insert(place, (lower, loss_at(lower)?));
    }
    Ok(around)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A valley with its lowest loss at this rate, and a wall at ten times it.
    fn valley(best: f64) -> impl FnMut(f64) -> Result<f64> {
        move |rate: f64| {
            let wall = rate > 10.0 * best;
            let distance = (rate / best).ln().abs();
            Ok(if wall { f64::INFINITY } else { distance })
        }
    }

    #[test]
    fn a_widened_grid_has_its_best_inside_wherever_it_began() {
        for lowest in [1e-9, 1e-4, 0.03, 1.0, 1e6] {
            for (factor, count) in [(10.0, 1), (3.0, 3), (1.5, 9)] {
                let grid = (lowest, factor, count);
                let tried = sweep(&mut valley(0.01), grid).unwrap();
                let place = best(&tried);
                assert!(0 < place && place < tried.len() - 1);
                assert!(tried.len() >= count);
                assert!(tried.windows(2).all(|pair| {
                    (pair[1].0 / pair[0].0 / factor - 1.0).abs() < 1e-12
                }));
            }
        }
    }

    #[test]
    fn each_round_of_refining_halves_the_distance_in_powers() {
        for optimum in [0.0101, 0.0173, 0.029] {
            let mut loss_at = valley(optimum);
            let tried = sweep(&mut loss_at, (1e-4, 3.0, 3)).unwrap();
            for rounds in 0..6 {
                let around = refine(&mut loss_at, &tried, 3.0, rounds).unwrap();
                let found = around[best(&around)].0;
                let off = (found / optimum).ln().abs();
                let distance = 3f64.ln() / 2f64.powi(rounds as i32);
                assert!(off <= distance, "{optimum} {rounds}");
                assert_eq!(around.len(), 1 + 2 * rounds);
                assert!(around.windows(2).all(|pair| pair[0].0 < pair[1].0));
            }
        }
    }

    #[test]
    fn of_equal_losses_the_lower_rate_is_best() {
        assert_eq!(best(&[(0.1, 2.0), (0.2, 1.0), (0.3, 1.0)]), 1);
        let never = [(1.0, f64::INFINITY), (2.0, f64::INFINITY)];
        assert_eq!(best(&never), 0);
    }

    #[test]
    fn rates_are_one_and_three_times_the_powers_of_ten() {
        let expected = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3];
        assert_eq!(rates(-5, -3), expected);
        assert_eq!(rates(-1, 1), [0.1, 0.3, 1.0, 3.0, 10.0]);
    }

    #[test]
    fn a_loss_that_is_no_number_is_never_best() {
        let nan = f64::NAN;
        assert_eq!(best(&[(1.0, nan), (2.0, 5.0), (3.0, nan)]), 1);
        assert_eq!(best(&[(1.0, -nan), (2.0, 5.0), (3.0, 4.0)]), 2);
        assert_eq!(best(&[(1.0, nan), (2.0, f64::INFINITY), (3.0, 4.0)]), 2);
    }

    /// How many losses a sweep asks for, and the lowest and highest rate.
    fn range(loss: fn(f64) -> f64) -> (usize, f64, f64) {
        let mut asked = 0;
        let mut loss_at = |rate| {
            asked += 1;
            Ok(loss(rate))
        };
        let tried = sweep(&mut loss_at, (1e-3, 10.0, 3)).unwrap();
        assert_eq!(tried.len(), asked);
        (asked, tried[0].0, tried[asked - 1].0)
    }

    #[test]
    fn a_sweep_ends_whatever_the_loss() {
        // Level: no lower rate is better, so nothing is added to the three.
        assert_eq!(range(|_| 2.0), (3, 1e-3, 1e-3 * 10.0 * 10.0));
        // Without a finite loss, or with a better one at every lower or higher
        // rate: at the end of the numbers.
        for loss in [|_| f64::INFINITY, |_| f64::NAN, |rate| rate] {
            let (asked, lowest, _) = range(loss);
            assert!((300..320).contains(&asked), "{asked}");
            assert!(lowest < 2e-307, "{lowest}");
        }
        let (asked, _, highest) = range(|rate| 1.0 / rate);
        assert!((300..320).contains(&asked), "{asked}");
        assert!(highest > 1e307, "{highest}");
    }

    #[test]
    fn a_grid_that_cannot_grow_is_refused() {
        for (lowest, factor) in [
            (0.0, 3.0),
            (-1.0, 3.0),
            (f64::NAN, 3.0),
            (f64::INFINITY, 3.0),
            (0.1, 1.0),
            (0.1, 0.3),
            (0.1, f64::NAN),
        ] {
            let error = sweep(&mut valley(0.01), (lowest, factor, 3));
            let message = error.unwrap_err().to_string();
            let expected =
                format!("no grid grows from {lowest} by a factor of {factor}");
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn a_grid_whose_best_is_inside_is_as_large_as_asked_for() {
        for count in [3, 4, 6] {
            let grid = (0.01, 10.0, count);
            let tried = sweep(&mut valley(0.12), grid).unwrap();
            assert_eq!(tried.len(), count);
            assert_eq!(best(&tried), 1);
            let mut losses = valley(0.12);
            for (rate, loss) in tried {
                assert_eq!(losses(rate).unwrap(), loss);
            }
        }
    }
}
