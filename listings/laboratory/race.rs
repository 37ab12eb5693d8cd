//! Up to four racers descend a loss of your own: what is to be expected of
//! each, and what comes to pass.

use notebook::{Axis, Cell, Panel, Result, Style, bail, by_step};
use training::expression::expression::Expression;
use training::race::bowl::{Bowl, minimum};
use training::race::forecast::Forecast;
use training::race::outcome::{Outcome, RUNS, Verdict};
use training::race::racer::{Race, Racer};
use training::schedule::schedules;

/// Losses to begin with, and their names.
const EXAMPLES: [(&str, &str); 11] = [
    ("valley", "0.5(x^2 + 20y^2)"),
    ("bowl", "0.5x^2"),
    ("turned valley", "0.5(0.8x + 0.6y)^2 + 10(0.8y - 0.6x)^2"),
    ("fourth power", "x^4"),
    ("double well", "0.25(x^2 - 1)^2"),
    ("unequal wells", "x^4 - 3x^2 + x"),
    ("product", "0.5(xy - 1)^2"),
    ("saddle", "0.5x^2 - 0.5y^2 + 0.25y^4"),
    ("Rosenbrock", "(1 - x)^2 + 100(y - x^2)^2"),
    ("ravine", "0.5(x^2 + 50y^2)"),
    ("waves", "0.5(x^2 + 20y^2) + 0.1 sin(5x)"),
];
/// Who can race, and who races at what rate unless the reader says otherwise.
const OPTIMIZERS: [&str; 14] = [
    "none",
    "SGD",
    "momentum",
    "Nesterov",
    "Adagrad",
    "RMSprop",
    "Adam",
    "AMSGrad",
    "AdamW",
    "Lion",
    "schedule-free",
    "DoG",
    "D-Adaptation",
    "Prodigy",
];
const RACERS: [(&str, f64); 4] = [
    ("SGD", 0.09),
    ("momentum", 0.02),
    ("Nesterov", 0.02),
    ("Adam", 0.2),
];
const STYLES: [Style; 4] =
    [Style::Blue, Style::Orange, Style::Green, Style::Vermilion];
const STEPS: usize = 200;

/// Who races, under which name and in which style.
type Entry = (String, Racer, Style);

/// A racer with what was said of it and what it did.
struct Run {
    name: String,
    racer: Racer,
    style: Style,
    said: Forecast,
    came: Outcome,
}

// ANCHOR: race
pub fn run(cell: &mut Cell) -> Result<()> {
    let text = cell.text_knob("loss", EXAMPLES[0].1, &EXAMPLES)?;
    let loss = match Expression::parse(&text) {
        Ok(loss) => loss,
        Err(error) => bail!("knob loss: {error}"),
    };
    let (race, racers) = knobs(cell, loss)?;
    let shown = cell.count_knob("steps", STEPS, 0..=STEPS)?;

    let start = Bowl::at(&race.loss, race.start);
    let Some(end) = minimum(&race.loss, race.start) else {
        bail!("knob loss: {}", why_none(&start));
    };
    // Beside the highest curvature a millionth of it is none.
    let highest = start.sharpness().abs().max(end.sharpness().abs());
    let [start, end] =
        [start, end].map(|bowl| bowl.without_less_than(1e-6 * highest));
    let race_one = |(name, racer, style): Entry| Run {
        said: Forecast::new(&race, &racer, &start, &end),
        came: Outcome::new(&race, &racer, &end),
        name,
        racer,
        style,
    };
    let runs: Vec<Run> = racers.into_iter().map(race_one).collect();
    print_bowls(cell, &start, &end);
    print_forecast(cell, &race, &runs, &end);
    print_outcome(cell, &runs);
    report(cell, &race, &runs, &end, shown);
    Ok(())
}
// ANCHOR_END: race

