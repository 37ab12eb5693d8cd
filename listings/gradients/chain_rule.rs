//! One neuron: its loss forward, its gradient backward, piece by piece.

use crate::number::said;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: neuron
const INPUT: f64 = 2.0;
const BIAS: f64 = -1.0;
const TARGET: f64 = 1.0;

pub fn run(cell: &mut Cell) -> Result<()> {
    let w = cell.knob("w", 0.1, -6.0..=6.0)?;

    let (z, a, loss) = forward(w);
    let [loss_by_a, a_by_z, z_by_w] = backward(a);
    let gradient = loss_by_a * a_by_z * z_by_w;
    let h = 6e-6;
    let quotient = (forward(w + h).2 - forward(w - h).2) / (2.0 * h);

    writeln!(cell, "forward    z = wx + b          {z:>9.4}");
    writeln!(cell, "           a = sigmoid(z)      {a:>9.4}");
    writeln!(cell, "           L = (a - t)²        {loss:>9.4}\n");
    writeln!(cell, "backward   dL/da = 2(a - t)    {loss_by_a:>9.4}");
    writeln!(cell, "           da/dz = a(1 - a)    {a_by_z:>9.4}");
    writeln!(cell, "           dz/dw = x           {z_by_w:>9.4}\n");
    writeln!(cell, "product    dL/dw               {gradient:>9.4}");
    writeln!(cell, "quotient   dL/dw               {quotient:>9.4}");

    report(cell, w, loss, gradient);
    Ok(())
}

/// What the neuron computes: z, a and the loss.
fn forward(w: f64) -> (f64, f64, f64) {
    let z = w * INPUT + BIAS;
    let a = 1.0 / (1.0 + libm::exp(-z));
    (z, a, (a - TARGET).powi(2))
}

/// The factors dL/da, da/dz and dz/dw.
fn backward(a: f64) -> [f64; 3] {
    [2.0 * (a - TARGET), a * (1.0 - a), INPUT]
}
// ANCHOR_END: neuron

fn gradient_at(w: f64) -> f64 {
    backward(forward(w).1).iter().product()
}

