//! Two weights whose product should be one: where descent lands in the valley.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

const START: (f64, f64) = (3.0, 0.1);

// ANCHOR: descent
fn loss(a: f64, b: f64) -> f64 {
    0.5 * (a * b - 1.0) * (a * b - 1.0)
}

/// Both new weights from the old ones.
fn step(learning_rate: f64, (a, b): (f64, f64)) -> (f64, f64) {
    let error = a * b - 1.0;
    (a - learning_rate * error * b, b - learning_rate * error * a)
}

/// At the bottom of the valley, ab = 1, the curvature across it.
fn sharpness(a: f64, b: f64) -> f64 {
    a * a + b * b
}

/// The weights after many steps.
fn end(learning_rate: f64) -> (f64, f64) {
    (0..400).fold(START, |weights, _| step(learning_rate, weights))
}
// ANCHOR_END: descent

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.25, 0.05..=0.42)?;
    let steps = cell.count_knob("steps", 40, 0..=40)?;

    let mut path = vec![START];
    for k in 0..steps {
        path.push(step(learning_rate, path[k]));
    }
    writeln!(cell, "step      a      b    loss  a^2+b^2");
    for (k, (a, b)) in path.iter().enumerate() {
        if k > 10 && k < steps {
            continue;
        }
        let (loss, sharpness) = (loss(*a, *b), sharpness(*a, *b));
        writeln!(cell, "{k:4} {a:6.3} {b:6.3} {loss:7.4} {sharpness:8.3}");
    }

    report(cell, learning_rate, path);
    Ok(())
}

fn report(cell: &mut Cell, learning_rate: f64, path: Vec<(f64, f64)>) {
    let (a, b) = START;
    let ended = end(learning_rate);
    let ended = sharpness(ended.0, ended.1);
    let highest = path.iter().map(|(a, b)| loss(*a, *b)).fold(0.0, f64::max);
    cell.value("a", a, Format::Exact);
    cell.value("b", b, Format::Exact);
    cell.value("start_sharpness", sharpness(a, b), Format::Decimals(2));
    cell.value("limit", 2.0 / sharpness(a, b), Format::Decimals(3));
    cell.value("twice_limit", 4.0 / sharpness(a, b), Format::Decimals(3));
    cell.value("start_loss", loss(a, b), Format::Decimals(3));
    cell.value("highest_loss", highest, Format::Decimals(3));
    cell.value("end_sharpness", ended, Format::Decimals(2));
    cell.value("ceiling", 2.0 / learning_rate, Format::Decimals(2));
    cell.value("slow_sharpness", slow_sharpness(), Format::Decimals(2));
    let alt = format!(
        "Left, contours of the loss over a and b, and the path of descent at \
         the rate {learning_rate} from ({a}, {b}). Right, the sharpness where \
         descent ends, against the rate: {:.2} for small rates, {ended:.2} at \
         this one, always below 2/η.",
        slow_sharpness()
    );
    cell.chart(alt, [map(path), ends(learning_rate, ended)]);
}

/// The sharpness at which infinitely small steps would end: they keep a² − b²,
/// and at ab = 1 it is (a² + b²)² = (a² − b²)² + 4.
fn slow_sharpness() -> f64 {
    let (a, b) = START;
    let imbalance = a * a - b * b;
    (imbalance * imbalance + 4.0).sqrt()
}

fn map(path: Vec<(f64, f64)>) -> Panel {
    let along = (45..=340).map(|i| f64::from(i) / 100.0);
    let valley = along.map(|a| (a, 1.0 / a));
    Panel::new(
        Axis::linear("weight a").range(0.0..=3.4),
        Axis::linear("weight b").range(-0.8..=2.2),
    )
    .contours(loss, [0.02, 0.125, 0.4, 1.2, 2.4, 4.0])
    .line("", valley, Style::Green)
    .note("ab = 1", (0.55, 1.0 / 0.55))
    .path("", path, Style::Ink)
}

