//! Three rules that look for their own rate, from a first guess.

use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::newer::{FOUND, found};

const STEPS: usize = 400;

// ANCHOR: descend
/// How far a descent on ½(w − 1)² has gone from 0, until half of the way is
/// behind it.
fn descend(rule: &str, first_guess: f64) -> Vec<f64> {
    let mut optimizer = found(rule, first_guess);
    let mut weights = array![0.0];
    let mut path = vec![0.0];
    while path.len() <= STEPS && weights[0] < 0.5 {
        let gradient = [weights[0] - 1.0];
        optimizer.step(weights.view_mut(), aview1(&gradient));
        path.push(weights[0]);
    }
    path
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let rule = cell.choice_knob("rule", "DoG", &FOUND)?;
    let first_guess = cell.log_knob("first_guess", 1e-6, 1e-12..=1.0)?;

    let steps = |rule, guess| descend(rule, guess).len() - 1;
    writeln!(cell, "first guess  {}", FOUND.join("  "));
    for guess in [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12] {
        let [a, b, c] = FOUND.map(|rule| steps(rule, guess));
        writeln!(cell, "{guess:11.0e} {a:13} {b:8} {c:4}");
    }
    // ANCHOR_END: descend
    for (name, guess) in [("near", 1e-6), ("far", 1e-12)] {
        let mut of = cell.of(name);
        of.value("guess", guess, Format::Scientific(0));
        of.count("dog", steps("DoG", guess));
        of.count("prodigy", steps("Prodigy", guess));
        of.count("dadaptation", steps("D-Adaptation", guess));
    }
    let path = descend(rule, first_guess);
    let alt = format!(
        "Left, how far {rule} has gone from the start, against the step: from \
         {first_guess:e} it has half of the way behind it at step {}. Right, \
         these steps against the first guess: those of D-Adaptation and \
         Prodigy climb in nearly straight lines, those of DoG bend upwards.",
        path.len() - 1
    );
    let way = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("way gone").range(1e-12..=2.0),
    )
    .line("", by_step(&path).skip(1), Style::Ink);
    cell.chart(alt, [way, count(first_guess)]);
    Ok(())
}