fn report(cell: &mut Cell, w: f64, loss: f64, gradient: f64) {
    cell.value("gradient", gradient, Format::Decimals(3));
    // Two weights to compare, whatever the knob says.
    let (near, far) = (0.1, -4.0);
    cell.value("near", near, Format::Decimals(1));
    cell.value("far", far, Format::Decimals(0));
    cell.value("far_loss", forward(far).2, Format::Decimals(4));
    cell.value("far_gradient", gradient_at(far), Format::Significant(2));
    let times_smaller = gradient_at(near) / gradient_at(far);
    cell.value("times_smaller", times_smaller, Format::Significant(2));
    let axis = || Axis::linear("weight w").range(-6.0..=6.0);
    let left = Panel::new(axis(), Axis::linear("loss L").range(0.0..=1.1))
        .function("", |w| forward(w).2, Style::Ink)
        .points("", [(w, loss)], Style::Ink)
        .sets_x("w");
    let y = Axis::linear("gradient dL/dw").range(-0.7..=0.1);
    let right = Panel::new(axis(), y)
        .function("", gradient_at, Style::Ink)
        .points("", [(w, gradient)], Style::Ink)
        .sets_x("w");
    let alt = format!(
        "Left, the loss falls from nearly 1 to nearly 0 as the weight grows. \
         Right, its gradient, which is near 0 at both ends. At w = {w:.2} the \
         loss is {} and the gradient {}.",
        said(loss, 3),
        said(gradient, 3)
    );
    cell.chart(alt, [left, right]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    /// Written out anew, so that a slip in the listing is not made twice.
    fn loss(w: f64, bias: f64) -> f64 {
        let z = 2.0 * w + bias;
        (z.exp() / (z.exp() + 1.0) - 1.0).powi(2)
    }

    fn quotient(w: f64) -> f64 {
        (loss(w + 1e-5, -1.0) - loss(w - 1e-5, -1.0)) / 2e-5
    }

    /// Weights over the whole range of the knob.
    fn weights() -> impl Iterator<Item = f64> {
        (-12..=12).map(|halves| f64::from(halves) / 2.0)
    }

    /// Red if `loss_by_a * a_by_z * z_by_w` were `loss_by_a * a_by_z`: the
    /// chain has three links.
    #[test]
    fn the_product_of_the_factors_is_the_difference_quotient() {
        for w in weights() {
            let outputs = at(run, &[("w", &w)]);
            let gradient = outputs["gradient"];
            assert_abs_diff_eq!(gradient, quotient(w), epsilon = 1e-10);
            let printed =
                outputs.text.lines().filter(|row| row.contains("dL/dw"));
            let printed: Vec<f64> = printed
                .map(|row| {
                    row.split_whitespace().last().unwrap().parse().unwrap()
                })
                .collect();
            assert_eq!(printed.len(), 2);
            for number in printed {
                assert_abs_diff_eq!(number, gradient, epsilon = 6e-5);
            }
        }
    }

    /// Red if `a * (1.0 - a)` were `a * (2.0 - a)`: not the slope of the
    /// sigmoid.
    #[test]
    fn each_factor_is_the_slope_of_its_own_piece() {
        let h = 1e-6;
        for w in weights() {
            let (z, a, _) = forward(w);
            let squared = |a: f64| (a - 1.0) * (a - 1.0);
            let sigmoid = |z: f64| (1.0 + (0.5 * z).tanh()) / 2.0;
            let slopes = [
                (squared(a + h) - squared(a - h)) / (2.0 * h),
                (sigmoid(z + h) - sigmoid(z - h)) / (2.0 * h),
                (forward(w + h).0 - forward(w - h).0) / (2.0 * h),
            ];
            for (factor, slope) in backward(a).into_iter().zip(slopes) {
                assert_abs_diff_eq!(factor, slope, epsilon = 1e-8);
            }
        }
    }

    /// Red if `a * (1.0 - a)` were `1.0 - a`: half of the sigmoid's slope left
    /// out.
    #[test]
    fn the_slope_of_the_sigmoid_is_e_to_minus_z_times_a_squared() {
        for w in weights() {
            let (z, a, _) = forward(w);
            let of_the_quotient = (-z).exp() / (1.0 + (-z).exp()).powi(2);
            let second = (-z).exp() / (1.0 + (-z).exp());
            assert_relative_eq!(a, 1.0 / (1.0 + (-z).exp()));
            assert_relative_eq!(1.0 - a, second, max_relative = 1e-9);
            assert_relative_eq!(
                backward(a)[1],
                of_the_quotient,
                max_relative = 1e-9
            );
        }
    }

    /// Red if `2.0 * (a - TARGET)` were `a - TARGET`: the slope of half the
    /// square.
    #[test]
    fn the_gradient_of_the_bias_shares_the_first_two_factors() {
        for w in weights() {
            let [loss_by_a, a_by_z, _] = backward(forward(w).1);
            let quotient = (loss(w, -1.0 + 1e-5) - loss(w, -1.0 - 1e-5)) / 2e-5;
            assert_abs_diff_eq!(loss_by_a * a_by_z, quotient, epsilon = 1e-10);
        }
    }

    /// Red if `(near, far) = (0.1, -4.0)` were `(near, far) = (0.1, -0.4)`: not
    /// yet where the sigmoid is flat.
    #[test]
    fn a_large_loss_can_have_a_tiny_gradient() {
        let outputs = at(run, &[]);
        assert_abs_diff_eq!(
            outputs["far_loss"],
            loss(-4.0, -1.0),
            epsilon = 1e-12
        );
        assert_relative_eq!(
            outputs["far_gradient"],
            quotient(-4.0),
            max_relative = 1e-6
        );
        let times = quotient(0.1) / quotient(-4.0);
        assert_relative_eq!(
            outputs["times_smaller"],
            times,
            max_relative = 1e-6
        );
        assert!(
            outputs["far_loss"] > 0.999 && outputs["far_gradient"].abs() < 1e-3
        );
        // The largest loss that the neuron can have is 1.
        assert!(outputs["times_smaller"] > 1000.0);
    }

    /// Red if `BIAS: f64 = -1.0` were `BIAS: f64 = 11.0`: the sigmoid would be
    /// steep near the left end.
    #[test]
    fn the_gradient_is_near_zero_at_both_ends() {
        for w in [-6.0, 6.0] {
            assert!(at(run, &[("w", &w)])["gradient"].abs() < 1e-4);
        }
        assert!(at(run, &[("w", &0)])["gradient"].abs() > 0.5);
    }
}
