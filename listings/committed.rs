//! Runs as their file has them, read a second time, for tests.

/// Rate, sorted losses and sorted accuracies of a rule's lines in a file, each
/// of so many starts.
pub fn lines(
    file: &str,
    rule: &str,
    starts: usize,
) -> Vec<(f64, Vec<f64>, Vec<f64>)> {
    let its = file.lines().filter_map(|line| {
        let numbers = line.strip_prefix(rule)?.strip_prefix(';')?;
        let numbers = numbers.split(';').map(|x| x.parse().unwrap());
        let numbers: Vec<f64> = numbers.collect();
        let each = |from: usize| {
            let each = numbers[from..].iter().step_by(2);
            let mut each: Vec<f64> = each.copied().collect();
            each.sort_by(f64::total_cmp);
            assert_eq!(each.len(), starts);
            each
        };
        Some((numbers[0], each(1), each(2)))
    });
    its.collect()
}

/// The mean of the two in the middle of an even number of sorted ones.
pub fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    0.5 * (sorted[middle - 1] + sorted[middle])
}
