//! Two weights whose product should be one: where descent lands in the valley.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

const START: (f64, f64) = (3.0, 0.1);
/// The highest rate tried, and one at which a step turns the imbalance over.
const HIGHEST: f64 = 0.42;
const TURNING: f64 = 0.39;

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

/// The start, and the weights after each of so many steps.
fn thrown(
    learning_rate: f64,
    steps: usize,
) -> impl Iterator<Item = (f64, f64)> {
    let next = move |weights: &(f64, f64)| Some(step(learning_rate, *weights));
    std::iter::successors(Some(START), next).take(steps + 1)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.25, 0.05..=HIGHEST)?;
    let steps = cell.count_knob("steps", 40, 0..=40)?;

    let path: Vec<_> = thrown(learning_rate, steps).collect();
    writeln!(cell, "step      a      b    loss  a^2+b^2  a^2-b^2");
    for (k, (a, b)) in path.iter().enumerate() {
        if k > 10 && k < steps {
            continue;
        }
        let (loss, sharpness) = (loss(*a, *b), sharpness(*a, *b));
        write!(cell, "{k:4} {a:6.3} {b:6.3} {loss:7.4} {sharpness:8.3}");
        writeln!(cell, " {:8.3}", a * a - b * b);
    }

    report(cell, learning_rate, path);
    Ok(())
}

fn report(cell: &mut Cell, learning_rate: f64, path: Vec<(f64, f64)>) {
    let (a, b) = START;
    let ended = end(learning_rate);
    let ended = sharpness(ended.0, ended.1);
    let highest = thrown(0.25, 40).map(|(a, b)| loss(a, b));
    let highest = highest.fold(0.0, f64::max);
    cell.value("a", a, Format::Exact);
    cell.value("b", b, Format::Exact);
    cell.value("limit", 2.0 / sharpness(a, b), Format::Decimals(3));
    cell.value("start_loss", loss(a, b), Format::Decimals(3));
    cell.value("highest_loss", highest, Format::Decimals(3));
    cell.value("end_sharpness", ended, Format::Decimals(2));
    cell.value("slow_sharpness", slow_sharpness(), Format::Decimals(2));
    let diverges = hundredths().find(|rate| !end(*rate).0.is_finite());
    let shrinks = hundredths().take_while(|rate| !turns(*rate)).last();
    cell.value("highest", HIGHEST, Format::Exact);
    cell.value(
        "diverges",
        diverges.unwrap_or(f64::NAN),
        Format::Decimals(2),
    );
    cell.value("shrinks", shrinks.unwrap_or(f64::NAN), Format::Decimals(2));
    let imbalances = imbalances(TURNING);
    let over = (1..400).find(|k| imbalances[*k] < 0.0).unwrap_or(1);
    let (a, b) = end(TURNING);
    let mut turning = cell.of("turning");
    turning.value("rate", TURNING, Format::Exact);
    turning.count("step", over);
    turning.value("before", imbalances[over - 1], Format::Decimals(2));
    turning.value("after", imbalances[over], Format::Decimals(2));
    turning.value("end", sharpness(a, b), Format::Decimals(2));
    let (a, b) = START;
    let alt = format!(
        "Left, contours of the loss over a and b, and the path of descent at \
         the rate {learning_rate} from ({a}, {b}). Right, the sharpness where \
         descent ends, against the rate: {:.2} for small rates, {ended:.2} at \
         this one, always below 2/η.",
        slow_sharpness()
    );
    cell.chart(alt, [map(path), ends(learning_rate, ended)]);
}

fn hundredths() -> impl Iterator<Item = f64> {
    (1..=60).map(|i| f64::from(i) / 100.0)
}

/// a² − b² at the start and after each of many steps.
fn imbalances(learning_rate: f64) -> Vec<f64> {
    let path = thrown(learning_rate, 399);
    path.map(|(a, b)| a * a - b * b).collect()
}

