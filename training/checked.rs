//! Numbers are refused where they are given, not where they do harm.

use std::fmt::Debug;
use std::ops::{RangeBounds, RangeInclusive};

/// What a rate, a factor or a penalty can be.
pub const NOT_NEGATIVE: RangeInclusive<f64> = 0.0..=f64::MAX;

/// The number, if it is within its range; NaN is within none.
///
/// # Panics
///
/// If it is not; the message has its name, the number and the range.
#[track_caller]
pub fn checked<N: PartialOrd + Copy + Debug>(
    name: &str,
    number: N,
    range: impl RangeBounds<N> + Debug,
) -> N {
    let within = range.contains(&number);
    assert!(within, "{name} is {number:?}, which is not in {range:?}");
    number
}

/// A learning rate, if it can be one: finite, and not below 0.
///
/// # Panics
///
/// If it cannot.
#[track_caller]
pub fn checked_rate(learning_rate: f64) -> f64 {
    checked("a learning rate", learning_rate, NOT_NEGATIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_range_passes_and_nothing_else() {
        for number in [0.0, 1e-300, 0.3, 1e300, f64::MAX] {
            assert_eq!(checked_rate(number), number);
        }
        for number in [-1e-300, -1.0, f64::INFINITY, f64::NAN] {
            let refused = std::panic::catch_unwind(|| checked_rate(number));
            let message = refused.unwrap_err();
            let message = message.downcast_ref::<String>().unwrap();
            assert!(message.starts_with("a learning rate is "), "{message}");
        }
        assert_eq!(checked("a count", 1, 1..), 1);
        assert!(std::panic::catch_unwind(|| checked("S", 0, 1..)).is_err());
    }
}