fn count(first_guess: f64) -> Panel {
    let axes = Panel::new(
        Axis::log("first guess").range(1e-12..=1.0),
        Axis::linear("steps").range(0.0..=STEPS as f64),
    )
    .wall("", first_guess);
    let styles = [Style::Orange, Style::Blue, Style::Green];
    FOUND
        .into_iter()
        .zip(styles)
        .fold(axes, |panel, (rule, style)| {
            let steps = (0..=12).map(|power| {
                let guess = libm::exp10(-f64::from(power));
                (guess, (descend(rule, guess).len() - 1) as f64)
            });
            panel.line(rule, steps, style)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array1;
    use notebook::at;
    use training::optim::dadaptation::DAdaptation;
    use training::optim::dog::{Dog, FirstStep};
    use training::optim::optimizer::Optimizer;
    use training::optim::prodigy::Prodigy;

    fn steps(rule: &str, guess: f64) -> f64 {
        (descend(rule, guess).len() - 1) as f64
    }

    /// Red if `("far", 1e-12)` were `("far", 1e-10)`: four powers of ten more.
    #[test]
    fn six_more_powers_of_ten_cost_a_sum_or_three_times_as_much() {
        let outputs = at(run, &[]);
        for rule in ["dog", "prodigy", "dadaptation"] {
            let name = FOUND
                .iter()
                .find(|n| n.to_lowercase().replace('-', "") == rule);
            for (place, guess) in [("near", 1e-6), ("far", 1e-12)] {
                let counted = outputs[&*format!("{place}_{rule}")];
                assert_eq!(counted, steps(name.unwrap(), guess));
            }
        }
        let times = outputs["far_dog"] / outputs["near_dog"];
        assert!((3.0..3.5).contains(&times), "{times}");
        for rule in ["prodigy", "dadaptation"] {
            let more = outputs[&*format!("far_{rule}")]
                - outputs[&*format!("near_{rule}")];
            assert!((28.0..=42.0).contains(&more), "{rule}: {more}");
        }
    }

    /// Red if `found(rule, first_guess)` were
    /// `found("DoG", first_guess)`: DoG's steps grow by more and more.
    #[test]
    fn a_tenth_of_the_guess_costs_d_adaptation_six_or_seven_steps() {
        for power in 3..40 {
            let at = |power: i32| steps("D-Adaptation", 10f64.powi(-power));
            let more = at(power + 1) - at(power);
            assert!((6.0..=7.0).contains(&more), "{power}: {more}");
        }
        // Prodigy's wobble about as many.
        let prodigy = |power: i32| steps("Prodigy", 10f64.powi(-power));
        for power in 2..40 {
            let ten = prodigy(power + 10) - prodigy(power);
            assert!((30.0..=80.0).contains(&ten), "{power}: {ten}");
        }
    }

    /// Without ε, at any gradient and from any guess; the product by itself,
    /// no optimizer.
    ///
    /// Red if `let gone = weights[0].abs();` were
    /// `let gone = 1.01 * weights[0].abs();`: further than it is.
    #[test]
    fn while_the_gradient_stays_dog_s_way_grows_by_one_over_the_root_of_k() {
        for gradient in [1e-3, 7.0, -1e3] {
            for guess in [1e-12, 1e-6, 0.3] {
                let mut dog = Dog::new(FirstStep::Distance(guess));
                dog.epsilon = 0.0;
                let (mut weights, mut product) = (array![0.0], guess);
                for k in 1..=200 {
                    if k > 1 {
                        product *= 1.0 + 1.0 / f64::from(k).sqrt();
                    }
                    dog.step(weights.view_mut(), array![gradient].view());
                    let gone = weights[0].abs();
                    assert!((gone / product - 1.0).abs() < 1e-9, "{k}");
                }
            }
        }
    }

    /// The square of the logarithm: from 1e-20 on the steps over it are between
    /// 0.25 and 0.36, though the guesses differ by eighty powers of ten.
    ///
    /// Red if `FirstStep::Distance(10f64.powi(-power))` were
    /// `FirstStep::Distance(10f64.powi(-20))`: one guess for all.
    #[test]
    fn dog_s_steps_grow_with_the_square_of_the_logarithm() {
        let mut before = 0.0;
        for power in [20, 40, 60, 100] {
            let mut dog = Dog::new(FirstStep::Distance(10f64.powi(-power)));
            dog.epsilon = 0.0;
            let (mut w, mut k) = (array![0.0], 0.0);
            while w[0] < 0.5 && k < 1e5 {
                let g = array![w[0] - 1.0];
                dog.step(w.view_mut(), g.view());
                k += 1.0;
            }
            let logarithm = f64::from(power) * 10f64.ln();
            let ratio = k / logarithm.powi(2);
            assert!((0.25..0.36).contains(&ratio), "{power}: {ratio}");
            assert!(k > before);
            before = k;
        }
    }

    /// From every guess of the output, a hundred times as steep and as flat.
    ///
    /// Red if `curvature * (w[0] - 1.0)` were `w[0] - curvature`: another
    /// minimum.
    #[test]
    fn the_scale_of_the_loss_changes_no_count() {
        for rule in FOUND {
            for curvature in [0.01, 0.3, 1.0, 30.0, 100.0] {
                for guess in [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12] {
                    let mut optimizer = found(rule, guess);
                    let (mut w, mut k) = (array![0.0], 0);
                    while w[0] < 0.5 && k < STEPS {
                        let gradient = array![curvature * (w[0] - 1.0)];
                        optimizer.step(w.view_mut(), gradient.view());
                        k += 1;
                    }
                    assert_eq!(k as f64, steps(rule, guess), "{rule}");
                }
            }
        }
    }

    /// Red if `let guesses = [1.0, 10.0, 100.0]` were
    /// `let guesses = [0.01, 0.1]`: those are outgrown.
    #[test]
    fn from_too_large_a_guess_the_weight_arrives_and_the_estimate_stays() {
        let guesses = [1.0, 10.0, 100.0];
        let step = |optimizer: &mut dyn Optimizer, w: &mut Array1<f64>| {
            let gradient = array![w[0] - 1.0];
            optimizer.step(w.view_mut(), gradient.view());
        };
        for guess in guesses {
            let mut prodigy = Prodigy::new(guess);
            let mut adapted = DAdaptation::new(guess);
            let (mut w, mut v) = (array![0.0], array![0.0]);
            let mut farthest = 0.0f64;
            for _ in 0..400 {
                step(&mut prodigy, &mut w);
                step(&mut adapted, &mut v);
                farthest = farthest.max(w[0].abs().max(v[0].abs()));
            }
            assert!((w[0] - 1.0).abs() < 1e-6, "{guess}: {w}");
            assert!((v[0] - 1.0).abs() < 1e-6, "{guess}: {v}");
            assert!(farthest > 0.99 * guess, "{guess}: {farthest}");
            assert_eq!(prodigy.distance(), guess);
            assert_eq!(adapted.distance(), guess);
        }
    }
}
