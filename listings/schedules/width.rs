//! Where a schedule ends, against the rate that it starts from.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bowls::noisy::NoisyBowl;
use training::schedule::schedules::{NAMES, Plan, WITH_LOWEST, named};

const STEPS: usize = 400;
const EPOCH: usize = 20;
const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};

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
    let mut schedule = named(name, plan);
    let mut state = (1.0, 0.0);
    for k in 0..STEPS {
        state = BOWL.expect(state, schedule.learning_rate(k));
        if (k + 1) % EPOCH == 0 {
            schedule.observe(BOWL.mean_loss(state));
        }
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
    let name = cell.choice_knob("schedule", "cosine", &NAMES[1..])?;
    let lowest = cell.log_knob("lowest", 0.01, 0.001..=1.0)?;

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
    cell.value("best", chosen.best.1, Format::Significant(2));
    let cosine = Valley::of("cosine", 0.01).best.1;
    cell.value("cosine_best", cosine, Format::Significant(2));
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

    /// The widths of the schedule's valley and of the constant rate's, as a
    /// reader sees them.
    fn widths(name: &str) -> (f64, f64) {
        let values = at(run, &[("schedule", &name)]);
        (values["width"], values["constant_width"])
    }

    /// By a half at least where the rate comes down to a tenth and below, next
    /// to not at all where it hardly falls.
    ///
    /// Red if `let mut schedule = named(name, plan);` were
    /// `let mut schedule = named("constant", plan);`: no decay.
    #[test]
    fn a_decay_forgives_a_rate_that_is_too_high() {
        for name in &NAMES[1..] {
            let (width, constant) = widths(name);
            match *name {
                "inverse-root" | "warmup" => {
                    assert!(width < 1.06 * constant, "{name}: {width}");
                }
                _ => assert!(width > 1.5 * constant, "{name}: {width}"),
            }
        }
        // The schedule that the page shows: nearly four times.
        let (width, constant) = widths("cosine");
        assert!((3.75..4.0).contains(&(width / constant)), "{width}");
        assert_eq!(at(run, &[])["width"], width);
        // The widths, anew and on a finer grid.
        for (name, width) in [("constant", constant), ("cosine", width)] {
            let rates =
                (0..3250).map(|i| 0.003 * f64::exp(f64::from(i) / 500.0));
            let ends: Vec<_> = rates.map(|r| (r, end(name, r, 0.01))).collect();
            let best = ends.iter().map(|(_, loss)| *loss).fold(1.0, f64::min);
            let mut good = ends.iter().filter(|(_, loss)| *loss < 2.0 * best);
            let from = good.next().unwrap().0;
            let fine = good.next_back().unwrap().0 / from;
            assert!((width / fine - 1.0).abs() < 0.005, "{name} {fine}");
        }
    }

    /// With curvature and noise of one, the mean square m of the weight becomes
    /// (1 - η)² m + η², which is least, m/(m + 1), at η = m/(m + 1).
    ///
    /// Red if `let mut state = (1.0, 0.0);` were `let mut state = (0.1, 0.0);`:
    /// a start so near that decay has less to gain.
    #[test]
    fn no_schedule_gets_much_below_half_the_loss_of_the_best_constant_rate() {
        let constant = at(run, &[])["constant_best"];
        let least = 0.5 / (1.0 + 400.0);
        assert!((0.45..0.5).contains(&(least / constant)), "{constant}");
        for name in &NAMES[1..] {
            for lowest in [0.001, 0.01, 0.1, 1.0] {
                let settings: [(&str, &dyn std::fmt::Display); 2] =
                    [("schedule", name), ("lowest", &lowest)];
                let best = at(run, &settings)["best"];
                assert!(best >= least, "{name}: {best}, {least}");
            }
        }
    }

    /// Red if `noise: 1.0,` were `noise: 0.0,`: without noise no rate but a low
    /// one has anything to lose.
    #[test]
    fn the_best_cosine_ends_between_half_and_all_of_the_best_constant_loss() {
        let values = at(run, &[]);
        let part = values["cosine_best"] / values["constant_best"];
        assert!((0.5..1.0).contains(&part), "{part}");
    }

    /// Red if `for rate in [0.003, 0.005, 0.007]` were `for rate in [0.003,
    /// 0.05]`: a rate that is not too low.
    #[test]
    fn a_decay_of_a_rate_that_is_too_low_makes_it_worse() {
        for rate in [0.003, 0.005, 0.007] {
            let constant = end("constant", rate, 0.01);
            for name in &NAMES[1..] {
                for lowest in [0.001, 0.1, 1.0] {
                    let loss = end(name, rate, lowest);
                    let no_better = loss >= constant * (1.0 - 1e-12);
                    assert!(no_better, "{name} {rate} {lowest}: {loss}");
                }
                // A plateau waits until all is well.
                let loss = end(name, rate, 0.01);
                assert!(loss >= constant, "{name}: {loss}, {constant}");
                let is_worse = loss > 1.01 * constant;
                assert_eq!(is_worse, *name != "plateau", "{name} {rate}");
            }
        }
    }
}
