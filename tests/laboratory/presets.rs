//! The settings of the laboratory that its page names: each does what it says.

use listings::laboratory::race::run;
use notebook::{Outputs, Setting};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// The words of the links of a page that set the laboratory's knobs, and the
/// settings.
fn presets(page: &str) -> Vec<(String, Vec<Setting>)> {
    let parts: Vec<&str> = page.split("#laboratory/race?").collect();
    let links = parts.windows(2).map(|pair| {
        let (_, words) = pair[0].rsplit_once('[').unwrap();
        let (words, _) = words.split_once("](").unwrap();
        let (address, _) = pair[1].split_once(')').unwrap();
        let settings = address.split('&').map(|setting| {
            let (knob, text) = setting.split_once('=').unwrap();
            let text = percent_encoding::percent_decode_str(text);
            Setting::new(knob, &text.decode_utf8().unwrap())
        });
        (words.to_string(), settings.collect())
    });
    links.collect()
}

/// What the laboratory makes at the preset of this name, but for what is changed.
fn preset(name: &str, changed: &[(&str, &str)]) -> Outputs {
    let presets = presets(&read("src/laboratory.md"));
    let found = presets.into_iter().find(|(words, _)| words == name);
    let (_, mut settings) = found.unwrap_or_else(|| panic!("no preset {name}"));
    settings.retain(|setting| changed.iter().all(|(knob, _)| setting.knob != *knob));
    settings.extend(changed.iter().map(|(knob, text)| Setting::new(knob, text)));
    notebook::run(run, settings).unwrap()
}

/// What is printed of the racer of this number: what was said, what came.
fn rows(outputs: &Outputs, racer: usize) -> (String, String) {
    let of_it = |line: &&str| line.starts_with(&format!("{racer} "));
    let rows: Vec<&str> = outputs.text.lines().filter(of_it).collect();
    (rows[0].to_string(), rows[1].to_string())
}

fn says(outputs: &Outputs, racer: usize, said: &str, came: &str) {
    let (forecast, outcome) = rows(outputs, racer);
    assert!(forecast.contains(said), "{said}: {forecast}");
    assert!(outcome.contains(came), "{came}: {outcome}");
}

/// The places of a racer, or on a curve its weight and the loss.
fn way(outputs: &Outputs, racer: usize) -> Vec<(f64, f64)> {
    let figure = outputs.figure.as_ref().unwrap();
    figure.points(&racer.to_string())
}

/// The step at which a racer arrives.
fn arrival(outputs: &Outputs, racer: usize) -> usize {
    let (_, outcome) = rows(outputs, racer);
    let (_, step) = outcome.split_once("arrives at step ").unwrap();
    step.split_whitespace().next().unwrap().parse().unwrap()
}

/// What is left of the loss, as it is printed.
fn left(outputs: &Outputs, racer: usize) -> f64 {
    let (_, outcome) = rows(outputs, racer);
    let (part, _) = outcome.split_once(" of the loss is left").unwrap();
    part.split_whitespace().last().unwrap().parse().unwrap()
}

#[test]
fn every_link_to_a_setting_of_the_laboratory_is_one_of_its_page_and_runs() {
    let known: BTreeMap<String, Vec<Setting>> =
        presets(&read("src/laboratory.md")).into_iter().collect();
    assert!(known.len() >= 12, "{}", known.len());
    for settings in known.values() {
        notebook::run(run, settings.clone()).unwrap();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut linked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "md") {
            continue;
        }
        for (words, settings) in presets(&fs::read_to_string(&path).unwrap()) {
            let is_known = known.values().any(|known| *known == settings);
            assert!(is_known, "{}: {words}", path.display());
            linked += 1;
        }
    }
    assert!(linked >= known.len() + 8, "{linked}");
}

/// Red if `preset("Overshooting", &[])` were
/// `preset("Overshooting", &[("learning_rate", "0.5")])`: it would stay on
/// its side.
#[test]
fn overshooting_changes_sides_at_every_step_and_arrives() {
    let outputs = preset("Overshooting", &[]);
    says(&outputs, 1, "overshoots", "held");
    let way: Vec<f64> = way(&outputs, 1).iter().map(|at| at.0).collect();
    let changes = |w: &&[f64]| w[0] * w[1] < 0.0 && w[1].abs() < w[0].abs();
    assert_eq!(way.windows(2).take(60).filter(changes).count(), 60);
    assert!(arrival(&outputs, 1) < 50);
}

/// Red if `preset("Creeping", &[])` were
/// `preset("Creeping", &[("learning_rate", "0.1")])`: it would
/// arrive.
#[test]
fn creeping_stays_on_one_side_and_does_not_arrive() {
    let outputs = preset("Creeping", &[]);
    says(&outputs, 1, "creeps", "held");
    let way = way(&outputs, 1);
    assert!(way.len() == 201 && way.iter().all(|at| at.0 < 0.0));
    assert!(left(&outputs, 1) > 1e-3);
}

