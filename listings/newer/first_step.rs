//! What a rate of 0.02 does to the digits' network in one step.

use ndarray::{Array1, Array2};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::calculus::singular::singular_values;
use training::optim::newer::{KNOWN, known};
use training::task::Task;

const RATE: f64 = 0.02;

/// A kernel before training, inputs × outputs, and its first gradient.
struct Kernel {
    weights: Array2<f64>,
    gradient: Array2<f64>,
}

/// Both kernels of the network, with the gradient of the first batch.
fn kernels(seed: u64) -> Result<[Kernel; 2]> {
    let task = Task::digits()?;
    let mut model = (task.model)(seed);
    let images: Vec<usize> = (0..task.batch_size).collect();
    let batch = task.train.select(&images);
    model.backpropagate(batch.x.view(), &batch.labels);
    let (weights, gradient) =
        (model.weights().to_vec(), model.gradient().to_vec());
    let cut = |start: usize, shape: (usize, usize)| -> Result<Kernel> {
        let place = start..start + shape.0 * shape.1;
        let of = |row: &[f64]| {
            Array2::from_shape_vec(shape, row[place.clone()].to_vec())
        };
        Ok(Kernel {
            weights: of(&weights)?,
            gradient: of(&gradient)?,
        })
    };
    let [first, bias, last, _] = model.shapes()[..] else {
        unreachable!("two layers")
    };
    Ok([cut(0, first)?, cut(first.0 * first.1 + bias.1, last)?])
}

// ANCHOR: step
/// The first step of a rule on one kernel.
fn step(rule: &str, rate: f64, kernel: &Kernel) -> Array2<f64> {
    let shape = kernel.weights.dim();
    let before = Array1::from_iter(kernel.weights.iter().copied());
    let gradient = Array1::from_iter(kernel.gradient.iter().copied());
    let mut weights = before.clone();
    known(rule, rate, &[shape]).step(weights.view_mut(), gradient.view());
    let step = weights - before;
    step.into_shape_with_order(shape).expect("as many entries")
}

/// The root of the mean squared entry, and the largest singular value.
fn lengths(step: &Array2<f64>) -> (f64, f64) {
    let mean = step.iter().map(|x| x * x).sum::<f64>() / step.len() as f64;
    (mean.sqrt(), singular_values(step.view())[0])
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let [first, last] = kernels(0)?;
    writeln!(cell, "       root mean square   longest way   stay");
    for rule in KNOWN {
        let step = step(rule, RATE, &first);
        let (rms, longest) = lengths(&step);
        let stay = step.iter().filter(|x| **x == 0.0).count() as f64;
        let stay = stay / step.len() as f64;
        write!(cell, "{rule:<5} {rms:17.5} {longest:13.4}");
        writeln!(cell, " {:5.0}%", 100.0 * stay);
        // ANCHOR_END: step
        let mut of = cell.of(&rule.to_lowercase());
        of.value("rms", rms, Format::Significant(2));
        of.value("longest", longest, Format::Significant(2));
        of.value("stay", stay, Format::Percent(0));
    }
    let way = step("Muon", RATE, &last);
    let ways = singular_values(way.view());
    writeln!(cell, "Muon, output layer: {:.4} …", ways[0]);
    writeln!(
        cell,
        "  the ninth {:.4}, the tenth {:.0e}",
        ways[8], ways[9]
    );
    cell.value("rate", RATE, Format::Exact);
    let of_gradient = singular_values(last.gradient.view());
    let not_zero = of_gradient.iter().filter(|way| **way > 1e-9).count();
    cell.count("rank", not_zero);
    cell.count("units", ways.len());
    let alt = format!(
        "Singular values of the first step at {RATE}, the largest first, of \
         four rules. Left, the first layer: SGD's are lowest and fall, Adam's \
         and Lion's begin highest and fall, Muon's are near the rate for the \
         larger part. Right, the output layer: the tenth of SGD and Muon is \
         zero and not drawn."
    );
    let panels = [panel("first layer", &first), panel("output layer", &last)];
    cell.chart(alt, panels);
    Ok(())
}

