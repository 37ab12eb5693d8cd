//! What came to pass in a race, and whether it was foreseen.

use super::bowl::{Bowl, settled};
use super::forecast::{Forecast, MILLIONTH, last_quarter};
use super::racer::{Race, Racer};
use std::fmt;

/// What one racer did.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The start, and the places after each step, of the first run.
    pub places: Vec<[f64; 2]>,
    /// How far above the minimum the loss was; the mean of some runs if there
    /// is noise.
    pub losses: Vec<f64>,
    /// How it ended.
    pub fate: Fate,
    /// How low and how high each of the curvatures was on its way and in the
    /// minimum.
    pub curvatures: Vec<(f64, f64)>,
    /// When the weight with the longest way had made nine tenths of it.
    pub nine_tenths: Option<usize>,
    /// How near it came to the minimum.
    pub nearest: f64,
}

/// How a racer ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    /// From this step on a millionth of the loss is left, or less.
    Arrives(usize),
    /// This part of the loss is left after the last step; with noise, in the
    /// mean of the last quarter.
    Left(f64),
    /// It rests in another minimum than the one that was found, at this
    /// distance.
    Elsewhere(f64),
    /// It visits so many places in turn.
    Cycle(usize),
    /// It was lost at this step.
    Lost(usize),
}

/// Over so many places at the end it is seen whether a racer rests.
const LAST: usize = 33;

/// The part of the loss that who settles leaves at most.
const HUNDREDTH: f64 = 0.01;

/// Runs of which a noisy racer's losses are the mean.
pub const RUNS: u64 = 24;

impl Outcome {
    /// Of this racer, with the loss measured from that of the minimum.
    pub fn new(race: &Race, racer: &Racer, end: &Bowl) -> Outcome {
        let places = race.run(racer, 0);
        let excess = |at: &[f64; 2]| race.loss.value(*at) - end.jet.value;
        let mut losses: Vec<f64> = places.iter().map(excess).collect();
        if race.noise > 0.0 {
            for seed in 1..RUNS {
                let run = race.run(racer, seed);
                losses.truncate(run.len());
                let with = losses.iter_mut().zip(&run);
                with.for_each(|(loss, at)| *loss += excess(at));
            }
            losses.iter_mut().for_each(|loss| *loss /= RUNS as f64);
        }
        Outcome {
            fate: fate(race, &places, &losses, end),
            curvatures: curvatures(race, &places, end),
            nine_tenths: nine_tenths(&places, end.weights),
            nearest: places
                .iter()
                .map(|at| distance(*at, end.weights))
                .fold(f64::INFINITY, f64::min),
            losses,
            places,
        }
    }
}

fn curvatures(race: &Race, places: &[[f64; 2]], end: &Bowl) -> Vec<(f64, f64)> {
    let mut ends: Vec<_> = end.curvatures.iter().map(|c| (*c, *c)).collect();
    for at in places {
        let here = Bowl::at(&race.loss, *at).curvatures;
        for ((low, high), curvature) in ends.iter_mut().zip(here) {
            (*low, *high) = (low.min(curvature), high.max(curvature));
        }
    }
    ends
}

fn nine_tenths(places: &[[f64; 2]], end: [f64; 2]) -> Option<usize> {
    let way = |i: usize| (end[i] - places[0][i]).abs();
    let longest = usize::from(way(1) > way(0));
    let made = |at: &[f64; 2]| (at[longest] - places[0][longest]).abs();
    let most = 0.9 * way(longest);
    places.iter().position(|at| made(at) >= most)
}

// ANCHOR: fate
fn fate(race: &Race, places: &[[f64; 2]], losses: &[f64], end: &Bowl) -> Fate {
    if losses.len() <= race.steps {
        return Fate::Lost(losses.len());
    }
    let other = another(race, places, losses, end);
    let apart = |other: &Bowl| distance(other.weights, end.weights);
    let small = MILLIONTH * losses[0];
    let last = losses.iter().rposition(|loss| loss.abs() > small);
    let arrives = last.map_or(0, |last| last + 1);
    if arrives <= race.steps {
        return match other {
            Some(other) => Fate::Elsewhere(apart(&other)),
            None => Fate::Arrives(arrives),
        };
    }
    if race.noise > 0.0 {
        return Fate::Left(last_quarter(losses) / losses[0]);
    }
    if let Some(period) = period(places) {
        return Fate::Cycle(period);
    }
    match other.filter(|other| rests(losses, other.jet.value - end.jet.value)) {
        Some(other) => Fate::Elsewhere(apart(&other)),
        None => Fate::Left(losses[race.steps] / losses[0]),
    }
}

