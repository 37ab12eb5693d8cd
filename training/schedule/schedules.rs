//! The schedules by name, all made of the same few numbers.

use super::cosine::{Cosine, CosineRestarts, OneCycle};
use super::decay::{
    Constant, Exponential, InverseRoot, InverseTime, Polynomial, Step,
};
use super::plateau::ReduceOnPlateau;
use super::schedule::Schedule;
use super::warmup::{LinearWarmup, WarmupStableDecay};

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
pub fn named(name: &str, plan: Plan) -> Box<dyn Schedule> {
    let Plan {
        learning_rate,
        lowest,
        steps,
        warmup,
        stages,
    } = plan;
    let every = steps.div_ceil(stages);
    // Each of the stages is lower than the one before by the same factor.
    let gamma = libm::pow(lowest, 1.0 / (stages - 1) as f64);
    match name {
        "constant" => Box::new(Constant { learning_rate }),
        "step" => Box::new(Step {
            learning_rate,
            gamma,
            every,
        }),
        "exponential" => {
            let gamma = libm::pow(lowest, 1.0 / steps as f64);
            Box::new(Exponential {
                learning_rate,
                gamma,
            })
        }
        "inverse-time" => {
            let gamma = 1.0 / lowest - 1.0;
            Box::new(InverseTime {
                learning_rate,
                gamma,
                every: steps,
            })
        }
        "inverse-root" => Box::new(InverseRoot {
            learning_rate,
            warmup,
        }),
        "polynomial" => Box::new(Polynomial {
            learning_rate,
            steps,
            power: 1.0,
        }),
        "cosine" => {
            let lowest = lowest * learning_rate;
            Box::new(Cosine {
                learning_rate,
                lowest,
                steps,
            })
        }
        "restarts" => {
            // Cycles of 1, 2, 4, … parts fill the steps.
            let first = steps.div_ceil((1 << stages) - 1);
            let lowest = lowest * learning_rate;
            Box::new(CosineRestarts {
                learning_rate,
                lowest,
                first,
                times: 2,
            })
        }
        "warmup" => Box::new(LinearWarmup {
            learning_rate,
            start: lowest,
            warmup,
        }),
        "one-cycle" => {
            let low = lowest * learning_rate;
            let rise = (warmup + 1) as f64 / steps as f64;
            Box::new(OneCycle {
                learning_rate,
                first: low,
                last: low,
                steps,
                rise,
            })
        }
        "warmup-stable-decay" => Box::new(WarmupStableDecay {
            learning_rate,
            warmup,
            decay: every,
            steps,
        }),
        "plateau" => {
            Box::new(ReduceOnPlateau::new(learning_rate, gamma, 0, 1e-4))
        }
        _ => unreachable!("{name} is none of {NAMES:?}"),
    }
}
// ANCHOR_END: named

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::formula::Formula;
    use approx::assert_relative_eq;
    use serde_json::Value;
    use std::collections::BTreeMap;

    const REFERENCE: &str = include_str!("../reference/schedules.json");
    const PAGE: &str = include_str!("../../src/schedules.md");

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
                "step" => Box::new(Step {
                    learning_rate: self.take("lr"),
                    gamma: self.take("gamma"),
                    every: self.count("step_size"),
                }),
                "exponential" => Box::new(Exponential {
                    learning_rate: self.take("lr"),
                    gamma: self.take("gamma"),
                }),
                "inverse_time" => Box::new(InverseTime {
                    learning_rate: self.take("lr"),
                    gamma: self.take("decay_rate"),
                    every: self.count("decay_steps"),
                }),
                "inverse_square_root_after_warmup" => Box::new(InverseRoot {
                    learning_rate: self.take("lr"),
                    warmup: self.count("warmup_steps"),
                }),
                "polynomial" => Box::new(Polynomial {
                    learning_rate: self.take("lr"),
                    steps: self.count("total_steps"),
                    power: self.take("power"),
                }),
                "cosine" => Box::new(Cosine {
                    learning_rate: self.take("lr"),
                    lowest: self.take("lr_min"),
                    steps: self.count("t_max"),
                }),
                "cosine_restarts" => Box::new(CosineRestarts {
                    learning_rate: self.take("lr"),
                    lowest: self.take("lr_min"),
                    first: self.count("t_0"),
                    times: self.count("t_mult"),
                }),
                "linear_warmup" => Box::new(LinearWarmup {
                    learning_rate: self.take("lr"),
                    start: self.take("start_factor"),
                    warmup: self.count("warmup_steps"),
                }),
                "one_cycle" => {
                    assert_eq!(self.value("anneal"), "cos");
                    let learning_rate = self.take("max_lr");
                    let first = learning_rate / self.take("div_factor");
                    Box::new(OneCycle {
                        learning_rate,
                        first,
                        last: first / self.take("final_div_factor"),
                        steps: self.count("total_steps"),
                        rise: self.take("pct_start"),
                    })
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

    /// Red if `if let Some(losses) = &losses {` were
    /// `if let Some(losses) = losses.as_ref().filter(|_| false) {`: the plateau
    /// is not told the losses, and never lowers the rate.
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

    /// The formula that a row of the page's table gives for a schedule.
    fn on_the_page(row: &str) -> Formula {
        let name = row.split(',').next();
        let number = NAMES.iter().position(|known| Some(*known) == name);
        let start = format!("| {} | {row} |", number.unwrap() + 1);
        let is_row = |line: &&str| line.starts_with(&start);
        let line = PAGE.lines().find(is_row);
        let line = line.unwrap_or_else(|| panic!("no row {row}"));
        Formula::parse(line.split('$').nth(1).unwrap())
    }

    /// Compares the code of a schedule with its formula for so many steps.
    fn agrees(
        row: &str,
        schedule: &dyn Schedule,
        values: &[(&str, f64)],
        steps: std::ops::Range<usize>,
    ) {
        let formula = on_the_page(row);
        for k in steps {
            let k_value = [("k", k as f64)];
            let values = k_value.iter().chain(values).copied().collect();
            let expected = formula.at(&values);
            let rate = schedule.learning_rate(k);
            let off = (rate - expected).abs();
            assert!(
                off <= 1e-12 * expected.abs() + 1e-16,
                "{row}, step {k}: {rate}, by the formula {expected}"
            );
        }
    }

    /// Red if `agrees("cosine", &cosine, &[e, t, low], 0..steps + 1);` were
    /// `agrees("cosine", &cosine, &[e, t, low], 0..steps + 2);`: after T the
    /// formula comes up again, and the code stays.
    #[test]
    fn the_formulas_on_the_page_are_what_runs() {
        let (learning_rate, lowest) = (0.3, 0.002);
        for (gamma, every, steps, warmup) in
            [(0.5, 10, 100, 8), (0.93, 7, 64, 20), (0.2, 33, 250, 1)]
        {
            let e = ("\\eta", learning_rate);
            let g = ("\\gamma", gamma);
            let s = ("S", every as f64);
            let t = ("T", steps as f64);
            let w = ("W", warmup as f64);
            let low = ("\\eta_{\\min}", lowest);

            let constant = Constant { learning_rate };
            agrees("constant", &constant, &[e], 0..300);
            let step = Step {
                learning_rate,
                gamma,
                every,
            };
            agrees("step", &step, &[e, g, s], 0..300);
            let exponential = Exponential {
                learning_rate,
                gamma,
            };
            agrees("exponential", &exponential, &[e, g], 0..300);
            let inverse = InverseTime {
                learning_rate,
                gamma,
                every,
            };
            agrees("inverse-time", &inverse, &[e, g, s], 0..300);
            let root = InverseRoot {
                learning_rate,
                warmup,
            };
            agrees("inverse-root", &root, &[e, w], 0..300);
            for power in [0.5, 1.0, 2.0] {
                let polynomial = Polynomial {
                    learning_rate,
                    steps,
                    power,
                };
                let p = ("p", power);
                agrees("polynomial", &polynomial, &[e, t, p], 0..steps + 1);
            }
            let cosine = Cosine {
                learning_rate,
                lowest,
                steps,
            };
            agrees("cosine", &cosine, &[e, t, low], 0..steps + 1);
            let linear = LinearWarmup {
                learning_rate,
                start: 0.1,
                warmup,
            };
            agrees("warmup", &linear, &[e, w, ("s", 0.1)], 0..300);
            let decay = every;
            let wsd = WarmupStableDecay {
                learning_rate,
                warmup,
                decay,
                steps,
            };
            let d = ("D", decay as f64);
            agrees("warmup-stable-decay", &wsd, &[e, w, t, d], 0..steps + 1);
        }
    }

    /// Where a cycle starts and how long it is comes from its number i, by two
    /// formulas of the page.
    ///
    /// Red if `start += steps;` were `start += first;`: every cycle as long as
    /// the first.
    #[test]
    fn the_restarts_come_where_the_page_says() {
        for (first, times) in [(10, 1), (10, 2), (3, 3)] {
            let schedule = CosineRestarts {
                learning_rate: 0.3,
                lowest: 0.002,
                first,
                times,
            };
            let mut start = 0;
            for i in 0..4 {
                let steps = first * times.pow(i);
                let values = [
                    ("\\eta", 0.3),
                    ("\\eta_{\\min}", 0.002),
                    ("K", start as f64),
                    ("C", first as f64),
                    ("m", times as f64),
                    ("i", f64::from(i)),
                ];
                agrees("restarts", &schedule, &values, start..start + steps);
                start += steps;
            }
        }
    }

    /// Red if `let top = rise * steps as f64 - 1.0;` were
    /// `let top = rise * steps as f64;`: the top one step later.
    #[test]
    fn one_cycle_goes_up_and_comes_down_as_the_page_says() {
        for (steps, rise) in [(51, 0.3), (100, 0.5), (400, 0.101)] {
            let schedule = OneCycle {
                learning_rate: 0.3,
                first: 0.02,
                last: 0.001,
                steps,
                rise,
            };
            let top = rise * steps as f64 - 1.0;
            let values = [
                ("\\eta", 0.3),
                ("\\eta_0", 0.02),
                ("\\eta_T", 0.001),
                ("T", steps as f64),
                ("P", top),
            ];
            let turn = top.floor() as usize + 1;
            agrees("one-cycle, up", &schedule, &values, 0..turn);
            agrees("one-cycle, down", &schedule, &values, turn..steps);
        }
    }

    /// n of the page's formula, counted anew from all the losses so far.
    ///
    /// Red if `ReduceOnPlateau::new(0.3, 0.5, patience, 1e-4)` were
    /// `ReduceOnPlateau::new(0.3, 0.5, patience + 1, 1e-4)`: one more epoch of
    /// patience.
    #[test]
    fn a_plateau_lowers_the_rate_as_often_as_the_page_says() {
        let losses = [
            5.0, 4.0, 4.1, 4.2, 4.0, 4.3, 3.0, 3.1, 3.2, 2.9, 2.9, 2.9, 2.9,
            2.9, 2.9, 2.9, 2.9, 1.0, 1.0, 1.0,
        ];
        for (patience, lowered) in [
            (
                0,
                vec![2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 14, 15, 16, 18, 19],
            ),
            (1, vec![3, 5, 8, 11, 13, 15, 19]),
            (2, vec![4, 12, 15]),
            (5, vec![15]),
        ] {
            let mut schedule = ReduceOnPlateau::new(0.3, 0.5, patience, 1e-4);
            for (epoch, loss) in losses.into_iter().enumerate() {
                schedule.observe(loss);
                let n = lowered.iter().filter(|at| **at <= epoch).count();
                let values =
                    [("\\eta", 0.3), ("\\gamma", 0.5), ("n", n as f64)];
                agrees("plateau", &schedule, &values, epoch..epoch + 1);
            }
        }
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

    /// Red if `let lowest = last(name);` were `let lowest = 0.5 * last(name);`: a
    /// rate that goes on falling.
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
}
