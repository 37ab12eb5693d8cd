//! The data of the bench that are made: each from a seed of its own, as raw as
//! measured data come.

use crate::nn::dataset::Dataset;
use crate::normal::normal;
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::{PI, TAU};

/// So many samples, each drawn by `sample` as inputs and label.
fn draw<const INPUTS: usize, L>(
    seed: u64,
    count: usize,
    sample: impl Fn(&mut ChaCha8Rng) -> ([f64; INPUTS], L),
) -> Dataset<L> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (x, labels): (Vec<_>, Vec<_>) =
        (0..count).map(|_| sample(&mut rng)).unzip();
    let x = Array2::from_shape_fn((count, INPUTS), |(i, j)| x[i][j]);
    Dataset { x, labels }
}

fn normals<const N: usize>(rng: &mut ChaCha8Rng) -> [f64; N] {
    std::array::from_fn(|_| normal(rng))
}

/// Houses: rooms, area in square feet, age in years, distance in metres, a
/// share, a grade; and the price, in the hundred thousands.
pub fn houses(count: usize) -> Dataset<f64> {
    draw(11, count, |rng| {
        let [size, age, far, share, grade, luck] = normals(rng);
        let worth = 1.0 + 0.5 * size - 0.2 * age - 0.3 * libm::tanh(far)
            + 0.3 * grade * size
            + 0.2 * share * share;
        let x = [
            6.0 + 1.5 * size,
            2000.0 + 600.0 * (0.9 * size + 0.4 * share),
            40.0 + 15.0 * age,
            8000.0 + 3000.0 * far,
            0.2 + 0.05 * share,
            grade,
        ];
        (x, 3e5 + 1e5 * (worth + 0.3 * luck))
    })
}

/// Two spirals, in millimetres, one label in twenty wrong.
pub fn spirals(count: usize) -> Dataset {
    draw(12, count, |rng| {
        let spiral = rng.random_range(0..2);
        let part: f64 = rng.random_range(0.2..1.0);
        let angle = TAU * part + PI * spiral as f64;
        let [a, b] = normals(rng);
        let at = |turned: f64, off: f64| 50.0 * (part * turned + 0.04 * off);
        let x = [at(libm::cos(angle), a), at(libm::sin(angle), b)];
        let wrong = rng.random::<f64>() < 0.05;
        (x, if wrong { 1 - spiral } else { spiral })
    })
}

/// Ten measurements of three kinds; every fifth label is any of the three.
pub fn wrong_labels(count: usize) -> Dataset {
    draw(13, count, |rng| {
        let kind = rng.random_range(0..3);
        let mut x: [f64; 10] = normals(rng);
        for (place, x) in x.iter_mut().enumerate() {
            *x += if place % 3 == kind { 0.9 } else { 0.0 };
        }
        let any = rng.random_range(0..3);
        let label = if rng.random::<f64>() < 0.2 { any } else { kind };
        (x, label)
    })
}

/// In which of three rings around the middle of five dimensions a point lies.
pub fn rings(count: usize) -> Dataset {
    draw(14, count, |rng| {
        let x: [f64; 5] = normals(rng);
        let squares: f64 = x.iter().map(|x| x * x).sum();
        let label = usize::from(squares > 3.0) + usize::from(squares > 6.0);
        (x.map(|x| 20.0 + 4.0 * x), label)
    })
}

/// A wave of two frequencies, a few thousandths high, measured with noise.
pub fn wave(count: usize) -> Dataset<f64> {
    draw(15, count, |rng| {
        let x: f64 = rng.random_range(0.0..10.0);
        let noise = 0.2 * normal(rng);
        let height = libm::sin(x) + 0.5 * libm::sin(2.3 * x);
        ([x], 0.003 * (height + noise))
    })
}

/// Friedman's first function of ten numbers, five of which do not matter
/// (J. H. Friedman, Multivariate adaptive regression splines, 1991).
pub fn friedman(count: usize) -> Dataset<f64> {
    draw(16, count, |rng| {
        let x: [f64; 10] = std::array::from_fn(|_| rng.random());
        let y = 10.0 * libm::sin(PI * x[0] * x[1])
            + 20.0 * (x[2] - 0.5).powi(2)
            + 10.0 * x[3]
            + 5.0 * x[4];
        (x, y + normal(rng))
    })
}

