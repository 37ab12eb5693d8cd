//! Where a schedule ends, against the rate that it starts from.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bowls::noisy::NoisyBowl;
use training::schedule::schedules::{NAMES, Plan, WITH_LOWEST, named};

const STEPS: usize = 400;
const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};

/// Those that fall or rise without listening to the loss.
const DEAF: &[&str] = NAMES.split_at(11).0.split_at(1).1;

// ANCHOR: width
/// The expected loss after 400 steps from 1.
fn end(name: &str, learning_rate: f64, lowest: f64) -> f64 {
    let plan = Plan {
        learning_rate,
        lowest,
        steps: STEPS,
        warmup: STEPS / 10,
        stages: 4,
    };
    let schedule = named(name, plan);
    let mut state = (1.0, 0.0);
    for k in 0..STEPS {
        state = BOWL.expect(state, schedule.learning_rate(k));
    }
    BOWL.mean_loss(state)
}
// ANCHOR_END: width

/// The rates that end within twice the lowest loss of all.
struct Valley {
    losses: Vec<(f64, f64)>,
    best: (f64, f64),
    from: f64,
    to: f64,
}

/// The one with the lowest loss.
fn least(losses: impl IntoIterator<Item = (f64, f64)>) -> (f64, f64) {
    let least = losses.into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
    least.expect("there are rates")
}

/// The last good rate on the way from a good one to another, by halves.
fn border(is_good: impl Fn(f64) -> bool, mut good: f64, mut other: f64) -> f64 {
    for _ in 0..12 {
        let middle = (good * other).sqrt();
        if is_good(middle) {
            good = middle;
        } else {
            other = middle;
        }
    }
    good
}

impl Valley {
    fn of(name: &str, lowest: f64) -> Valley {
        let at = |rate: f64| (rate, end(name, rate, lowest));
        let grid = |from: f64, part: f64| {
            move |i: i32| at(from * libm::exp(f64::from(i) * part))
        };
        let losses: Vec<_> = (0..=88).map(grid(0.003, 0.1)).collect();
        let coarse = least(losses.iter().copied()).0;
        let best = least((-10..=10).map(grid(coarse, 0.01)));
        let is_good = |rate: f64| at(rate).1 < 2.0 * best.1;
        let good: Vec<usize> = (0..losses.len())
            .filter(|i| losses[*i].1 < 2.0 * best.1)
            .collect();
        let (first, last) = (good[0], good[good.len() - 1]);
        let rate = |i: usize| losses[i.min(losses.len() - 1)].0;
        let from = border(is_good, rate(first), rate(first.saturating_sub(1)));
        let to = border(is_good, rate(last), rate(last + 1));
        Valley {
            losses,
            best,
            from,
            to,
        }
    }

    fn width(&self) -> f64 {
        self.to / self.from
    }
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let name = cell.choice_knob("schedule", "cosine", DEAF)?;
    let lowest = cell.log_knob("lowest", 0.01, 0.01..=1.0)?;

    if !WITH_LOWEST.contains(&name) {
        cell.idle("lowest", format!("{name} has none"));
    }
    let constant = Valley::of("constant", lowest);
    let chosen = Valley::of(name, lowest);
    let header = "             best rate     loss   good rates    width";
    writeln!(cell, "{header}");
    for (name, valley) in [("constant", &constant), (name, &chosen)] {
        let Valley { best, from, to, .. } = valley;
        write!(cell, "{name:12.12} {:9.4} {:8.4}", best.0, best.1);
        writeln!(cell, "  {from:.3} – {to:.3} {:6.1}", valley.width());
    }
    cell.count("steps", STEPS);
    cell.value("constant_best", constant.best.1, Format::Significant(2));
    cell.value("constant_width", constant.width(), Format::Significant(2));
    let cosine = Valley::of("cosine", 0.01).best;
    cell.value("cosine_best", cosine.1, Format::Significant(2));
    let raise = cosine.0 / constant.best.0;
    cell.value("cosine_raise", raise, Format::Significant(2));
    let times = end("cosine", constant.best.0, 0.01) / constant.best.1;
    cell.value("cosine_times", times, Format::Significant(2));
    cell.value("width", chosen.width(), Format::Significant(2));
    let alt = format!(
        "The expected loss after {STEPS} steps against the highest rate, both \
         axes logarithmic: a constant rate is least, {:.4}, at {:.3}, in a \
         valley {:.1} times wide; {name} is least, {:.4}, at {:.3}, in a \
         valley {:.1} times wide.",
        constant.best.1,
        constant.best.0,
        constant.width(),
        chosen.best.1,
        chosen.best.0,
        chosen.width()
    );
    cell.chart(alt, [panel(name, &constant, &chosen)]);
    Ok(())
}

