//! Does warmup help? Adam on the digits, with a cosine, with and without it.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::digits::PIXELS;
use training::nn::dense::Initializer;
use training::nn::fit::Fit;
use training::optim::adam::Adam;
use training::schedule::cosine::Cosine;
use training::schedule::schedule::{Follow, Schedule};
use training::schedule::warmup::LinearWarmup;
use training::spread::Spread;
use training::task::Task;

const SEEDS: u64 = 6;
const EPOCHS: usize = 4;
const STEPS: usize = EPOCHS * 45;
const RATES: [f64; 3] = [0.01, 0.03, 0.1];

// ANCHOR: warm
/// A cosine, times a warmup to 1.
struct Warmed(LinearWarmup, Cosine);

impl Schedule for Warmed {
    fn learning_rate(&self, k: usize) -> f64 {
        self.0.learning_rate(k) * self.1.learning_rate(k)
    }
}

/// The loss after training that begins at the part `start` of the rate.
fn end(task: &Task, learning_rate: f64, start: f64, seed: u64) -> Result<f64> {
    let warmup = LinearWarmup::new(1.0, start, STEPS / 10);
    let cosine = Cosine::new(learning_rate, 0.0, STEPS);
    let mut model = (task.model)(seed);
    model.compile(Adam::default());
    let fit = Fit {
        epochs: EPOCHS,
        batch_size: task.batch_size,
        shuffle: Some(seed),
    };
    let mut schedule = Warmed(warmup, cosine);
    model.fit_with(&task.train, fit, &mut Follow(&mut schedule))?;
    Ok(model.loss(&task.train))
}
// ANCHOR_END: warm

/// What came of one highest rate: the ends without and with warmup.
struct Compared {
    learning_rate: f64,
    without: Vec<f64>,
    with: Vec<f64>,
}

impl Compared {
    fn at(
        task: &Task,
        learning_rate: f64,
        seeds: std::ops::Range<u64>,
    ) -> Result<Compared> {
        let ends = |start| {
            let seeds = seeds.clone();
            seeds
                .map(|seed| end(task, learning_rate, start, seed))
                .collect::<Result<Vec<_>>>()
        };
        Ok(Compared {
            learning_rate,
            without: ends(1.0)?,
            with: ends(0.01)?,
        })
    }

    /// In how many seeds warmup ended lower.
    fn wins(&self) -> usize {
        let pairs = self.with.iter().zip(&self.without);
        pairs.filter(|(with, without)| with < without).count()
    }
}

// ANCHOR: run
pub fn run(cell: &mut Cell) -> Result<()> {
    let task = Task::digits()?;
    let mut all = Vec::new();
    writeln!(
        cell,
        "highest rate   median loss without, with   lower with"
    );
    for learning_rate in RATES {
        let here = Compared::at(&task, learning_rate, 0..SEEDS)?;
        let median = |ends: &[f64]| Spread::of(ends.iter().copied()).median;
        let (without, with) = (median(&here.without), median(&here.with));
        write!(cell, "{learning_rate:12} {without:18.4} {with:7.4}");
        writeln!(cell, "   in {} of {SEEDS} seeds", here.wins());
        all.push(here);
    }
    // ANCHOR_END: run

    cell.count("seeds", SEEDS);
    cell.count("epochs", EPOCHS);
    cell.count("warmup", STEPS / 10);
    let limit = Initializer::GlorotUniform.limit(PIXELS, 32);
    cell.value("limit", limit, Format::Significant(2));
    for (name, here) in ["low", "middle", "high"].into_iter().zip(&all) {
        let rate = format!("{name}_rate");
        cell.value(&rate, here.learning_rate, Format::Exact);
        cell.value(name, here.wins() as f64, Format::Decimals(0));
        let with = Spread::of(here.with.iter().copied()).median;
        cell.value(&format!("{name}_with"), with, Format::Significant(2));
    }
    let alt = format!(
        "The loss at the end against the highest rate, dots for {SEEDS} seeds \
         without warmup and with it. With it the loss is lower in {} of \
         {SEEDS} at {}, in {} at {}, in {} at {}.",
        all[0].wins(),
        RATES[0],
        all[1].wins(),
        RATES[1],
        all[2].wins(),
        RATES[2]
    );
    cell.chart(alt, [panel(&all)]);
    Ok(())
}

fn panel(all: &[Compared]) -> Panel {
    let axes = Panel::new(
        Axis::log("highest rate").range(0.005..=0.2),
        Axis::log("loss at the end").range(0.02..=0.5),
    );
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for here in all {
        let beside = |place: f64| here.learning_rate * place;
        without.extend(here.without.iter().map(|end| (beside(0.87), *end)));
        with.extend(here.with.iter().map(|end| (beside(1.15), *end)));
    }
    let pairs = without.iter().zip(&with);
    let lines = pairs.fold(axes, |panel, (without, with)| {
        panel.line("", [*without, *with], Style::Muted)
    });
    lines.points("without", without, Style::Muted).points(
        "with warmup",
        with,
        Style::Ink,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 16 seeds that the page does not show. Were warmup without effect,
    /// each count would be binomial, 8 ± 2.
    fn wins(learning_rate: f64) -> usize {
        let task = Task::digits().unwrap();
        Compared::at(&task, learning_rate, 100..116).unwrap().wins()
    }

    #[test]
    fn at_a_good_rate_warmup_makes_it_worse() {
        let wins = wins(0.01);
        assert!(wins <= 1, "{wins} of 16");
    }

    #[test]
    fn in_between_warmup_is_a_toss_of_a_coin() {
        let wins = wins(0.03);
        assert!((2..=14).contains(&wins), "{wins} of 16");
    }

    #[test]
    fn at_a_rate_that_is_too_high_warmup_helps() {
        let wins = wins(0.1);
        assert!(wins >= 15, "{wins} of 16");
    }
}