/// Eight inputs that nearly say the same, and a yes or no that hangs on their
/// small differences.
pub fn alike(count: usize) -> Dataset {
    draw(17, count, |rng| {
        let common = 3.0 * normal(rng);
        let own: [f64; 8] = normals(rng);
        let score: f64 = own
            .iter()
            .zip([1.0, -1.0].iter().cycle())
            .map(|(own, sign)| own * sign)
            .sum();
        let yes = rng.random::<f64>() < 1.0 / (1.0 + libm::exp(-2.0 * score));
        (
            own.map(|own| 100.0 + 10.0 * (common + own)),
            usize::from(yes),
        )
    })
}

/// Six measurements, and the one case in twelve that is rare.
pub fn rare(count: usize) -> Dataset {
    draw(18, count, |rng| {
        let label = usize::from(rng.random::<f64>() < 1.0 / 12.0);
        let x: [f64; 6] = normals(rng);
        let shift = 1.2 * label as f64;
        (x.map(|x| 0.01 * (x * (1.0 + 0.3 * shift) + shift)), label)
    })
}

/// Two half moons, one label in twenty wrong.
pub fn moons(count: usize) -> Dataset {
    draw(19, count, |rng| {
        let moon = rng.random_range(0..2);
        let angle = PI * rng.random::<f64>();
        let [a, b] = normals(rng).map(|noise: f64| 0.15 * noise);
        let (x, y) = (libm::cos(angle), libm::sin(angle));
        let at = match moon {
            0 => [x + a, y + b],
            _ => [1.0 - x + a, 0.5 - y + b],
        };
        let wrong = rng.random::<f64>() < 0.05;
        (at, if wrong { 1 - moon } else { moon })
    })
}

/// The path of a falling body with drag: time and mass in, metres out; hardly
/// any noise.
pub fn falling(count: usize) -> Dataset<f64> {
    draw(20, count, |rng| {
        let time: f64 = rng.random_range(0.0..30.0);
        let mass: f64 = rng.random_range(20.0..120.0);
        let limit = 3.0 * mass.sqrt();
        let fallen =
            limit * limit / 9.81 * libm::log(libm::cosh(9.81 * time / limit));
        ([time, mass], fallen + 10.0 * normal(rng))
    })
}

/// Twenty switches and four kinds of answer, by the first three; one label in
/// ten is any of the four.
pub fn switches(count: usize) -> Dataset {
    draw(21, count, |rng| {
        let x: [f64; 20] =
            std::array::from_fn(|_| f64::from(rng.random_range(0..2u8)));
        let kind = usize::from(x[0] != x[1]) + 2 * usize::from(x[1] != x[2]);
        let any = rng.random_range(0..4);
        let label = if rng.random::<f64>() < 0.1 { any } else { kind };
        (x, label)
    })
}

/// Six numbers and a product of some of them, often small and seldom huge.
pub fn skewed(count: usize) -> Dataset<f64> {
    draw(22, count, |rng| {
        let x: [f64; 6] = normals(rng);
        let power = 0.6 * x[0] + 0.4 * x[1] - 0.3 * x[2];
        let y = libm::exp(power) + 0.2 * normal(rng);
        (x.map(|x| 5e-3 * x), 5000.0 * y)
    })
}

/// A patient's dose response: three readings of very different size, and an
/// effect between 0 and 100.
pub fn doses(count: usize) -> Dataset<f64> {
    draw(31, count, |rng| {
        let [dose, weight, age] = normals(rng);
        let push = 1.5 * dose - 0.7 * weight + 0.4 * age * dose;
        let effect = 100.0 / (1.0 + libm::exp(-push));
        let x = [libm::exp(dose), 70.0 + 12.0 * weight, 45.0 + 15.0 * age];
        (x, effect + 5.0 * normal(rng))
    })
}

