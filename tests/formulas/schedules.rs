//! The table of the page on schedules: its formulas, read and evaluated, are what
//! the code computes.

use super::formula::Formula;
use std::fs;
use std::path::Path;
use training::schedule::cosine::{Cosine, CosineRestarts, OneCycle};
use training::schedule::decay::{
    Constant, Exponential, InverseRoot, InverseTime, Polynomial, Step,
};
use training::schedule::plateau::ReduceOnPlateau;
use training::schedule::schedule::Schedule;
use training::schedule::schedules::NAMES;
use training::schedule::warmup::{LinearWarmup, WarmupStableDecay};

/// The formula that a row of the page's table gives for a schedule.
fn on_the_page(row: &str) -> Formula {
    let name = row.split(',').next();
    let number = NAMES.iter().position(|known| Some(*known) == name);
    let start = format!("| {} | {row} |", number.unwrap() + 1);
    let is_row = |line: &&str| line.starts_with(&start);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schedules.md");
    let page = fs::read_to_string(page).unwrap();
    let line = page.lines().find(is_row);
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
    for (gamma, every, steps, warmup) in [(0.5, 10, 100, 8), (0.93, 7, 64, 20), (0.2, 33, 250, 1)] {
        let e = ("\\eta", learning_rate);
        let g = ("\\gamma", gamma);
        let s = ("S", every as f64);
        let t = ("T", steps as f64);
        let w = ("W", warmup as f64);
        let low = ("\\eta_{\\min}", lowest);

        let constant = Constant::new(learning_rate);
        agrees("constant", &constant, &[e], 0..300);
        let step = Step::new(learning_rate, gamma, every);
        agrees("step", &step, &[e, g, s], 0..300);
        let exponential = Exponential::new(learning_rate, gamma);
        agrees("exponential", &exponential, &[e, g], 0..300);
        let inverse = InverseTime::new(learning_rate, gamma, every);
        agrees("inverse-time", &inverse, &[e, g, s], 0..300);
        let root = InverseRoot::new(learning_rate, warmup);
        agrees("inverse-root", &root, &[e, w], 0..300);
        for power in [0.5, 1.0, 2.0] {
            let polynomial = Polynomial::new(learning_rate, steps, power);
            let p = ("p", power);
            agrees("polynomial", &polynomial, &[e, t, p], 0..steps + 1);
        }
        let cosine = Cosine::new(learning_rate, lowest, steps);
        agrees("cosine", &cosine, &[e, t, low], 0..steps + 1);
        let linear = LinearWarmup::new(learning_rate, 0.1, warmup);
        agrees("warmup", &linear, &[e, w, ("s", 0.1)], 0..300);
        let decay = every;
        let wsd = WarmupStableDecay::new(learning_rate, warmup, decay, steps);
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
        let schedule = CosineRestarts::new(0.3, 0.002, first, times);
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
        let schedule = OneCycle::new(0.3, 0.02, 0.001, steps, rise);
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
        5.0, 4.0, 4.1, 4.2, 4.0, 4.3, 3.0, 3.1, 3.2, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 1.0,
        1.0, 1.0,
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
            let values = [("\\eta", 0.3), ("\\gamma", 0.5), ("n", n as f64)];
            agrees("plateau", &schedule, &values, epoch..epoch + 1);
        }
    }
    // Falls of 1e-8 or less are left out.
    for (rate, n) in [(2.01e-8, 1.0), (1.99e-8, 0.0)] {
        let mut schedule = ReduceOnPlateau::new(rate, 0.5, 0, 1e-4);
        schedule.observe(1.0);
        schedule.observe(1.0);
        let values = [("\\eta", rate), ("\\gamma", 0.5), ("n", n)];
        agrees("plateau", &schedule, &values, 0..1);
    }
}
