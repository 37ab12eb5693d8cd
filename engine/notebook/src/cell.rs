//! The cell: where a listing finds its knobs and leaves what it made.

use crate::{Format, Hint, Kind, Knob, Outputs, Panel, Result, Setting, Value, chart};
use anyhow::{Context, Error, anyhow, bail, ensure};
use num_traits::AsPrimitive;
use std::fmt::{self, Arguments, Display, Write};
use std::ops::RangeInclusive;

/// What a listing is handed. It prints with `write!` and `writeln!`, which
/// cannot fail here.
///
/// ```
/// use notebook::{Axis, Cell, Format, Panel, Result, Style, at, by_step};
///
/// /// Halves a number, again and again.
/// fn run(cell: &mut Cell) -> Result<()> {
///     let steps = cell.count_knob("steps", 3, 0..=10)?;
///     let halves = Vec::from_iter((0..=steps).map(|k| 0.5f64.powi(k as i32)));
///     writeln!(cell, "after {steps} steps: {}", halves[steps]);
///     cell.value("last", halves[steps], Format::Significant(2));
///     let axes = Panel::new(Axis::linear("step"), Axis::linear("what is left"));
///     let panel = axes.path("halves", by_step(&halves), Style::Ink);
///     cell.chart("A path from 1 down towards 0, half as high at each step.", [panel]);
///     Ok(())
/// }
///
/// assert_eq!(at(run, &[]).text, "after 3 steps: 0.125\n");
/// assert_eq!(at(run, &[("steps", &1)])["last"], 0.5);
/// ```
pub struct Cell {
    settings: Vec<Setting>,
    outputs: Outputs,
    /// The first thing that is wrong with what it left.
    fault: Option<Error>,
}

/// What a listing does: take knobs from its cell, compute, leave outputs in it.
pub type Run = fn(&mut Cell) -> Result<()>;

/// The most bytes that a listing may print: a page bears no more.
const MOST_TEXT: usize = 100_000;

/// Runs a listing at these settings; knobs not named keep their defaults.
///
/// # Errors
///
/// What the listing fails with; a setting that names no knob of the listing or
/// is out of range; a knob, value or chart left twice; a chart that cannot be
/// drawn.
///
/// # Panics
///
/// Where the listing does, and where it prints more than a page bears.
pub fn run(listing: Run, settings: Vec<Setting>) -> Result<Outputs> {
    let mut cell = Cell {
        settings,
        outputs: Outputs::default(),
        fault: None,
    };
    listing(&mut cell)?;
    cell.into_outputs()
}

/// What a listing makes at these settings (knob, what a reader would type): for
/// tests.
///
/// # Panics
///
/// If the listing fails.
#[track_caller]
pub fn at(listing: Run, settings: &[(&str, &dyn Display)]) -> Outputs {
    let settings = settings.iter();
    let settings = settings.map(|(knob, setting)| Setting::new(knob, &setting.to_string()));
    match run(listing, settings.collect()) {
        Ok(outputs) => outputs,
        Err(error) => panic!("the listing fails: {error:#}"),
    }
}

/// Knobs, which each fail if the reader's setting is not what they ask for; what
/// the listing leaves; what it prints.
impl Cell {
    /// A number between the ends of `range`, both included.
    pub fn knob(&mut self, name: &str, default: f64, range: RangeInclusive<f64>) -> Result<f64> {
        self.number(name, default, range, false)
    }

    /// A number whose slider moves by factors, as a learning rate wants it.
    pub fn log_knob(
        &mut self,
        name: &str,
        default: f64,
        range: RangeInclusive<f64>,
    ) -> Result<f64> {
        self.number(name, default, range, true)
    }

