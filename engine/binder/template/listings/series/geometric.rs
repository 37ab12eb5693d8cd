//! Powers of a number, added up.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

pub fn run(cell: &mut Cell) -> Result<()> {
    let q = cell.knob("q", 0.5, -0.9..=0.9)?;
    let terms = 20;

    let mut sums = vec![0.0];
    let mut term = 1.0;
    for _ in 0..terms {
        sums.push(sums[sums.len() - 1] + term);
        term *= q;
    }
    let limit = 1.0 / (1.0 - q);

    cell.count("terms", terms);
    cell.value("sum", sums[terms], Format::Decimals(4));
    let axes = Panel::new(
        Axis::linear("terms"),
        Axis::linear("sum").range(0.0..=10.0),
    );
    cell.chart(
        format!("The sum goes from 0 to {:.4}.", sums[terms]),
        [axes
            .line("sum", by_step(&sums), Style::Ink)
            .level("1/(1 − q)", limit)],
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `term *= q` were `term *= q * q`: every other power is left out.
    #[test]
    fn the_sum_tends_to_one_over_one_minus_q() {
        for tenths in -9..=9 {
            let q = f64::from(tenths) / 10.0;
            // What is still to come after n terms is qⁿ times the whole.
            let to_come = q.powi(20) / (1.0 - q);
            let sum = at(run, &[("q", &q)])["sum"];
            assert!((1.0 / (1.0 - q) - sum - to_come).abs() < 1e-9, "{q}");
        }
    }
}
