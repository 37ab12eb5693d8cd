//! Controls: the form that turns the knobs of a live figure.

use crate::html::{attribute, words};
use crate::settings::Settings;
use notebook::{Hint, Kind, Knob};

/// The knobs of a listing as a form, with what is said of them; hidden until a script can answer them.
pub fn knobs(id: &str, knobs: &[Knob], hints: &[Hint], label: &str, settings: &Settings) -> String {
    if knobs.is_empty() {
        return String::new();
    }
    let is_marked = |knob: &Knob| {
        let mut marks = hints.iter().filter(|hint| hint.at.is_some());
        marks.any(|mark| mark.knob == knob.name)
    };
    let controls = knobs.iter().map(|knob| control(knob, is_marked(knob)));
    let controls: String = controls.collect();
    // Texts and finite numbers are always JSON.
    let hints = serde_json::to_string(hints).unwrap_or_default();
    let play = play(knobs, settings);
    let many = if knobs.len() > MANY { " many" } else { "" };
    format!(
        "<form class=\"knobs{many}\" data-listing=\"{id}\" data-hints=\"{hints}\" \
         aria-label=\"Settings of {label}\" hidden>\n\
         {controls}<div class=\"buttons\">{play}<button type=\"reset\">Reset</button>{PIN}</div>\n\
         <p role=\"status\"></p>\n</form>\n",
        id = attribute(id),
        hints = attribute(&hints),
    )
}

/// Keeps what is seen behind what comes.
const PIN: &str = "<button type=\"button\" class=\"pin\" aria-pressed=\"false\">Pin</button>";

/// A button that takes a number through its range, fast or slowly, and, where
/// there are several, a list of them; the one that the settings name comes first.
fn play(knobs: &[Knob], settings: &Settings) -> String {
    let is_number = |knob: &&Knob| matches!(knob.kind, Kind::Number { .. } | Kind::Count { .. });
    let mut names: Vec<&str> = knobs
        .iter()
        .filter(is_number)
        .map(|knob| &*knob.name)
        .collect();
    names.sort_by_key(|name| settings.play.as_deref() != Some(name));
    let option = |name: &&str| {
        let words = attribute(&label(name));
        format!("<option value=\"{}\">{words}</option>", attribute(name))
    };
    let options: String = names.iter().map(option).collect();
    match names[..] {
        [] => String::new(),
        [name] => format!(
            "<button type=\"button\" class=\"play\" data-knob=\"{}\">Play</button>\n{SLOW}",
            attribute(name)
        ),
        _ => format!(
            "<button type=\"button\" class=\"play\">Play</button>\n\
             <select class=\"played\" aria-label=\"What is played\">{options}</select>\n{SLOW}"
        ),
    }
}

/// Plays at the slower of two speeds.
const SLOW: &str =
    "<label class=\"slow\"><input type=\"checkbox\" aria-label=\"Play slowly\">slow</label>\n";

/// More knobs than these and their figure do not fit on the screen of a phone.
const MANY: usize = 6;

/// A knob's controls: a list; or a slider, with a field for what lies between
/// its positions; or a field for a text, with a list of examples.
fn control(knob: &Knob, is_marked: bool) -> String {
    let name = attribute(&knob.name);
    let words = attribute(&label(&knob.name));
    if let Kind::Text { default, examples } = &knob.kind {
        return field(&name, &words, &attribute(default), examples);
    }
    let is_list = matches!(knob.kind, Kind::Choice { .. });
    let typed = |setting: &String| {
        let setting = if is_list { setting } else { &short(setting) };
        attribute(setting)
    };
    let default = typed(&knob.default_setting());
    let positions: Vec<String> = knob.positions().iter().map(typed).collect();
    let build = if is_list { list } else { slider };
    let control = build(&name, &words, &default, &positions);
    let marked = if is_marked { " marked" } else { "" };
    format!("<div class=\"knob{marked}\" data-default=\"{default}\">{control}</div>\n")
}

/// A number as a reader would type it: `1e-12` rather than eleven zeros.
fn short(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(value) if number.len() > 7 => format!("{value:e}"),
        _ => number.to_string(),
    }
}

fn list(name: &str, words: &str, default: &str, options: &[String]) -> String {
    let option = |option: &String| {
        let selected = if option == default { " selected" } else { "" };
        format!("<option{selected}>{option}</option>")
    };
    let options: String = options.iter().map(option).collect();
    format!("<label>{words} <select name=\"{name}\">{options}</select></label>")
}

