//! As set: what a listing tells of a knob is the setting, not a number near it,
//! and what it tells of its figure makes sense at every setting.

use listings::LISTINGS;
use notebook::{Kind, Knob, Listing, Outputs, Setting, run};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::thread;

/// At about how many positions each knob is tried.
const POSITIONS: usize = 24;

/// The text that stands for the figure.
pub fn description(outputs: &Outputs) -> &str {
    let svg = outputs.figure.as_ref().map_or("", |figure| &figure.wide);
    let (_, label) = svg.split_once("aria-label=\"").unwrap_or_default();
    label.split('"').next().unwrap_or_default()
}

/// Whether it has a number that is none, a zero in powers of ten, or "1 steps".
pub fn is_nonsense(description: &str) -> bool {
    static NONSENSE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(NaN|inf)\b|∞|(^|[^.\d])(0(\.00?)?e0|1 (steps|epochs|runs))\b").unwrap()
    });
    NONSENSE.is_match(description)
}

/// All that a reader sees of a run: the words between its numbers, and these.
fn told(outputs: &Outputs) -> (Vec<String>, Vec<String>) {
    let svg = outputs.figure.as_ref().map_or("", |figure| &figure.wide);
    let mut text = format!("{}\n{}\n", outputs.text, description(outputs));
    for label in svg.split("</text>") {
        text += label.rsplit('>').next().unwrap();
        text.push('\n');
    }
    for (name, value) in &outputs.values {
        text += &format!("{name}: {}\n", value.text);
    }
    let number = Regex::new(r"\d+(\.\d+)?(e-?\d+)?").unwrap();
    let words = number.split(&text).map(str::to_string).collect();
    let numbers = number.find_iter(&text).map(|found| found.as_str());
    (words, numbers.map(str::to_string).collect())
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

/// If these numbers follow the settings, rounded: the first that is not its
/// setting.
fn near_miss<'a>(told: &[(f64, &'a str)]) -> Option<(f64, &'a str)> {
    let follow = told
        .iter()
        .all(|(setting, number)| is_rounded(number, *setting));
    let different: BTreeSet<_> = told.iter().map(|(_, number)| number).collect();
    let misses = |(setting, number): &&(f64, &str)| number.parse() != Ok(*setting);
    let miss = told.iter().find(misses);
    miss.filter(|_| follow && different.len() > 2).copied()
}

/// The places at which a number follows a knob, and is not its setting.
fn near_misses(listing: &Listing, knob: &Knob) -> Vec<String> {
    let positions = knob.positions();
    let step = (positions.len() / POSITIONS).max(1);
    // Runs that tell the same but for numbers.
    let mut alike: BTreeMap<Vec<String>, Vec<(f64, Vec<String>)>> = BTreeMap::new();
    let mut misses = Vec::new();
    for setting in positions.iter().step_by(step) {
        let made = run(listing.run, vec![Setting::new(&knob.name, setting)]).unwrap();
        let description = description(&made);
        if is_nonsense(description) {
            let (id, flag) = (listing.id, knob.flag());
            misses.push(format!("{id} {flag} {setting}: {description}"));
        }
        let (words, numbers) = told(&made);
        let setting = setting.parse().unwrap();
        alike.entry(words).or_default().push((setting, numbers));
    }
    for (words, runs) in alike {
        for (place, before) in words.split_last().unwrap().1.iter().enumerate() {
            let told = runs
                .iter()
                .map(|(setting, numbers)| (*setting, &*numbers[place]));
            if let Some((setting, number)) = near_miss(&Vec::from_iter(told)) {
                let (id, flag) = (listing.id, knob.flag());
                misses.push(format!("{id} {flag} {setting} is {number} in {before:?}"));
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
