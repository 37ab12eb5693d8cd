//! Two hundred of the images to train on, four hundred held out; Adam at two
//! rates, and once with a penalty on both kernels.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::digits::PIXELS;
use training::nn::activation::Activation::{Relu, Softmax};
use training::nn::dataset::Dataset;
use training::nn::dense::Dense;
use training::nn::fit::Fit;
use training::nn::sequential::Sequential;
use training::optim::adam::Adam;
use training::spread::Spread;
use training::task::Task;

const IMAGES: usize = 200;
const HELD_OUT: usize = 400;
const EPOCHS: usize = 60;
const SEEDS: u64 = 3;
/// Name, rate, penalty.
const CASES: [(&str, f64, f64); 3] = [
    ("low", 0.01, 0.0),
    ("high", 0.03, 0.0),
    ("decayed", 0.01, 0.003),
];

// ANCHOR: fit
/// After each epoch the loss on the training data and on what was held out,
/// both without the penalty.
fn fit(
    data: &[Dataset; 2],
    (rate, penalty): (f64, f64),
    seed: u64,
) -> Result<Losses> {
    let layers = [Dense::new(32, Relu), Dense::new(10, Softmax)]
        .map(|layer| layer.kernel_regularizer(penalty));
    let rng = &mut ChaCha8Rng::seed_from_u64(seed);
    let mut model = Sequential::new(PIXELS, layers, rng);
    model.compile(Adam::new(rate));
    let mut losses = [Vec::new(), Vec::new()];
    for epoch in 0..EPOCHS as u64 {
        let plan = Fit {
            epochs: 1,
            batch_size: 32,
            shuffle: Some(100 * seed + epoch),
        };
        model.fit(&data[0], plan)?;
        for (data, losses) in data.iter().zip(&mut losses) {
            losses.push(model.loss(data) - model.penalty());
        }
    }
    Ok(losses)
}
type Losses = [Vec<f64>; 2];
// ANCHOR_END: fit

/// The place of the lowest loss.
fn lowest(losses: &[f64]) -> usize {
    let lower = |a, b| if losses[b] < losses[a] { b } else { a };
    (0..losses.len()).fold(0, lower)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let task = Task::digits()?;
    let data = parts(&task.train);
    writeln!(
        cell,
        "               held out, lowest     after {EPOCHS} epochs"
    );
    writeln!(cell, "rate  penalty   epoch      loss  training  held out");
    let (mut panels, mut ends) = (Vec::new(), Vec::new());
    for (name, rate, penalty) in CASES {
        let runs = (0..SEEDS).map(|seed| fit(&data, (rate, penalty), seed));
        let runs = runs.collect::<Result<Vec<_>>>()?;
        let of = |what: &dyn Fn(&Losses) -> f64| {
            Spread::of(runs.iter().map(what)).median
        };
        let epoch = of(&|losses| lowest(&losses[1]) as f64 + 1.0);
        let least = of(&|losses| losses[1][lowest(&losses[1])]);
        let [training, held_out] =
            [0, 1].map(|part| of(&|losses| losses[part][EPOCHS - 1]));
        write!(cell, "{rate}  {penalty:7} {epoch:7} {least:9.2} ");
        writeln!(cell, "{training:9.4} {held_out:9.2}");
        ends.push(held_out);
        let mut cell = cell.of(name);
        cell.value("rate", rate, Format::Exact);
        cell.value("penalty", penalty, Format::Exact);
        cell.count("epoch", epoch);
        cell.value("least", least, Format::Significant(2));
        cell.value("training", training, Format::Significant(1));
        cell.value("held_out", held_out, Format::Significant(2));
        panels.push(panel(&runs).title(match penalty {
            0.0 => format!("η = {rate}"),
            _ => format!("η = {rate}, penalty {penalty}"),
        }));
    }
    cell.count("images", IMAGES);
    cell.count("held_out", HELD_OUT);
    cell.count("epochs", EPOCHS);
    cell.count("seeds", SEEDS);
    panels.remove(1);
    let alt = format!(
        "Loss by epoch at one rate, without and with a penalty. Without, the \
         loss on the training data falls towards zero, and that on the \
         held-out data turns early and rises to {:.2}; with it both come \
         nearly to rest, the second at {:.2}.",
        ends[0], ends[2]
    );
    cell.chart(alt, panels);
    Ok(())
}

/// What is trained on, and what is held out: both from the training data.
fn parts(data: &Dataset) -> [Dataset; 2] {
    [0..IMAGES, IMAGES..IMAGES + HELD_OUT]
        .map(|places| data.select(&Vec::from_iter(places)))
}

