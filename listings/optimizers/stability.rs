//! The largest rate that still converges, found by halving an interval.

use ndarray::{aview_mut1, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::optim::momentum::Momentum;
use training::optim::nesterov::Nesterov;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;

// ANCHOR: search
/// Whether a descent from 1 still grows after it has settled.
fn grows(mut step: impl FnMut(f64) -> f64) -> bool {
    let mut w: f64 = 1.0;
    let mut largest = [0.0f64; 3];
    for size in &mut largest {
        for _ in 0..300 {
            w = step(w);
            *size = size.max(w.abs());
        }
    }
    largest[2] > largest[1] || !w.is_finite()
}

/// The rate up to which descent does not grow.
fn largest_rate(grows_at: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 100.0);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if grows_at(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}
// ANCHOR_END: search

/// A step of an optimizer on ½w².
fn on_a_bowl(mut optimizer: impl Optimizer) -> impl FnMut(f64) -> f64 {
    move |w| {
        let mut weights = [w];
        optimizer.step(aview_mut1(&mut weights), aview1(&[w]));
        weights[0]
    }
}

// ANCHOR: adam
/// A step of Adam on ½w², with v held at 1.
fn adam_held(learning_rate: f64, beta_1: f64) -> impl FnMut(f64) -> f64 {
    let mut m = 0.0;
    move |w| {
        m += (1.0 - beta_1) * (w - m);
        w - learning_rate * m
    }
}
// ANCHOR_END: adam

/// The names, the measured bounds, and the formulas.
fn bounds(momentum: f64) -> [(&'static str, f64, f64); 4] {
    let sgd = |rate| grows(on_a_bowl(Sgd::new(rate)));
    let heavy = |rate| grows(on_a_bowl(Momentum::new(rate, momentum)));
    let nesterov = |rate| grows(on_a_bowl(Nesterov::new(rate, momentum)));
    let adam = |rate| grows(adam_held(rate, momentum));
    let measured = [
        largest_rate(sgd),
        largest_rate(heavy),
        largest_rate(nesterov),
        largest_rate(adam),
    ];
    std::array::from_fn(|i| {
        let (name, formula) = FORMULAS[i];
        (name, measured[i], formula(momentum))
    })
}

/// A bound as a function of momentum.
type Formula = fn(f64) -> f64;

/// What each bound is said to be.
const FORMULAS: [(&str, Formula); 4] = [
    ("plain", |_| 2.0),
    ("momentum", |beta| 2.0 * (1.0 + beta)),
    ("Nesterov", |beta| 2.0 * (1.0 + beta) / (1.0 + 2.0 * beta)),
    ("Adam", |beta| 2.0 * (1.0 + beta) / (1.0 - beta)),
];

pub fn run(cell: &mut Cell) -> Result<()> {
    let momentum = cell.knob("momentum", 0.9, 0.0..=0.95)?;

    let bounds = bounds(momentum);
    writeln!(cell, "beta = {momentum}      found    formula");
    for (name, measured, formula) in bounds {
        writeln!(cell, "{name:<9} {measured:12.6} {formula:10.6}");
    }

    cell.value("adam_bound", bounds[3].1, Format::Significant(3));
    let alt = format!(
        "The largest product of rate and curvature against momentum: level at \
         2 for plain descent, rising to 4 for momentum, falling to 4/3 for \
         Nesterov, rising without bound for Adam. The products found at \
         {momentum} lie on the curves: {:.2}, {:.2}, {:.2} and {:.2}.",
        bounds[0].1, bounds[1].1, bounds[2].1, bounds[3].1
    );
    let axes = Panel::new(
        Axis::linear("momentum β").range(0.0..=1.0),
        Axis::log("largest ηλ").range(1.0..=100.0),
    );
    let panel = FORMULAS.iter().fold(axes, |panel, (name, formula)| {
        let style = match *name {
            "plain" => Style::Muted,
            _ => Style::Ink,
        };
        panel.function(*name, formula, style)
    });
    let found = bounds.map(|(_, measured, _)| (momentum, measured));
    cell.chart(
        alt,
        [panel.points("", found, Style::Ink).sets_x("momentum")],
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// The bounds printed at this momentum: found, and by the formula.
    fn printed(momentum: f64) -> [[f64; 2]; 4] {
        let text = at(run, &[("momentum", &momentum)]).text;
        let rows = text.lines().skip(1).map(|row| {
            let numbers = row.split_whitespace().skip(1);
            let numbers: Vec<f64> =
                numbers.map(|x| x.parse().unwrap()).collect();
            numbers.try_into().unwrap()
        });
        rows.collect::<Vec<_>>().try_into().unwrap()
    }

    /// What is found at several momenta agrees with a formula written anew.
    fn agrees(place: usize, formula: impl Fn(f64) -> f64) {
        for momentum in [0.0, 0.2, 0.5, 0.8, 0.9, 0.95] {
            let [found, _] = printed(momentum)[place];
            let expected = formula(momentum);
            assert_relative_eq!(found, expected, epsilon = 1e-6);
        }
    }

    /// In bowls of other curvatures λ it is 1/λ of these bounds, and for Adam
    /// the root of v times that: a little below they come nearer, a little
    /// above they do not.
    ///
    /// Red if `(1.0 + beta) / (1.0 - beta)` were `(1.0 + beta)`: Adam's would
    /// be momentum's.
    #[test]
    fn the_bounds_are_over_the_curvature_and_adam_s_times_the_root_of_v() {
        for (curvature, root_v) in [(0.02, 3.0), (0.5, 0.1), (7.0, 20.0)] {
            for momentum in [0.0, 0.3, 0.9] {
                let grows_at = |place: usize, rate: f64| {
                    let steep = |mut optimizer: Box<dyn Optimizer>| {
                        grows(move |w| {
                            let (mut weights, slope) = ([w], [curvature * w]);
                            let weight = aview_mut1(&mut weights);
                            optimizer.step(weight, aview1(&slope));
                            weights[0]
                        })
                    };
                    let mut m = 0.0;
                    match place {
                        0 => steep(Box::new(Sgd::new(rate))),
                        1 => steep(Box::new(Momentum::new(rate, momentum))),
                        2 => steep(Box::new(Nesterov::new(rate, momentum))),
                        _ => grows(|w| {
                            m += (1.0 - momentum) * (curvature * w - m);
                            w - rate * m / root_v
                        }),
                    }
                };
                for (place, (_, formula)) in FORMULAS.iter().enumerate() {
                    let root_v = if place == 3 { root_v } else { 1.0 };
                    let bound = root_v * formula(momentum) / curvature;
                    assert!(!grows_at(place, 0.99 * bound), "{place}");
                    assert!(grows_at(place, 1.01 * bound), "{place}");
                }
            }
        }
    }

    /// Red if `grows(on_a_bowl(Sgd::new(rate)))` were
    /// `grows(on_a_bowl(Sgd::new(1.1 * rate)))`: longer steps than the rate's.
    #[test]
    fn plain_descent_converges_up_to_two() {
        agrees(0, |_| 2.0);
    }

    /// Red if `Momentum::new(rate, momentum)` were `Momentum::new(rate, 0.0)`:
    /// without momentum the bound is 2.
    #[test]
    fn momentum_converges_up_to_twice_one_plus_beta() {
        agrees(1, |beta| 2.0 + 2.0 * beta);
    }

    /// Red if `Nesterov::new(rate, momentum)` were
    /// `Momentum::new(rate, momentum)`: momentum's bound is higher.
    #[test]
    fn nesterov_converges_up_to_less_than_plain_descent() {
        agrees(2, |beta| (2.0 + 2.0 * beta) / (1.0 + 2.0 * beta));
    }

    /// Red if `on_a_bowl(Nesterov::new(rate, momentum))` were
    /// `on_a_bowl(Nesterov::new(rate, 0.0))`: the bound of plain descent.
    #[test]
    fn with_momentum_nesterov_s_bound_is_the_lowest() {
        for momentum in [0.01, 0.2, 0.5, 0.8, 0.95] {
            let [plain, heavy, nesterov, adam] = printed(momentum);
            let others = [plain, heavy, adam];
            assert!(others.iter().all(|other| nesterov[0] < other[0]));
        }
        assert!(printed(0.0).iter().all(|[found, _]| *found == 2.0));
    }

    /// Red if `(1.0 - beta_1) * (w - m)` were `w - beta_1 * m`: a sum of the
    /// gradients, not their mean.
    #[test]
    fn adam_with_its_second_moment_held_converges_up_to_38() {
        agrees(3, |beta| (2.0 + 2.0 * beta) / (1.0 - beta));
        assert_relative_eq!(at(run, &[])["adam_bound"], 38.0, epsilon = 1e-6);
    }

    /// Red if `2.0 * (1.0 + beta) / (1.0 + 2.0 * beta)` were
    /// `2.0 * (1.0 + beta) / (1.0 + beta)`: not what is found.
    #[test]
    fn the_formulas_shown_are_those_found() {
        for momentum in [0.0, 0.3, 0.7, 0.9, 0.95] {
            for [found, formula] in printed(momentum) {
                assert_relative_eq!(found, formula, epsilon = 1e-6);
            }
        }
    }
}