/// What the reader chose: the race, and who races.
fn knobs(cell: &mut Cell, loss: Expression) -> Result<(Race, Vec<Entry>)> {
    let x = cell.knob("start_x", -2.5, -3.0..=3.0)?;
    let y = cell.knob("start_y", 1.0, -3.0..=3.0)?;
    let mut racers = Vec::new();
    for (i, (optimizer, rate)) in RACERS.into_iter().enumerate() {
        let named = |name: &str| match i {
            0 => name.to_string(),
            _ => format!("{name}_{}", i + 1),
        };
        // Somebody races.
        let options = &OPTIMIZERS[usize::from(i == 0)..];
        let optimizer =
            cell.choice_knob(&named("optimizer"), optimizer, options)?;
        let learning_rate =
            cell.log_knob(&named("learning_rate"), rate, 1e-4..=10.0)?;
        if optimizer == "none" {
            cell.idle(&named("learning_rate"), "nobody races");
        } else {
            let racer = Racer {
                optimizer,
                learning_rate,
            };
            racers.push((format!("{} {optimizer}", i + 1), racer, STYLES[i]));
        }
    }
    let momentum = cell.knob("momentum", 0.9, 0.0..=0.95)?;
    let has_none =
        |optimizer| ["SGD", "Adagrad", "RMSprop", "DoG"].contains(&optimizer);
    if racers.iter().all(|(_, racer, _)| has_none(racer.optimizer)) {
        cell.idle("momentum", "no racer has one");
    }
    let schedule =
        cell.choice_knob("schedule", "constant", &schedules::NAMES)?;
    let noise = cell.knob("noise", 0.0, 0.0..=5.0)?;
    let batch_size = cell.count_knob("batch_size", 1, 1..=64)?;
    if noise == 0.0 {
        cell.idle("batch_size", "there is no noise");
    }
    let start = match loss.weights() {
        1 => {
            cell.idle("start_y", "the loss has one weight");
            [x, 0.0]
        }
        _ => [x, y],
    };
    let race = Race {
        loss,
        start,
        momentum,
        schedule,
        noise: noise / (batch_size as f64).sqrt(),
        steps: STEPS,
    };
    Ok((race, racers))
}

/// Why no minimum was found.
fn why_none(start: &Bowl) -> String {
    let [x, y] = start.weights;
    match start.jet.is_finite() {
        true => format!("no minimum was found on the way down from ({x}, {y})"),
        false => format!(
            "at the start, ({x}, {y}), the loss, its slope or its curvature \
             is not finite"
        ),
    }
}

// ANCHOR: print
fn print_bowls(cell: &mut Cell, start: &Bowl, end: &Bowl) {
    writeln!(cell, "               x        y        loss  curvatures");
    let bottom = match (end.curvatures[0] < 0.0, end.sharpness() < 0.0) {
        (true, true) => "top",
        (true, false) => "saddle",
        _ => "minimum",
    };
    for (name, bowl) in [("start", start), (bottom, end)] {
        // Rounded first, so that none is a negative zero.
        let rounded = |w: f64| (1e3 * w).round() / 1e3 + 0.0;
        let [x, y] = bowl.weights.map(rounded);
        let loss = bowl.jet.value;
        write!(cell, "{name:<8}{x:8.3} {y:8.3} {loss:11.4}");
        for curvature in &bowl.curvatures {
            write!(cell, "{curvature:12.3}");
        }
        writeln!(cell);
    }
}

fn print_forecast(cell: &mut Cell, race: &Race, runs: &[Run], end: &Bowl) {
    writeln!(cell, "\nforecast           rate    limit    limit");
    writeln!(
        cell,
        "               or guess at start  at end   in each direction"
    );
    for Run {
        name, racer, said, ..
    } in runs
    {
        let rate = racer.learning_rate;
        let limits = match racer.finds_its_rate() {
            true => ["unknown".to_string(), "unknown".to_string()],
            false => [said.limit_at_start, said.limit].map(limit),
        };
        write!(cell, "{name:<15}{rate:>8}");
        write!(cell, " {:>8} {:>8}  ", limits[0], limits[1]);
        for motion in &said.motions {
            write!(cell, "{motion:<11}");
        }
        writeln!(cell, "{}", expectation(race, said, end));
    }
}

