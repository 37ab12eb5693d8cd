//! The loss of networks of several widths, at many rates, as committed.

use super::mup::{LayerwiseAdam, Scaling, model};
use crate::digits::digits;
use crate::nn::dataset::Dataset;
use crate::nn::fit::Fit;
use crate::spread::Spread;
use anyhow::{Context, Result};

pub const WIDTHS: [usize; 5] = [16, 32, 64, 128, 256];
/// Four rates to a power of ten, from 0.0001 to 1.
pub const RATES: usize = 17;
/// How many seeds make a median.
pub const SEEDS: u64 = 8;
pub const SCALINGS: [Scaling; 2] = [Scaling::Usual, Scaling::Mup];
const FILE: &str = include_str!("../data/scale/widths.csv");

/// A rate of the sweep.
pub fn rate(place: usize) -> f64 {
    libm::pow(10.0, place as f64 / 4.0 - 4.0)
}

/// Every second image to train on.
///
/// # Errors
///
/// If a line of the digits' file is no image.
pub fn half() -> Result<Dataset> {
    let (train, _) = digits()?;
    let places: Vec<usize> = (0..train.len()).step_by(2).collect();
    Ok(train.select(&places))
}

/// The training loss after one epoch in batches of 16, the median over the
/// seeds of a group, which are counted from 0.
///
/// # Errors
///
/// As those of `fit`.
pub fn measure(
    data: &Dataset,
    (scaling, width): (Scaling, usize),
    rate: f64,
    group: u64,
) -> Result<f64> {
    let run = |seed| -> Result<f64> {
        let mut model = model(width, scaling, seed);
        model.compile(LayerwiseAdam::new(rate, width, scaling));
        let plan = Fit {
            epochs: 1,
            batch_size: 16,
            shuffle: Some(seed),
        };
        model.fit(data, plan)?;
        Ok(model.loss(data))
    };
    let seeds = group * SEEDS..(group + 1) * SEEDS;
    let losses = seeds.map(run).collect::<Result<Vec<f64>>>()?;
    Ok(Spread::of(losses).median)
}

/// The file's lines, made anew.
///
/// # Errors
///
/// As those of `measure`.
pub fn lines() -> Result<Vec<String>> {
    let data = half()?;
    let mut lines = vec!["scaling,width,rate,loss,other seeds".to_string()];
    for scaling in SCALINGS {
        for width in WIDTHS {
            for rate in (0..RATES).map(rate) {
                let line = line(&data, (scaling, width), rate)?;
                lines.push(line);
            }
        }
    }
    Ok(lines)
}

fn line(data: &Dataset, of: (Scaling, usize), rate: f64) -> Result<String> {
    let (scaling, width) = of;
    let loss = measure(data, of, rate, 0)?;
    let other = measure(data, of, rate, 1)?;
    Ok(format!(
        "{scaling:?},{width},{rate:.3e},{loss:.4},{other:.4}"
    ))
}

/// The losses at every rate, as committed: those of a scaling and a width, for
/// a group of seeds, 0 or 1.
///
/// # Errors
///
/// If a line of the file cannot be read.
pub fn losses(
    scaling: Scaling,
    width: usize,
    group: usize,
) -> Result<Vec<f64>> {
    let of = format!("{scaling:?},{width},");
    let lines = FILE.lines().filter(|line| line.starts_with(&of));
    let loss = |line: &str| decimal(line.split(',').nth(3 + group)?);
    let losses = lines.map(|line| loss(line).context("data/scale/widths.csv"));
    losses.collect()
}

/// Reads a number with four decimals. The tables by which the standard library
/// reads any weigh 11 KB in a reader's browser.
fn decimal(text: &str) -> Option<f64> {
    let (whole, parts) = text.split_once('.')?;
    let digits: u32 = (parts.len() == 4).then(|| parts.parse().ok())??;
    Some(f64::from(whole.parse::<u32>().ok()? * 10_000 + digits) / 1e4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_has_a_loss_at_every_rate() {
        for scaling in SCALINGS {
            for width in WIDTHS {
                for group in [0, 1] {
                    let losses = losses(scaling, width, group).unwrap();
                    assert_eq!(losses.len(), RATES);
                    assert!(losses.iter().all(|loss| *loss > 0.0));
                }
            }
        }
    }

    #[test]
    fn a_decimal_is_read_as_the_standard_library_reads_it() {
        for text in FILE.split([',', '\n']).filter(|text| text.contains('.')) {
            if !text.contains('e') {
                assert_eq!(decimal(text), text.parse().ok(), "{text}");
            }
        }
        for text in ["1", "1.5", "1.00000", "-1.0000", "1.-001", "inf"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    /// Some of the lines, made anew.
    #[test]
    fn the_losses_are_not_stale() {
        let data = half().unwrap();
        for (scaling, width, place) in [
            (Scaling::Usual, 16, 9),
            (Scaling::Usual, 64, 8),
            (Scaling::Mup, 32, 7),
            (Scaling::Mup, 128, 12),
        ] {
            let line = line(&data, (scaling, width), rate(place)).unwrap();
            assert!(
                FILE.lines().any(|committed| committed == line),
                "{line}: run the example `scale` with `widths`"
            );
        }
    }
}
