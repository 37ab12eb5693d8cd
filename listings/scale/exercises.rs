//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};

// ANCHOR: answers
/// a and b of the steps a + b/B, from those at two batch sizes.
fn through(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    let b = (one.1 - other.1) / (1.0 / one.0 - 1.0 / other.0);
    (one.1 - b / one.0, b)
}

/// About the best constant rate in the noisy bowl, all its numbers 1.
fn best_rate(steps: f64) -> f64 {
    libm::log(4.0 * steps) / (2.0 * steps)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: 600 steps at batches of 32, 350 at 64.
    let (a, b) = through((32.0, 600.0), (64.0, 350.0));
    cell.count("a", a);
    cell.count("b", b);
    cell.count("corner", b / a);
    cell.value("larger", a + b / 256.0, Format::Decimals(1));

    // 2: a hundred times as long.
    let (short, long) = (best_rate(100.0), best_rate(10_000.0));
    cell.value("short", short, Format::Significant(2));
    cell.value("long", long, Format::Significant(2));
    cell.value("lower", short / long, Format::Significant(2));

    // 3: AdamW with PyTorch's defaults, for ten thousand steps.
    let (rate, decay) = (0.001, 0.01);
    cell.count("memory", 1.0 / (rate * decay));
    let left = libm::pow(1.0 - rate * decay, 10_000.0);
    cell.value("left", left, Format::Percent(0));
    cell.value("decay", decay / 10.0, Format::Exact);

    // 4: from width 64 to 1024.
    cell.value("kernel_rate", 0.01 / (1024.0 / 64.0), Format::Exact);
    Ok(())
}
// ANCHOR_END: answers

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Red if `one.1 - b / one.0, b` were `other.1 - b / one.0, b`: a point of
    /// each.
    #[test]
    fn two_batch_sizes_tell_the_corner() {
        let outputs = at(run, &[]);
        let steps = |size: f64| outputs["a"] + outputs["b"] / size;
        assert_relative_eq!(steps(32.0), 600.0);
        assert_relative_eq!(steps(64.0), 350.0);
        assert_eq!(outputs["larger"], steps(256.0));
        // At the corner half of the steps are the constant.
        assert_relative_eq!(steps(outputs["corner"]), 2.0 * outputs["a"]);
    }

    /// Where the derivative of ½e^(−2ηT) + η/4 is 0.
    ///
    /// Red if `(2.0 * steps)` were `steps`: twice the rate.
    #[test]
    fn a_hundred_times_the_length_wants_less_than_a_fiftieth_of_the_rate() {
        for steps in [100.0, 10_000.0] {
            let rate = best_rate(steps);
            let slope = -steps * (-2.0 * rate * steps).exp() + 0.25;
            assert!(slope.abs() < 1e-9, "{slope}");
        }
        let outputs = at(run, &[]);
        assert_eq!(outputs["lower"], outputs["short"] / outputs["long"]);
        assert!((50.0..60.0).contains(&outputs["lower"]));
    }

    /// Red if `1.0 - rate * decay` were `1.0 - decay`: decay without the rate.
    #[test]
    fn ten_thousand_steps_of_the_defaults_forget_a_tenth() {
        let outputs = at(run, &[]);
        let left = (0..10_000).fold(1.0, |w, _| w - 0.001 * 0.01 * w);
        assert_relative_eq!(outputs["left"], left, max_relative = 1e-9);
        assert!((left - 0.9).abs() < 0.01);
        assert_relative_eq!(outputs["memory"], 1e5);
        assert_relative_eq!(10.0 * outputs["decay"], 0.01);
    }

    /// Red if `1024.0 / 64.0` were `1024.0 / 16.0`: another base.
    #[test]
    fn at_sixteen_times_the_width_kernels_have_a_sixteenth_of_the_rate() {
        use training::growth::mup::{Place, Scaling};
        let rate = at(run, &[])["kernel_rate"];
        for place in [Place::Hidden, Place::Output] {
            assert_eq!(rate, 0.01 * Scaling::Mup.rate(place, 16.0));
        }
        assert_eq!(Scaling::Mup.rate(Place::Input, 16.0), 1.0);
    }
}
