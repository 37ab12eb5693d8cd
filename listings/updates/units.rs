//! The same descent on the loss w² and on that loss in another unit.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

pub fn run(cell: &mut Cell) -> Result<()> {
    let loss_scale = cell.log_knob("loss_scale", 1000.0, 0.001..=1000.0)?;
    let learning_rate = 0.1;

    let [plain, same_rate, divided] = three(loss_scale, learning_rate);

    let times = label(loss_scale);
    writeln!(cell, "loss{:>9}{times:>14}{times:>14}", "L");
    let rate = learning_rate / loss_scale;
    write!(cell, "rate{learning_rate:>9}{learning_rate:>14}");
    writeln!(cell, "{rate:>14.4e}\n");
    for k in [0, 1, 2, 3, 10] {
        let (same, divided) = (same_rate[k], divided[k]);
        write!(cell, "w{k:<3}{:>9.4}", plain[k]);
        writeln!(cell, "{same:>14.4e}{divided:>14.4}");
    }
    cell.value("same_rate_w", same_rate[10].abs(), Format::Scientific(2));
    cell.value("first_step", 10.0 - same_rate[1], Format::Significant(4));
    cell.value("learning_rate", learning_rate, Format::Exact);
    // For the sum over a thousand examples, whatever the knob says.
    let sum = descend(1000.0, learning_rate);
    cell.value("sum_step", 10.0 - sum[1], Format::Significant(4));
    cell.value("sum_factor", sum[1] / sum[0], Format::Decimals(0));
    let (alt, panel) = figure(loss_scale);
    cell.chart(alt, [panel]);
    Ok(())
}

// ANCHOR: descend
/// Ten steps from 10 on the loss `scale` times w².
fn descend(scale: f64, learning_rate: f64) -> Vec<f64> {
    let mut w = 10.0;
    let mut weights = vec![w];
    for _ in 0..10 {
        w -= learning_rate * (scale * 2.0 * w);
        weights.push(w);
    }
    weights
}

/// The loss as it is; scaled; scaled, and the rate divided by the scale.
fn three(loss_scale: f64, learning_rate: f64) -> [Vec<f64>; 3] {
    [
        descend(1.0, learning_rate),
        descend(loss_scale, learning_rate),
        descend(loss_scale, learning_rate / loss_scale),
    ]
}
// ANCHOR_END: descend

/// With three digits, less zeros at the end.
fn rounded(number: f64) -> String {
    let decimals = (2.0 - libm::log10(number).floor()).max(0.0) as usize;
    let text = format!("{number:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

fn label(loss_scale: f64) -> String {
    format!("{} L", rounded(loss_scale))
}

/// How far from the minimum ten steps end, at rates over nine powers of ten.
fn figure(loss_scale: f64) -> (String, Panel) {
    let after = |scale: f64| move |rate| descend(scale, rate)[10].abs();
    let alt = format!(
        "Distance from the minimum after ten steps against the learning rate: \
         the loss w² diverges above rate 1, {} times that loss above rate {}, \
         and the two curves have one shape.",
        rounded(loss_scale),
        rounded(1.0 / loss_scale)
    );
    let panel = Panel::new(
        Axis::log("learning rate").range(1e-6..=1e3),
        Axis::log("distance from the minimum").range(1e-4..=1e4),
    )
    // The widest that the knob gives.
    .room_for(["0.0032 L"])
    .function("L", after(1.0), Style::Muted)
    .function(label(loss_scale), after(loss_scale), Style::Ink);
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Scales over the whole range of the knob.
    const SCALES: [f64; 9] =
        [0.001, 0.0015, 0.03, 0.5, 1.0, 7.0, 100.0, 700.0, 1000.0];

    /// Red if `learning_rate / loss_scale),` were `learning_rate *
    /// loss_scale),`: the rate goes the other way.
    #[test]
    fn a_thousand_times_the_loss_wants_a_thousandth_of_the_rate() {
        for scale in SCALES {
            let [plain, _, divided] = three(scale, 0.1);
            assert_eq!((plain.len(), divided.len()), (11, 11));
            for (k, (w, other)) in plain.iter().zip(divided).enumerate() {
                assert_relative_eq!(*w, other, max_relative = 1e-12);
                let power = 10.0 * 0.8f64.powi(k as i32);
                assert_relative_eq!(*w, power, max_relative = 1e-12);
            }
            let text = at(run, &[("loss_scale", &scale)]).text;
            let words: Vec<_> = text.split_whitespace().collect();
            let times = &*format!("{scale}");
            assert_eq!(words[1..6], ["L", times, "L", times, "L"]);
            let divided = &*format!("{:.4e}", 0.1 / scale);
            assert_eq!(words[7..10], ["0.1", "0.1", divided]);
            let row = text.lines().last().unwrap();
            assert!(row.starts_with("w10") && row.ends_with("1.0737"), "{row}");
        }
    }

    /// Red if `learning_rate / loss_scale),` were
    /// `learning_rate / (loss_scale + 0.1)),`: another rate.
    #[test]
    fn a_power_of_two_changes_not_even_the_last_bit() {
        let [plain, _, divided] = three(1024.0, 0.1);
        assert_eq!(plain, divided);
    }

    /// Red if `descend(loss_scale, learning_rate),` were
    /// `descend(loss_scale, 0.1 * learning_rate),`: another rate than the same.
    #[test]
    fn at_the_same_rate_the_scaled_loss_explodes() {
        for scale in SCALES {
            let outputs = at(run, &[("loss_scale", &scale)]);
            let close = |name: &str, expected: f64| {
                let value = outputs[name];
                assert_relative_eq!(value, expected, max_relative = 1e-9);
            };
            close("same_rate_w", 10.0 * (1.0 - 0.2 * scale).powi(10));
            close("first_step", 2.0 * scale);
            close("sum_step", 2000.0);
        }
        let outputs = at(run, &[]);
        assert_eq!(outputs["loss_scale"], 1000.0);
        assert!(outputs["same_rate_w"] > 1e20);
        assert_relative_eq!(
            outputs["sum_factor"],
            -199.0,
            max_relative = 1e-12
        );
    }

    /// Red if `after(loss_scale), Style` were `after(1.0), Style`: the curve
    /// would stay where it was.
    #[test]
    fn a_larger_loss_moves_the_curve_left_and_a_smaller_one_right() {
        // Where it is lowest: at half a rate for w².
        let lowest = |points: Vec<(f64, f64)>| {
            let points = points.into_iter();
            points.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
        };
        for scale in SCALES {
            let figure = at(run, &[("loss_scale", &scale)]).figure.unwrap();
            let told = format!("{scale} times that loss above rate ");
            let wall = figure.wide.split_once(&told).unwrap().1;
            let wall = wall.split_once(", ").unwrap().0;
            let wall: f64 = wall.parse().unwrap();
            assert_relative_eq!(wall, 1.0 / scale, max_relative = 0.005);
            let best = lowest(figure.points(&format!("{scale} L"))) * scale;
            assert_relative_eq!(best, 0.5, max_relative = 0.05);
            assert_relative_eq!(
                lowest(figure.points("L")),
                0.5,
                max_relative = 0.05
            );
        }
    }
}
