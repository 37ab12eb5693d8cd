//! The people of a drug trial, their ages and whether they had side effects:
//! made, not measured, as deeplizard's lesson makes them.

use crate::nn::dataset::Dataset;
use ndarray::{Array1, Axis};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

/// The ages in whole years of the half that mostly had no side effects.
pub const YOUNGER: RangeInclusive<u8> = 13..=64;
/// The ages in whole years of the half that mostly had them.
pub const OLDER: RangeInclusive<u8> = 65..=100;
/// How many of each half are as most of their half, and how many are not.
const MOST: usize = 1000;
const REST: usize = 50;

/// The 2,100 people, in no order.
#[derive(Clone, Debug, PartialEq)]
pub struct Patients {
    /// In whole years, an entry for each person.
    pub ages: Array1<f64>,
    /// 1 for side effects and 0 for none, in the order of `ages`.
    pub labels: Vec<usize>,
}

impl Patients {
    /// Draws them: 1,050 of each half, every age of the half as likely as any
    /// other; of the younger 50 (about 5 %) had side effects, of the older
    /// 1,000 (about 95 %). The book's people are those of seed 0.
    pub fn draw(seed: u64) -> Patients {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let groups = [
            (YOUNGER, 0, MOST),
            (YOUNGER, 1, REST),
            (OLDER, 1, MOST),
            (OLDER, 0, REST),
        ];
        let mut people = Vec::with_capacity(2 * (MOST + REST));
        for (ages, label, count) in groups {
            for _ in 0..count {
                people.push((rng.random_range(ages.clone()), label));
            }
        }
        people.shuffle(&mut rng);
        Patients {
            ages: people.iter().map(|(age, _)| f64::from(*age)).collect(),
            labels: people.iter().map(|(_, label)| *label).collect(),
        }
    }
}

impl Patients {
    /// What the network learns from: the ages from 0 to 1, and the labels.
    pub fn dataset(&self) -> Dataset {
        Dataset {
            x: min_max(&self.ages).insert_axis(Axis(1)),
            labels: self.labels.clone(),
        }
    }
}

/// Ages from 13 to 100 as numbers from 0 to 1.
pub fn min_max(ages: &Array1<f64>) -> Array1<f64> {
    let (youngest, oldest) =
        (f64::from(*YOUNGER.start()), f64::from(*OLDER.end()));
    (ages - youngest) / (oldest - youngest)
}

/// Ages less their mean, in standard deviations (dividing by the count): of
/// mean 0 and variance 1.
pub fn standardise(ages: &Array1<f64>) -> Array1<f64> {
    let count = ages.len() as f64;
    let centred = ages - ages.sum() / count;
    let variance = (&centred * &centred).sum() / count;
    centred / variance.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    /// How many people have an age in the range, and how many of these had
    /// side effects.
    fn counts(patients: &Patients, ages: RangeInclusive<u8>) -> (usize, usize) {
        let people = patients.ages.iter().zip(&patients.labels);
        let half = people.filter(|(age, _)| ages.contains(&(**age as u8)));
        half.fold((0, 0), |(all, ill), (_, label)| (all + 1, ill + label))
    }

    #[test]
    fn each_half_has_its_share_of_side_effects() {
        for seed in 0..20 {
            let patients = Patients::draw(seed);
            assert_eq!(patients.ages.len(), 2100);
            assert_eq!(counts(&patients, 13..=64), (1050, 50));
            assert_eq!(counts(&patients, 65..=100), (1050, 1000));
        }
    }

    #[test]
    fn every_age_occurs_and_all_are_whole() {
        let patients = Patients::draw(0);
        for age in 13..=100 {
            assert!(counts(&patients, age..=age).0 > 0, "nobody is {age}");
        }
        assert!(patients.ages.iter().all(|age| age.fract() == 0.0));
    }

    #[test]
    fn the_mean_age_is_that_of_the_two_halves() {
        // A uniform whole number among n has the variance (n² − 1)/12; 5.5
        // standard errors are passed once in some twenty million draws.
        let variance = |n: f64| (n * n - 1.0) / 12.0;
        let expected = (38.5 + 82.5) / 2.0;
        let of_the_mean = (variance(52.0) + variance(36.0)) / (4.0 * 1050.0);
        for seed in 0..20 {
            let mean = Patients::draw(seed).ages.mean().unwrap();
            let error = 5.5 * of_the_mean.sqrt();
            assert_abs_diff_eq!(mean, expected, epsilon = error);
        }
    }

    #[test]
    fn the_order_tells_nothing_and_the_seed_everything() {
        let patients = Patients::draw(0);
        assert_eq!(patients, Patients::draw(0));
        assert_ne!(patients, Patients::draw(1));
        // Of the 1,050 in front, a draw without replacement from 2,100, half
        // have side effects; 5.5 standard deviations to each side.
        let in_front: usize = patients.labels[..1050].iter().sum();
        let deviation = (1050.0f64 * 0.25 * 1050.0 / 2099.0).sqrt();
        assert_abs_diff_eq!(in_front as f64, 525.0, epsilon = 5.5 * deviation);
    }

    #[test]
    fn min_max_takes_thirteen_to_zero_and_a_hundred_to_one() {
        let scaled = min_max(&Array1::from(vec![13.0, 100.0, 56.5]));
        assert_eq!(scaled.to_vec(), [0.0, 1.0, 0.5]);
    }

    #[test]
    fn standardised_ages_have_mean_zero_and_variance_one() {
        let scaled = standardise(&Patients::draw(0).ages);
        assert_abs_diff_eq!(scaled.mean().unwrap(), 0.0, epsilon = 1e-12);
        assert_abs_diff_eq!(scaled.var(0.0), 1.0, epsilon = 1e-12);
        // The order of the ages stays.
        assert_eq!(
            standardise(&Array1::from(vec![1.0, 3.0, 1.0, 3.0])).to_vec(),
            [-1.0, 1.0, -1.0, 1.0]
        );
    }
}
