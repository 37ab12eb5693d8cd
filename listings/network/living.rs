//! A short training, and which units of the network are left alive by it.

use ndarray::{Array1, Array2, ArrayView1, Axis as Along};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use std::f64::consts::LN_2;
use training::nn::dataset::Dataset;
use training::nn::fit::{Callback, Fit};
use training::nn::models::patients_model;
use training::nn::sequential::Sequential;
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;
use training::patients::{Patients, min_max};

// ANCHOR: living
/// Which units of a layer do not give the same answer at every age.
fn living(model: &mut Sequential, layer: usize, ages: &Array2<f64>) -> Living {
    let answers = model.activations(layer, ages.view());
    let differ = |unit: ArrayView1<f64>| {
        unit.iter().any(|answer| (answer - unit[0]).abs() > 1e-6)
    };
    answers.columns().into_iter().map(differ).collect()
}
type Living = Vec<bool>;

/// Notes the loss and the living units of both relu layers after each epoch.
struct Watch<'a> {
    data: &'a Dataset,
    ages: Array2<f64>,
    losses: Vec<f64>,
    layers: [Vec<Living>; 2],
}

impl Callback for Watch<'_> {
    fn after_epoch(&mut self, _: usize, _: f64, model: &mut Sequential) {
        self.losses.push(model.loss(self.data));
        for (layer, seen) in self.layers.iter_mut().enumerate() {
            seen.push(living(model, layer, &self.ages));
        }
    }
}
// ANCHOR_END: living

/// What is noted, beginning with the start.
fn train<'a>(
    model: &mut Sequential,
    data: &'a Dataset,
    optimizer: Box<dyn Optimizer>,
    epochs: usize,
    seed: u64,
) -> Result<Watch<'a>> {
    let ages = (13..=100).map(f64::from).collect::<Array1<_>>();
    let mut watch = Watch {
        data,
        ages: min_max(&ages).insert_axis(Along(1)),
        losses: Vec::new(),
        layers: [Vec::new(), Vec::new()],
    };
    watch.after_epoch(0, 0.0, model);
    model.compile(optimizer);
    let plan = Fit {
        epochs,
        batch_size: 10,
        shuffle: Some(seed),
    };
    model.fit_with(data, plan, &mut watch)?;
    Ok(watch)
}

impl Watch<'_> {
    /// How many units of a layer are alive, by epoch.
    fn counts(&self, layer: usize) -> Vec<f64> {
        let count =
            |units: &Living| units.iter().filter(|lives| **lives).count();
        let counts = self.layers[layer].iter().map(count);
        counts.map(|count| count as f64).collect()
    }

    /// How many units of a layer are alive at the end and were not at the start
    /// (`alive`), or the other way round.
    fn changed(&self, layer: usize, alive: bool) -> usize {
        let seen = &self.layers[layer];
        let units = seen[0].iter().zip(&seen[seen.len() - 1]);
        units.filter(|(a, b)| a != b && **b == alive).count()
    }
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.3, 0.001..=10.0)?;
    let optimizer = cell.choice_knob("optimizer", "SGD", &["SGD", "Adam"])?;
    let epochs = cell.count_knob("epochs", 10, 1..=10)?;

    let people = people();
    let optimizer = of(optimizer, learning_rate);
    let mut model = patients_model(0);
    let seen = train(&mut model, &people, optimizer, epochs, 0)?;
    let [first, second] = [0, 1].map(|layer| seen.counts(layer));
    writeln!(cell, "epoch    loss   living of 16   of 32");
    for (epoch, loss) in seen.losses.iter().enumerate() {
        let (first, second) = (first[epoch], second[epoch]);
        writeln!(cell, "{epoch:5} {loss:7.4} {first:14} {second:7}");
    }

    let (start_loss, loss) = (seen.losses[0], seen.losses[epochs]);
    cell.count("people", people.len());
    cell.count(
        "units",
        seen.layers
            .iter()
            .map(|units| units[0].len())
            .sum::<usize>(),
    );
    cell.value("loss", loss, Format::Significant(2));
    cell.count("living", first[epochs] + second[epochs]);
    cell.count("start_living", first[0] + second[0]);
    for (name, alive) in [("died", false), ("woken", true)] {
        let changed = [0, 1].map(|layer| seen.changed(layer, alive));
        cell.count(name, changed[0] + changed[1]);
    }
    let alt = format!(
        "Left, the loss by epoch at a rate of {learning_rate}, from \
         {start_loss:.2} to {loss:.2}; level, ln 2. Right, the living units: \
         of the first layer {}, then {}; of the second {}, then {}.",
        first[0], first[epochs], second[0], second[epochs]
    );
    let dead = first[epochs].min(second[epochs]) == 0.0;
    let guesses = (loss - LN_2).abs() < 0.005 && model.accuracy(&people) < 0.51;
    let style = if dead || guesses || loss >= start_loss {
        Style::Vermilion
    } else if loss <= 0.5 * start_loss {
        Style::Green
    } else if seen.losses.is_sorted_by(|before, after| before >= after) {
        Style::Blue
    } else {
        Style::Orange
    };
    let axis = || Axis::linear("epoch").range(0.0..=10.0);
    let losses = Panel::new(axis(), Axis::linear("loss").range(0.0..=1.2))
        .level("ln 2", LN_2)
        .path("", by_step(&seen.losses), style);
    let units = Axis::linear("living units").range(0.0..=32.0);
    let units = Panel::new(axis(), units)
        .path("of 16", by_step(&first), Style::Muted)
        .path("of 32", by_step(&second), Style::Ink);
    cell.chart(alt, [losses, units]);
    Ok(())
}