/// Whether a step at this rate changes the sign of a² − b².
fn turns(learning_rate: f64) -> bool {
    imbalances(learning_rate)
        .iter()
        .any(|imbalance| *imbalance <= 0.0)
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
    let ends = rates.map(|rate| {
        let (a, b) = end(rate);
        (rate, sharpness(a, b))
    });
    Panel::new(
        Axis::linear("learning rate η").range(0.0..=0.45),
        Axis::linear("sharpness at the end").range(0.0..=12.0),
    )
    .function("2/η", |rate| 2.0 / rate, Style::Muted)
    .line("ended at", ends, Style::Ink)
    .points("", [(learning_rate, ended)], Style::Ink)
    .sets_x("learning_rate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Every thousandth up to the highest rate of the knob.
    fn rates() -> impl Iterator<Item = f64> {
        (20..=420).map(|i| f64::from(i) / 1000.0)
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

    /// Red if `    a * a + b * b` were `    a * a + 2.0 * b * b`: not the
    /// curvature.
    #[test]
    fn across_the_valley_the_curvature_is_the_sum_of_squares() {
        let h = 1e-4;
        for a in [0.5f64, 1.0, 2.0, 3.0, -0.7] {
            let b = 1.0 / a;
            // In every direction; it is largest across, along (b, a).
            let bend = |angle: f64| {
                let (x, y) = (angle.cos(), angle.sin());
                let along = |t: f64| loss(a + t * x, b + t * y);
                (along(h) - 2.0 * along(0.0) + along(-h)) / (h * h)
            };
            let across = bend(a.atan2(b));
            assert_relative_eq!(across, sharpness(a, b), max_relative = 1e-5);
            let angles = (0..360).map(|i| f64::from(i).to_radians());
            assert!(angles.map(bend).all(|bend| bend <= across * 1.00001));
            assert!(sharpness(a, b) >= sharpness(1.0, 1.0));
        }
    }

    /// Red if `const HIGHEST: f64 = 0.42;` were `const HIGHEST: f64 = 0.43;`:
    /// at that rate descent diverges.
    #[test]
    fn every_rate_up_to_0_42_ends_in_the_valley_below_two_over_eta() {
        let values = at(run, &[]);
        assert_eq!(values["highest"], HIGHEST);
        for rate in rates().chain([HIGHEST]) {
            let (a, b) = end(rate);
            assert!(loss(a, b) < 1e-20, "at {rate}: {}", loss(a, b));
            assert!(sharpness(a, b) < 2.0 / rate, "at {rate}");
        }
        let diverges = values["diverges"];
        assert!(!ended(diverges).is_finite());
        assert_relative_eq!(diverges, HIGHEST + 0.01, epsilon = 1e-12);
    }

    /// Where η times the error passes 1 in size, the imbalance turns over.
    ///
    /// Red if `*imbalance <= 0.0` were `*imbalance <= 1.0`: a small imbalance
    /// is taken for one that has turned.
    #[test]
    fn up_to_0_34_every_step_shrinks_the_imbalance() {
        let largest_error = |rate: f64| {
            let mut weights = START;
            let errors = (0..400).map(|_| {
                let (a, b) = weights;
                weights = step(rate, weights);
                rate * (a * b - 1.0).abs()
            });
            errors.fold(0.0, f64::max)
        };
        let shrinks = at(run, &[])["shrinks"];
        for rate in rates().filter(|rate| *rate <= shrinks) {
            assert!(largest_error(rate) < 1.0, "{rate}");
            let imbalances = imbalances(rate);
            for pair in imbalances.windows(2) {
                assert!(0.0 < pair[1] && pair[1] <= pair[0] + 1e-12);
            }
        }
        assert!(largest_error(shrinks + 0.01) > 1.0);
        assert!(turns(shrinks + 0.01));
    }

    /// What happens then at one rate, read as the page prints it.
    ///
    /// Red if `const TURNING: f64 = 0.39;` were `const TURNING: f64 = 0.35;`: a
    /// step turns the imbalance over and makes it smaller.
    #[test]
    fn beyond_it_a_step_turns_the_imbalance_over_and_can_enlarge_it() {
        let values = at(run, &[]);
        let (before, after) =
            (values["turning_before"], values["turning_after"]);
        assert!(before > 0.0 && after < -before, "{before} {after}");
        let rate = values["turning_rate"];
        let mut weights = START;
        for _ in 1..values["turning_step"] as usize {
            weights = step(rate, weights);
        }
        let (a, b) = weights;
        assert_relative_eq!(a * a - b * b, before, max_relative = 1e-12);
        // η times the error is beyond √2.
        assert!(rate * (a * b - 1.0).abs() > f64::sqrt(2.0));
        assert_relative_eq!(values["turning_end"], ended(rate));
        assert!(ended(rate) > 1.5 * ended(values["shrinks"]));
        // Between 1 and √2 it turns over and shrinks.
        let turned = imbalances(0.36);
        let k = turned
            .iter()
            .position(|imbalance| *imbalance < 0.0)
            .unwrap();
        assert!(-turned[k] < turned[k - 1]);
    }

    /// Red if `(imbalance * imbalance + 4.0).sqrt()` were
    /// `(imbalance * imbalance - 4.0).sqrt()`: less than such steps keep.
    #[test]
    fn every_rate_ends_flatter_than_infinitely_small_steps() {
        let slow_sharpness = at(run, &[])["slow_sharpness"];
        assert!(rates().all(|rate| ended(rate) < slow_sharpness));
        let slow = |weights, _| step(0.001, weights);
        let (a, b) = (0..5000).fold(START, slow);
        assert_relative_eq!(
            sharpness(a, b),
            slow_sharpness,
            max_relative = 1e-3
        );
    }

    /// Red if `(0..400).fold(START` were `(0..3).fold(START`: the weights on
    /// their way.
    #[test]
    fn up_to_0_34_a_larger_rate_ends_flatter_beyond_not_always() {
        let shrinks = at(run, &[])["shrinks"];
        let below: Vec<f64> =
            rates().filter(|rate| *rate <= shrinks).map(ended).collect();
        assert!(below.len() > 300);
        assert!(below.windows(2).all(|pair| pair[1] < pair[0]));
        assert!(ended(0.39) > ended(0.34));
        for rate in [0.1, 0.25, 0.4] {
            let values = at(run, &[("learning_rate", &rate)]);
            assert_relative_eq!(values["end_sharpness"], ended(rate));
        }
    }

    /// Red if `b - learning_rate * error * a)` were
    /// `b + learning_rate * error * a)`: up the slope in b.
    #[test]
    fn a_step_multiplies_the_imbalance_by_one_less_eta_error_squared() {
        for rate in [0.05, 0.25, 0.34, 0.4, 0.42] {
            let mut weights = START;
            let imbalances = imbalances(rate);
            for k in 0..10 {
                let (a, b) = weights;
                let shrink = rate * (a * b - 1.0);
                weights = step(rate, weights);
                let expected = imbalances[k] * (1.0 - shrink * shrink);
                let next = imbalances[k + 1];
                assert_relative_eq!(next, expected, epsilon = 1e-9);
            }
        }
    }

    /// Red if `.fold(0.0, f64::max)` were `.fold(9.0, f64::max)`: a loss that
    /// is not on the path.
    #[test]
    fn above_two_over_the_sharpness_the_loss_first_rises() {
        // The page's losses are those at 0.25, whatever the knob.
        let values = at(run, &[("learning_rate", &0.1)]);
        let start = loss(START.0, START.1);
        assert_relative_eq!(values["start_loss"], start);
        let highest = |rate| {
            let mut weights = START;
            (0..100).fold(0.0, |highest: f64, _| {
                weights = step(rate, weights);
                highest.max(loss(weights.0, weights.1))
            })
        };
        assert_relative_eq!(values["highest_loss"], highest(0.25));
        let limit = values["limit"];
        assert_relative_eq!(limit, 2.0 / (9.0 + 0.01), max_relative = 1e-12);
        for rate in rates() {
            let rises = highest(rate) > start;
            assert!(
                rises == (rate > limit) || (rate - limit).abs() < 0.02,
                "{rate}"
            );
            assert!(loss(end(rate).0, end(rate).1) < 1e-20);
        }
        assert!(highest(0.25) > 2.0 * start);
    }
}