    /// A whole number between the ends of `range`, both included.
    pub fn count_knob(
        &mut self,
        name: &str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize> {
        let (min, max) = range.into_inner();
        let kind = Kind::Count { default, min, max };
        let (knob, setting) = self.ask(name, kind)?;
        let count = setting.map_or(Ok(default), |setting| knob.count(&setting))?;
        self.value(name, count, Format::Exact);
        Ok(count)
    }

    /// One of several names.
    pub fn choice_knob(
        &mut self,
        name: &str,
        default: &str,
        options: &[&'static str],
    ) -> Result<&'static str> {
        let kind = Kind::Choice {
            default: default.to_string(),
            options: options.iter().map(|option| option.to_string()).collect(),
        };
        let (knob, setting) = self.ask(name, kind)?;
        let chosen = setting.map_or(default.to_string(), |setting| setting.text);
        let option = options[knob.option(&chosen)?];
        self.leave(name, Value::word(option));
        Ok(option)
    }

    /// Marks on the track of a knob what theory says of it: `1/λ`. Where a listing
    /// marks a knob at all it does so at every setting, so that the page keeps room;
    /// what lies beyond the knob's range is not shown.
    pub fn mark(&mut self, knob: &str, name: &str, at: f64) {
        self.check_knob("a mark is on", knob, Knob::is_number);
        self.hint(knob, name.to_string(), Some(at));
    }

    /// Says that a knob changes nothing in the figure at these settings of the
    /// others, and why, in a few words: `SGD has none`.
    pub fn idle(&mut self, knob: &str, why: impl Display) {
        self.check_knob("idle is", knob, |_| true);
        self.hint(knob, why.to_string(), None);
    }

    fn hint(&mut self, knob: &str, words: String, at: Option<f64>) {
        let knob = knob.to_string();
        self.outputs.hints.push(Hint { knob, words, at });
    }

    /// Any text, which is the reader's to the letter. Of some texts, each with a
    /// name, the reader can choose one; the default is among them.
    pub fn text_knob(
        &mut self,
        name: &str,
        default: &str,
        examples: &[(&str, &str)],
    ) -> Result<String> {
        let owned = |(name, text): &(&str, &str)| (name.to_string(), text.to_string());
        let kind = Kind::Text {
            default: default.to_string(),
            examples: examples.iter().map(owned).collect(),
        };
        let (_, setting) = self.ask(name, kind)?;
        let text = setting.map_or(default.to_string(), |setting| setting.text);
        self.leave(name, Value::word(&text));
        Ok(text)
    }

    /// Names a number for the sentences and formulas of the page. A knob's
    /// setting has a name already: the knob's.
    pub fn value(&mut self, name: &str, number: impl AsPrimitive<f64>, format: Format) {
        self.leave(name, Value::new(number.as_(), format));
    }

    /// Names a whole number.
    pub fn count(&mut self, name: &str, count: impl AsPrimitive<f64>) {
        self.value(name, count, Format::Decimals(0));
    }

    /// Names the values of one of several things that are measured alike: after
    /// `cell.of("Min-max")`, `value("rate", …)` names `min_max_rate`.
    pub fn of(&mut self, thing: &str) -> Of<'_> {
        let letter = |c: char| match c {
            c if c.is_alphanumeric() => c.to_ascii_lowercase(),
            _ => '_',
        };
        let thing = thing.chars().map(letter).collect();
        Of { cell: self, thing }
    }

    /// Leaves the listing's figure: its panels, and one or two sentences that
    /// say what it shows, with its computed numbers, to those who cannot see it.
    pub fn chart(&mut self, alt: impl AsRef<str>, panels: impl IntoIterator<Item = Panel>) {
        let panels: Vec<Panel> = panels.into_iter().collect();
        for knob in panels.iter().flat_map(Panel::knobs) {
            self.check_knob("a handle sets", knob, Knob::is_number);
        }
        match chart::figure(alt.as_ref(), &panels) {
            Ok(figure) => {
                if self.outputs.figure.replace(figure).is_some() {
                    self.is_twice("a chart");
                }
            }
            Err(error) => drop(self.fault.get_or_insert(error)),
        }
    }

