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
        let ends = |start| -> Result<Vec<f64>> {
            let end = |seed| end(task, learning_rate, start, seed);
            seeds.clone().map(end).collect()
        };
        let (without, with) = (ends(1.0)?, ends(0.01)?);
        Ok(Compared {
            learning_rate,
            without,
            with,
        })
    }

    /// In how many seeds warmup ended lower.
    fn wins(&self) -> usize {
        let pairs = self.with.iter().zip(&self.without);
        pairs.filter(|(with, without)| with < without).count()
    }
}

fn median(ends: &[f64]) -> f64 {
    Spread::of(ends.iter().copied()).median
}

// ANCHOR: run
pub fn run(cell: &mut Cell) -> Result<()> {
    let task = Task::digits()?;
    let mut all = Vec::new();
    let header = "highest rate   median loss without, with   lower with";
    writeln!(cell, "{header}");
    for learning_rate in RATES {
        let here = Compared::at(&task, learning_rate, 0..SEEDS)?;
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
        cell.count(name, here.wins());
        let mut of = cell.of(name);
        of.value("rate", here.learning_rate, Format::Exact);
        of.value("with", median(&here.with), Format::Significant(2));
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
    let pairs = without.iter().zip(&with).map(|(a, b)| [*a, *b]);
    let lines =
        pairs.fold(axes, |panel, pair| panel.line("", pair, Style::Muted));
    let panel = lines.points("without", without, Style::Muted);
    panel.points("with warmup", with, Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::{Outputs, at};

    /// Of 64 seeds that the page does not show, at the rate of a row of its
    /// table: in how many warmup ended lower, and by what factor in the median.
    fn compared(row: usize) -> (Outputs, usize, f64) {
        let outputs = at(run, &[]);
        let row = outputs.text.lines().nth(1 + row).unwrap();
        let rate = row.split_whitespace().next().unwrap().parse().unwrap();
        let task = Task::digits().unwrap();
        let here = Compared::at(&task, rate, 100..164).unwrap();
        assert_eq!((here.with.len(), here.without.len()), (64, 64));
        let pairs = here.without.iter().zip(&here.with);
        let times: Vec<f64> = pairs.map(|(a, b)| a / b).collect();
        (outputs, here.wins(), median(&times))
    }

    /// Were warmup without effect, the count would be 32 ± 4.
    ///
    /// Red if `[f64; 3] = [0.01,` were `[f64; 3] = [0.08,`: a rate that is too
    /// high at the start.
    #[test]
    fn at_a_good_rate_warmup_makes_it_worse() {
        let (values, wins, times) = compared(0);
        assert!(wins <= 8 && times < 0.97, "{wins} of 64, {times}");
        assert_eq!(values["low"], 0.0);
        // A tenth of the steps, which are three epochs of all batches.
        assert_eq!(values["warmup"], (STEPS / 10) as f64);
        // Glorot's, of 64 inputs and 32 units.
        assert_eq!(values["limit"], (6.0f64 / (64.0 + 32.0)).sqrt());
    }

    /// Red if `0.03, 0.1]` were `0.05, 0.1]`: a rate at which warmup helps.
    #[test]
    fn in_between_warmup_is_a_toss_of_a_coin() {
        let (values, wins, times) = compared(1);
        assert!((22..=42).contains(&wins), "{wins} of 64");
        assert!((0.95..1.05).contains(&times), "{times}");
        assert_eq!(values["middle"], 3.0);
    }

    /// Red if `ends(0.01)?` were `ends(1.0)?`: no warmup at all.
    #[test]
    fn at_a_rate_that_is_too_high_warmup_helps() {
        let (values, wins, times) = compared(2);
        assert!(wins >= 60 && times > 1.5, "{wins} of 64, {times}");
        assert!(values["high"] >= 5.0);
        // The lowest median of the table's six.
        let medians: Vec<f64> = values
            .text
            .lines()
            .skip(1)
            .flat_map(|row| row.split_whitespace().skip(1).take(2))
            .map(|median| median.parse().unwrap())
            .collect();
        assert_eq!(medians.len(), 6);
        let lowest = medians.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(
            (values["high_with"] - lowest).abs() < 1e-3 && lowest == medians[5]
        );
    }
}
