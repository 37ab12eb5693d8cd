//! Where a schedule ends, against the rate that it starts from.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bowls::noisy::NoisyBowl;
use training::schedule::schedules::{NAMES, Plan, named};

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

impl Valley {
    fn of(name: &str, lowest: f64) -> Valley {
        let rates = (0..=65).map(|i| 0.003 * libm::exp(f64::from(i) * 0.1));
        let losses: Vec<(f64, f64)> =
            rates.map(|rate| (rate, end(name, rate, lowest))).collect();
        let best = losses.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
        let best = best.expect("there are rates");
        let good = || losses.iter().filter(|(_, loss)| *loss < 2.0 * best.1);
        let from = good().next().expect("the best is good").0;
        let to = good().next_back().expect("the best is good").0;
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

    #[test]
    fn a_decay_forgives_a_rate_that_is_too_high() {
        let constant = Valley::of("constant", 0.01).width();
        for name in [
            "step",
            "exponential",
            "polynomial",
            "cosine",
            "restarts",
            "one-cycle",
        ] {
            let width = Valley::of(name, 0.01).width();
            assert!(width > 1.8 * constant, "{name}: {width}, {constant}");
        }
    }

    /// With curvature and noise of one, the mean square m of the weight becomes
    /// (1 - η)² m + η², which is least, m/(m + 1), at η = m/(m + 1).
    #[test]
    fn no_schedule_gets_much_below_half_the_loss_of_the_best_constant_rate() {
        let constant = Valley::of("constant", 0.01).best.1;
        let least = 0.5 / (1.0 + STEPS as f64);
        assert!((0.45..0.5).contains(&(least / constant)), "{constant}");
        for name in &NAMES[1..] {
            let best = Valley::of(name, 0.01).best.1;
            assert!(best >= least, "{name}: {best}, {least}");
        }
    }

    #[test]
    fn the_best_cosine_ends_between_half_and_all_of_the_best_constant_loss() {
        let constant = Valley::of("constant", 0.01).best.1;
        let cosine = Valley::of("cosine", 0.01).best.1;
        assert!((0.5..1.0).contains(&(cosine / constant)), "{cosine}");
    }

    #[test]
    fn a_decay_of_a_rate_that_is_too_low_makes_it_worse() {
        let constant = end("constant", 0.005, 0.01);
        for name in &NAMES[1..] {
            // Warmup alone costs little; a plateau waits until all is well.
            let loss = end(name, 0.005, 0.01);
            assert!(loss >= constant, "{name}: {loss}, {constant}");
        }
    }
}
