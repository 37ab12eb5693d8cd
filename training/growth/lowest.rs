//! The lowest point of a valley.

/// Where a function is lowest between two positive numbers, and how low it is
/// there, if it falls up to one place and rises from there on: by golden
/// sections, on a logarithmic axis.
pub fn lowest(from: f64, to: f64, f: impl Fn(f64) -> f64) -> (f64, f64) {
    let part = 0.5 * (5f64.sqrt() - 1.0);
    let at = |x: f64| (x, f(libm::exp(x)));
    let (mut low, mut high) = (libm::log(from), libm::log(to));
    let mut left = at(high - part * (high - low));
    let mut right = at(low + part * (high - low));
    for _ in 0..40 {
        if left.1 <= right.1 {
            (high, right) = (right.0, left);
            left = at(high - part * (high - low));
        } else {
            (low, left) = (left.0, right);
            right = at(low + part * (high - low));
        }
    }
    let (x, least) = if left.1 <= right.1 { left } else { right };
    (libm::exp(x), least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn it_finds_the_bottom_of_a_valley_wherever_it_is() {
        for bottom in [0.002, 0.3, 1.0, 70.0] {
            let valley = |x: f64| x / bottom + bottom / x;
            let (x, least) = lowest(1e-3, 1e2, valley);
            assert_relative_eq!(x, bottom, max_relative = 1e-6);
            assert_relative_eq!(least, 2.0, max_relative = 1e-12);
        }
        // At an end.
        assert_relative_eq!(lowest(2.0, 9.0, |x| x).0, 2.0, epsilon = 1e-6);
    }
}