fn panel(runs: &[Losses]) -> Panel {
    let axes = Panel::new(
        Axis::linear("epoch").range(0.0..=EPOCHS as f64),
        Axis::linear("loss").range(0.0..=1.2),
    );
    let median = |part: usize| {
        let at = |k: usize| Spread::of(runs.iter().map(|run| run[part][k]));
        Vec::from_iter((0..EPOCHS).map(|k| at(k).median))
    };
    let from_one = |losses: &[f64]| {
        Vec::from_iter(by_step(losses).map(|(k, loss)| (k + 1.0, loss)))
    };
    axes.line("training", from_one(&median(0)), Style::Muted)
        .line("held out", from_one(&median(1)), Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, array};
    use notebook::{Outputs, at};
    use rand::seq::SliceRandom;
    use std::sync::LazyLock;
    use training::nn::models::digits_model;
    use training::optim::adamw::AdamW;
    use training::optim::optimizer::Optimizer;
    use training::optim::sgd::Sgd;

    const MORE_SEEDS: u64 = 8;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    /// The runs of each case, the listing's seeds first.
    static RUNS: LazyLock<[Vec<Losses>; 3]> = LazyLock::new(|| {
        let data = parts(&Task::digits().unwrap().train);
        CASES.map(|(_, rate, penalty)| {
            let fit = |seed| fit(&data, (rate, penalty), seed);
            (0..MORE_SEEDS).map(|seed| fit(seed).unwrap()).collect()
        })
    });

    fn least(losses: &[f64]) -> f64 {
        losses.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn printed(name: &str, what: &str) -> f64 {
        RUN[&*format!("{name}_{what}")]
    }

    /// Red if `if losses[b] < losses[a]` were `if losses[b] > losses[a]`: the
    /// highest instead of the lowest.
    #[test]
    fn training_loss_falls_on_while_that_on_held_out_data_rises() {
        for (case, runs) in CASES.iter().zip(&*RUNS).take(2) {
            for [training, held_out] in runs {
                assert_eq!((training.len(), held_out.len()), (EPOCHS, EPOCHS));
                let turn = lowest(held_out);
                assert_eq!(held_out[turn], least(held_out));
                assert!(turn < EPOCHS / 2, "{case:?} {turn}");
                assert!(training[EPOCHS - 1] < 0.3 * training[turn]);
                assert!(held_out[EPOCHS - 1] > 1.05 * held_out[turn]);
            }
            let median = |of: &dyn Fn(&Losses) -> f64| {
                Spread::of(runs[..3].iter().map(of)).median
            };
            let turn = median(&|run| lowest(&run[1]) as f64 + 1.0);
            assert_eq!(printed(case.0, "epoch"), turn);
            let lowest = median(&|run| least(&run[1]));
            assert_eq!(printed(case.0, "least"), lowest);
            let last = |part: usize| median(&|run| run[part][EPOCHS - 1]);
            assert_eq!(printed(case.0, "training"), last(0));
            assert_eq!(printed(case.0, "held_out"), last(1));
        }
    }

    /// From the epoch of the lowest loss to the last one, of eight seeds: the
    /// wrong answers cost at least a tenth more in each, in the mean a third;
    /// and in the mean the share of right ones changes by two in a hundred at
    /// most.
    ///
    /// Red if `if losses[b] < losses[a]` were `if losses[b] > losses[a]`: from
    /// the highest loss.
    #[test]
    fn as_many_are_right_as_before_and_wrong_answers_cost_more() {
        let data = parts(&Task::digits().unwrap().train);
        let (mut gained, mut dearer) = (0.0, 0.0);
        for (seed, [_, held_out]) in (0..).zip(&RUNS[0]) {
            let turn = lowest(held_out) + 1;
            let [before, after] = [turn, EPOCHS].map(|epochs| {
                let mut model = Sequential::new(
                    PIXELS,
                    [Dense::new(32, Relu), Dense::new(10, Softmax)],
                    &mut ChaCha8Rng::seed_from_u64(seed),
                );
                model.compile(Adam::new(0.01));
                for epoch in 0..epochs as u64 {
                    let plan = Fit {
                        epochs: 1,
                        batch_size: 32,
                        shuffle: Some(100 * seed + epoch),
                    };
                    model.fit(&data[0], plan).unwrap();
                }
                let right = model.accuracy(&data[1]);
                let outputs = model.predict(data[1].x.view());
                let wrong = outputs.rows().into_iter().zip(&data[1].labels);
                let costs = wrong.filter_map(|(output, label)| {
                    let most = output.iter().copied().fold(0.0, f64::max);
                    let is_wrong = output[*label] < most;
                    is_wrong.then(|| -output[*label].ln())
                });
                let costs = Vec::from_iter(costs);
                (right, costs.iter().sum::<f64>() / costs.len() as f64)
            });
            assert!(after.1 > 1.1 * before.1, "{seed}: {before:?} {after:?}");
            dearer += after.1 / before.1 / MORE_SEEDS as f64;
            gained += (after.0 - before.0) / MORE_SEEDS as f64;
        }
        assert!(gained.abs() < 0.02 && dearer > 1.33, "{gained} {dearer}");
    }

    /// Red if `("high", 0.03, 0.0)` were `("high", 0.003, 0.0)`: a lower rate.
    #[test]
    fn the_higher_rate_is_better_in_training_and_worse_on_held_out_data() {
        let mut worse_at_best = 0;
        for (low, high) in RUNS[0].iter().zip(&RUNS[1]) {
            assert!(high[0][EPOCHS - 1] < low[0][EPOCHS - 1]);
            assert!(high[1][EPOCHS - 1] > low[1][EPOCHS - 1]);
            assert!(lowest(&high[1]) <= lowest(&low[1]) + 1);
            worse_at_best += usize::from(least(&high[1]) > least(&low[1]));
        }
        assert!(worse_at_best >= 6, "{worse_at_best}");
        assert!(printed("high", "training") < printed("low", "training"));
        assert!(printed("high", "least") > printed("low", "least"));
        assert!(printed("high", "epoch") < printed("low", "epoch"));
    }

    /// Red if `("decayed", 0.01, 0.003)` were `("decayed", 0.01, 0.0)`: no
    /// penalty.
    #[test]
    fn a_penalty_keeps_the_loss_on_held_out_data_below_all_without() {
        for (plain, decayed) in RUNS[0].iter().zip(&RUNS[2]) {
            assert!(least(&decayed[1]) < 0.95 * least(&plain[1]));
            assert!(decayed[1][EPOCHS - 1] < least(&plain[1]));
            assert!(decayed[0][EPOCHS - 1] > 10.0 * plain[0][EPOCHS - 1]);
            // Its held-out loss comes nearly to rest.
            let last = decayed[1][EPOCHS - 1];
            assert!(last < 1.2 * least(&decayed[1]));
        }
        let last = RUNS[2][..3].iter().map(|run| run[1][EPOCHS - 1]);
        assert_eq!(printed("decayed", "held_out"), Spread::of(last).median);
    }

    /// A step with the penalty's part of the gradient, 2 · penalty · w, beside
    /// one without it from weights that have shrunk by rate times decay.
    ///
    /// Red if `let decay = 2.0 * penalty;` were `let decay = penalty;`: half of
    /// what the penalty takes.
    #[test]
    fn with_sgd_a_penalty_is_a_decay_of_weights_and_with_adam_it_is_not() {
        let (rate, penalty) = (0.1, 0.003);
        let decay = 2.0 * penalty;
        let (w, g) = (array![0.5, -2.0], array![0.3, 0.1]);
        let penalised = &g + &(2.0 * penalty * &w);
        let step = |optimizer: &mut dyn Optimizer, gradient: &Array1<f64>| {
            let mut w = w.clone();
            optimizer.step(w.view_mut(), gradient.view());
            w
        };
        let apart = |a: &Array1<f64>, b: &Array1<f64>| {
            (a - b).iter().fold(0.0f64, |most, x| most.max(x.abs()))
        };
        let with_penalty = step(&mut Sgd::new(rate), &penalised);
        let shrunk = (1.0 - rate * decay) * &w - rate * &g;
        assert!(apart(&with_penalty, &shrunk) < 1e-15);
        // Adam's first step is the rate, whatever the penalty; AdamW's shrinks
        // the weights as well.
        let plain = step(&mut Adam::new(rate), &g);
        let with_penalty = step(&mut Adam::new(rate), &penalised);
        assert!(apart(&with_penalty, &plain) < 1e-5 * rate);
        let mut adamw = AdamW::new(rate);
        adamw.weight_decay = decay;
        let decayed = step(&mut adamw, &g);
        let shrunk = &plain - &(rate * decay * &w);
        assert!(apart(&decayed, &shrunk) < 1e-15);
    }

    /// Red if `data.labels.shuffle(rng);` were `let _ = rng;`: then other
    /// images are read too.
    #[test]
    fn shuffled_labels_are_learned_by_heart_and_other_images_are_not_read() {
        let task = Task::digits().unwrap();
        for (images, seed) in [(20, 0), (20, 1), (100, 2), (100, 3)] {
            let mut data = task.train.select(&Vec::from_iter(0..images));
            let rng = &mut ChaCha8Rng::seed_from_u64(seed);
            data.labels.shuffle(rng);
            let mut model = digits_model(seed);
            model.compile(Sgd::new(0.3));
            let plan = Fit {
                epochs: 200,
                batch_size: 10,
                shuffle: Some(seed),
            };
            model.fit(&data, plan).unwrap();
            assert_eq!(model.accuracy(&data), 1.0);
            assert!(model.accuracy(&task.test) < 0.15);
        }
    }
}