/// The first people of the book, as many with side effects as without, so that
/// a guess costs ln 2.
fn people() -> Dataset {
    const OF_EACH: usize = 150;
    let all = Patients::draw(0).dataset();
    let of = |label| {
        let places = 0..all.len();
        let places = places.filter(|place| all.labels[*place] == label);
        places.take(OF_EACH).collect::<Vec<_>>()
    };
    all.select(&[of(0), of(1)].concat())
}

fn of(optimizer: &str, learning_rate: f64) -> Box<dyn Optimizer> {
    match optimizer {
        "Adam" => Box::new(Adam::new(learning_rate)),
        _ => Box::new(Sgd::new(learning_rate)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    const SEEDS: u64 = 16;

    /// Over the knobs' corners and between: the style is that of the losses
    /// that are printed.
    ///
    /// Red if `guesses || loss >= start_loss` were `guesses`: orange far
    /// above the start, with Adam at 3.
    #[test]
    fn only_a_loss_that_falls_at_every_epoch_has_the_colour_of_creeping() {
        let mut creeping = 0;
        for optimizer in ["SGD", "Adam"] {
            for rate in [0.001, 0.002, 0.01, 0.1, 0.3, 0.4, 1.0, 2.0, 3.0, 10.0]
            {
                for epochs in [1, 2, 4, 5, 6, 10] {
                    let outputs = at(
                        run,
                        &[
                            ("learning_rate", &rate),
                            ("optimizer", &optimizer),
                            ("epochs", &epochs),
                        ],
                    );
                    let figure = outputs.figure.unwrap();
                    let has = |colour: &str| figure.wide.contains(colour);
                    let losses = figure.points("");
                    let losses: Vec<_> = losses.iter().map(|p| p.1).collect();
                    assert_eq!(losses.len(), epochs + 1);
                    let (start, end) = (losses[0], losses[epochs]);
                    let falls = losses.windows(2).all(|pair| pair[1] < pair[0]);
                    let what = format!("{optimizer} {rate} {losses:?}");
                    assert!(has("vermilion") || end < start, "{what}");
                    assert_eq!(has("green"), end < 0.5 * start, "{what}");
                    assert!(!has("orange") || !falls, "{what}");
                    assert!(!has("blue") || falls, "{what}");
                    creeping += usize::from(has("blue"));
                }
            }
        }
        assert!((10..60).contains(&creeping), "{creeping}");
    }

    /// Ten epochs of SGD at a rate, from the start of a seed.
    fn sgd(data: &Dataset, rate: f64, seed: u64) -> (Sequential, Watch<'_>) {
        let mut model = patients_model(seed);
        let seen = train(&mut model, data, of("SGD", rate), 10, seed).unwrap();
        assert_eq!(seen.losses.len(), 11);
        (model, seen)
    }

    fn guesses(loss: f64) -> bool {
        (loss - LN_2).abs() < 0.01
    }

    /// The first epoch at whose end all units of a layer are dead.
    fn death(seen: &Watch, layer: usize) -> Option<usize> {
        seen.counts(layer).iter().position(|living| *living == 0.0)
    }

    /// Red if `abs() > 1e-6` were `abs() > 1e6`: nothing would live.
    #[test]
    fn at_the_start_a_unit_of_the_first_layer_lives_if_its_weight_is_positive()
    {
        let data = people();
        for seed in 0..SEEDS {
            let positive = patients_model(seed).weights().to_vec()[..16]
                .iter()
                .map(|w| *w > 0.0)
                .collect::<Vec<_>>();
            let (_, seen) = sgd(&data, 0.1, seed);
            assert_eq!(seen.layers[0][0], positive);
        }
        let outputs = at(run, &[]);
        let (_, seen) = sgd(&data, 0.3, 0);
        let living = seen.counts(0)[0] + seen.counts(1)[0];
        assert_eq!(outputs["start_living"], living);
    }

    /// Red if `a != b && **b == alive` were `**b == alive`: all that are dead
    /// would have died.
    #[test]
    fn at_a_low_rate_some_die_and_more_wake() {
        let data = people();
        let mut with_deaths = 0;
        for seed in 0..SEEDS {
            let (_, seen) = sgd(&data, 0.01, seed);
            let [died, woken] = [false, true]
                .map(|alive| seen.changed(0, alive) + seen.changed(1, alive));
            assert!(woken > died && died <= 6, "{seed}: {died} {woken}");
            with_deaths += usize::from(died > 0);
        }
        assert_eq!(with_deaths, 7);
        // The page's numbers are those of the lists that it counts.
        let outputs = at(run, &[]);
        let gained = outputs["woken"] - outputs["died"];
        assert_eq!(outputs["living"] - outputs["start_living"], gained);
        assert!(outputs["died"] > 0.0 && gained > 0.0);
    }

    /// Red if `seen.changed(0, true), 0` were `seen.changed(1, true), 0`: in
    /// the second layer many wake.
    #[test]
    fn sgd_wakes_units_of_the_second_layer_and_none_of_the_first() {
        let data = people();
        for rate in [0.001, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0] {
            let mut woken = 0;
            for seed in 0..SEEDS {
                let (_, seen) = sgd(&data, rate, seed);
                for epochs in seen.layers[0].windows(2) {
                    let mut units = epochs[0].iter().zip(&epochs[1]);
                    assert!(units.all(|(before, after)| *before || !after));
                }
                assert_eq!(seen.changed(0, true), 0);
                woken += seen.changed(1, true);
            }
            assert!(rate > 1.0 || woken > 0, "{rate}");
        }
    }

    /// Red if `sgd(&data, 1.0, seed)` were `sgd(&data, 0.1, seed)`: then there
    /// is no difference.
    #[test]
    fn at_one_fewer_units_live_than_at_a_tenth_and_most_losses_are_lower() {
        let data = people();
        let mut lower = 0;
        for seed in 0..SEEDS {
            let (_, high) = sgd(&data, 1.0, seed);
            let (_, low) = sgd(&data, 0.1, seed);
            let living = |seen: &Watch| seen.counts(0)[10] + seen.counts(1)[10];
            assert!(living(&high) < living(&low), "{seed}");
            assert!(high.losses[10] < 0.5, "it learns: {:?}", high.losses);
            let died = high.changed(0, false) + high.changed(1, false);
            assert!(died > 0, "{seed}");
            lower += usize::from(high.losses[10] < low.losses[10]);
        }
        assert!(lower >= 12, "{lower} of {SEEDS}");
    }

    /// Red if `sgd(&data, 3.0, seed)` were `sgd(&data, 1.0, seed)`: no layer
    /// dies.
    #[test]
    fn at_three_a_layer_is_dead_within_four_epochs_from_most_seeds() {
        let data = people();
        let mut dead = 0;
        for seed in 0..2 * SEEDS {
            let (_, seen) = sgd(&data, 3.0, seed);
            let early = [0, 1].iter().any(|layer| {
                death(&seen, *layer).is_some_and(|epoch| epoch <= 4)
                    && seen.counts(*layer)[10] == 0.0
            });
            dead += usize::from(early && guesses(seen.losses[10]));
        }
        assert_eq!(dead, 25, "of {}", 2 * SEEDS);
        let outputs = at(run, &[("learning_rate", &3)]);
        assert_eq!(outputs["living"], 0.0);
        assert!(guesses(outputs["loss"]));
    }

    /// Red if `sgd(&data, 10.0, 0)` were `sgd(&data, 0.3, 0)`: a rate that
    /// learns.
    #[test]
    fn at_ten_both_sigmoids_are_driven_to_one() {
        let data = people();
        let (mut model, seen) = sgd(&data, 10.0, 0);
        assert!(model.predict(data.x.view()).iter().all(|p| *p > 0.99));
        assert!(seen.counts(0)[10] > 0.0 && seen.counts(1)[10] > 0.0);
        let outputs = at(run, &[("learning_rate", &10)]);
        assert!(guesses(outputs["loss"]) && outputs["living"] > 1.0);
    }

    /// Red if `sgd(&data, 10.0, *seed)` were `sgd(&data, 1.0, *seed)`: a rate
    /// that learns.
    #[test]
    fn at_ten_some_guess_with_living_units_in_both_layers() {
        let data = people();
        let some = (0..2 * SEEDS).filter(|seed| {
            let (_, seen) = sgd(&data, 10.0, *seed);
            let lives = |layer: usize| seen.counts(layer)[10] > 0.0;
            guesses(seen.losses[10]) && lives(0) && lives(1)
        });
        assert_eq!(some.count(), 10);
    }

    /// From every start whose first layer is dead after ten epochs at 3 or at
    /// 10: at no later rate of SGD does one of its weights change, and the loss
    /// is that of one answer for everybody.
    ///
    /// Red if `let later = [0.001, 0.01, 0.1, 1.0, 10.0]` were
    /// `let later = [f64::NAN; 5]`: a rate that does change weights.
    #[test]
    fn no_later_rate_wakes_a_dead_first_layer() {
        let data = people();
        let later = [0.001, 0.01, 0.1, 1.0, 10.0];
        let mut dead = 0;
        for (rate, seed) in [3.0, 10.0]
            .iter()
            .flat_map(|r| (0..8).map(move |s| (*r, s)))
        {
            let (model, seen) = sgd(&data, rate, seed);
            if seen.counts(0)[10] > 0.0 {
                continue;
            }
            dead += 1;
            let weights = model.weights().to_owned();
            for rate in later {
                let mut model = patients_model(seed);
                model.weights_mut().assign(&weights);
                let optimizer = of("SGD", rate);
                let seen =
                    train(&mut model, &data, optimizer, 20, seed).unwrap();
                let first = model.weights().to_vec()[..32].to_vec();
                assert_eq!(first, weights.to_vec()[..32]);
                assert_eq!(seen.counts(0), [0.0; 21]);
                let loss = seen.losses[20];
                assert!(guesses(loss), "{seed} {rate}: {loss}");
            }
        }
        assert!(dead >= 8, "{dead}");
    }

    /// Two units of the first layer, one below zero at every age; and one of
    /// the second, to whose weights the penalty alone gives a gradient.
    ///
    /// Red if `[(0, -0.5), (1, 0.5)]` were `[(0, 0.5), (1, 0.5)]`: both alive.
    #[test]
    fn a_dead_unit_gets_no_gradient_but_the_penalty_s() {
        let data = people();
        let mut model = patients_model(0);
        let mut weights = model.weights_mut();
        for (unit, kernel) in [(0, -0.5), (1, 0.5)] {
            weights[unit] = kernel;
            weights[16 + unit] = kernel;
        }
        // The bias of the second layer's first unit.
        weights[32 + 16 * 32] = -100.0;
        model.backpropagate(data.x.view(), &data.labels);
        let gradient = model.gradient();
        assert_eq!((gradient[0], gradient[16]), (0.0, 0.0));
        assert!(gradient[1] != 0.0 && gradient[17] != 0.0);
        assert_eq!(gradient[32 + 16 * 32], 0.0);
        for input in 0..16 {
            let place = 32 + 32 * input;
            let penalty = 0.02 * model.weights()[place];
            assert!((gradient[place] - penalty).abs() < 1e-15);
        }
    }

    /// Red if `const OF_EACH: usize = 150` were `const OF_EACH: usize = 140`:
    /// fewer people.
    #[test]
    fn half_of_the_people_had_side_effects() {
        let labels = people().labels;
        assert_eq!(labels.len() as f64, at(run, &[])["people"]);
        assert_eq!((labels.len(), labels.iter().sum()), (300, 150));
    }
}
