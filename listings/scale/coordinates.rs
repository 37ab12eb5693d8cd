//! The coordinate check: how far Adam's first step moves the sums of each
//! layer, against the width.

use ndarray::{Array2, Axis as Side, Slice};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::growth::mup::{LayerwiseAdam, Scaling, kernels, model};
use training::growth::widths::{WIDTHS, half};
use training::nn::product::add_product;

const RATE: f64 = 0.001;
const SEEDS: u64 = 8;

// ANCHOR: check
/// The inputs h of the hidden and of the output layer, and what the first step
/// adds to their sums by its change of their own kernels, h · ΔW.
fn step(
    (width, scaling): (usize, Scaling),
    images: usize,
    seed: u64,
) -> Result<Vec<(Array2<f64>, Array2<f64>)>> {
    let data = half()?.select(&Vec::from_iter(0..images));
    let mut model = model(width, scaling, seed);
    model.compile(LayerwiseAdam::new(RATE, width, scaling));
    let inputs =
        [0, 1].map(|layer| model.activations(layer, data.x.view()).to_owned());
    let before = model.weights().to_owned();
    model.train_on_batch(data.x.view(), &data.labels)?;
    let change = &model.weights() - &before;
    let mut layers = Vec::new();
    for (h, (start, end)) in inputs.into_iter().zip(&kernels(width)[1..]) {
        let change = change.slice_axis(Side(0), Slice::from(*start..*end));
        let units = change.len() / width;
        let change = change.into_shape_with_order((width, units))?;
        let mut added = Array2::zeros((images, units));
        add_product(h.view(), change, added.view_mut());
        layers.push((h, added));
    }
    Ok(layers)
}
// ANCHOR_END: check

fn root_mean_square(sums: &Array2<f64>) -> f64 {
    let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
    (squares / sums.len() as f64).sqrt()
}

/// How far the sums of both layers move, the mean over seeds.
fn moved(width: usize, scaling: Scaling, seeds: u64) -> Result<[f64; 2]> {
    let mut means = [0.0; 2];
    for seed in seeds..seeds + SEEDS {
        let layers = step((width, scaling), 16, seed)?;
        for (mean, (_, added)) in means.iter_mut().zip(&layers) {
            *mean += root_mean_square(added) / SEEDS as f64;
        }
    }
    Ok(means)
}

/// The power of the width with which the widest differs from the narrowest.
fn exponent(moved: &[f64]) -> f64 {
    let last = moved.len() - 1;
    let widths = WIDTHS[last] as f64 / WIDTHS[0] as f64;
    libm::log(moved[last] / moved[0]) / libm::log(widths)
}

