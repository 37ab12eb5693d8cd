//! As set: what a listing tells of a knob is the setting, not a number near it,
//! and what it tells of its figure makes sense at every setting.

use listings::LISTINGS;
use notebook::{Kind, Knob, Listing, Outputs, Setting, run};
use std::collections::BTreeMap;
use std::thread;

/// At about how many positions each knob is tried.
const POSITIONS: usize = 24;

/// The text that stands for the figure.
pub fn description(outputs: &Outputs) -> &str {
    let svg = outputs.figure.as_ref().map_or("", |figure| &figure.wide);
    let (_, label) = svg.split_once("aria-label=\"").unwrap_or_default();
    label.split('"').next().unwrap_or_default()
}

/// Whether it has a number that is none, or a zero in powers of ten.
pub fn is_nonsense(description: &str) -> bool {
    let words = description.split(|c: char| !c.is_alphanumeric() && c != '.');
    let mut words = words.map(|word| word.trim_end_matches('.'));
    words.any(|word| ["NaN", "inf", "0e0", "0.0e0", "0.00e0"].contains(&word))
        || description.contains('∞')
}

/// What stands before a number, and the number.
type Told = Vec<(String, String)>;

/// All that a reader sees of a run, cut at its numbers.
fn told(outputs: &Outputs) -> Told {
    let svg = outputs.figure.as_ref().map_or("", |figure| &figure.wide);
    let mut text = format!("{}\n{}\n", outputs.text, description(outputs));
    for label in svg.split("</text>") {
        text += label.rsplit('>').next().unwrap();
        text.push('\n');
    }
    for (name, value) in &outputs.values {
        text += &format!("{name}: {}\n", value.text);
    }
    let (mut told, mut words) = (Told::new(), String::new());
    let mut rest = &*text;
    while let Some(first) = rest.find(|c: char| c.is_ascii_digit()) {
        words.push_str(&rest[..first]);
        rest = &rest[first..];
        let end = rest
            .char_indices()
            .find(|(at, c)| {
                let next = rest[at + c.len_utf8()..].chars().next().unwrap_or(' ');
                let goes_on = match c {
                    '.' => next.is_ascii_digit(),
                    'e' => next.is_ascii_digit() || next == '-',
                    '-' => rest[..*at].ends_with('e'),
                    _ => c.is_ascii_digit(),
                };
                !goes_on
            })
            .map_or(rest.len(), |(at, _)| at);
        told.push((std::mem::take(&mut words), rest[..end].to_string()));
        rest = &rest[end..];
    }
    told
}

/// Whether this is what becomes of the setting with so few digits as it has.
fn is_rounded(number: &str, setting: f64) -> bool {
    let (mantissa, is_scientific) = match number.split_once('e') {
        Some((mantissa, _)) => (mantissa, true),
        None => (number, false),
    };
    let decimals = mantissa.split_once('.').map_or(0, |(_, after)| after.len());
    number
        == match is_scientific {
            true => format!("{setting:.decimals$e}"),
            false => format!("{setting:.decimals$}"),
        }
}

/// The places at which a number follows a knob, and is not its setting.
fn near_misses(listing: &Listing, knob: &Knob) -> Vec<String> {
    let positions = knob.positions();
    let step = (positions.len() / POSITIONS).max(1);
    // Runs that tell the same but for numbers.
    let mut alike: BTreeMap<Vec<String>, Vec<(String, Vec<String>)>> = BTreeMap::new();
    for text in positions.into_iter().step_by(step) {
        let made = run(listing.run, vec![Setting::new(&knob.name, &text)]).unwrap();
        let description = description(&made);
        assert!(
            !is_nonsense(description),
            "{} {text}: {description}",
            listing.id
        );
        let (words, numbers) = told(&made).into_iter().unzip();
        alike.entry(words).or_default().push((text, numbers));
    }
    let mut misses = Vec::new();
    for (words, runs) in alike {
        for place in 0..words.len() {
            let pairs = runs
                .iter()
                .map(|(text, numbers)| (&**text, &*numbers[place]));
            let follows = pairs
                .clone()
                .all(|(text, number)| is_rounded(number, text.parse().unwrap()));
            let parsed = |text: &str| text.parse::<f64>().unwrap();
            let mut different: Vec<_> = pairs.clone().map(|(_, number)| number).collect();
            different.dedup();
            let miss = pairs
                .clone()
                .find(|(text, number)| parsed(text) != parsed(number));
            if let (true, true, Some((text, number))) = (follows, different.len() > 2, miss) {
                misses.push(format!(
                    "{} {} {text} is told as {number} after {:?}",
                    listing.id,
                    knob.flag(),
                    words[place]
                ));
            }
        }
    }
    misses
}

#[test]
fn what_follows_a_knob_is_its_setting_and_descriptions_make_sense() {
    let of = |listing: &Listing| {
        let knobs = run(listing.run, Vec::new()).unwrap().knobs;
        let numbers = knobs
            .iter()
            .filter(|knob| matches!(knob.kind, Kind::Number { .. } | Kind::Count { .. }));
        numbers
            .flat_map(|knob| near_misses(listing, knob))
            .collect::<Vec<_>>()
    };
    let misses: Vec<String> = thread::scope(|scope| {
        let listings: Vec<_> = LISTINGS
            .iter()
            .map(|listing| scope.spawn(move || of(listing)))
            .collect();
        listings
            .into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}