fn field(name: &str, words: &str, default: &str, examples: &[(String, String)]) -> String {
    let example = |(called, text): &(String, String)| {
        let (called, text) = (attribute(called), attribute(text));
        let selected = if text == default { " selected" } else { "" };
        format!("<option value=\"{text}\"{selected}>{called}</option>")
    };
    let examples: String = examples.iter().map(example).collect();
    format!(
        "<div class=\"knob text\" data-default=\"{default}\">\
         <label>{words} <input type=\"text\" value=\"{default}\" spellcheck=\"false\" \
         autocapitalize=\"off\" autocomplete=\"off\"></label>\
         <select name=\"{name}\" aria-label=\"{words}, examples\">{examples}</select></div>\n"
    )
}

fn slider(name: &str, words: &str, default: &str, positions: &[String]) -> String {
    let at = positions.iter().position(|position| position == default);
    let longest = positions.iter().map(String::len).max();
    // Keys for decimals on a phone have no minus sign.
    let keys = if positions[0].starts_with('-') {
        "text"
    } else {
        "decimal"
    };
    format!(
        "<label>{words} <input type=\"range\" name=\"{name}\" min=\"0\" max=\"{max}\" \
         value=\"{at}\" aria-valuetext=\"{default}\" data-positions=\"{all}\"></label>\
         <input type=\"text\" inputmode=\"{keys}\" value=\"{default}\" size=\"{size}\" \
         spellcheck=\"false\" aria-label=\"{words}, typed\">",
        max = positions.len() - 1,
        at = at.unwrap_or(0),
        all = positions.join(" "),
        size = longest.map_or(5, |longest| longest.max(5)),
    )
}

/// The Greek letters, and their names in the same order.
const GREEK: &str = "αβγδεζηθικλμνξοπρστυφχψω";
const GREEK_NAMES: &str = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu \
    xi omicron pi rho sigma tau upsilon phi chi psi omega";

/// A knob's name as a reader knows it: Greek letters as such, `eta_lambda` as
/// ηλ, other names as words.
fn label(name: &str) -> String {
    let letter = |word| {
        let mut letters = GREEK_NAMES.split(' ').zip(GREEK.chars());
        letters.find(|(name, _)| *name == word)
    };
    let letters: Option<Vec<_>> = name.split('_').map(letter).collect();
    letters.map_or_else(
        || words(name),
        |letters| letters.into_iter().map(|(_, letter)| letter).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knob_is_called_as_readers_call_it() {
        assert_eq!(label("eta_lambda"), "ηλ");
        assert_eq!(label("learning_rate"), "learning rate");
    }

    #[test]
    fn a_long_number_is_short_and_the_same() {
        for (long, expected) in [
            ("0.000000000001", "1e-12"),
            ("0.00002", "0.00002"),
            ("300", "300"),
        ] {
            assert_eq!(short(long), expected);
            let [long, short] = [long, &short(long)].map(|text| text.parse::<f64>().unwrap());
            assert_eq!(long, short);
        }
    }

    fn count(name: &str) -> Knob {
        Knob {
            name: name.into(),
            kind: Kind::Count {
                default: 2,
                min: 1,
                max: 3,
            },
        }
    }

    #[test]
    fn every_number_is_played_and_first_the_one_in_the_settings() {
        let settings = |play: &str| Settings {
            play: Some(play.to_string()),
            ..Settings::default()
        };
        let options = ["a", "b"].map(str::to_string).to_vec();
        let default = "a".to_string();
        let choice = Knob {
            name: "which".into(),
            kind: Kind::Choice { default, options },
        };
        let of = |names: &[&str], play| {
            let mut knobs: Vec<Knob> = names.iter().map(|name| count(name)).collect();
            knobs.push(choice.clone());
            super::play(&knobs, &settings(play))
        };
        assert_eq!(of(&[], "days"), "");
        assert!(of(&["days"], "runs").contains("data-knob=\"days\""));
        for (play, first) in [("days", "days"), ("runs", "runs"), ("steps", "runs")] {
            let both = of(&["runs", "days"], play);
            let option = both.find("<option").unwrap();
            assert!(both[option..].starts_with(&format!("<option value=\"{first}\"")));
            assert_eq!(both.matches("<option").count(), 2);
        }
    }
}