/// Which of four corners of a square is nearest, seen through fifteen noisy
/// mixtures of the place; one label in ten is any of the four.
pub fn corners(count: usize) -> Dataset {
    draw(32, count, |rng| {
        let [a, b] = normals(rng);
        let noise: [f64; 15] = normals(rng);
        let mixed: [f64; 15] = std::array::from_fn(|i| {
            let turn = i as f64;
            50.0 * (a * libm::cos(turn) + b * libm::sin(turn) + 0.3 * noise[i])
        });
        let kind = usize::from(a > 0.0) + 2 * usize::from(b > 0.0);
        let any = rng.random_range(0..4);
        let wrong = rng.random::<f64>() < 0.1;
        let label: usize = if wrong { any } else { kind };
        (mixed, label)
    })
}

/// A surface of two hills over a plane in kilometres, measured with noise.
pub fn hills(count: usize) -> Dataset<f64> {
    draw(33, count, |rng| {
        let at: [f64; 2] = std::array::from_fn(|_| rng.random_range(0.0..8.0));
        let hill = |x: f64, y: f64, width: f64| {
            let squares = (at[0] - x).powi(2) + (at[1] - y).powi(2);
            libm::exp(-squares / width)
        };
        let height = 900.0 * hill(2.0, 3.0, 3.0) + 600.0 * hill(6.0, 5.0, 5.0);
        (at, 200.0 + height + 60.0 * normal(rng))
    })
}

/// Thirty counts of words, and whether a text is about one thing or another;
/// most words tell nothing.
pub fn words(count: usize) -> Dataset {
    draw(34, count, |rng| {
        let label = rng.random_range(0..2);
        let x: [f64; 30] = std::array::from_fn(|word| {
            let tells = word % 6 == 0 && (word / 6) % 2 == label;
            let mean = if tells { 1.6 } else { 0.7 };
            let mut left = libm::exp(-mean);
            let (mut term, mut times, draw) = (left, 0.0, rng.random::<f64>());
            while left < draw && times < 20.0 {
                times += 1.0;
                term *= mean / times;
                left += term;
            }
            times
        });
        (x, label)
    })
}

/// The next value of a series from its last eight, a noisy swing with a trend.
pub fn series(count: usize) -> Dataset<f64> {
    draw(35, count, |rng| {
        let phase = rng.random_range(0.0..TAU);
        let speed = rng.random_range(0.3..0.9);
        let trend = 0.1 * normal(rng);
        let mut value = |step: f64| {
            let swing = libm::sin(phase + speed * step) + trend * step;
            1000.0 + 20.0 * (swing + 0.1 * normal(rng))
        };
        let x: [f64; 8] = std::array::from_fn(|step| value(step as f64));
        (x, value(8.0))
    })
}

/// A board of three by three squares, how much stands on each, and which row
/// holds most.
pub fn boards(count: usize) -> Dataset {
    draw(36, count, |rng| {
        let x: [f64; 9] =
            std::array::from_fn(|_| rng.random_range(0.0..1000.0));
        let row = |row: usize| x[3 * row..3 * row + 3].iter().sum::<f64>();
        let first = if row(1) > row(0) { 1 } else { 0 };
        let most = if row(2) > row(first) { 2 } else { first };
        let any = rng.random_range(0..3);
        (x, if rng.random::<f64>() < 0.1 { any } else { most })
    })
}

/// Sixteen sensors with errors of their own, and what they all measure.
pub fn sensors(count: usize) -> Dataset<f64> {
    draw(37, count, |rng| {
        let truth: f64 = normal(rng);
        let noise: [f64; 16] = normals(rng);
        let x: [f64; 16] = std::array::from_fn(|i| {
            let error = 0.3 + 0.1 * i as f64;
            1e-4 * (libm::tanh(truth) + error * noise[i]) * (1.0 + i as f64)
        });
        (x, 1e-2 * truth)
    })
}

/// Two groups that differ in the spread of their four numbers, not in the mean.
pub fn spreads(count: usize) -> Dataset {
    draw(38, count, |rng| {
        let label = rng.random_range(0..2);
        let x: [f64; 4] = normals(rng);
        (x.map(|x| 7.0 + x * (0.6 + 0.9 * label as f64)), label)
    })
}
