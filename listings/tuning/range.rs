//! The range test on the patients' network: four starts, a rate that
//! grows at every step.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::nn::fit::Fit;
use training::nn::models::patients_model;
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;
use training::patients::Patients;
use training::search::range_test::{lowest, range_test, smoothed};

const BATCH_SIZE: usize = 10;
const SEEDS: u64 = 4;
const ENDS: (f64, f64) = (1e-4, 10.0);

pub fn run(cell: &mut Cell) -> Result<()> {
    let smoothing = cell.knob("smoothing", 0.9, 0.0..=0.98)?;
    let steps = cell.count_knob("steps", 120, 20..=120)?;
    let name = cell.choice_knob("optimizer", "Adam", &["Adam", "SGD"])?;

    // ANCHOR: tests
    let people: Vec<usize> = (0..BATCH_SIZE * steps).collect();
    let data = Patients::draw(0).dataset().select(&people);
    let mut tests = Vec::new();
    for seed in 0..SEEDS {
        let plan = Fit {
            epochs: 1,
            batch_size: BATCH_SIZE,
            shuffle: Some(seed),
        };
        let mut model = patients_model(seed);
        let optimizer: Box<dyn Optimizer> = match name {
            "Adam" => Box::new(Adam::default()),
            _ => Box::new(Sgd::default()),
        };
        model.compile(optimizer);
        let (rates, losses) = range_test(&mut model, &data, plan, ENDS)?;
        let smooth = smoothed(&losses, smoothing);
        let found = lowest(&smooth);
        writeln!(cell, "seed {seed}: lowest at a rate of {:.2}", rates[found]);
        tests.push((rates, losses, smooth, found));
    }
    // ANCHOR_END: tests

    let found = tests.iter().map(|(rates, _, _, found)| rates[*found]);
    let low = found.clone().fold(f64::INFINITY, f64::min);
    let high = found.fold(0.0, f64::max);
    cell.count("seeds", SEEDS);
    cell.value("low", low, Format::Significant(2));
    cell.value("high", high, Format::Significant(2));
    cell.value("spread", high / low, Format::Significant(2));
    let alt = format!(
        "Loss against a learning rate that grows at every step. The smoothed \
         curves of {SEEDS} seeds have their lowest points at rates from \
         {low:.2} to {high:.2}."
    );
    let panel = Panel::new(
        Axis::log("learning rate").range(ENDS.0..=ENDS.1),
        Axis::linear("batch loss").range(0.0..=1.5),
    );
    let raw = tests[0].0.iter().copied().zip(tests[0].1.iter().copied());
    let panel = panel.points("", raw, Style::Muted);
    let panel = tests
        .iter()
        .fold(panel, |panel, (rates, _, smooth, found)| {
            let curve = rates.iter().copied().zip(smooth.iter().copied());
            panel.line("", curve, Style::Ink).points(
                "",
                [(rates[*found], smooth[*found])],
                Style::Ink,
            )
        });
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    /// The rates that are printed, one of each seed.
    fn printed(text: &str) -> Vec<f64> {
        let rate = |line: &str| line.rsplit(' ').next()?.parse().ok();
        text.lines().map(|line| rate(line).unwrap()).collect()
    }

    /// Along the knob, with Adam and all the steps, as the page opens.
    ///
    /// Red if `smoothed(&losses, smoothing)` were `smoothed(&losses, 0.0)`:
    /// nothing smoothed.
    #[test]
    fn more_smoothing_moves_the_lowest_points_to_higher_rates() {
        let found = [0.0, 0.3, 0.6, 0.9, 0.95, 0.98].map(|smoothing| {
            printed(&at(run, &[("smoothing", &smoothing)]).text)
        });
        for pair in found.windows(2) {
            assert_eq!((pair[0].len(), pair[1].len()), (4, 4));
            let mut seeds = pair[0].iter().zip(&pair[1]);
            assert!(seeds.all(|(less, more)| less <= more), "{pair:?}");
        }
        // From none to most all four move.
        let mut ends = found[0].iter().zip(&found[5]);
        assert!(ends.all(|(none, most)| none < most), "{found:?}");
    }

    /// Red if `const SEEDS: u64 = 4` were `const SEEDS: u64 = 2`: fewer starts.
    #[test]
    fn four_starts_differ_by_a_factor_of_ten() {
        let outputs = at(run, &[]);
        let mut rates = printed(&outputs.text);
        rates.sort_by(f64::total_cmp);
        let [low, _, _, high] = rates[..] else {
            panic!("{rates:?}")
        };
        assert!(high / low > 10.0, "{rates:?}");
        // The page's numbers are those, which are printed to a hundredth.
        assert_abs_diff_eq!(outputs["low"], low, epsilon = 0.0051);
        assert_abs_diff_eq!(outputs["high"], high, epsilon = 0.0051);
        let spread = outputs["high"] / outputs["low"];
        assert!(spread > 10.0, "{spread}");
        assert_relative_eq!(outputs["spread"], spread, max_relative = 1e-12);
    }

    /// The rates and the smoothed losses of a start, as the page opens, or with
    /// SGD; and how many people the network is right about in the end.
    fn curve(
        optimizer: Box<dyn Optimizer>,
        seed: u64,
    ) -> (Vec<f64>, Vec<f64>, f64) {
        let people: Vec<usize> = (0..1200).collect();
        let data = Patients::draw(0).dataset().select(&people);
        let plan = Fit {
            epochs: 1,
            batch_size: 10,
            shuffle: Some(seed),
        };
        let mut model = patients_model(seed);
        model.compile(optimizer);
        let (rates, losses) =
            range_test(&mut model, &data, plan, (1e-4, 10.0)).unwrap();
        (rates, smoothed(&losses, 0.9), model.accuracy(&data))
    }

    /// Level: within a twentieth over a quarter of the steps. Falling: by more
    /// than a third. Shooting up: to three times the start.
    ///
    /// Red if `("Adam", 0.0)` were `("SGD", 0.0)`: whose steps are smaller.
    #[test]
    fn adam_s_curves_are_level_then_fall_then_shoot_up() {
        let (name, rate) = ("Adam", 0.0);
        for (seed, found) in (0..4).zip(printed(&at(run, &[]).text)) {
            let optimizer: Box<dyn Optimizer> = match name {
                "Adam" => Box::new(Adam::new(rate)),
                _ => Box::new(Sgd::new(rate)),
            };
            let (rates, smooth, _) = curve(optimizer, seed);
            let place = lowest(&smooth);
            assert_abs_diff_eq!(rates[place], found, epsilon = 0.0051);
            let start = smooth[0];
            let level = |loss: &f64| (loss / start - 1.0).abs() < 0.05;
            assert!(smooth[..30].iter().all(level), "{seed}");
            assert!(smooth[place] < 0.65 * start, "{seed}");
            let highest = smooth[place..].iter().copied().fold(0.0, f64::max);
            assert!(highest > 3.0 * start, "{seed}: {highest}");
        }
    }

    /// All four are right about half of the people, as whoever guesses is, and
    /// the loss of a guess is lower than that of their start.
    ///
    /// Red if `const ENDS: (f64, f64) = (1e-4, 10.0)` were
    /// `const ENDS: (f64, f64) = (1e-4, 100.0)`: it ends later.
    #[test]
    fn with_sgd_two_of_four_are_lowest_at_the_last_step() {
        let outputs = at(run, &[("optimizer", &"SGD")]);
        let found = printed(&outputs.text);
        for (seed, found) in (0..4).zip(&found) {
            let (rates, smooth, right) = curve(Box::new(Sgd::new(0.0)), seed);
            let place = lowest(&smooth);
            assert_abs_diff_eq!(rates[place], *found, epsilon = 0.0051);
            assert_eq!(place == 119, seed < 2);
            assert_abs_diff_eq!(right, 0.5, epsilon = 0.01);
            // The loss comes from above that of a guess, and ends near it.
            let guess = std::f64::consts::LN_2;
            let end = smooth[119];
            assert!(guess < end && end < 0.95 * smooth[0], "{seed}: {end}");
        }
        assert_eq!(found.iter().filter(|rate| **rate == 10.0).count(), 2);
    }
}