fn panel(title: &str, kernel: &Kernel) -> Panel {
    let styles = [Style::Muted, Style::Orange, Style::Blue, Style::Ink];
    let axes = Panel::new(
        Axis::linear("singular value, by size"),
        Axis::log("its size").range(1e-6..=3.0),
    )
    .title(title)
    .level("the rate", RATE);
    KNOWN
        .into_iter()
        .zip(styles)
        .fold(axes, |panel, (rule, style)| {
            let values = singular_values(step(rule, RATE, kernel).view());
            let points = (1..).zip(values).filter(|(_, value)| *value > 1e-9);
            let points = points.map(|(place, value)| (f64::from(place), value));
            panel.path(rule, points, style)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Against the entries themselves: Adam's and Lion's are the rate or
    /// nothing, SGD's the rate times the gradient, and LAMB's length is that
    /// of the weights times the rate. Then at other rates, from other starts,
    /// on both layers.
    ///
    /// Red if `let step = weights - before;` were
    /// `let step = 1.1 * (weights - before);`: a tenth more than the step.
    #[test]
    fn the_same_number_is_four_lengths() {
        let outputs = at(run, &[]);
        let [first, _] = kernels(0).unwrap();
        let gradient = &first.gradient;
        let count = gradient.len() as f64;
        let root = |sum: f64| (sum / count).sqrt();
        let moved = gradient.iter().filter(|g| **g != 0.0).count() as f64;
        let squares = gradient.iter().map(|g| g * g).sum::<f64>();
        let of_weights = first.weights.iter().map(|w| w * w).sum::<f64>();
        for (rule, rms, off) in [
            ("sgd", 0.02 * root(squares), 1e-9),
            ("lion", 0.02 * root(moved), 1e-9),
            // Where a gradient is hardly above ε a step is shorter.
            ("adam", 0.02 * root(moved), 0.01),
            ("lamb", 0.02 * root(of_weights), 1e-9),
        ] {
            let ours = outputs[&*format!("{rule}_rms")];
            assert!((ours / rms - 1.0).abs() < off, "{rule}: {ours} {rms}");
            let stay = outputs[&*format!("{rule}_stay")];
            assert!((stay - (1.0 - moved / count)).abs() < 1e-12, "{rule}");
        }
        // The longest way of the gradient, and of its signs, by power
        // iteration; Adam's is nearly that of the signs.
        let power = |matrix: Array2<f64>| {
            let mut way = Array1::<f64>::ones(matrix.ncols());
            for _ in 0..200 {
                way = matrix.t().dot(&matrix.dot(&way));
                way /= way.dot(&way).sqrt();
            }
            let image = matrix.dot(&way);
            RATE * image.dot(&image).sqrt()
        };
        let sign = |g: &f64| if *g == 0.0 { 0.0 } else { g.signum() };
        for (rule, longest, off) in [
            ("sgd", power(gradient.clone()), 1e-3),
            ("lion", power(gradient.map(sign)), 1e-3),
            ("adam", power(gradient.map(sign)), 0.02),
        ] {
            let ours = outputs[&*format!("{rule}_longest")];
            assert!((ours / longest - 1.0).abs() < off, "{rule}: {ours}");
        }
        // No entry of Muon's can be longer than its longest way.
        let longest = outputs["muon_longest"] / 0.02;
        assert!((0.68..=1.21).contains(&longest));
        assert!(outputs["muon_rms"] < outputs["adam_rms"]);
        for (seed, rate) in [(1, 1e-4), (2, 0.02), (3, 0.7), (4, 3.0)] {
            for kernel in kernels(seed).unwrap() {
                let count = kernel.weights.len() as f64;
                let of = |rule| lengths(&step(rule, rate, &kernel));
                let longest = of("Muon").1 / rate;
                assert!((0.68..=1.21).contains(&longest), "{longest}");
                for rule in ["Adam", "Lion"] {
                    let (rms, longest) = of(rule);
                    assert!(rms <= rate * (1.0 + 1e-9), "{rule}");
                    assert!(longest <= rate * count.sqrt() * (1.0 + 1e-9));
                }
                let squares = |m: &Array2<f64>| m.iter().map(|x| x * x).sum();
                let root = |sum: f64| (sum / count).sqrt();
                let lamb = of("LAMB").0 / root(squares(&kernel.weights));
                let sgd = of("SGD").0 / root(squares(&kernel.gradient));
                assert!((lamb / rate - 1.0).abs() < 1e-9, "{lamb}");
                assert!((sgd / rate - 1.0).abs() < 1e-9, "{sgd}");
            }
        }
    }

    /// From other starts too.
    ///
    /// Red if `known(rule, rate, &[shape])` were
    /// `known("Muon", rate, &[shape])`: all steps would be equally long.
    #[test]
    fn lion_s_step_is_far_longer_in_its_longest_way_than_muon_s_and_sgd_s() {
        for seed in 0..20 {
            let [first, _] = kernels(seed).unwrap();
            let of = |rule| lengths(&step(rule, 0.02, &first));
            let [sgd, adam, lion, muon] =
                ["SGD", "Adam", "Lion", "Muon"].map(of);
            assert!(lion.1 > 30.0 * sgd.1, "{seed}: {lion:?} {sgd:?}");
            assert!(muon.1 < 0.1 * lion.1, "{seed}: {muon:?} {lion:?}");
            assert!(muon.0 < adam.0 && muon.0 > sgd.0);
        }
    }

    /// The entries of a softmax's gradient add up to zero in each row, so ten
    /// columns span at most nine directions; at any start, and in training.
    ///
    /// Red if `cut(first.0 * first.1 + bias.1, last)?` were
    /// `cut(first.0 * first.1, last)?`: other weights.
    #[test]
    fn the_output_layer_s_step_has_nine_directions() {
        for seed in 0..20 {
            let [_, last] = kernels(seed).unwrap();
            for row in last.gradient.rows() {
                assert!(row.sum().abs() < 1e-15);
            }
            for matrix in [&last.gradient, &step("Muon", 0.02, &last)] {
                let ways = singular_values(matrix.view());
                assert!(ways[9] < 1e-12 * ways[0], "{ways:?}");
                assert!(ways[8] > 0.01 * ways[0], "{ways:?}");
            }
        }
        let outputs = at(run, &[]);
        assert_eq!((outputs["rank"], outputs["units"]), (9.0, 10.0));
    }
}
