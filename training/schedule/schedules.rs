//! The schedules by name, all made of the same few numbers.

use super::cosine::{Cosine, CosineRestarts, OneCycle};
use super::decay::{
    Constant, Exponential, InverseRoot, InverseTime, Polynomial, Step,
};
use super::plateau::ReduceOnPlateau;
use super::schedule::Schedule;
use super::warmup::{LinearWarmup, WarmupStableDecay};
use crate::checked::checked;

/// The names of all eleven, after that of a rate that does not change.
pub const NAMES: [&str; 12] = [
    "constant",
    "step",
    "exponential",
    "inverse-time",
    "inverse-root",
    "polynomial",
    "cosine",
    "restarts",
    "warmup",
    "one-cycle",
    "warmup-stable-decay",
    "plateau",
];

/// Those that heed the lowest rate of their plan.
pub const WITH_LOWEST: [&str; 8] = [
    "step",
    "exponential",
    "inverse-time",
    "cosine",
    "restarts",
    "warmup",
    "one-cycle",
    "plateau",
];

/// Those that heed its steps of warmup.
pub const WITH_WARMUP: [&str; 4] =
    ["inverse-root", "warmup", "one-cycle", "warmup-stable-decay"];

/// What the schedules of one comparison have in common.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The highest rate.
    pub learning_rate: f64,
    /// The lowest rate, as a part of the highest.
    pub lowest: f64,
    /// T: the steps in all.
    pub steps: usize,
    /// W: the steps that warm up.
    pub warmup: usize,
    /// How many levels, cycles or parts the way has; at least 2.
    pub stages: usize,
}

