//! The same descent on the loss w² and on that loss in a smaller unit.

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
    cell.value("w", plain[10], Format::Significant(4));
    cell.value("same_rate_w", same_rate[10].abs(), Format::Scientific(2));
    cell.value("first_step", 10.0 - same_rate[1], Format::Significant(4));
    cell.value("learning_rate", learning_rate, Format::Exact);
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

fn label(loss_scale: f64) -> String {
    format!("{} L", (loss_scale * 1000.0).round() / 1000.0)
}

/// How far from the minimum ten steps end, at rates over ten powers of ten.
fn figure(loss_scale: f64) -> (String, Panel) {
    let after = move |scale: f64| {
        (-300..=150).map(move |i| {
            let rate = 10f64.powf(f64::from(i) / 50.0 + 0.003);
            (rate, descend(scale, rate)[10].abs())
        })
    };
    let alt = format!(
        "Distance from the minimum after ten steps against the learning rate: \
         the loss w² diverges above rate 1, {loss_scale} times that loss above \
         rate {}, and the two curves have one shape.",
        1.0 / loss_scale
    );
    let panel = Panel::new(
        Axis::log("learning rate").range(1e-6..=1e3),
        Axis::log("distance from the minimum").range(1e-4..=1e4),
    )
    .line("L", after(1.0), Style::Muted)
    .line(label(loss_scale), after(loss_scale), Style::Ink);
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    #[test]
    fn a_thousand_times_the_loss_wants_a_thousandth_of_the_rate() {
        let [plain, _, divided] = three(1000.0, 0.1);
        for (k, (w, other)) in plain.iter().zip(divided).enumerate() {
            assert_relative_eq!(*w, other, max_relative = 1e-12);
            let power = 10.0 * 0.8f64.powi(k as i32);
            assert_relative_eq!(*w, power, max_relative = 1e-12);
        }
    }

    #[test]
    fn a_power_of_two_changes_not_even_the_last_bit() {
        let [plain, _, divided] = three(1024.0, 0.1);
        assert_eq!(plain, divided);
    }

    #[test]
    fn at_the_same_rate_the_scaled_loss_explodes() {
        let outputs = at(run, &[]);
        let end = outputs["same_rate_w"];
        assert_relative_eq!(end, 10.0 * 199f64.powi(10), max_relative = 1e-12);
        assert_eq!(outputs["first_step"], 2000.0);
    }
}