/// One image: the rate times the sum of the hidden layer's inputs, and the
/// farthest that one of its sums moves.
fn single(width: usize) -> Result<(f64, f64)> {
    let (h, added) = step((width, Scaling::Usual), 1, 0)?.swap_remove(0);
    let farthest = added.iter().fold(0.0, |far: f64, sum| far.max(sum.abs()));
    Ok((RATE * h.sum(), farthest))
}

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(
        cell,
        "       one image           16 images, as usual       muP"
    );
    writeln!(
        cell,
        "width  rate·sum(h)  moved     hidden    output    hidden    output"
    );
    let mut columns = [(); 4].map(|()| Vec::new());
    for width in WIDTHS {
        let (expected, farthest) = single(width)?;
        write!(cell, "{width:5} {expected:12.5} {farthest:8.5}");
        let usual = moved(width, Scaling::Usual, 0)?;
        let mup = moved(width, Scaling::Mup, 0)?;
        for (column, moved) in columns.iter_mut().zip([usual, mup].concat()) {
            write!(cell, " {moved:9.5}");
            column.push(moved);
        }
        writeln!(cell);
    }
    let exponents = columns.each_ref().map(|column| exponent(column));
    write!(cell, "exponent of the width     ");
    for exponent in exponents {
        write!(cell, " {exponent:9.2}");
    }
    writeln!(cell);
    let names = ["hidden", "output", "mup_hidden", "mup_output"];
    for (name, exponent) in names.into_iter().zip(exponents) {
        cell.value(name, exponent, Format::Decimals(2));
    }
    cell.value("rate", RATE, Format::Exact);
    let alt = format!(
        "How far the sums of a layer move in the first step, against the \
         width, both axes logarithmic. As usual both layers' lines rise, with \
         the powers {:.2} and {:.2} of the width; in μP they are about level.",
        exponents[0], exponents[1]
    );
    let [hidden, output, mup_hidden, mup_output] = columns.map(|column| {
        let widths = WIDTHS.map(|width| width as f64);
        Vec::from_iter(widths.into_iter().zip(column))
    });
    let axes = |title: &str| {
        Panel::new(
            Axis::log("width n").range(14.0..=300.0),
            Axis::log("root mean square of h · ΔW").range(1e-3..=0.2),
        )
        .title(title)
    };
    let hidden = axes("hidden layer").path("usual", hidden, Style::Ink).path(
        "μP",
        mup_hidden,
        Style::Muted,
    );
    let output = axes("output layer").path("usual", output, Style::Ink).path(
        "μP",
        mup_output,
        Style::Muted,
    );
    cell.chart(alt, [hidden, output]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// At every width and for other seeds too. A dead unit's sum stays.
    ///
    /// Red if `Vec::from_iter(0..images)` were
    /// `Vec::from_iter(0..images + 1)`: two images.
    #[test]
    fn one_image_moves_a_sum_by_the_rate_times_the_sum_of_its_inputs() {
        for width in WIDTHS {
            for seed in 0..6 {
                let layers = step((width, Scaling::Usual), 1, seed).unwrap();
                let data = half().unwrap().select(&[0]);
                let mut model = model(width, Scaling::Usual, seed);
                model.backpropagate(data.x.view(), &data.labels);
                let kernels = kernels(width);
                for ((h, added), (_, end)) in layers.iter().zip(&kernels[1..]) {
                    let expected = RATE * h.sum();
                    // A bias has its sum's gradient.
                    let gradient = model.gradient();
                    let gradient = gradient.iter().skip(*end);
                    let mut full = 0;
                    for (sum, g) in added.iter().zip(gradient) {
                        let ratio = sum.abs() / expected;
                        assert!(ratio < 1.000_001, "{ratio}");
                        match ratio > 0.99 {
                            true => full += 1,
                            false => assert!(g.abs() < 1e-3, "{ratio}: {g}"),
                        }
                    }
                    assert!(full > 0);
                }
            }
            let (expected, farthest) = single(width).unwrap();
            assert_relative_eq!(expected, farthest, max_relative = 1e-3);
            let inputs = &step((width, Scaling::Usual), 1, 0).unwrap()[0].0;
            assert_relative_eq!(expected, RATE * inputs.sum());
        }
    }

    /// With the seeds of the page, and with others.
    ///
    /// Red if `0.0; 2];` were `0.1; 2];`: a part that does not grow.
    #[test]
    fn as_usual_the_first_step_grows_with_the_width_and_in_mup_it_does_not() {
        for seeds in [0, 100, 200] {
            let exponents = |scaling| {
                let all = WIDTHS.map(|n| moved(n, scaling, seeds).unwrap());
                [0, 1].map(|layer| exponent(&all.map(|both| both[layer])))
            };
            for exponent in exponents(Scaling::Usual) {
                assert!((0.8..1.2).contains(&exponent), "{exponent}");
            }
            for exponent in exponents(Scaling::Mup) {
                assert!((-0.2..0.2).contains(&exponent), "{exponent}");
            }
        }
        let outputs = at(run, &[]);
        let shown = ["hidden", "mup_hidden", "output", "mup_output"];
        let shown = shown.map(|name| outputs[name]);
        assert!(shown[0] > 0.9 && shown[2] > 0.9);
        assert!(shown[1].abs() < 0.1 && shown[3].abs() < 0.1);
    }
}