    /// Prints; what `write!` and `writeln!` call.
    ///
    /// # Panics
    ///
    /// If the listing prints more than a page bears, 100 000 bytes.
    #[track_caller]
    pub fn write_fmt(&mut self, text: Arguments<'_>) {
        let printed = &mut self.outputs.text;
        if Bounded(printed).write_fmt(text).is_err() {
            assert!(
                printed.len() <= MOST_TEXT,
                "it prints more than the {MOST_TEXT} bytes that a page bears; print less"
            );
            // A `Display` of the listing's own failed.
            printed.push_str("(not printed)");
        }
    }

    fn leave(&mut self, name: &str, value: Value) {
        let values = &mut self.outputs.values;
        if values.insert(name.to_string(), value).is_some() {
            let mut knobs = self.outputs.knobs.iter();
            if knobs.any(|knob| knob.name == name) {
                let error = anyhow!(
                    "the listing leaves value {name}, and a knob of that name, whose \
                     setting is one; give the value another name"
                );
                self.fault.get_or_insert(error);
            } else {
                self.is_twice(&format!("value {name}"));
            }
        }
    }

    /// What is said of a knob is said of one that the listing has asked for.
    fn check_knob(&mut self, said: &str, name: &str, fits: fn(&Knob) -> bool) {
        let mut knobs = self.outputs.knobs.iter();
        if !knobs.any(|knob| knob.name == name && fits(knob)) {
            let error = anyhow!("{said} {name}, which is no such knob; ask for it before");
            self.fault.get_or_insert(error);
        }
    }

    fn is_twice(&mut self, what: &str) {
        let error = anyhow!("the listing leaves {what} twice");
        self.fault.get_or_insert(error);
    }

    fn number(
        &mut self,
        name: &str,
        default: f64,
        range: RangeInclusive<f64>,
        log: bool,
    ) -> Result<f64> {
        let (min, max) = range.into_inner();
        let kind = Kind::Number {
            default,
            min,
            max,
            log,
        };
        let (knob, setting) = self.ask(name, kind)?;
        let number = setting.map_or(Ok(default), |setting| knob.number(&setting))?;
        self.value(name, number, Format::Exact);
        Ok(number)
    }

    /// Records the knob and finds its setting, if the reader set it.
    fn ask(&mut self, name: &str, kind: Kind) -> Result<(Knob, Option<Setting>)> {
        let knob = Knob {
            name: name.to_string(),
            kind,
        };
        knob.check().with_context(|| format!("knob {name}"))?;
        ensure!(
            self.outputs.knobs.iter().all(|other| other.name != name),
            "the listing asks for knob {name} twice"
        );
        self.outputs.knobs.push(knob.clone());
        let set = self.settings.iter().position(|set| set.knob == name);
        Ok((knob, set.map(|place| self.settings.swap_remove(place))))
    }

    fn into_outputs(self) -> Result<Outputs> {
        if let Some(Setting { knob: name, .. }) = self.settings.first() {
            let knobs = self.outputs.knobs.iter();
            match knobs.map(|knob| &*knob.name).collect::<Vec<_>>().as_slice() {
                [] => bail!("no knob {name}: this listing has none"),
                names => bail!("no knob {name}; it has {}", names.join(", ")),
            }
        }
        self.fault.map_or(Ok(self.outputs), Err)
    }
}

/// A text that takes no more once it is longer than a page bears.
struct Bounded<'a>(&'a mut String);

impl Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push_str(text);
        let fits = self.0.len() <= MOST_TEXT;
        fits.then_some(()).ok_or(fmt::Error)
    }
}

/// Where the values of one thing are named; see [`Cell::of`].
pub struct Of<'a> {
    cell: &'a mut Cell,
    thing: String,
}

