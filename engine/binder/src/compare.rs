//! Whether two outputs are the same, up to the last bits of their numbers.
//!
//! Processors differ there: ndarray picks other kernels on other machines.

use regex::Regex;
use serde_json::Value as Json;
use std::sync::LazyLock;

/// How far two numbers may be apart, relative to the larger one.
const RELATIVE: f64 = 1e-9;

/// How far two coordinates of a drawing may be apart, in logical pixels.
const COORDINATE: f64 = 0.5;

/// The attributes of SVG that hold coordinates.
const COORDINATES: [&str; 13] = [
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "points",
    "d",
    "transform",
    "data-at",
    "data-box",
];

/// Whether two texts agree: the same letters, and numbers of the same shape
/// within a relative 1e-9.
pub fn same_text(left: &str, right: &str) -> bool {
    left == right || same_numbers(left, right, |a, b| shape(a) == shape(b) && close(a, b))
}

/// Whether two JSON texts agree: the same structure, texts that agree, and
/// numbers within a relative 1e-9.
pub fn same_json(left: &str, right: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<Json>(text).ok();
    match (parse(left), parse(right)) {
        (Some(left), Some(right)) => same_values(&left, &right),
        _ => left == right,
    }
}

/// Whether two tables of numbers agree: as texts do, and numbers to the last of
/// their six digits.
pub fn same_csv(left: &str, right: &str) -> bool {
    left == right
        || same_numbers(left, right, |a, b| {
            shape(a) == shape(b) && same_digits(a, b)
        })
}

/// Whether two drawings agree: as texts do, and coordinates within half a pixel.
pub fn same_svg(left: &str, right: &str) -> bool {
    static ATTRIBUTE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"([\w-]+)="([^"]*)""#).expect("a constant pattern"));
    if left == right {
        return true;
    }
    let attributes = |text| ATTRIBUTE.captures_iter(text);
    let same_frame = same_text(
        &ATTRIBUTE.replace_all(left, "$1="),
        &ATTRIBUTE.replace_all(right, "$1="),
    );
    same_frame
        && attributes(left).count() == attributes(right).count()
        && attributes(left)
            .zip(attributes(right))
            .all(|(left, right)| {
                if left[1] == right[1] && COORDINATES.contains(&&left[1]) {
                    same_numbers(&left[2], &right[2], |a, b| {
                        a == b || both(a, b).is_some_and(|(a, b)| (a - b).abs() <= COORDINATE)
                    })
                } else {
                    left[1] == right[1] && same_text(&left[2], &right[2])
                }
            })
}

fn same_values(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => close(&left.to_string(), &right.to_string()),
        (Json::String(left), Json::String(right)) => same_text(left, right),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same_values(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| {
                    right
                        .get(key)
                        .is_some_and(|other| same_values(value, other))
                })
        }
        _ => left == right,
    }
}

/// Whether two texts are the same but for numbers, and those agree.
fn same_numbers(left: &str, right: &str, agree: impl Fn(&str, &str) -> bool) -> bool {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?").expect("a constant pattern")
    });
    let numbers = |text| NUMBER.find_iter(text).map(|number| number.as_str());
    // The replacement is a character that no number holds, so that the two
    // texts match only if their numbers stand in the same places.
    NUMBER.replace_all(left, "\u{0}") == NUMBER.replace_all(right, "\u{0}")
        && numbers(left).count() == numbers(right).count()
        && numbers(left)
            .zip(numbers(right))
            .all(|(left, right)| agree(left, right))
}

fn close(left: &str, right: &str) -> bool {
    left == right
        || both(left, right).is_some_and(|(a, b)| (a - b).abs() <= RELATIVE * a.abs().max(b.abs()))
}

/// Whether two numbers are the same to the last of six digits, which differs by
/// one where nearly the same number was rounded down and up.
fn same_digits(left: &str, right: &str) -> bool {
    left == right
        || both(left, right).is_some_and(|(a, b)| {
            let unit = 1e-5 * libm::exp10(libm::log10(a.abs().min(b.abs())).floor());
            (a - b).abs() < 1.5 * unit
        })
}

