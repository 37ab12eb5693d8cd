//! One bowl, five learning rates, six steps each.

use crate::regime::Regime;
use notebook::{Cell, Format, Result};
use std::iter::successors;

/// The weights of six steps on ½λw² from 1.
fn descend(eta_lambda: f64) -> impl Iterator<Item = f64> {
    successors(Some(1.0), move |w| Some(w - eta_lambda * w)).take(7)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let curvature = 2.0;

    write!(cell, " eta  eta*lambda");
    (0..=6).for_each(|k| write!(cell, "{:>8}", format!("w_{k}")));
    writeln!(cell);
    for learning_rate in [0.1, 0.5, 0.9, 1.0, 1.1] {
        let product = learning_rate * curvature;
        write!(cell, "{learning_rate:4.1} {product:8.1}   ");
        descend(product).for_each(|w| write!(cell, "{w:8.3}"));
        writeln!(cell, "  {}", Regime::of(product).name());
    }

    cell.value("curvature", curvature, Format::Exact);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use notebook::at;

    /// The weights of a row of the printed table, and what it says they do.
    fn row(learning_rate: &str) -> (Vec<f64>, String) {
        let text = at(run, &[]).text;
        let is_row = |line: &&str| line.trim_start().starts_with(learning_rate);
        let line = text.lines().find(is_row).unwrap().to_string();
        let words: Vec<_> = line.split_whitespace().collect();
        let number = |word: &str| word.parse::<f64>().unwrap();
        // The curvature is 2.
        assert_eq!(number(words[1]), 2.0 * number(words[0]));
        let (name, weights) = words[2..].split_last().unwrap();
        let weights = weights.iter().map(|word| number(word));
        (weights.collect(), name.to_string())
    }

    /// Whether `holds` for two weights that follow each other, at products
    /// from one to another and in the table's row.
    fn each_step(
        products: std::ops::RangeInclusive<u32>,
        learning_rate: &str,
        holds: fn(f64, f64) -> bool,
    ) {
        let swept = products.map(|percent| {
            descend(f64::from(percent) / 100.0).collect::<Vec<_>>()
        });
        for weights in swept.chain([row(learning_rate).0]) {
            assert_eq!(weights.len(), 7);
            for pair in weights.windows(2) {
                assert!(holds(pair[0], pair[1]), "{weights:?}");
            }
        }
    }

    /// Red if `each_step(1..=99` were `each_step(1..=101`: above 1 it crosses.
    #[test]
    fn below_one_it_creeps_on_one_side() {
        each_step(1..=99, "0.1", |w, next| 0.0 < next && next < w);
        assert_eq!(row("0.1").1, "creeps");
    }

    /// Red if `w - eta_lambda * w` were `w - 0.9 * eta_lambda * w`: a step that
    /// falls short.
    #[test]
    fn at_one_it_lands_in_one_step() {
        assert_eq!(row("0.5").0, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert!(descend(1.0).skip(1).all(|w| w == 0.0));
        assert_eq!(row("0.5").1, "lands");
    }

    /// Red if `each_step(101..=199` were `each_step(101..=200`: at 2 it comes
    /// no nearer.
    #[test]
    fn overshoots_but_converges_between_one_and_two() {
        each_step(101..=199, "0.9", |w, next| {
            w * next < 0.0 && next.abs() < w.abs()
        });
        // And what is left goes to nothing, not to some rest.
        assert_abs_diff_eq!(
            descend(1.9).last().unwrap(),
            0.9f64.powi(6),
            epsilon = 1e-12
        );
        assert_eq!(row("0.9").1, "overshoots");
    }

    /// Red if `curvature = 2.0` were `curvature = 1.9`: in that bowl the fourth
    /// marble comes nearer.
    #[test]
    fn at_two_it_bounces_for_ever() {
        assert_eq!(row("1.0").0, [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0]);
        assert_eq!(descend(2.0).collect::<Vec<_>>(), row("1.0").0);
        assert_eq!(row("1.0").1, "bounces");
    }

    /// Red if `each_step(201..=600` were `each_step(200..=600`: at 2 it does
    /// not move away.
    #[test]
    fn above_two_it_diverges() {
        each_step(201..=600, "1.1", |w, next| {
            w * next < 0.0 && next.abs() > w.abs()
        });
        assert_eq!(row("1.1").1, "diverges");
    }
}