/// Whether the last losses are, to a hundredth of the first, that of a minimum
/// so far above the one that was found.
fn rests(losses: &[f64], above: f64) -> bool {
    let mut last = losses.iter().rev().take(LAST);
    last.all(|loss| loss - above <= HUNDREDTH * losses[0])
}

/// The minimum near the last place, if there is one, and another than the one
/// that was found. Along a level floor all places are one.
fn another(
    race: &Race,
    places: &[[f64; 2]],
    losses: &[f64],
    end: &Bowl,
) -> Option<Bowl> {
    let small = MILLIONTH * losses[0];
    let here = Bowl::at(&race.loss, places[race.steps]);
    let other = settled(&race.loss, here)?;
    let least = 1e-6 * end.sharpness().abs();
    let bends = other.clone().without_less_than(least);
    let bends_up = match end.curvatures[0] > least {
        true => bends.curvatures[0] > 0.0,
        false => bends.curvatures[0] >= 0.0 && bends.sharpness() > 0.0,
    };
    if !bends_up {
        return None;
    }
    let apart = distance(other.weights, end.weights);
    let is_other = (other.jet.value - end.jet.value).abs() > small
        || losses[race.steps] < -small
        || end.curvatures[0] > least && apart > 1e-3;
    is_other.then_some(other)
}

/// The smallest of some numbers of steps after which the last places come
/// again, if they move at all.
fn period(places: &[[f64; 2]]) -> Option<usize> {
    let last = places.len().checked_sub(LAST)?;
    let off = |period: usize| {
        let pairs =
            (last..places.len()).map(|k| (places[k - period], places[k]));
        pairs.map(|(a, b)| distance(a, b)).fold(0.0, f64::max)
    };
    let moves = off(1);
    let periods = [2, 4, 8].into_iter();
    let mut periods = periods.filter(|period| last >= *period);
    let comes_again = |period: &usize| off(*period) < 1e-3 * moves;
    periods.find(comes_again).filter(|_| moves > 1e-3)
}
// ANCHOR_END: fate

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    libm::hypot(a[0] - b[0], a[1] - b[1])
}

/// What is to be said of a forecast afterwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It held.
    Held,
    /// There was none.
    Silent,
    /// It did not: a curvature went on the way from the first to the second of
    /// these.
    Bends(f64, f64),
    /// It did not, for the racer went to another minimum.
    Elsewhere,
    /// It did not, and neither was seen.
    Unexplained,
}

// ANCHOR: verdict
impl Verdict {
    /// Whether the outcome is what the forecast said; if not, what was seen.
    pub fn new(forecast: &Forecast, outcome: &Outcome) -> Verdict {
        if forecast.losses.is_empty() && forecast.soonest == 0 {
            return Verdict::Silent;
        }
        if holds(forecast, outcome) {
            return Verdict::Held;
        }
        let bends = |(low, high): &&(f64, f64)| {
            high - low > 0.05 * low.abs().max(1e-3 * high.abs())
        };
        let bent = outcome.curvatures.iter().rev().find(bends);
        match (outcome.fate, bent) {
            (Fate::Elsewhere(_), _) => Verdict::Elsewhere,
            (_, Some((low, high))) => Verdict::Bends(*low, *high),
            _ => Verdict::Unexplained,
        }
    }
}

/// To a tenth of the steps and three memories of the velocity; to a factor of
/// two where no end is reached.
fn holds(forecast: &Forecast, outcome: &Outcome) -> bool {
    let said = &forecast.losses;
    if said.is_empty() {
        let soonest = outcome.nine_tenths;
        return soonest.is_none_or(|came| came >= forecast.soonest)
            && outcome.nearest > forecast.nearest - 1e-9;
    }
    match (forecast.arrives, outcome.fate) {
        _ if !forecast.settles => match outcome.fate {
            Fate::Arrives(_) | Fate::Elsewhere(_) => false,
            Fate::Left(part) => part.abs() > HUNDREDTH,
            _ => true,
        },
        (Some(said), Fate::Arrives(came)) => {
            let off = said.abs_diff(came) as f64;
            off <= 0.1 * said as f64 + 3.0 * forecast.memory
        }
        (_, Fate::Arrives(_) | Fate::Left(_) | Fate::Cycle(_)) => {
            let came = last_quarter(&outcome.losses);
            (0.5..=2.0).contains(&(came / last_quarter(said)))
        }
        _ => false,
    }
}

