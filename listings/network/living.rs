//! A short training, and how many units of the network are left alive by it.

use ndarray::{Array1, Array2, Axis as Along};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
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
/// How many units of a layer do not give the same answer at every age.
fn living(model: &mut Sequential, layer: usize, ages: &Array2<f64>) -> usize {
    let answers = model.activations(layer, ages.view());
    let units = answers.columns().into_iter();
    units
        .filter(|unit| unit.iter().any(|a| (a - unit[0]).abs() > 1e-6))
        .count()
}

/// Notes the loss and the living units of both relu layers after each epoch.
struct Watch<'a> {
    data: &'a Dataset,
    ages: Array2<f64>,
    seen: Vec<(f64, [usize; 2])>,
}

impl Callback for Watch<'_> {
    fn after_epoch(&mut self, _: usize, _: f64, model: &mut Sequential) {
        let units = [0, 1].map(|layer| living(model, layer, &self.ages));
        self.seen.push((model.loss(self.data), units));
    }
}
// ANCHOR_END: living

/// What was noted, beginning with the start.
fn train(
    data: &Dataset,
    optimizer: Box<dyn Optimizer>,
    epochs: usize,
    seed: u64,
) -> Result<Vec<(f64, [usize; 2])>> {
    let ages = (13..=100).map(f64::from).collect::<Array1<_>>();
    let mut watch = Watch {
        data,
        ages: min_max(&ages).insert_axis(Along(1)),
        seen: Vec::new(),
    };
    let mut model = patients_model(seed);
    watch.after_epoch(0, 0.0, &mut model);
    model.compile(optimizer);
    let plan = Fit {
        epochs,
        batch_size: 10,
        shuffle: Some(seed),
    };
    model.fit_with(data, plan, &mut watch)?;
    Ok(watch.seen)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.3, 0.001..=10.0)?;
    let optimizer = cell.choice_knob("optimizer", "SGD", &["SGD", "Adam"])?;
    let epochs = cell.count_knob("epochs", 10, 1..=10)?;

    let people = people();
    let seen = train(&people, of(optimizer, learning_rate), epochs, 0)?;
    writeln!(cell, "epoch    loss   living of 16   of 32");
    for (epoch, (loss, [first, second])) in seen.iter().enumerate() {
        writeln!(cell, "{epoch:5} {loss:7.4} {first:14} {second:7}");
    }

    let (loss, [first, second]) = seen[seen.len() - 1];
    let (start_loss, [start_first, start_second]) = seen[0];
    cell.count("people", people.len());
    cell.value("loss", loss, Format::Significant(2));
    cell.count("living", first + second);
    cell.count("start_living", start_first + start_second);
    let alt = format!(
        "Left, the loss by epoch at a rate of {learning_rate}, from \
         {start_loss:.2} to {loss:.2}; level, ln 2. Right, the living units: \
         of the first layer {start_first}, then {first}; of the second \
         {start_second}, then {second}."
    );
    cell.chart(alt, panels(&seen));
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

