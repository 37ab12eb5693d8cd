//! The same for (x − 1)², whose root is double.

use notebook::{Cell, Result};

pub fn run(cell: &mut Cell) -> Result<()> {
    let mut x: f64 = 2.0;
    writeln!(cell, "step  error");
    for step in 0..=5 {
        let error = x - 1.0;
        writeln!(cell, "{step:>4}  {error}");
        x -= error * error / (2.0 * error);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `2.0 * error` were `3.0 * error`: of another function.
    #[test]
    fn at_a_double_root_a_step_halves_the_error() {
        let text = at(run, &[]).text;
        let errors = text.lines().skip(1).map(|row| {
            let error = row.split_whitespace().nth(1).unwrap();
            error.parse::<f64>().unwrap()
        });
        let expected = (0..=5).map(|step| 0.5_f64.powi(step));
        assert!(errors.eq(expected), "{text}");
    }
}
