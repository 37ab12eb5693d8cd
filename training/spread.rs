//! How far numbers spread, as those of several seeds do.

/// The smallest, the median and the largest of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Spread {
    /// That of these numbers, of which there is at least one; of an even count
    /// the median is the mean of the middle two.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Spread {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let last = numbers.len() - 1;
        Spread {
            low: numbers[0],
            median: 0.5 * (numbers[last / 2] + numbers[last.div_ceil(2)]),
            high: numbers[last],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let spread = |numbers: &[f64]| Spread::of(numbers.iter().copied());
        let odd = spread(&[3.0, f64::INFINITY, 1.0]);
        assert_eq!((odd.low, odd.median, odd.high), (1.0, 3.0, f64::INFINITY));
        assert_eq!(spread(&[4.0, 1.0, 2.0, 0.0]).median, 1.5);
    }
}