/// Both as finite numbers.
fn both(left: &str, right: &str) -> Option<(f64, f64)> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    Some((number(left)?, number(right)?))
}

/// A number with every digit made the same: how it is shown, not what it is.
fn shape(number: &str) -> String {
    number
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_bits_do_not_count_and_everything_else_does() {
        assert!(same_text(
            "w = 0.30000000000000004",
            "w = 0.30000000000000002"
        ));
        assert!(!same_text("w = 0.107", "w = 0.108"));
        assert!(!same_text("w = 0.10", "w = 0.100"));
        assert!(!same_text("w = 1.5", "v = 1.5"));
        assert!(!same_text("w = NaN", "w = 1.5"));
        assert!(!same_text("w = 1 2", "w = 12"));
    }

    #[test]
    fn json_is_compared_by_what_it_says() {
        assert!(same_json(
            "{\"a\": [0.3, 1]}",
            "{\"a\":[0.30000000000000004,1.0]}"
        ));
        assert!(!same_json("{\"a\": [0.3]}", "{\"a\": [0.3, 1]}"));
        assert!(!same_json("{\"a\": null}", "{\"a\": 1}"));
        assert!(!same_json("{\"a\": \"0.10\"}", "{\"a\": \"0.100\"}"));
    }

    #[test]
    fn a_table_may_differ_in_the_last_of_six_digits() {
        let table = |number: &str| format!("panel,label,x,y\n\"\",\"w\",{number},\n");
        assert!(same_csv(&table("1.00000e0"), &table("1.00001e0")));
        assert!(!same_csv(&table("1.00000e0"), &table("1.00002e0")));
        assert!(same_csv(&table("9.99999e0"), &table("1.00000e1")));
        assert!(!same_csv(&table("9.99999e0"), &table("9.99989e0")));
        assert!(!same_csv(&table("1.00000e0"), &table("")));
    }

    #[test]
    fn coordinates_may_move_half_a_pixel_and_nothing_else_may() {
        let svg = |x: f64, width: i32, label: &str| {
            format!("<line x1=\"{x}\" stroke-width=\"{width}\"/><text x=\"9\">{label}</text>")
        };
        assert!(same_svg(&svg(100.0, 3, "0.5"), &svg(100.5, 3, "0.5")));
        assert!(!same_svg(&svg(100.0, 3, "0.5"), &svg(100.6, 3, "0.5")));
        assert!(!same_svg(&svg(100.0, 3, "0.5"), &svg(100.0, 4, "0.5")));
        assert!(!same_svg(&svg(100.0, 3, "0.5"), &svg(100.0, 3, "0.6")));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_every_text_agrees_with_itself(text in "\\PC{0,60}", other in "\\PC{0,60}") {
            prop_assert!(same_text(&text, &text) && same_json(&text, &text) && same_svg(&text, &text));
            prop_assert_eq!(same_text(&text, &other), same_text(&other, &text));
            prop_assert_eq!(same_svg(&text, &other), same_svg(&other, &text));
        }

        #[test]
        fn a_wrong_number_is_never_accepted(
            words in "[a-z .=]{0,9}", number in -1e6f64..1e6, factor in 2e-9f64..1e3
        ) {
            let wrong = number + number.abs() * factor + f64::from(number == 0.0);
            let texts = (format!("{words}{number:e}"), format!("{words}{wrong:e}"));
            prop_assert!(!same_text(&texts.0, &texts.1));
            let lists = (format!("[{number}]"), format!("[{wrong}]"));
            prop_assert!(!same_json(&lists.0, &lists.1));
            let drawn = |number: f64| format!("<text x=\"1\">{words}{number:e}</text>");
            prop_assert!(!same_svg(&drawn(number), &drawn(wrong)));
        }
    }
}
