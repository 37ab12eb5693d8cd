//! One bowl, five learning rates, six steps each.

use crate::regime::Regime;
use notebook::{Cell, Format, Result};

pub fn run(cell: &mut Cell) -> Result<()> {
    let curvature = 2.0;
    let learning_rates = [0.1, 0.5, 0.9, 1.0, 1.1];

    write!(cell, " eta  eta*lambda");
    (0..=6).for_each(|k| write!(cell, "{:>8}", format!("w_{k}")));
    writeln!(cell);
    for learning_rate in learning_rates {
        let regime = Regime::of(learning_rate * curvature);
        let product = learning_rate * curvature;
        write!(cell, "{learning_rate:4.1} {product:8.1}   ");
        let mut w = 1.0;
        for _ in 0..=6 {
            write!(cell, "{w:8.3}");
            w -= learning_rate * curvature * w;
        }
        writeln!(cell, "  {}", regime.name());
    }

    cell.value("curvature", curvature, Format::Exact);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// The weights of a row of the printed table.
    fn row(learning_rate: &str) -> Vec<f64> {
        let text = at(run, &[]).text;
        let is_row = |line: &&str| line.trim_start().starts_with(learning_rate);
        let line = text.lines().find(is_row).unwrap().to_string();
        let words = line.split_whitespace().skip(2).take(7);
        words.map(|word| word.parse().unwrap()).collect()
    }

    #[test]
    fn below_one_it_creeps_on_one_side() {
        let weights = row("0.1");
        assert!(
            weights
                .windows(2)
                .all(|pair| 0.0 < pair[1] && pair[1] < pair[0])
        );
    }

    #[test]
    fn at_one_it_lands_in_one_step() {
        assert_eq!(row("0.5"), [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn overshoots_but_converges_between_one_and_two() {
        for pair in row("0.9").windows(2) {
            assert!(pair[0] * pair[1] < 0.0, "it changes sides");
            assert!(pair[1].abs() < pair[0].abs(), "and comes nearer");
        }
    }

    #[test]
    fn at_two_it_bounces_for_ever() {
        assert_eq!(row("1.0"), [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0]);
    }

    #[test]
    fn above_two_it_diverges() {
        for pair in row("1.1").windows(2) {
            assert!(pair[0] * pair[1] < 0.0 && pair[1].abs() > pair[0].abs());
        }
    }

    #[test]
    fn the_table_names_each_regime() {
        let text = at(run, &[]).text;
        let names = text
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().last());
        let expected = ["creeps", "lands", "overshoots", "bounces", "diverges"];
        assert_eq!(names.collect::<Vec<_>>(), expected);
    }
}
