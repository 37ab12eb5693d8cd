//! One neuron: its loss forward, its gradient backward, piece by piece.

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
    let a = 1.0 / (1.0 + (-z).exp());
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
    cell.value("loss", loss, Format::Decimals(3));
    cell.value("gradient", gradient, Format::Decimals(3));
    // Two weights to compare, whatever the knob says.
    let (near, far) = (0.1, -4.0);
    cell.value("near", near, Format::Decimals(1));
    cell.value("far", far, Format::Decimals(0));
    cell.value("far_loss", forward(far).2, Format::Decimals(4));
    cell.value("far_gradient", gradient_at(far), Format::Significant(2));
    let times_smaller = gradient_at(near) / gradient_at(far);
    cell.value("times_smaller", times_smaller, Format::Significant(2));
    let weights = (-120..=120).map(|i| 0.05 * f64::from(i));
    let losses = weights.clone().map(|w| (w, forward(w).2));
    let gradients = weights.map(|w| (w, gradient_at(w)));
    let axis = || Axis::linear("weight w").range(-6.0..=6.0);
    let left = Panel::new(axis(), Axis::linear("loss L").range(0.0..=1.1))
        .line("", losses, Style::Ink)
        .points("", [(w, loss)], Style::Ink);
    let y = Axis::linear("gradient dL/dw").range(-0.7..=0.1);
    let right = Panel::new(axis(), y)
        .line("", gradients, Style::Ink)
        .points("", [(w, gradient)], Style::Ink);
    let alt = format!(
        "Left, the loss falls from 1 to 0 as the weight grows. Right, its \
         gradient, which is near 0 at both ends. At w = {w:.2} the loss is \
         {loss:.3} and the gradient {gradient:.3}."
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

    #[test]
    fn the_product_of_the_factors_is_the_difference_quotient() {
        for w in [-4.0, -1.5, 0.1, 0.5, 2.0] {
            let outputs = at(run, &[("w", &w)]);
            let quotient = (loss(w + 1e-5, -1.0) - loss(w - 1e-5, -1.0)) / 2e-5;
            assert_relative_eq!(
                outputs["gradient"],
                quotient,
                max_relative = 1e-6
            );
        }
    }

    #[test]
    fn each_factor_is_the_slope_of_its_own_piece() {
        let h = 1e-6;
        let (z, a, _) = forward(0.1);
        let squared = |a: f64| (a - 1.0) * (a - 1.0);
        let sigmoid = |z: f64| (1.0 + (0.5 * z).tanh()) / 2.0;
        let slopes = [
            (squared(a + h) - squared(a - h)) / (2.0 * h),
            (sigmoid(z + h) - sigmoid(z - h)) / (2.0 * h),
            (forward(0.1 + h).0 - forward(0.1 - h).0) / (2.0 * h),
        ];
        for (factor, slope) in backward(a).into_iter().zip(slopes) {
            assert_abs_diff_eq!(factor, slope, epsilon = 1e-8);
        }
    }

    #[test]
    fn the_gradient_of_the_bias_shares_the_first_two_factors() {
        let [loss_by_a, a_by_z, _] = backward(forward(0.1).1);
        let quotient = (loss(0.1, -1.0 + 1e-5) - loss(0.1, -1.0 - 1e-5)) / 2e-5;
        assert_relative_eq!(loss_by_a * a_by_z, quotient, max_relative = 1e-8);
    }

    #[test]
    fn a_large_loss_can_have_a_tiny_gradient() {
        let outputs = at(run, &[("w", &-4)]);
        assert!(outputs["loss"] > 0.99);
        assert!(outputs["gradient"].abs() < 1e-3);
    }
}
