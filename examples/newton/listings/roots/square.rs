//! Newton's method for the square root of two.

use notebook::{Cell, Result};
use std::f64::consts::SQRT_2;

pub fn run(cell: &mut Cell) -> Result<()> {
    let mut x = 1.0;
    let mut steps = 0;
    writeln!(cell, "step  guess                error");
    while (x - SQRT_2).abs() > 1e-15 {
        writeln!(cell, "{steps:>4}  {x:.16}  {:9.1e}", x - SQRT_2);
        x -= (x * x - 2.0) / (2.0 * x);
        steps += 1;
    }
    writeln!(cell, "{steps:>4}  {x:.16}  less than 1e-15");
    cell.count("steps", steps);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `2.0 * x` were `3.0 * x`: the tangent of another function.
    #[test]
    fn an_error_is_the_square_of_the_one_before_over_twice_the_guess() {
        let text = at(run, &[]).text;
        let rows = text.lines().skip(1).map(|row| {
            let column = |number| row.split_whitespace().nth(number).unwrap();
            column(1).parse().unwrap()
        });
        let guesses: Vec<f64> = rows.collect();
        assert!(guesses.len() > 4, "{text}");
        for pair in guesses.windows(2) {
            let [before, after] = [pair[0], pair[1]].map(|x| x - SQRT_2);
            let expected = before * before / (2.0 * pair[0]);
            assert!((after - expected).abs() < 5e-16, "{after} {expected}");
        }
    }
}
