//! Eight optimizers in one valley, from one start, at one learning rate.

use crate::optim::adam::Adam;
use crate::optim::adamw::AdamW;
use crate::optim::amsgrad::AmsGrad;
use crate::optim::library::Library;
use crate::optim::momentum::Momentum;
use crate::optim::nesterov::Nesterov;
use crate::optim::optimizer::Optimizer;
use crate::optim::optimizers::{NAMES, named};
use ndarray::array;
use notebook::{Axis, Cell, Chart, Format, Panel, Result, Style};
use std::fmt::Write;

const STEPS: usize = 60;

// ANCHOR: descent
/// The loss of the valley: curvature 1 along x, 25 along y.
fn loss([x, y]: [f64; 2]) -> f64 {
    0.5 * (x * x + 25.0 * y * y)
}

/// The places of a descent from (10, 1).
fn descend(optimizer: &mut dyn Optimizer) -> Vec<[f64; 2]> {
    let mut weights = array![10.0, 1.0];
    let mut places = vec![[10.0, 1.0]];
    for _ in 0..STEPS {
        let gradient = array![weights[0], 25.0 * weights[1]];
        optimizer.step(weights.view_mut(), gradient.view());
        places.push([weights[0], weights[1]]);
    }
    places
}
// ANCHOR_END: descent

/// The optimizer of this name, with this momentum if it has one.
fn optimizer(name: &str, momentum: f64) -> Box<dyn Optimizer> {
    let mut adam = Adam::default();
    adam.beta_1 = momentum;
    let mut amsgrad = AmsGrad::default();
    amsgrad.adam = adam.clone();
    let mut adamw = AdamW::default();
    adamw.adam = adam.clone();
    match name {
        "momentum" => Box::new(Momentum::new(0.01, momentum)),
        "Nesterov" => Box::new(Nesterov::new(0.01, momentum)),
        "Adam" => Box::new(adam),
        "AMSGrad" => Box::new(amsgrad),
        "AdamW" => Box::new(adamw),
        _ => named(name, Library::Keras),
    }
}

/// The places of a descent of this optimizer.
fn places(name: &str, learning_rate: f64, momentum: f64) -> Vec<[f64; 2]> {
    let mut optimizer = optimizer(name, momentum);
    optimizer.set_learning_rate(learning_rate);
    descend(&mut *optimizer)
}

/// The loss after the last step.
fn end(name: &str, learning_rate: f64, momentum: f64) -> f64 {
    loss(places(name, learning_rate, momentum)[STEPS])
}

/// The rates of the sweep.
fn rates() -> impl Iterator<Item = f64> {
    (0..=96).map(|i| libm::exp10(f64::from(i) / 24.0 - 3.0))
}

/// The rate of the sweep that ends lowest.
fn best_rate(name: &str, momentum: f64) -> f64 {
    let ends = rates().map(|rate| (rate, end(name, rate, momentum)));
    let lower = |best: (f64, f64), other: (f64, f64)| {
        if other.1 < best.1 { other } else { best }
    };
    ends.fold((f64::NAN, f64::INFINITY), lower).0
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let name = cell.choice_knob("optimizer", "momentum", &NAMES)?;
    let learning_rate = cell.log_knob("learning_rate", 0.03, 1e-3..=10.0)?;
    let momentum = cell.knob("momentum", 0.9, 0.0..=0.99)?;

    writeln!(
        cell,
        "          first step, at {learning_rate}     loss after"
    )?;
    writeln!(
        cell,
        "              in x      in y     {STEPS} steps  best rate"
    )?;
    for name in NAMES {
        let places = places(name, learning_rate, momentum);
        let ([x, y], last) = (places[1], loss(places[STEPS]));
        let best = best_rate(name, momentum);
        write!(cell, "{name:<9}{:>9.4} {:>9.4}", x - 10.0, y - 1.0)?;
        writeln!(cell, "{last:>13.2e}{best:>11.3}")?;
    }

    let places = places(name, learning_rate, momentum);
    let (end, best) = (loss(places[STEPS]), best_rate(name, momentum));
    cell.value("learning_rate", learning_rate, Format::Exact);
    cell.value("momentum", momentum, Format::Exact);
    cell.value("steps", STEPS as f64, Format::Decimals(0));
    cell.value("end", end, Format::Significant(2));
    let alt = format!(
        "Left, the path of {name} in a valley of curvatures 1 and 25, from \
         (10, 1) to ({:.2}, {:.2}); right, the loss after {STEPS} steps \
         against the learning rate, lowest at {best:.2}, with the curve of \
         plain SGD behind it.",
        places[STEPS][0], places[STEPS][1]
    );
    let sweep = sweep(name, learning_rate, momentum);
    cell.chart(Chart::new(alt, [valley(&places), sweep]));
    Ok(())
}

fn valley(places: &[[f64; 2]]) -> Panel {
    let levels = [1.0, 4.0, 16.0, 36.0, 64.0];
    Panel::new(
        Axis::linear("weight x").range(-6.0..=12.0),
        Axis::linear("weight y").range(-2.0..=2.0),
    )
    .contours(|x, y| loss([x, y]), levels)
    .path("", places.iter().map(|[x, y]| (*x, *y)), Style::Ink)
}

fn sweep(name: &str, learning_rate: f64, momentum: f64) -> Panel {
    let curve =
        |name| rates().map(move |rate| (rate, end(name, rate, momentum)));
    let label = if name == "SGD" { "" } else { "SGD" };
    Panel::new(
        Axis::log("learning rate η").range(1e-3..=10.0),
        Axis::log("loss after 60 steps").range(1e-6..=1e4),
    )
    .line(label, curve("SGD"), Style::Muted)
    .line(name, curve(name), Style::Ink)
    .wall("", learning_rate)
}
