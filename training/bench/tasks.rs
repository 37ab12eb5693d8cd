//! The bench: small tasks that differ in what a good rate depends on: scales,
//! loss, depth, width, batch size, noise, length.

use super::made::{
    alike, boards, corners, doses, falling, friedman, hills, houses, moons,
    rare, rings, sensors, series, skewed, spirals, spreads, switches, wave,
    words, wrong_labels,
};
use super::task::{Data, Split, Task};
use crate::digits::digits;
use crate::nn::activation::Activation::{self, Relu, Tanh};
use crate::nn::dataset::Dataset;
use crate::patients::Patients;
use ndarray::{Axis, concatenate};

/// How many samples a task has to train on, holds out, and is tested on.
type Sizes = (usize, usize, usize);
const N150: Sizes = (150, 150, 1000);
const N300: Sizes = (300, 200, 500);
const N400: Sizes = (400, 200, 1000);
const N600: Sizes = (600, 400, 2000);
const N700: Sizes = (700, 300, 797);

fn split<L: Copy>(all: Dataset<L>, (train, held_out, test): Sizes) -> Split<L> {
    let part = |from: usize, count: usize| {
        all.select(&(from..from + count).collect::<Vec<_>>())
    };
    Split {
        train: part(0, train),
        held_out: part(train, held_out),
        test: part(train + held_out, test),
    }
}

fn classes(made: fn(usize) -> Dataset, sizes: Sizes) -> Data {
    Data::Classes(split(made(sizes.0 + sizes.1 + sizes.2), sizes))
}

fn numbers(made: fn(usize) -> Dataset<f64>, sizes: Sizes) -> Data {
    Data::Numbers(split(made(sizes.0 + sizes.1 + sizes.2), sizes))
}

/// The people of the drug trial, their ages in years.
fn patients(count: usize) -> Dataset {
    let people = Patients::draw(2);
    let all = Dataset {
        x: people.ages.insert_axis(Axis(1)),
        labels: people.labels,
    };
    all.select(&(0..count).collect::<Vec<_>>())
}

/// The digits as their file has them, with inks from 0 to 16.
fn inks(count: usize) -> Dataset {
    let (train, test) = digits().expect("the file was read before");
    let x = concatenate(Axis(0), &[train.x.view(), test.x.view()]);
    let all = Dataset {
        x: 16.0 * x.expect("as many pixels in both"),
        labels: [train.labels, test.labels].concat(),
    };
    all.select(&(0..count).collect::<Vec<_>>())
}

/// The tasks from this number on were first looked at when the card stood: it
/// is judged on them.
pub const JUDGED: usize = 14;

/// The tasks by number.
#[rustfmt::skip]
pub fn tasks() -> Vec<Task> {
    vec![
        task("patients", classes(patients, N700), &[16, 32], Relu, (10, 15)),
        task("wave", numbers(wave, (200, 200, 500)), &[16], Tanh, (8, 30)),
        task("digits", classes(inks, N700), &[32], Relu, (32, 10)),
        task("friedman", numbers(friedman, N400), &[64], Relu, (32, 30)),
        task("houses", numbers(houses, N400), &[32], Relu, (32, 30)),
        task("alike", classes(alike, N400), &[], Relu, (16, 30)),
        task("spirals", classes(spirals, N400), &[32, 32], Relu, (16, 30)),
        task("rare", classes(rare, N600), &[32], Relu, (50, 20)),
        task("wrong labels", classes(wrong_labels, N400), &[32], Relu, (4, 10)),
        task("moons", classes(moons, N150), &[16, 16], Relu, (3, 15)),
        task("rings", classes(rings, N400), &[16, 16, 16, 16], Relu, (32, 30)),
        task("falling", numbers(falling, N300), &[16, 16], Tanh, (20, 20)),
        task("skewed", numbers(skewed, N400), &[24], Relu, (40, 40)),
        task("switches", classes(switches, N400), &[96], Relu, (64, 12)),
        // The judged ones.
        task("doses", numbers(doses, N300), &[24, 24], Relu, (16, 25)),
        task("corners", classes(corners, N400), &[32], Tanh, (8, 10)),
        task("hills", numbers(hills, N400), &[32, 32], Relu, (25, 40)),
        task("words", classes(words, (300, 200, 1000)), &[64], Relu, (10, 6)),
        task("series", numbers(series, N400), &[16], Relu, (50, 25)),
        task("boards", classes(boards, N400), &[48, 24], Relu, (20, 20)),
        task("sensors", numbers(sensors, (200, 200, 1000)), &[], Relu, (5, 12)),
        task("spreads", classes(spreads, N600), &[24, 24], Relu, (100, 40)),
    ]
}

fn task(
    name: &'static str,
    data: Data,
    hidden: &'static [usize],
    activation: Activation,
    (batch_size, epochs): (usize, usize),
) -> Task {
    Task {
        name,
        data,
        hidden,
        activation,
        batch_size,
        epochs,
        is_scaled: false,
    }
}