// ANCHOR_END: verdict

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fate::Arrives(step) => write!(f, "arrives at step {step}"),
            Fate::Left(part) if part.is_infinite() => {
                write!(f, "leaves the minimum")
            }
            Fate::Left(part) if *part < 0.0 => {
                write!(f, "ends below the minimum")
            }
            Fate::Left(part) => write!(f, "{part:.0e} of the loss is left"),
            Fate::Elsewhere(_) => write!(f, "settles in another minimum"),
            Fate::Cycle(period) => write!(f, "visits {period} places in turn"),
            Fate::Lost(step) => write!(f, "is lost at step {step}"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Held => write!(f, "held"),
            Verdict::Silent => write!(f, "nothing was said"),
            Verdict::Bends(low, high) => {
                write!(f, "no: curvature {low:.2} to {high:.2}")
            }
            Verdict::Elsewhere => write!(f, "no: another minimum"),
            Verdict::Unexplained => write!(f, "no"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::forecast::tests::{forecast, racer};
    use super::*;
    use crate::expression::expression::Expression;

    fn race(loss: &str, start: f64) -> Race {
        Race {
            loss: Expression::parse(loss).unwrap(),
            start: [start, 0.0],
            momentum: 0.0,
            schedule: "constant",
            noise: 0.0,
            steps: 200,
        }
    }

    fn verdict(race: &Race, racer: &Racer) -> (Fate, Verdict) {
        let (said, came) = forecast(race, racer);
        (came.fate, Verdict::new(&said, &came))
    }

    /// In the double well, whoever goes on from well to well does not settle,
    /// wherever the last step ends.
    ///
    /// Red if `let mut last = losses.iter().rev().take(LAST);` were
    /// `let mut last = losses.iter().take(0);`: the last place alone would say
    /// that it rests.
    #[test]
    fn who_roams_over_two_wells_does_not_settle_as_was_said() {
        let mut in_the_other = 0;
        for place in 140..200 {
            let rate = 0.01 * f64::from(place);
            let race = race("0.25(x^2 - 1)^2", 0.5);
            let racer = racer("SGD", rate);
            let (said, came) = forecast(&race, &racer);
            let last = &came.places[came.places.len() - LAST..];
            let reach = |i: f64| last.iter().any(|at| at[0] * i > 0.5);
            if reach(1.0) && reach(-1.0) {
                in_the_other += usize::from(last[LAST - 1][0] < 0.0);
                assert!(!said.settles, "{rate}");
                assert_eq!(Verdict::new(&said, &came), Verdict::Held, "{rate}");
            }
        }
        assert!(in_the_other > 5, "{in_the_other} end in the other well");
    }

    /// Red if `loss - above <= HUNDREDTH * losses[0]` were
    /// `loss - above <= 1.2 * HUNDREDTH * losses[0]`: a little farther too.
    #[test]
    fn who_rests_is_within_a_hundredth_at_the_last_places() {
        let rests_with = |place: usize, above: f64| {
            let mut losses = vec![3.0; 60];
            losses[0] = 10.0;
            losses[place] += above;
            rests(&losses, 3.0)
        };
        for place in 1..60 {
            assert!(rests_with(place, 0.099), "{place}");
            let is_last = place >= 60 - LAST;
            assert_eq!(rests_with(place, 0.101), !is_last, "{place}");
        }
    }

    /// On both sides of a hundredth, and of who visits places in turn.
    ///
    /// Red if `part.abs() > HUNDREDTH` were `part.abs() > 0.0`: who is nearly
    /// there would not settle.
    #[test]
    fn who_leaves_a_hundredth_or_less_without_a_cycle_settles() {
        let race = race("0.25(x^2 - 1)^2", 0.2);
        let of = |rate| verdict(&race, &racer("SGD", rate));
        let (fate, told) = of(1.002);
        assert!(matches!(fate, Fate::Left(part) if part < 0.01), "{fate}");
        assert!(matches!(told, Verdict::Bends(..)), "{told}");
        assert_eq!(of(1.004), (Fate::Cycle(2), Verdict::Held));
        let (fate, told) = of(1.55);
        assert!(matches!(fate, Fate::Left(part) if part > 0.01), "{fate}");
        assert_eq!(told, Verdict::Held);
    }

    /// Red if `Fate::Arrives(_) | Fate::Elsewhere(_) => false` were
    /// `Fate::Arrives(_) => false`: it would count as held.
    #[test]
    fn who_was_to_leave_and_settles_elsewhere_was_not_foreseen() {
        let race = race("x^4 - 3x^2 + x", -2.0);
        for rate in [0.14, 0.15, 0.16, 0.17, 0.18] {
            let (fate, verdict) = verdict(&race, &racer("SGD", rate));
            assert!(matches!(fate, Fate::Elsewhere(_)), "{rate}: {fate}");
            assert_eq!(verdict, Verdict::Elsewhere);
        }
        let (fate, verdict) = verdict(&race, &racer("SGD", 0.5));
        assert!(matches!(fate, Fate::Lost(_)), "{fate}");
        assert_eq!(verdict, Verdict::Held);
    }

    /// Red if `end.curvatures[0] > least && apart > 1e-3` were `false`: by
    /// their losses the two minima are one.
    #[test]
    fn who_settles_in_another_minimum_of_the_same_height_does_not_arrive() {
        let mut race = race("0.25(x^2 - 1)^2", -2.5);
        race.momentum = 0.9;
        let (fate, told) = verdict(&race, &racer("momentum", 0.02));
        assert!(
            matches!(fate, Fate::Elsewhere(apart) if apart > 1.9),
            "{fate}"
        );
        assert_eq!(told, Verdict::Elsewhere);
        // Along a level floor all places are one.
        let mut race = self::race("0.5(xy - 1)^2", 3.0);
        race.start[1] = 0.1;
        let (fate, _) = verdict(&race, &racer("SGD", 0.25));
        assert!(matches!(fate, Fate::Arrives(_)), "{fate}");
        // And of its height, on the other side of the saddle too.
        let mut race = self::race("0.5(xy - 1)^2", -2.5);
        race.start[1] = -2.1;
        let (fate, _) = verdict(&race, &racer("SGD", 0.33));
        assert!(matches!(fate, Fate::Arrives(_)), "{fate}");
    }

    /// On a plateau, on a top and on a saddle.
    ///
    /// Red if `if !bends_up {` were `if false {`: whoever stands still would be
    /// in a minimum.
    #[test]
    fn where_nothing_bends_up_is_no_other_minimum() {
        for (text, start, rate) in [
            ("1 - exp(-x^2)", [1.0, 0.0], 20.0),
            ("1 - exp(-x^2) + 0.1y^2", [-0.9, 2.9], 9.0),
            ("0.25(x^2 - 1)^2", [3.0, 0.0], 0.125),
            ("0.5x^2 - 0.5y^2 + 0.25y^4", [1.0, 3.0], 0.125),
        ] {
            let mut race = race(text, start[0]);
            race.start = start;
            let (fate, _) = verdict(&race, &racer("SGD", rate));
            assert!(matches!(fate, Fate::Left(_)), "{text}: {fate}");
        }
    }

    /// Red if `("x - ln(x)", 5.0)` were `("x - ln(x)", 0.5)`: it stays where
    /// the logarithm is one.
    #[test]
    fn where_the_loss_is_no_number_the_racer_is_lost() {
        for (text, rate) in [("x - ln(x)", 5.0), ("x ln(x)", 2.0)] {
            let (fate, _) = verdict(&race(text, 3.0), &racer("SGD", rate));
            assert!(matches!(fate, Fate::Lost(1..=2)), "{text}: {fate}");
        }
    }

    /// Red if `high - low > 0.05 *` were `high - low > -1.0 *`: every curvature
    /// that stays would be a reason.
    #[test]
    fn of_kinks_near_bowls_velocities_and_noise_no_reason_is_given() {
        let kink = race("0.5x^2 + 0.9abs(x - 1)", 3.0);
        let nearly = race("0.5x^2 + 0.002x^4", 1.0);
        let (mut swinging, mut noisy) =
            (race("0.5x^2", -2.5), race("0.5x^2", -2.5));
        swinging.momentum = 0.48;
        (noisy.noise, noisy.schedule) = (0.0128, "one-cycle");
        let mut falling = race("0.5(x^2 + 50y^2)", -1.9);
        (falling.start[1], falling.momentum) = (-0.26, 0.87);
        falling.schedule = "exponential";
        for (race, racer) in [
            (&kink, racer("SGD", 1.9)),
            (&nearly, racer("SGD", 1.97)),
            (&swinging, racer("momentum", 2.94)),
            (&noisy, racer("SGD", 0.1133)),
            (&falling, racer("momentum", 0.00965)),
        ] {
            let (_, verdict) = verdict(race, &racer);
            assert_eq!(verdict, Verdict::Unexplained, "{race:?}");
        }
    }
}