fn panel(name: &str, constant: &Valley, chosen: &Valley) -> Panel {
    let good = [chosen.from, chosen.to].map(|rate| (rate, 2.0 * chosen.best.1));
    Panel::new(
        Axis::log("highest rate η").range(0.003..=2.0),
        Axis::log("expected loss at the end").range(1e-3..=1.0),
    )
    .room_for(DEAF.iter().copied())
    .line("constant", constant.losses.iter().copied(), Style::Muted)
    .line(name, chosen.losses.iter().copied(), Style::Ink)
    .path("", good, Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// In closed form: what is left of the start, and the floor filling up.
    #[test]
    fn a_constant_rate_ends_where_the_closed_form_says() {
        for rate in [0.003, 0.02, 0.3, 1.5] {
            let left = f64::powi(1.0 - rate, 800);
            let floor = rate / (2.0 * (2.0 - rate));
            let expected = 0.5 * left + floor * (1.0 - left);
            assert_relative_eq!(
                end("constant", rate, 0.01),
                expected,
                max_relative = 1e-9
            );
        }
    }

    /// The rates at the page's settings.
    fn rates(name: &str, learning_rate: f64) -> Vec<f64> {
        let plan = Plan {
            learning_rate,
            lowest: 0.01,
            steps: 400,
            warmup: 40,
            stages: 4,
        };
        let schedule = named(name, plan);
        (0..400).map(|k| schedule.learning_rate(k)).collect()
    }

    /// The expected loss by products and sums over the rates, and not by the
    /// recurrence of the listing.
    fn end_anew(name: &str, learning_rate: f64) -> f64 {
        let (mut kept, mut variance) = (1.0, 0.0);
        for rate in rates(name, learning_rate).iter().rev() {
            variance += (rate * kept) * (rate * kept);
            kept *= 1.0 - rate;
        }
        0.5 * (kept * kept + variance)
    }

    /// The rates that end within so many times the best loss, on a fine grid.
    struct Good {
        from: f64,
        best: (f64, f64),
        to: f64,
        has_gaps: bool,
    }

    impl Good {
        fn of(name: &str, times: f64) -> Good {
            let rates =
                (0..2250).map(|i| 0.003 * f64::exp(f64::from(i) / 250.0));
            let ends: Vec<_> = rates.map(|r| (r, end_anew(name, r))).collect();
            let best = least(ends.iter().copied());
            let is_good = |(_, loss): &(f64, f64)| *loss < times * best.1;
            let first = ends.iter().position(is_good).unwrap();
            let last = ends.iter().rposition(is_good).unwrap();
            // The end of the valley, not of the grid.
            assert!(first > 0 && last < 2249, "{name}");
            Good {
                from: ends[first].0,
                best,
                to: ends[last].0,
                has_gaps: !ends[first..=last].iter().all(is_good),
            }
        }

        fn width(&self) -> f64 {
            self.to / self.from
        }
    }

    /// By a half at least where the rate comes down to a tenth and below, next
    /// to not at all where it hardly falls.
    ///
    /// Red if `let schedule = named(name, plan);` were
    /// `let schedule = named("constant", plan);`: no decay.
    #[test]
    fn a_decay_to_a_hundredth_has_more_good_rates() {
        let constant = Good::of("constant", 2.0);
        for name in DEAF {
            let good = Good::of(name, 2.0);
            let values = at(run, &[("schedule", name)]);
            for (seen, good) in
                [("width", &good), ("constant_width", &constant)]
            {
                assert_relative_eq!(
                    values[seen],
                    good.width(),
                    max_relative = 0.01
                );
            }
            let gain = good.width() / constant.width();
            match *name {
                "inverse-root" | "warmup" => {
                    assert!((0.99..1.06).contains(&gain), "{name}: {gain}");
                }
                _ => assert!(gain > 1.5, "{name}: {gain}"),
            }
            assert!(!good.has_gaps, "{name}");
        }
        // The schedule that the page shows: nearly four times, most of it above
        // its best rate.
        let cosine = Good::of("cosine", 2.0);
        let gain = cosine.width() / constant.width();
        assert!((3.75..4.0).contains(&gain), "{gain}");
        let above = |good: &Good| good.to / good.best.0;
        let gain = above(&cosine) / above(&constant);
        assert!((3.3..3.8).contains(&gain), "{gain}");
        let [narrow, wide] =
            ["constant", "cosine"].map(|name| Good::of(name, 1.1).width());
        assert!((1.2..1.3).contains(&(wide / narrow)), "{narrow} {wide}");
    }

    #[test]
    fn good_rates_are_one_stretch_within_the_panel() {
        for name in DEAF {
            for lowest in [0.01, 0.02, 0.05, 0.1, 0.3, 1.0] {
                let valley = Valley::of(name, lowest);
                let (from, to) = (valley.from, valley.to);
                assert!(0.003 < from && to < 2.0, "{name} {lowest}: {to}");
                let rates = (0..=200).map(|i| f64::from(i) / 200.0);
                for rate in rates.map(|part| from * (to / from).powf(part)) {
                    let end = end(name, rate, lowest);
                    assert!(end < 2.001 * valley.best.1, "{name} {lowest}");
                }
            }
        }
    }

    /// How many times the highest of some numbers is the lowest.
    fn factor(numbers: &[f64]) -> f64 {
        let highest = numbers.iter().copied().fold(0.0, f64::max);
        highest / numbers.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Red if `let good = 2.0;` were `let good = 1.1;`: the borders of a narrow
    /// valley, which are nearly the best rates.
    #[test]
    fn good_rates_begin_where_the_budget_suffices() {
        let good = 2.0;
        let (mut lowest, mut budgets) = (Vec::new(), Vec::new());
        for name in DEAF.iter().chain(&["constant"]) {
            let from = Good::of(name, good).from;
            if good == 2.0 {
                let border = Valley::of(name, 0.01).from;
                assert_relative_eq!(border, from, max_relative = 0.005);
            }
            lowest.push(from);
            budgets.push(rates(name, from).iter().sum());
        }
        let (apart, budgets) = (factor(&lowest), factor(&budgets));
        assert!((24.0..26.0).contains(&apart), "{apart}");
        assert!((1.15..1.25).contains(&budgets), "{budgets}");
    }

    /// Red if `noise: 1.0,` were `noise: 0.0,`: without noise no rate but a low
    /// one has anything to lose.
    #[test]
    fn the_best_cosine_ends_between_half_and_all_of_the_best_constant_loss() {
        let values = at(run, &[]);
        let part = values["cosine_best"] / values["constant_best"];
        assert!((0.5..1.0).contains(&part), "{part}");
        for (name, seen) in
            [("cosine", "cosine_best"), ("constant", "constant_best")]
        {
            let best = Good::of(name, 2.0).best.1;
            assert_relative_eq!(values[seen], best, max_relative = 1e-3);
        }
    }

    /// Red if `*rate <= constant.best.0` were `*rate <= 1.2 * constant.best.0`:
    /// rates of which warmup–stable–decay makes use.
    #[test]
    fn at_the_best_constant_rate_and_below_no_schedule_ends_lower() {
        let constant = Good::of("constant", 2.0);
        let all = (0..200).map(|i| 0.003 * f64::exp(f64::from(i) / 100.0));
        for rate in all.filter(|rate| *rate <= constant.best.0) {
            let loss = end_anew("constant", rate);
            for name in DEAF {
                let no_better = end_anew(name, rate) >= loss * (1.0 - 1e-12);
                assert!(no_better, "{name} {rate}");
            }
        }
        let values = at(run, &[]);
        let times = end_anew("cosine", constant.best.0) / constant.best.1;
        assert_relative_eq!(values["cosine_times"], times, max_relative = 0.02);
        let budget = |name, rate| rates(name, rate).iter().sum::<f64>();
        let spent = budget("cosine", constant.best.0);
        for name in DEAF.iter().chain(&["constant"]) {
            let least = budget(name, Good::of(name, 2.0).from);
            assert!(spent < 0.95 * least, "{name}: {spent} {least}");
        }
        let raise = Good::of("cosine", 2.0).best.0 / constant.best.0;
        assert_relative_eq!(values["cosine_raise"], raise, max_relative = 0.02);
    }
}