/// Red if `preset("One weight converges while another diverges", &[])` were
/// `preset("One weight converges while another diverges", &[("learning_rate", "0.09")])`: both
/// converge.
#[test]
fn one_weight_converges_while_another_diverges() {
    let outputs = preset("One weight converges while another diverges", &[]);
    says(&outputs, 1, "creeps     diverges", "held");
    let way = way(&outputs, 1);
    let (start, end) = (way[0], way[200]);
    assert!(end.0.abs() < 1e-6 && end.1.abs() > 30.0 * start.1.abs());
    let loss = |(x, y): (f64, f64)| 0.5 * (x * x + 20.0 * y * y);
    assert!((1..15).all(|k| loss(way[k]) < loss(way[k - 1])));
    assert!(loss(way[200]) > loss(start));
}

/// Red if `preset("The saddle's stall", &[])` were
/// `preset("The saddle's stall", &[("start_y", "0.5")])`: the start is
/// not near the saddle.
#[test]
fn the_saddle_stalls_all_but_adam_and_the_forecast_has_it() {
    let outputs = preset("The saddle's stall", &[]);
    for racer in [1, 2, 3] {
        says(&outputs, racer, "arrives", "held");
    }
    let loss = |(x, y): (f64, f64)| 0.5 * x * x - 0.5 * y * y + 0.25 * y.powi(4) + 0.25;
    for racer in 1..=4 {
        let way = way(&outputs, racer);
        let part = |k: usize| loss(way[k]) / loss(way[0]);
        // At the saddle a third of the loss above the minimum is left.
        let at_saddle = |k: &usize| (0.1..0.6).contains(&part(*k));
        let stands = |k: usize| part(k + 1) > 0.99 * part(k);
        let stalled = (0..200).filter(at_saddle).filter(|k| stands(*k)).count();
        match racer {
            4 => assert_eq!(stalled, 0),
            _ => assert!(stalled >= 20, "{racer}: {stalled}"),
        }
        assert!(part(200) < 1e-6);
    }
}

/// Red if `preset("Period doubling", &[])` were
/// `preset("Period doubling", &[("learning_rate_3", "1.1")])`: two places
/// again.
#[test]
fn period_doubling_goes_from_one_place_to_two_and_four() {
    let outputs = preset("Period doubling", &[]);
    says(&outputs, 1, "overshoots", "arrives");
    says(&outputs, 2, "diverges", "visits 2 places in turn");
    says(&outputs, 3, "diverges", "visits 4 places in turn");
    let way = way(&outputs, 3);
    assert!((way[200].0 - way[196].0).abs() < 1e-4);
    assert!((way[200].0 - way[198].0).abs() > 1e-2);
}

/// Red if `preset("The catapult", &[])` were
/// `preset("The catapult", &[("learning_rate", "0.1")])`: it would stay.
#[test]
fn the_catapult_settles_where_the_valley_is_wider() {
    let outputs = preset("The catapult", &[]);
    says(&outputs, 1, "diverges   does not settle", "no: curvature");
    says(&outputs, 2, "arrives", "held");
    let end = |racer| way(&outputs, racer)[200];
    let (thrown, stays) = (end(1), end(2));
    let sharpness = |(a, b): (f64, f64)| a * a + b * b;
    for (a, b) in [thrown, stays] {
        assert!((a * b - 1.0).abs() < 1e-3);
    }
    assert!(sharpness(thrown) < 0.8 * sharpness(stays));
    assert!(0.25 * sharpness(thrown) < 2.0 && 0.25 * sharpness(stays) > 2.0);
}

/// Red if `preset("Momentum's swing", &[])` were
/// `preset("Momentum's swing", &[("momentum", "0")])`: without it
/// nothing swings.
#[test]
fn momentum_swings_at_a_rate_at_which_plain_descent_creeps() {
    let outputs = preset("Momentum's swing", &[]);
    says(&outputs, 1, "creeps", "is left");
    says(&outputs, 2, "swings", "arrives");
    says(&outputs, 3, "creeps", "arrives");
    assert!(arrival(&outputs, 3) < arrival(&outputs, 2));
    let swings = way(&outputs, 2).iter().filter(|at| at.0 > 0.1).count();
    let creeps = way(&outputs, 1).iter().all(|at| at.0 < 0.0);
    assert!(swings > 5 && creeps);
}