/// What is to be expected of a racer, in words.
fn expectation(race: &Race, said: &Forecast, end: &Bowl) -> String {
    let (longest, soonest) = (said.longest, said.soonest);
    match (said.left(race), said.arrives) {
        (None, _) if soonest > 0 => {
            let near = match said.nearest {
                nearest if nearest < 1e-4 => String::new(),
                nearest => format!(", nearest {nearest:.4}"),
            };
            format!("longest step {longest:.4}, soonest at {soonest}{near}")
        }
        (None, _) if end.sharpness() > 0.0 => "no forecast is made".into(),
        (None, _) => "nothing is known: no bowl".into(),
        _ if !said.settles => "does not settle".into(),
        (_, Some(step)) => format!("arrives at step {step}"),
        (Some(part), None) => {
            let floor = if race.noise > 0.0 { ", with noise" } else { "" };
            format!("{part:.0e} of the loss is left{floor}")
        }
    }
}

fn limit(rate: f64) -> String {
    match rate < 1e4 {
        true => format!("{rate:.4}"),
        false => "none".to_string(),
    }
}

fn print_outcome(cell: &mut Cell, runs: &[Run]) {
    let heading = "what came to pass";
    writeln!(cell, "\n{heading:<42} the forecast");
    for Run {
        name, said, came, ..
    } in runs
    {
        let fate = came.fate.to_string();
        let verdict = Verdict::new(said, came);
        writeln!(cell, "{name:<16}{fate:<27}{verdict}");
    }
}
// ANCHOR_END: print

fn report(
    cell: &mut Cell,
    race: &Race,
    runs: &[Run],
    end: &Bowl,
    shown: usize,
) {
    let sentence =
        |Run { name, came, .. }: &Run| format!("{name} {}", came.fate);
    let alt = format!(
        "A race of {STEPS} steps. Left, the loss with the racers' ways from \
         ({}, {}); right, the part of the loss that is left after each step, \
         with the forecasts, where there are any, as thin lines. {}.",
        race.start[0],
        race.start[1],
        runs.iter().map(sentence).collect::<Vec<_>>().join("; ")
    );
    let ways = match race.loss.weights() {
        1 => curve(race, runs, end, shown),
        _ => map(race, runs, end, shown),
    };
    cell.chart(alt, [ways, losses(runs, shown)]);
    cell.count("length", STEPS);
    cell.count("runs", RUNS as usize);
}

/// The places of each of the four that are shown; none of who does not race, so
/// that the legend stays as it is.
fn shown_of(
    runs: &[Run],
    shown: usize,
) -> impl Iterator<Item = (String, &[[f64; 2]], Style)> {
    (1..=4).zip(STYLES).map(move |(number, style)| {
        let run = runs.iter().find(|run| run.style == style);
        let places = run.map_or(&[][..], |run| &run.came.places);
        let places = &places[..places.len().min(shown + 1)];
        (number.to_string(), places, style)
    })
}

/// The axes follow the loss from left to right.
fn curve(race: &Race, runs: &[Run], end: &Bowl, shown: usize) -> Panel {
    let (low, high) = (end.jet.value, race.loss.value(race.start));
    let room = (high - low).max(0.1);
    let mut panel = Panel::new(
        Axis::linear("weight x").range(-4.0..=4.0),
        Axis::linear("loss").range(low - 0.5 * room..=high + 0.5 * room),
    )
    .function("", |x| race.loss.value([x, 0.0]), Style::Muted);
    let on_curve = |at: &[f64; 2]| (at[0], race.loss.value(*at));
    for (name, places, style) in shown_of(runs, shown) {
        panel = panel.path(name, places.iter().map(on_curve), style);
    }
    panel
        .points("", [(end.weights[0], end.jet.value)], Style::Ink)
        .points("", [on_curve(&race.start)], Style::Ink)
        .sets_x("start_x")
}

