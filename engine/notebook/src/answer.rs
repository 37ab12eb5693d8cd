//! Answers: what a page in the reader's browser gets for its settings.

use crate::{Figure, Hint, Listing, Outputs, Result, Setting, Value, bail, run};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::collections::BTreeMap;
use std::io;

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// What the listing made.
    Made(Made),
    /// Why it made nothing.
    Error(String),
}

/// Outputs without the knobs, which the page has already: what writes them would
/// weigh in every script.
#[derive(Serialize)]
struct Made {
    text: String,
    values: BTreeMap<String, Value>,
    figure: Option<Figure>,
    hints: Vec<Hint>,
}

impl From<Result<Outputs>> for Answer {
    fn from(outputs: Result<Outputs>) -> Answer {
        match outputs {
            Ok(Outputs {
                text,
                values,
                figure,
                hints,
                ..
            }) => Answer::Made(Made {
                text,
                values,
                figure,
                hints,
            }),
            Err(error) => Answer::Error(format!("{error:#}")),
        }
    }
}

/// Runs a listing at these settings, a line each, `learning_rate=0.1`, and returns
/// what came of it as JSON: `{"made": …}` or `{"error": "…"}`. `number` is the
/// browser's reading of numbers: that of the standard library would be a tenth of
/// a page's WebAssembly.
pub fn answer(listings: &[Listing], id: &str, settings: &str, number: fn(&str) -> f64) -> String {
    let answer = Answer::from(outputs(listings, id, settings, number));
    let mut json = Serializer::with_formatter(Vec::new(), Json);
    // Writing to memory cannot fail.
    let _ = answer.serialize(&mut json);
    String::from_utf8(json.into_inner()).unwrap_or_default()
}

fn outputs(
    listings: &[Listing],
    id: &str,
    settings: &str,
    number: fn(&str) -> f64,
) -> Result<Outputs> {
    let Some(listing) = listings.iter().find(|listing| listing.id == id) else {
        bail!("no listing {id}");
    };
    let settings = settings
        .lines()
        .filter_map(|setting| setting.split_once('='))
        .map(|(knob, text)| setting(knob, text, number));
    run(listing.run, settings.collect())
}

/// JavaScript finds more numbers than Rust, 0 in an empty text and 16 in `0x10`;
/// these are none.
fn setting(knob: &str, text: &str, number: fn(&str) -> f64) -> Setting {
    let is_decimal = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
    let is_number = !text.is_empty() && text.chars().all(is_decimal);
    Setting {
        knob: knob.to_string(),
        text: text.to_string(),
        number: Some(number(text)).filter(|number| is_number && !number.is_nan()),
    }
}

/// JSON with numbers as the standard library writes them, which is here anyway;
/// `serde_json` would bring ten kilobytes of tables of its own.
struct Json;

impl Formatter for Json {
    fn write_f64<W: ?Sized + io::Write>(&mut self, to: &mut W, number: f64) -> io::Result<()> {
        write!(to, "{number:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Format};
    use serde_json::{Value as Json, json};

    fn half(cell: &mut Cell) -> Result<()> {
        let whole = cell.knob("whole", 1.0, 0.0..=20.0)?;
        cell.value("half", whole / 2.0, Format::Decimals(1));
        Ok(())
    }

    const LISTINGS: &[Listing] = &[Listing {
        id: "part/half",
        run: half,
    }];

    /// What JavaScript's `Number` finds in these texts.
    fn number(text: &str) -> f64 {
        match text {
            "" => 0.0,
            "0x10" => 16.0,
            text => text.parse().unwrap_or(f64::NAN),
        }
    }

    fn answered(id: &str, settings: &str) -> Json {
        serde_json::from_str(&answer(LISTINGS, id, settings, number)).unwrap()
    }

    #[test]
    fn a_page_gets_what_the_listing_makes_at_its_settings() {
        let made = answered("part/half", "whole=3");
        assert_eq!(made["made"]["values"]["half"]["number"], json!(1.5));
        assert_eq!(made["made"].get("knobs"), None);
    }

    #[test]
    fn a_page_gets_the_reason_where_nothing_is_made() {
        let unknown = answered("part/third", "");
        assert_eq!(unknown, json!({ "error": "no listing part/third" }));
        for text in ["", "0x10", "three", "30"] {
            let refused = answered("part/half", &format!("whole={text}"));
            let reason = refused["error"].as_str().unwrap_or_default();
            assert!(reason.starts_with("knob whole"), "{text}: {refused}");
        }
    }
}