impl Of<'_> {
    /// Names a number, as [`Cell::value`] does.
    pub fn value(&mut self, name: &str, number: impl AsPrimitive<f64>, format: Format) {
        self.cell
            .value(&format!("{}_{name}", self.thing), number, format);
    }

    /// Names a whole number.
    pub fn count(&mut self, name: &str, count: impl AsPrimitive<f64>) {
        self.value(name, count, Format::Decimals(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Style};

    fn doubles(cell: &mut Cell) -> Result<()> {
        let x = cell.knob("x", 2.0, 0.0..=3.0)?;
        let times = cell.count_knob("times", 1, 1..=4)?;
        let sign = cell.choice_knob("sign", "plus", &["plus", "minus"])?;
        let doubled = (0..times).fold(x, |x, _| 2.0 * x);
        let doubled = if sign == "minus" { -doubled } else { doubled };
        writeln!(cell, "{doubled}");
        cell.value("doubled", doubled, Format::Decimals(1));
        Ok(())
    }

    fn error(knob: &str, setting: &str) -> String {
        let error = run(doubles, vec![Setting::new(knob, setting)]);
        error.unwrap_err().to_string()
    }

    #[test]
    fn knobs_have_defaults_and_can_be_set() {
        let outputs = at(doubles, &[]);
        assert_eq!((&*outputs.text, outputs["doubled"]), ("4\n", 4.0));
        let outputs = at(doubles, &[("x", &3), ("times", &2), ("sign", &"minus")]);
        assert_eq!(outputs.values["doubled"].text, "−12.0");
    }

    #[test]
    fn a_knob_names_its_setting() {
        let outputs = at(doubles, &[("x", &0.1), ("sign", &"minus")]);
        assert_eq!((outputs["x"], outputs["times"]), (0.1, 1.0));
        let texts = ["x", "times", "sign"].map(|name| &*outputs.values[name].text);
        assert_eq!(texts, ["0.1", "1", "minus"]);
    }

    #[test]
    fn a_text_is_the_readers_to_the_letter() {
        let listing: Run = |cell| {
            let text = cell.text_knob("loss", "x^2", &[("bowl", "x^2")])?;
            writeln!(cell, "{text}");
            Ok(())
        };
        assert_eq!(at(listing, &[]).text, "x^2\n");
        let typed = "0.50 (x-1) ^2 = \"ü\"";
        let outputs = at(listing, &[("loss", &typed)]);
        assert_eq!(outputs.text, format!("{typed}\n"));
        assert_eq!(outputs.values["loss"].text, typed);
        assert_eq!(outputs.knobs[0].positions(), ["x^2"]);
    }

    #[test]
    fn values_of_one_of_several_things_carry_its_name() {
        let listing: Run = |cell| {
            let mut of = cell.of("Min-max 2");
            of.value("rate", 0.5, Format::Exact);
            of.count("steps", 7u64);
            Ok(())
        };
        let outputs = at(listing, &[]);
        assert_eq!(outputs["min_max_2_rate"], 0.5);
        assert_eq!(outputs.values["min_max_2_steps"].text, "7");
    }

    #[test]
    #[should_panic(expected = "no value tripled; there are doubled, sign, times, x")]
    fn a_value_that_is_not_there_is_told_with_those_that_are() {
        let _ = at(doubles, &[])["tripled"];
    }

    #[test]
    fn a_setting_that_is_refused_is_told_the_range_or_the_names() {
        let out_of_range = "knob x: 3.5 is out of range; it takes 0 to 3";
        assert_eq!(error("x", "3.5"), out_of_range);
        assert_eq!(
            error("x", "NaN"),
            "knob x: NaN is out of range; it takes 0 to 3"
        );
        assert_eq!(
            error("x", "two"),
            "knob x: two is not a number; it takes 0 to 3"
        );
        assert_eq!(
            error("times", "1.5"),
            "knob times: 1.5 is not a whole number; it takes 1 to 4, whole"
        );
        assert_eq!(
            error("sign", "both"),
            "knob sign: both is not offered; it takes plus, minus"
        );
        let unknown = "no knob y; it has x, times, sign";
        assert_eq!(error("y", "1"), unknown);
    }

    #[test]
    #[should_panic(expected = "it prints more than the 100000 bytes that a page bears")]
    fn a_listing_that_prints_without_end_is_stopped() {
        let listing: Run = |cell| {
            for _ in 0..100_000 {
                writeln!(cell, "{}", "x".repeat(999));
            }
            Ok(())
        };
        let _ = run(listing, Vec::new());
    }

    #[test]
    fn a_listing_may_print_what_a_page_bears() {
        let listing: Run = |cell| {
            for _ in 0..100 {
                writeln!(cell, "{}", "x".repeat(999));
            }
            Ok(())
        };
        assert_eq!(at(listing, &[]).text.len(), 100_000);
    }

    #[test]
    fn a_handle_sets_a_number_that_was_asked_for() {
        fn draws(cell: &mut Cell, knob: &'static str) -> Result<()> {
            let x = cell.knob("x", 1.0, 0.0..=2.0)?;
            cell.choice_knob("sign", "plus", &["plus", "minus"])?;
            let panel = Panel::new(Axis::linear("x"), Axis::linear("y"))
                .points("", [(x, x)], Style::Ink)
                .sets_x(knob);
            cell.chart("A point.", [panel]);
            Ok(())
        }
        assert!(run(|cell| draws(cell, "x"), Vec::new()).is_ok());
        let wrong: [(&str, Run); 2] = [
            ("y", |cell| draws(cell, "y")),
            ("sign", |cell| draws(cell, "sign")),
        ];
        for (knob, listing) in wrong {
            let error = run(listing, Vec::new()).unwrap_err().to_string();
            let expected =
                format!("a handle sets {knob}, which is no such knob; ask for it before");
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn what_is_said_of_knobs_is_said_of_those_that_there_are() {
        let listing: Run = |cell| {
            let x = cell.knob("x", 1.0, 0.0..=2.0)?;
            cell.mark("x", "half", x / 2.0);
            cell.idle("x", "it is one");
            Ok(())
        };
        let hints = at(listing, &[]).hints;
        let hint = |words: &str, at| Hint {
            knob: "x".to_string(),
            words: words.to_string(),
            at,
        };
        assert_eq!(hints, [hint("half", Some(0.5)), hint("it is one", None)]);
        let wrong: [Run; 2] = [
            |cell| {
                cell.mark("x", "half", 0.5);
                Ok(())
            },
            |cell| {
                cell.idle("x", "it is one");
                Ok(())
            },
        ];
        for (listing, said) in wrong.into_iter().zip(["a mark is on", "idle is"]) {
            let error = run(listing, Vec::new()).unwrap_err().to_string();
            let expected = format!("{said} x, which is no such knob; ask for it before");
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn a_default_out_of_range_is_an_error_too() {
        let listing: Run = |cell| cell.knob("x", 9.0, 0.0..=1.0).map(drop);
        assert!(run(listing, Vec::new()).is_err());
    }

    #[test]
    fn a_knob_value_or_chart_left_twice_is_an_error() {
        let twice: Run = |cell| {
            cell.value("a", 1.0, Format::Decimals(0));
            cell.value("a", 2.0, Format::Decimals(0));
            Ok(())
        };
        let error = run(twice, Vec::new()).unwrap_err().to_string();
        assert_eq!(error, "the listing leaves value a twice");
        let as_knob: Run = |cell| {
            let a = cell.knob("a", 0.5, 0.0..=1.0)?;
            cell.value("a", a, Format::Exact);
            Ok(())
        };
        let error = run(as_knob, Vec::new()).unwrap_err().to_string();
        assert!(error.ends_with("give the value another name"), "{error}");
        let asked_twice: Run = |cell| {
            cell.knob("x", 1.0, 0.0..=1.0)?;
            cell.knob("x", 1.0, 0.0..=1.0).map(drop)
        };
        assert!(run(asked_twice, Vec::new()).is_err());
    }
}