/// Each contour has a quarter of the loss of the one around it.
fn map(race: &Race, runs: &[Run], end: &Bowl, shown: usize) -> Panel {
    let low = end.jet.value;
    let room = (race.loss.value(race.start) - low).max(0.1);
    let level = |i: i32| low + room * libm::pow(4.0, f64::from(1 - i));
    let loss = race.loss.clone();
    let mut panel = Panel::new(
        Axis::linear("weight x").range(-4.0..=4.0),
        Axis::linear("weight y").range(-3.2..=3.2),
    )
    .contours(move |x, y| loss.value([x, y]), (0..7).map(level));
    for (name, places, style) in shown_of(runs, shown) {
        let places = places.iter().map(|[x, y]| (*x, *y));
        panel = panel.path(name, places, style);
    }
    let [x, y] = end.weights;
    let [start_x, start_y] = race.start;
    panel
        .points("", [(x, y)], Style::Ink)
        .points("", [(start_x, start_y)], Style::Ink)
        .sets_x("start_x")
        .sets_y("start_y")
}

/// What is left of the loss, as it was said and as it came.
fn losses(runs: &[Run], shown: usize) -> Panel {
    let mut panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("part of the loss that is left").range(1e-8..=100.0),
    )
    .level("", 1e-6);
    let parts = |losses: &[f64]| -> Vec<f64> {
        let part = |loss: &f64| match loss / losses[0] {
            // Who starts in the minimum and stays has nothing to lose.
            part if part.is_nan() => 1.0,
            part => part,
        };
        losses.iter().map(part).collect()
    };
    for Run { said, .. } in runs {
        if !said.losses.is_empty() {
            let parts = parts(&said.losses);
            panel = panel.line("", by_step(&parts), Style::Muted);
        }
    }
    for run in runs {
        let parts = parts(&run.came.losses);
        let parts = by_step(&parts).take(shown + 1);
        panel = panel.line("", parts, run.style);
    }
    panel
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::{Outputs, Setting, at};

    fn race(loss: &str, settings: &[(&str, f64)]) -> Outputs {
        let mut all = vec![("loss", loss.to_string())];
        all.extend(settings.iter().map(|(knob, x)| (*knob, x.to_string())));
        let all: Vec<(&str, &dyn std::fmt::Display)> =
            all.iter().map(|(knob, text)| (*knob, text as _)).collect();
        at(run, &all)
    }

    fn error(loss: &str, x: &str) -> String {
        let settings = [Setting::new("loss", loss), Setting::new("start_x", x)];
        run_at(settings.to_vec()).unwrap_err().to_string()
    }

    fn run_at(settings: Vec<Setting>) -> Result<Outputs> {
        notebook::run(run, settings)
    }

    /// Red if `bail!("knob loss: {error}")` were `bail!("{error}")`: no one
    /// would know which knob.
    #[test]
    fn what_cannot_be_raced_is_told_with_its_knob_and_why() {
        let told = error("x^4 - 3y2", "1");
        assert!(told.starts_with("knob loss: at column 9: "), "{told}");
        let told = error("ln(x)", "-1");
        assert_eq!(
            told,
            "knob loss: at the start, (-1, 0), the loss, its slope or its \
             curvature is not finite"
        );
    }

    /// Red if `format!("no minimum was found on the way down from ({x}, {y})")`
    /// were `String::new()`: no reason.
    #[test]
    fn no_race_is_run_where_no_minimum_is_or_one_at_a_kink_of_abs_or_far() {
        let none = "knob loss: no minimum was found on the way down from (3, ";
        for loss in [
            "x",
            "abs(x)",
            "0.5x^2 + 2abs(x)",
            "abs(x) + y^2",
            "abs(x - y) + x^2",
            "0.5(x - 150)^2",
        ] {
            let told = error(loss, "3");
            assert!(told.starts_with(none), "{loss}: {told}");
        }
    }

    /// The curvature along a level valley that lies askew is nothing but the
    /// rounding of a sum.
    #[test]
    fn a_level_valley_bends_down_nowhere() {
        for loss in ["(0.9x + 0.35y)^2", "(0.55x + 0.45y)^2"] {
            let settings = [("loss", loss), ("schedule", "cosine")];
            let settings =
                settings.map(|(knob, text)| Setting::new(knob, text));
            let text = run_at(settings.to_vec()).unwrap().text;
            assert!(!text.contains("no forecast is made"), "{text}");
            assert!(!text.contains("-0.000 "), "{text}");
        }
    }

    #[test]
    fn from_every_start_the_way_down_each_example_ends() {
        for (name, text) in EXAMPLES {
            let loss = Expression::parse(text).unwrap();
            for x in -12..=12 {
                for y in -12..=12 {
                    let start = [x, y].map(|w| f64::from(w) / 4.0);
                    let end = minimum(&loss, start);
                    assert!(end.is_some(), "{name} from {start:?}");
                }
            }
        }
    }

    /// The rates are those of the page, the starts near the bottom or in bowls.
    ///
    /// Red if `start_x", -2.5,` were `start_x", -2.9,`: another start.
    #[test]
    fn in_the_named_landscapes_the_forecast_holds_at_these_settings() {
        for (name, x, y) in [
            ("valley", -2.5, 1.0),
            ("bowl", -2.5, 0.0),
            ("turned valley", -2.5, 1.0),
            ("double well", 0.8, 0.0),
            ("unequal wells", 1.0, 0.0),
            ("product", 1.2, 0.9),
            ("saddle", 0.5, 0.9),
            ("waves", -2.5, 1.0),
        ] {
            let found = EXAMPLES.iter().find(|(other, _)| *other == name);
            let text = found.unwrap().1;
            let outputs = race(text, &[("start_x", x), ("start_y", y)]);
            let (_, outcomes) = outputs.text.split_once("to pass").unwrap();
            let held = outcomes.lines().filter(|line| line.ends_with("held"));
            assert_eq!(held.count(), 4, "{name}\n{}", outputs.text);
        }
    }

    /// With starts where the loss bends up: of others nothing is said of
    /// schedule-free descent.
    #[test]
    fn in_six_of_them_those_of_lion_and_schedule_free_hold_at_these_settings() {
        for (name, x, y) in [
            ("valley", -2.5, 1.0),
            ("bowl", -2.5, 0.0),
            ("turned valley", -2.5, 1.0),
            ("double well", 0.8, 0.0),
            ("unequal wells", 1.0, 0.0),
            ("saddle", 0.5, 0.9),
        ] {
            let found = EXAMPLES.iter().find(|(other, _)| *other == name);
            let mut settings = vec![
                Setting::new("loss", found.unwrap().1),
                Setting::new("start_x", &x.to_string()),
                Setting::new("start_y", &y.to_string()),
            ];
            for (i, rate) in ["0.05", "0.02", "0.2", "0.02"].iter().enumerate()
            {
                let racer = ["schedule-free", "Lion"][i / 2];
                let of = if i == 0 { "" } else { &format!("_{}", i + 1) };
                let (who, rate_of) =
                    (format!("optimizer{of}"), format!("learning_rate{of}"));
                settings.push(Setting::new(&who, racer));
                settings.push(Setting::new(&rate_of, rate));
            }
            let text = run_at(settings).unwrap().text;
            let (_, outcomes) = text.split_once("to pass").unwrap();
            let held = outcomes.lines().filter(|line| line.ends_with("held"));
            assert_eq!(held.count(), 4, "{name}\n{text}");
        }
    }

    #[test]
    fn as_many_steps_are_drawn_as_the_reader_says() {
        for (loss, steps) in
            [("x^2 + y^2", 7), ("x^2", 0), ("x^2 + xy + y^2", 200)]
        {
            let settings = [("steps", f64::from(steps)), ("start_y", 0.0)];
            let figure = race(loss, &settings).figure.unwrap();
            let drawn = figure.points("1").len();
            assert_eq!(drawn, steps as usize + 1, "{loss}");
        }
    }
}