/// By the mean squares of the slopes on the way, which are the weights: until
/// the rate is twice their root each step ends nearer, and then farther.
///
/// Red if `0.999 * mean` were `0.99 * mean`: it would forget the start sooner.
#[test]
fn adam_is_thrown_out_when_what_it_divides_by_is_half_its_rate() {
    let outputs = preset("Adam's edge", &[]);
    let way: Vec<f64> = way(&outputs, 1).iter().map(|at| at.0).collect();
    assert_eq!(way.len(), 201);
    let (mut mean, mut roots) = (0.0, Vec::new());
    for (k, slope) in (1..).zip(&way) {
        mean = 0.999 * mean + 0.001 * slope * slope;
        roots.push((mean / (1.0 - 0.999f64.powi(k))).sqrt());
    }
    let edge = roots.iter().position(|root| 2.0 * root < 1.0).unwrap();
    let (near, after) = way.split_at(edge + 1);
    assert!(near.windows(2).all(|step| step[1].abs() < step[0].abs()));
    assert!(near[edge].abs() < 1e-9);
    let grows = |step: &[f64]| step[1].abs() > step[0].abs() && step[0] * step[1] < 0.0;
    let thrown = after.iter().position(|w| w.abs() > way[0].abs()).unwrap();
    assert!(after[..=thrown].windows(2).all(grows) && thrown > 20);
    assert!(way[200].abs() < 1e-6);
}

/// Red if `preset("A schedule out of budget", &[])` were
/// `preset("A schedule out of budget", &[("schedule", "constant")])`: it would
/// arrive.
#[test]
fn a_schedule_runs_out_of_budget_where_its_highest_rate_arrives() {
    let spent = preset("A schedule out of budget", &[]);
    let constant = preset("Without the schedule", &[]);
    says(&spent, 1, "of the loss is left", "held");
    says(&constant, 1, "arrives", "held");
    assert!(left(&spent, 1) > 1e-3 && arrival(&constant, 1) < 200);
}

/// Red if `preset("The noise floor", &[])` were
/// `preset("The noise floor", &[("learning_rate_2", "0.02")])`: at one
/// rate one floor.
#[test]
fn the_noise_floor_is_lower_at_a_lower_rate_and_with_a_larger_batch() {
    let one = preset("The noise floor", &[]);
    let sixteen = preset("A larger batch", &[]);
    for outputs in [&one, &sixteen] {
        for racer in [1, 2] {
            says(outputs, racer, "with noise", "of the loss is left");
            let (said, came) = rows(outputs, racer);
            assert!(came.contains("held"), "{said}\n{came}");
        }
    }
    for outputs in [&one, &sixteen] {
        assert!(left(outputs, 2) < 0.7 * left(outputs, 1));
    }
    for racer in [1, 2] {
        assert!(left(&sixteen, racer) < 0.7 * left(&one, racer));
    }
}

/// Red if `preset("Another minimum", &[])` were
/// `preset("Another minimum", &[("momentum", "0.5")])`: it would stop in
/// the first.
#[test]
fn a_velocity_ends_in_another_minimum() {
    let outputs = preset("Another minimum", &[]);
    says(&outputs, 1, "arrives", "no: another minimum");
    let way = way(&outputs, 1);
    assert!(way[0].0 < -2.0 && way[200].0 > 0.5);
}

/// Red if `preset("Lion's grid", &[])` were
/// `preset("Lion's grid", &[("schedule", "cosine")])`: a rate that falls leaves
/// the grid.
#[test]
fn lion_comes_as_near_as_its_grid_lets_it_and_nearer_at_a_lower_rate() {
    let outputs = preset("Lion's grid", &[]);
    for (racer, rate, nearest) in [(1, 0.2, 0.1), (2, 0.03, 0.01)] {
        says(&outputs, racer, &format!(", nearest {nearest:.4}"), "held");
        let way: Vec<f64> = way(&outputs, racer).iter().map(|at| at.0).collect();
        assert_eq!(way.len(), 201);
        let steps = way.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        assert!(steps.into_iter().all(|step| (step - rate).abs() < 1e-4));
        let near = way.iter().fold(f64::INFINITY, |a, w| a.min(w.abs()));
        assert!((near - nearest).abs() < 1e-4, "{near}");
    }
}

/// Red if `preset("An average in place of a schedule", &[])` were
/// `preset("An average in place of a schedule", &[("optimizer_2", "SGD")])`: no
/// average.
#[test]
fn the_mean_falls_below_the_floor_of_steps_at_the_same_rate() {
    let outputs = preset("An average in place of a schedule", &[]);
    for racer in [1, 2] {
        says(&outputs, racer, "with noise", "held");
    }
    assert!(left(&outputs, 2) < 0.3 * left(&outputs, 1));
}

/// Red if `preset("A guess far too small", &[])` were
/// `preset("A guess far too small", &[("schedule", "exponential")])`: what is
/// found would be taken away.
#[test]
fn from_a_guess_far_too_small_three_rules_arrive() {
    let outputs = preset("A guess far too small", &[]);
    for racer in [1, 2, 3] {
        says(&outputs, racer, "no forecast is made", "nothing was said");
        assert!(arrival(&outputs, racer) < 200);
        let way: Vec<f64> = way(&outputs, racer).iter().map(|at| at.0).collect();
        assert!((way[1] - way[0]).abs() < 2e-4);
    }
}
