//! The sum of the first numbers, one after the other.

use notebook::{Cell, Result};

pub fn run(cell: &mut Cell) -> Result<()> {
    let n = 100;
    let mut sum = 0;
    for number in 1..=n {
        sum += number;
    }
    writeln!(cell, "1 + … + {n} = {sum}");
    cell.count("n", n);
    cell.count("sum", sum);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `1..=n` were `1..n`: the last number is left out.
    #[test]
    fn the_sum_is_half_of_n_times_n_plus_one() {
        let outputs = at(run, &[]);
        let n = outputs["n"];
        assert_eq!(outputs["sum"], n * (n + 1.0) / 2.0);
    }
}
