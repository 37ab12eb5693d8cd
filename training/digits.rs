//! 1,797 images of handwritten digits, for training and for testing. Source and
//! licence: `data/README.md`.

use crate::nn::dataset::Dataset;
use anyhow::{Result, bail};
use ndarray::Array2;

const FILE: &str = include_str!("data/digits.csv");
/// Each image is 8 × 8 pixels.
pub const PIXELS: usize = SIDE * SIDE;
const SIDE: usize = 8;
/// The ink of a pixel, from none to all.
const INKS: usize = 16;
/// Of every fifty images, in the order of the file, the last ten are for
/// testing.
const FIFTY: usize = 50;
const TRAINING: usize = 40;

/// The images, pixels from 0 to 1, and which digit each shows: those to train
/// on and those to test on. Every fifth image is for testing, so that both
/// parts hold all writers.
///
/// # Errors
///
/// If a line of the file is no image; it is named.
pub fn digits() -> Result<(Dataset, Dataset)> {
    let all = read(FILE)?;
    let is_test = |place: &usize| place % FIFTY >= TRAINING;
    let (test, train): (Vec<_>, Vec<_>) = (0..all.len()).partition(is_test);
    Ok((all.select(&train), all.select(&test)))
}

/// What is done to images: a turn by 90° to the left, or left and right
/// exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Turned,
    Mirrored,
}

impl Change {
    /// The images, each changed.
    pub fn of(self, images: &Dataset) -> Dataset {
        let last = SIDE - 1;
        let x = Array2::from_shape_fn(images.x.dim(), |(image, pixel)| {
            let (row, column) = (pixel / SIDE, pixel % SIDE);
            let (row, column) = match self {
                Change::Turned => (column, last - row),
                Change::Mirrored => (row, last - column),
            };
            images.x[(image, row * SIDE + column)]
        });
        let labels = images.labels.clone();
        Dataset { x, labels }
    }
}

/// The ink of each image, in the order of the file: its mean pixel as a
/// percentage of full black.
///
/// # Errors
///
/// If a line of the file is no image; it is named.
pub fn ink() -> Result<Vec<f64>> {
    let all = read(FILE)?;
    let rows = all.x.rows().into_iter();
    Ok(rows
        .map(|pixels| 100.0 * pixels.sum() / PIXELS as f64)
        .collect())
}

/// Reads lines of 64 inks and a digit.
fn read(file: &str) -> Result<Dataset> {
    let mut pixels = Vec::with_capacity(file.len() / 2);
    let mut labels = Vec::new();
    for (line, number) in file.lines().zip(1..) {
        let numbers = line.split(',').map(str::parse::<usize>);
        let Ok(numbers) = numbers.collect::<Result<Vec<_>, _>>() else {
            bail!("data/digits.csv:{number}: not all of it is whole numbers");
        };
        match numbers.as_slice() {
            [inks @ .., digit]
                if inks.len() == PIXELS
                    && inks.iter().all(|ink| *ink <= INKS)
                    && *digit < 10 =>
            {
                pixels.extend(inks.iter().map(|ink| *ink as f64 / INKS as f64));
                labels.push(*digit);
            }
            _ => bail!(
                "data/digits.csv:{number}: not {PIXELS} inks from 0 to {INKS} \
                 and a digit"
            ),
        }
    }
    Ok(Dataset {
        x: Array2::from_shape_vec((labels.len(), PIXELS), pixels)?,
        labels,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_of_the_images_is_for_testing_and_all_digits_are_in_both() {
        let (train, test) = digits().unwrap();
        assert_eq!((train.len(), test.len()), (1440, 357));
        for part in [&train, &test] {
            let count =
                |digit| part.labels.iter().filter(|d| **d == digit).count();
            let even = part.len() / 10;
            assert!(
                (0..10).all(|digit| count(digit).abs_diff(even) < even / 6)
            );
            assert!(part.x.iter().all(|ink| (0.0..=1.0).contains(ink)));
        }
    }

    #[test]
    fn the_first_image_is_a_zero() {
        let (train, _) = digits().unwrap();
        assert_eq!(train.labels[0], 0);
        let row: Vec<f64> =
            train.x.row(0).iter().take(8).map(|x| x * 16.0).collect();
        assert_eq!(row, [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn the_ink_of_an_image_is_its_mean_pixel() {
        let ink = ink().unwrap();
        assert_eq!(ink.len(), 1797);
        // The first image's pixels add up to 294 (by hand).
        assert_eq!(ink[0], 29400.0 / 1024.0);
    }

    #[test]
    fn a_malformed_line_is_named() {
        let good = FILE.lines().next().unwrap();
        for bad in ["", "1,2,x", &good[2..], &good.replacen('0', "17", 1)] {
            let error = read(&format!("{good}\n{bad}\n{good}")).unwrap_err();
            let message = error.to_string();
            assert!(message.starts_with("data/digits.csv:2: "), "{message}");
        }
    }

    #[test]
    fn a_quarter_turn_is_to_the_left_and_a_mirror_exchanges_the_sides() {
        // A mark at the right end of the first row.
        let mut x = Array2::zeros((1, PIXELS));
        x[(0, SIDE - 1)] = 1.0;
        let marked = Dataset { x, labels: vec![7] };
        for change in [Change::Turned, Change::Mirrored] {
            let changed = change.of(&marked);
            assert_eq!((changed.x[(0, 0)], changed.x.sum()), (1.0, 1.0));
            assert_eq!(changed.labels, [7]);
        }
        // Four turns, or two mirrors, are none.
        let images = digits().unwrap().1;
        let times = |change: Change, times| {
            (0..times).fold(images.clone(), |images, _| change.of(&images))
        };
        assert_ne!(times(Change::Turned, 2), images);
        assert_eq!(times(Change::Turned, 4), images);
        assert_eq!(times(Change::Mirrored, 2), images);
    }
}