fn ends(learning_rate: f64, ended: f64) -> Panel {
    let rates = (2..=84).map(|i| f64::from(i) / 200.0);
    let ends = rates.clone().map(|rate| {
        let (a, b) = end(rate);
        (rate, sharpness(a, b))
    });
    Panel::new(
        Axis::linear("learning rate η").range(0.0..=0.45),
        Axis::linear("sharpness at the end").range(0.0..=12.0),
    )
    .line("2/η", rates.map(|rate| (rate, 2.0 / rate)), Style::Muted)
    .line("ended at", ends, Style::Ink)
    .points("", [(learning_rate, ended)], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn rates() -> impl Iterator<Item = f64> {
        (1..=42).map(|i| f64::from(i) / 100.0)
    }

    fn ended(rate: f64) -> f64 {
        let (a, b) = end(rate);
        sharpness(a, b)
    }

    #[test]
    fn the_step_is_down_the_gradient() {
        let h = 1e-5;
        for (a, b) in [START, (1.2, -0.4), (0.3, 2.0)] {
            let g_a = (loss(a + h, b) - loss(a - h, b)) / (2.0 * h);
            let g_b = (loss(a, b + h) - loss(a, b - h)) / (2.0 * h);
            let new = step(0.3, (a, b));
            assert_relative_eq!(new.0, a - 0.3 * g_a, max_relative = 1e-8);
            assert_relative_eq!(new.1, b - 0.3 * g_b, max_relative = 1e-8);
        }
    }

    #[test]
    fn across_the_valley_the_curvature_is_the_sum_of_squares() {
        let h = 1e-4;
        for a in [0.5f64, 1.0, 2.0, 3.0] {
            let b = 1.0 / a;
            // Across the valley the error grows fastest: along (b, a).
            let length = a.hypot(b);
            let along = |t: f64| loss(a + t * b / length, b + t * a / length);
            let bend = (along(h) - 2.0 * along(0.0) + along(-h)) / (h * h);
            assert_relative_eq!(bend, sharpness(a, b), max_relative = 1e-5);
        }
    }

    #[test]
    fn every_rate_up_to_0_42_ends_in_the_valley_below_two_over_eta() {
        for rate in rates() {
            let (a, b) = end(rate);
            assert!(loss(a, b) < 1e-20, "at {rate}");
            assert!(sharpness(a, b) < 2.0 / rate, "at {rate}");
        }
        assert!(!ended(0.45).is_finite());
    }

    /// Where η times the error passes 1 in size, the imbalance turns over.
    #[test]
    fn up_to_0_34_every_step_shrinks_the_imbalance() {
        let every_step_shrinks = |rate: f64| {
            let mut weights = START;
            (0..400).all(|_| {
                let (a, b) = weights;
                let is_on_the_floor = (a * b - 1.0).abs() < 1e-4;
                weights = step(rate, weights);
                let shrunk = (weights.0 * weights.0 - weights.1 * weights.1)
                    / (a * a - b * b);
                is_on_the_floor || (0.0 < shrunk && shrunk < 1.0)
            })
        };
        assert!(rates().take(34).all(every_step_shrinks));
        assert!(!every_step_shrinks(0.36));
    }

    #[test]
    fn every_rate_ends_flatter_than_infinitely_small_steps() {
        assert!(rates().all(|rate| ended(rate) < slow_sharpness()));
        let slow = |weights, _| step(0.001, weights);
        let (a, b) = (0..5000).fold(START, slow);
        let expected = slow_sharpness();
        assert_relative_eq!(sharpness(a, b), expected, max_relative = 1e-3);
    }

    #[test]
    fn up_to_0_34_a_larger_rate_ends_flatter_beyond_not_always() {
        let ends: Vec<f64> = rates().map(ended).collect();
        assert!(ends[..34].windows(2).all(|pair| pair[1] < pair[0]));
        assert!(ends[38] > ends[33]);
    }

    #[test]
    fn a_step_multiplies_the_imbalance_by_one_less_eta_error_squared() {
        for rate in [0.05, 0.25, 0.4] {
            let mut weights = START;
            for _ in 0..10 {
                let (a, b) = weights;
                let shrink = rate * (a * b - 1.0);
                weights = step(rate, weights);
                let imbalance = weights.0 * weights.0 - weights.1 * weights.1;
                let expected = (a * a - b * b) * (1.0 - shrink * shrink);
                assert_relative_eq!(
                    imbalance,
                    expected,
                    max_relative = 1e-9,
                    epsilon = 1e-9
                );
            }
        }
    }

    #[test]
    fn above_two_over_the_sharpness_the_loss_first_rises() {
        let limit = 2.0 / sharpness(START.0, START.1);
        let highest = |rate| {
            let mut weights = START;
            (0..100).fold(0.0, |highest: f64, _| {
                weights = step(rate, weights);
                highest.max(loss(weights.0, weights.1))
            })
        };
        let start = loss(START.0, START.1);
        assert!(highest(0.9 * limit) < start);
        assert!(highest(0.25) > 2.0 * start);
    }
}
