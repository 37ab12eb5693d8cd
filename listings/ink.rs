//! How much ink each of the handwritten digits has.

use notebook::{Result, bail, ensure};

/// The ink of each image of `data/digits.csv`: its mean pixel as a percentage
/// of full black.
///
/// # Errors
///
/// The number of a line that is not 64 pixels of 0 to 16 and a digit.
pub fn ink() -> Result<Vec<f64>> {
    read(include_str!("data/digits.csv"))
}

fn read(lines: &str) -> Result<Vec<f64>> {
    let lines = lines.lines().enumerate();
    lines.map(|(i, line)| ink_of(i + 1, line)).collect()
}

fn ink_of(number: usize, line: &str) -> Result<f64> {
    let numbers: Result<Vec<u32>, _> =
        line.split(',').map(str::parse).collect();
    let Ok(numbers) = numbers else {
        bail!("digits.csv:{number}: not whole numbers with commas between");
    };
    ensure!(
        numbers.len() == 65 && numbers[..64].iter().all(|pixel| *pixel <= 16),
        "digits.csv:{number}: not 64 pixels from 0 to 16 and a digit"
    );
    let sum: u32 = numbers[..64].iter().sum();
    Ok(f64::from(sum) * 100.0 / (64.0 * 16.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_images_are_read() {
        let ink = ink().unwrap();
        assert_eq!(ink.len(), 1797);
        // The first image's pixels add up to 294 (by hand).
        assert_eq!(ink[0], 29400.0 / 1024.0);
    }

    #[test]
    fn a_malformed_line_is_told_with_its_number() {
        let white = "0,".repeat(64) + "7\n";
        let message = |line: &str| {
            let lines = format!("{white}{line}\n{white}");
            read(&lines).unwrap_err().to_string()
        };
        assert_eq!(read(&white).unwrap(), [0.0]);
        assert!(message("1,2,x").starts_with("digits.csv:2: "));
        assert!(message("1,2,3").starts_with("digits.csv:2: "));
        let too_dark = white.trim().replacen('0', "17", 1);
        assert!(message(&too_dark).starts_with("digits.csv:2: "));
    }
}
