//! Lion's grid: where its weights can be, at one rate.

use super::bowl::Bowl;
use super::racer::{Race, Racer};

// ANCHOR: nearest
/// How near to the minimum Lion can come: at one rate its weights stay on a
/// grid from the start, with the rate as its spacing.
pub(super) fn nearest(race: &Race, racer: &Racer, end: &Bowl) -> f64 {
    if race.schedule != "constant" {
        return 0.0;
    }
    let rate = racer.learning_rate;
    let off = |i: usize| {
        let steps = (end.weights[i] - race.start[i]) / rate;
        rate * (steps - steps.round()).abs()
    };
    libm::hypot(off(0), off(1))
}
// ANCHOR_END: nearest

#[cfg(test)]
mod tests {
    use super::super::bowl::minimum;
    use super::super::forecast::tests::{bowl_race, forecast, racer};
    use super::super::outcome::Verdict;
    use crate::expression::expression::Expression;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// In bowls and beside them, with noise and without, each weight's steps
    /// are the rate or nothing.
    ///
    /// Red if `rate * (steps - steps.round()).abs()` were
    /// `rate * (steps - steps.floor()).abs()`: the place on one side, which may
    /// be the farther.
    #[test]
    fn lion_comes_no_nearer_to_the_minimum_than_was_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let texts = ["0.25(x^2 - 1)^2", "x^4 - 3x^2 + x", "0.5x^2", "x^4"];
        let mut reached = [0, 0];
        for i in 0..400 {
            let (mut race, _) = bowl_race(&mut rng);
            (race.steps, race.noise) = (300, [0.0, 1.0][i % 2]);
            let weights = 1 + i / 2 % 2;
            if weights == 1 {
                race.loss = Expression::parse(texts[i / 4 % 4]).unwrap();
                race.start[1] = 0.0;
            }
            let rate = 10f64.powf(rng.random_range(-2.0..0.0));
            let (said, came) = forecast(&race, &racer("Lion", rate));
            for step in came.places.windows(2) {
                for (before, after) in step[0].iter().zip(step[1]).take(weights)
                {
                    let moved = (after - before).abs();
                    assert!(moved == 0.0 || (moved - rate).abs() < 1e-12);
                }
            }
            assert!(came.nearest > said.nearest - 1e-9, "{race:?} {rate}");
            assert_eq!(Verdict::new(&said, &came), Verdict::Held);
            let is_there = came.nearest < said.nearest + 1e-9;
            reached[weights - 1] += usize::from(is_there);
        }
        assert!(reached[0] > 150 && reached[1] > 20, "{reached:?}");
        // From places of the grid itself.
        for start in 1..=25 {
            let (mut race, _) = bowl_race(&mut rng);
            race.loss = Expression::parse("0.5x^2").unwrap();
            race.start = [f64::from(start) / 10.0, 0.0];
            for rate in [0.01, 0.02, 0.03, 0.05] {
                let (said, came) = forecast(&race, &racer("Lion", rate));
                assert_eq!(Verdict::new(&said, &came), Verdict::Held);
            }
        }
    }

    /// A hundred bowls, turned anyhow, at rates of every size.
    ///
    /// Red if `let rule = "Lion";` were `let rule = "SGD";`: it would leave.
    #[test]
    fn in_a_bowl_lion_ends_within_thirty_rates_of_the_minimum_at_any_rate() {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let rule = "Lion";
        for _ in 0..100 {
            let (mut race, _) = bowl_race(&mut rng);
            race.steps = 4000;
            let rate = 10f64.powf(rng.random_range(-2.0..1.0));
            let places = race.run(&racer(rule, rate), 0);
            let [x, y] = minimum(&race.loss, race.start).unwrap().weights;
            assert_eq!(places.len(), 4001);
            for at in &places[3000..] {
                let off = (at[0] - x).hypot(at[1] - y);
                assert!(off < 30.0 * rate, "{race:?} {rate}: {off}");
            }
        }
    }
}