fn panels(seen: &[(f64, [usize; 2])]) -> [Panel; 2] {
    let (start_loss, _) = seen[0];
    let (loss, [first, second]) = seen[seen.len() - 1];
    let guesses = (loss - LN_2).abs() < 0.005;
    let style = if first.min(second) == 0 || guesses {
        Style::Diverging
    } else if loss > 0.5 * start_loss {
        Style::Creeping
    } else {
        Style::Converging
    };
    let epochs = || Axis::linear("epoch").range(0.0..=10.0);
    let curve = |what: fn(&(f64, [usize; 2])) -> f64| {
        let numbers = seen.iter().map(what).enumerate();
        numbers.map(|(epoch, number)| (epoch as f64, number))
    };
    [
        Panel::new(epochs(), Axis::linear("loss").range(0.0..=1.2))
            .level("ln 2", LN_2)
            .path("", curve(|(loss, _)| *loss), style),
        Panel::new(epochs(), Axis::linear("living units").range(0.0..=32.0))
            .path("of 16", curve(|(_, units)| units[0] as f64), Style::Muted)
            .path("of 32", curve(|(_, units)| units[1] as f64), Style::Ink),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEDS: u64 = 8;

    fn end(optimizer: &str, rate: f64, seed: u64) -> (f64, [usize; 2]) {
        let seen = train(&people(), of(optimizer, rate), 10, seed).unwrap();
        seen[seen.len() - 1]
    }

    #[test]
    fn at_the_start_a_unit_of_the_first_layer_lives_if_its_weight_is_positive()
    {
        for seed in 0..SEEDS {
            let model = patients_model(seed);
            let weights = model.weights().to_vec();
            let positive = weights[..16].iter().filter(|w| **w > 0.0);
            let seen = train(&people(), of("SGD", 0.1), 1, seed).unwrap();
            assert_eq!(seen[0].1[0], positive.count());
        }
    }

    #[test]
    fn at_a_low_rate_as_many_units_live_as_at_the_start() {
        for seed in 0..SEEDS {
            let seen = train(&people(), of("SGD", 0.01), 10, seed).unwrap();
            let [start, end] = [0, 10].map(|epoch| seen[epoch].1);
            assert_eq!(end[0], start[0]);
            assert!(end[1] >= start[1]);
        }
    }

    #[test]
    fn at_one_fewer_units_live_than_at_a_tenth_and_most_losses_are_lower() {
        let mut lower = 0;
        for seed in 0..SEEDS {
            let (loss, units) = end("SGD", 1.0, seed);
            let (loss_at_a_tenth, units_at_a_tenth) = end("SGD", 0.1, seed);
            let all = |units: [usize; 2]| units[0] + units[1];
            assert!(all(units) < all(units_at_a_tenth), "{seed}");
            lower += usize::from(loss < loss_at_a_tenth);
        }
        assert!(lower > 4, "{lower} of {SEEDS}");
    }

    #[test]
    fn at_three_a_layer_is_dead_and_the_loss_that_of_a_guess() {
        let dead = |seed: &u64| {
            let (loss, units) = end("SGD", 3.0, *seed);
            units.contains(&0) && (loss - LN_2).abs() < 0.01
        };
        // In each of eight starts the chance is about nine in ten: six and
        // more of them are dead with a probability of 0.96; the seeds are
        // fixed.
        assert!((0..SEEDS).filter(dead).count() >= 6);
        assert_eq!(end("SGD", 3.0, 0).1, [0, 0]);
    }

    #[test]
    fn at_ten_both_sigmoids_are_driven_to_one() {
        let data = people();
        let mut model = patients_model(0);
        model.compile(Sgd::new(10.0));
        let plan = Fit {
            epochs: 10,
            batch_size: 10,
            shuffle: Some(0),
        };
        model.fit(&data, plan).unwrap();
        assert!(model.predict(data.x.view()).iter().all(|p| *p > 0.99));
        let (loss, units) = end("SGD", 10.0, 0);
        assert!((loss - LN_2).abs() < 0.005 && units[0].min(units[1]) > 0);
    }

    #[test]
    fn no_later_rate_wakes_a_dead_layer() {
        let data = people();
        for seed in [0, 1, 2, 3] {
            let mut model = patients_model(seed);
            for (rate, epochs) in [(3.0, 10), (0.1, 10)] {
                model.compile(Sgd::new(rate));
                let plan = Fit {
                    epochs,
                    batch_size: 10,
                    shuffle: Some(seed),
                };
                model.fit(&data, plan).unwrap();
            }
            let loss = model.loss(&data);
            assert!((loss - LN_2).abs() < 0.01, "{seed}: {loss}");
        }
    }

    /// Two units, one of which is below zero at every age.
    #[test]
    fn a_dead_unit_gets_no_gradient() {
        let data = people();
        let mut model = patients_model(0);
        let mut weights = model.weights_mut();
        for (unit, kernel) in [(0, -0.5), (1, 0.5)] {
            weights[unit] = kernel;
            weights[16 + unit] = kernel;
        }
        model.backpropagate(data.x.view(), &data.labels);
        let gradient = model.gradient();
        assert_eq!((gradient[0], gradient[16]), (0.0, 0.0));
        assert!(gradient[1] != 0.0 && gradient[17] != 0.0);
    }

    #[test]
    fn half_of_the_people_had_side_effects() {
        let labels = people().labels;
        assert_eq!((labels.len(), labels.iter().sum()), (300, 150));
    }
}