// ANCHOR: named
/// The schedule of this name, one of [`NAMES`].
///
/// # Panics
///
/// If a number of the plan is impossible.
pub fn named(name: &str, plan: Plan) -> Box<dyn Schedule> {
    let Plan {
        learning_rate: rate,
        steps,
        warmup,
        ..
    } = plan;
    let stages = checked("the number of stages", plan.stages, 2..32);
    let every = steps.div_ceil(stages);
    // Each of the stages is lower than the one before by the same factor.
    let gamma = libm::pow(plan.lowest, 1.0 / (stages - 1) as f64);
    let lowest = plan.lowest * rate;
    match name {
        "constant" => Box::new(Constant::new(rate)),
        "step" => Box::new(Step::new(rate, gamma, every)),
        "exponential" => {
            let gamma = libm::pow(plan.lowest, 1.0 / steps as f64);
            Box::new(Exponential::new(rate, gamma))
        }
        "inverse-time" => {
            let gamma = 1.0 / plan.lowest - 1.0;
            Box::new(InverseTime::new(rate, gamma, steps))
        }
        "inverse-root" => Box::new(InverseRoot::new(rate, warmup)),
        "polynomial" => Box::new(Polynomial::new(rate, steps, 1.0)),
        "cosine" => Box::new(Cosine::new(rate, lowest, steps)),
        "restarts" => {
            // Cycles of 1, 2, 4, … parts fill the steps.
            let first = steps.div_ceil((1 << stages) - 1);
            Box::new(CosineRestarts::new(rate, lowest, first, 2))
        }
        "warmup" => Box::new(LinearWarmup::new(rate, plan.lowest, warmup)),
        "one-cycle" => {
            let rise = (warmup + 1) as f64 / steps as f64;
            Box::new(OneCycle::new(rate, lowest, lowest, steps, rise))
        }
        "warmup-stable-decay" => {
            Box::new(WarmupStableDecay::new(rate, warmup, every, steps))
        }
        "plateau" => Box::new(ReduceOnPlateau::new(rate, gamma, 0, 1e-4)),
        _ => unreachable!("{name} is none of {NAMES:?}"),
    }
}
// ANCHOR_END: named

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use serde_json::Value;
    use std::collections::BTreeMap;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    const REFERENCE: &str = include_str!("../reference/schedules.json");

    /// The parameters of an entry, each of which has to be taken.
    struct Parameters<'a>(BTreeMap<&'a str, &'a Value>);

    impl Parameters<'_> {
        fn value(&mut self, name: &str) -> &Value {
            self.0.remove(name).unwrap_or_else(|| panic!("no {name}"))
        }

        fn take(&mut self, name: &str) -> f64 {
            self.value(name).as_f64().unwrap()
        }

        fn count(&mut self, name: &str) -> usize {
            self.value(name).as_u64().unwrap() as usize
        }

        fn schedule(&mut self, name: &str) -> Box<dyn Schedule> {
            match name {
                "step" => Box::new(Step::new(
                    self.take("lr"),
                    self.take("gamma"),
                    self.count("step_size"),
                )),
                "exponential" => Box::new(Exponential::new(
                    self.take("lr"),
                    self.take("gamma"),
                )),
                "inverse_time" => Box::new(InverseTime::new(
                    self.take("lr"),
                    self.take("decay_rate"),
                    self.count("decay_steps"),
                )),
                "inverse_square_root_after_warmup" => {
                    Box::new(InverseRoot::new(
                        self.take("lr"),
                        self.count("warmup_steps"),
                    ))
                }
                "polynomial" => Box::new(Polynomial::new(
                    self.take("lr"),
                    self.count("total_steps"),
                    self.take("power"),
                )),
                "cosine" => Box::new(Cosine::new(
                    self.take("lr"),
                    self.take("lr_min"),
                    self.count("t_max"),
                )),
                "cosine_restarts" => Box::new(CosineRestarts::new(
                    self.take("lr"),
                    self.take("lr_min"),
                    self.count("t_0"),
                    self.count("t_mult"),
                )),
                "linear_warmup" => Box::new(LinearWarmup::new(
                    self.take("lr"),
                    self.take("start_factor"),
                    self.count("warmup_steps"),
                )),
                "one_cycle" => {
                    assert_eq!(self.value("anneal"), "cos");
                    let learning_rate = self.take("max_lr");
                    let first = learning_rate / self.take("div_factor");
                    Box::new(OneCycle::new(
                        learning_rate,
                        first,
                        first / self.take("final_div_factor"),
                        self.count("total_steps"),
                        self.take("pct_start"),
                    ))
                }
                "reduce_on_plateau" => {
                    assert_eq!(self.value("threshold_mode"), "rel");
                    Box::new(ReduceOnPlateau::new(
                        self.take("lr"),
                        self.take("factor"),
                        self.count("patience"),
                        self.take("threshold"),
                    ))
                }
                _ => panic!("no schedule {name}"),
            }
        }
    }

    fn numbers(list: &Value) -> Vec<f64> {
        let list = list.as_array().unwrap().iter();
        list.map(|number| number.as_f64().unwrap()).collect()
    }

    /// Red if `schedule.learning_rate(k)` were `schedule.learning_rate(k + 1)`:
    /// rates a step early.
    #[test]
    fn every_series_of_pytorch_is_met() {
        let entries: Vec<Value> = serde_json::from_str(REFERENCE).unwrap();
        let mut names = Vec::new();
        for entry in &entries {
            let name = entry["schedule"].as_str().unwrap();
            let parameters = entry["parameters"].as_object().unwrap().iter();
            let mut parameters = Parameters(
                parameters.map(|(name, value)| (&**name, value)).collect(),
            );
            let mut schedule = parameters.schedule(name);
            assert!(parameters.0.is_empty(), "not taken: {:?}", parameters.0);
            let rates = numbers(&entry["rates"]);
            let losses = entry.get("losses").map(numbers);
            assert!(rates.len() >= 20, "{name} has {} rates", rates.len());
            for (k, expected) in rates.into_iter().enumerate() {
                assert_relative_eq!(
                    schedule.learning_rate(k),
                    expected,
                    max_relative = 1e-12
                );
                if let Some(losses) = &losses {
                    schedule.observe(losses[k]);
                }
            }
            names.push(name);
        }
        // All but warmup–stable–decay, which PyTorch does not have.
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NAMES.len() - 2, "{names:?}");
    }

    const PLAN: Plan = Plan {
        learning_rate: 0.2,
        lowest: 0.01,
        steps: 400,
        warmup: 40,
        stages: 4,
    };

    #[test]
    fn no_rate_is_above_the_highest_and_each_schedule_gets_there() {
        for name in NAMES {
            let schedule = named(name, PLAN);
            let rates: Vec<f64> =
                (0..400).map(|k| schedule.learning_rate(k)).collect();
            let highest = rates.iter().copied().fold(0.0, f64::max);
            assert_relative_eq!(highest, 0.2, max_relative = 1e-12);
            assert!(rates.iter().all(|rate| *rate > 0.0), "{name}");
        }
    }

    /// Red if `let lowest = last(name);` were `let lowest = 0.5 * last(name);`:
    /// a rate that goes on falling.
    #[test]
    fn after_the_last_step_these_rates_stay_where_they_are() {
        let last = |name| named(name, PLAN).learning_rate(400);
        for name in ["polynomial", "cosine", "one-cycle", "warmup-stable-decay"]
        {
            let lowest = last(name);
            assert!(lowest <= 0.0021, "{name}: {lowest}");
            for k in [401, 500, 5000] {
                assert_eq!(
                    named(name, PLAN).learning_rate(k),
                    lowest,
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn falling_schedules_end_at_the_lowest_rate() {
        for (name, last) in [
            ("step", 399),
            ("exponential", 400),
            ("inverse-time", 400),
            ("cosine", 400),
            ("one-cycle", 399),
        ] {
            let last = named(name, PLAN).learning_rate(last);
            assert_relative_eq!(last, 0.002, max_relative = 1e-9);
        }
    }

    #[test]
    fn impossible_numbers_are_refused() {
        fn refused<S>(make: impl FnOnce() -> S) {
            let made = catch_unwind(AssertUnwindSafe(make));
            let message = made.err().expect("it is refused");
            let message = message.downcast_ref::<String>().unwrap();
            assert!(message.contains("which is not in"), "{message}");
        }
        for bad in [-0.1, f64::NAN, f64::INFINITY] {
            refused(|| Constant::new(bad));
            refused(|| Step::new(bad, 0.5, 1));
            refused(|| Step::new(0.1, bad, 1));
            refused(|| Exponential::new(bad, 0.5));
            refused(|| Exponential::new(0.1, bad));
            refused(|| InverseTime::new(bad, 0.5, 1));
            refused(|| InverseTime::new(0.1, bad, 1));
            refused(|| InverseRoot::new(bad, 1));
            refused(|| Polynomial::new(bad, 1, 1.0));
            refused(|| Polynomial::new(0.1, 1, bad));
            refused(|| Cosine::new(bad, 0.1, 1));
            refused(|| Cosine::new(0.1, bad, 1));
            refused(|| CosineRestarts::new(bad, 0.1, 1, 1));
            refused(|| CosineRestarts::new(0.1, bad, 1, 1));
            refused(|| LinearWarmup::new(bad, 0.1, 1));
            refused(|| LinearWarmup::new(0.1, bad, 1));
            refused(|| OneCycle::new(bad, 0.1, 0.1, 1, 0.3));
            refused(|| OneCycle::new(0.1, bad, 0.1, 1, 0.3));
            refused(|| OneCycle::new(0.1, 0.1, bad, 1, 0.3));
            refused(|| OneCycle::new(0.1, 0.1, 0.1, 1, bad));
            refused(|| WarmupStableDecay::new(bad, 1, 1, 1));
            refused(|| ReduceOnPlateau::new(bad, 0.5, 0, 0.0));
            refused(|| ReduceOnPlateau::new(0.1, bad, 0, 0.0));
            refused(|| ReduceOnPlateau::new(0.1, 0.5, 0, bad));
        }
        refused(|| Step::new(0.1, 0.5, 0));
        refused(|| InverseTime::new(0.1, 0.5, 0));
        refused(|| OneCycle::new(0.1, 0.1, 0.1, 1, 1.1));
        refused(|| ReduceOnPlateau::new(0.1, 1.1, 0, 0.0));
        for stages in [0, 1] {
            refused(|| named("constant", Plan { stages, ..PLAN }));
        }
    }
}
