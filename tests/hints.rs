//! Hints: a knob that is said to change nothing in a figure changes nothing, and
//! one of which it is not said does somewhere.

use listings::LISTINGS;
use notebook::{Kind, Knob, Outputs, Setting, run};
use std::collections::BTreeMap;

/// What a listing makes with one knob at a setting, and another, if it is given.
fn made(listing: &notebook::Listing, set: &[(&str, &str)]) -> Outputs {
    let settings = set.iter().map(|(knob, text)| Setting::new(knob, text));
    run(listing.run, settings.collect()).unwrap()
}

/// The first, the middle and the last position of a knob.
fn some(knob: &Knob) -> [String; 3] {
    let positions = knob.positions();
    [0, positions.len() / 2, positions.len() - 1].map(|place| positions[place].clone())
}

#[test]
fn a_knob_is_idle_exactly_where_it_leaves_the_figure_as_it_is() {
    let mut seen = 0;
    for listing in LISTINGS {
        let knobs = made(listing, &[]).knobs;
        let is_choice = |knob: &&Knob| matches!(knob.kind, Kind::Choice { .. });
        let Some(choice) = knobs.iter().find(is_choice) else {
            continue;
        };
        let mut idle = BTreeMap::new();
        for option in choice.positions() {
            let here = made(listing, &[(&choice.name, &option)]);
            for knob in knobs.iter().filter(|knob| !is_choice(knob)) {
                let says = here
                    .hints
                    .iter()
                    .any(|hint| hint.at.is_none() && hint.knob == knob.name);
                let differs = some(knob).iter().any(|text| {
                    let there = made(listing, &[(&choice.name, &option), (&knob.name, text)]);
                    there.figure.map(|figure| figure.csv)
                        != here.figure.as_ref().map(|f| f.csv.clone())
                });
                assert_eq!(says, !differs, "{} {option} {}", listing.id, knob.name);
                *idle.entry(knob.name.clone()).or_insert(0) += usize::from(says);
            }
        }
        seen += idle.values().sum::<usize>();
    }
    assert!(seen > 10, "{seen} idle knobs");
}
