//! Cells: the HTML of a listing's source, output, figure and values.

use notebook::{Figure, Kind, Knob, Outputs, Value};

/// The id of a listing's cell on its page: its name.
pub fn listing_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The id of a listing's figure on its page.
pub fn figure_id(id: &str) -> String {
    format!("figure-{}", listing_id(id))
}

/// A piece of code as a page shows it.
pub struct Code<'a> {
    /// What its file says of itself.
    pub caption: &'a str,
    /// The lines that are shown.
    pub shown: &'a str,
    /// Where they stand.
    pub file: &'a str,
    /// Whether a command runs it; shared code has none.
    pub runs: bool,
}

/// The source, with number, caption, file and the command that runs it.
/// `label` is "Listing 3.2". Where another part of it was shown before, number
/// and source are enough. `whole` leads to the whole file.
pub fn listing(
    id: &str,
    code: &Code<'_>,
    label: &str,
    whole: Option<&str>,
    is_first: bool,
) -> String {
    let name = listing_id(id);
    let shown = block(code.shown);
    let number = format!("<span class=\"number\">{label}</span>");
    if !is_first {
        return format!(
            "<figure class=\"listing\">\n<figcaption>{number} More of it.</figcaption>\n\n\
             {shown}\n\n</figure>"
        );
    }
    let file = format!("<code>{}</code>", code.file);
    let file = match whole {
        Some(whole) => format!("<a href=\"{whole}\">{file}</a>"),
        None => file,
    };
    let caption = inline_code(code.caption);
    let command = if code.runs {
        format!(" · run it: <code data-command=\"{id}\">cargo run -- run {id}</code>")
    } else {
        String::new()
    };
    format!(
        "<figure class=\"listing\" id=\"{name}\">\n\
         <figcaption>{number} {caption}</figcaption>\n\n{shown}\n\n\
         <p class=\"run\">{file}{command}</p>\n\
         </figure>"
    )
}

/// Code of more lines than this is folded.
const LONG: usize = 40;

/// The lines as a code block, folded if they are many.
fn block(shown: &str) -> String {
    let block = format!("```rust,noplayground\n{shown}\n```");
    match shown.lines().count() {
        lines if lines > LONG => {
            format!("<details>\n<summary>{lines} lines of code</summary>\n\n{block}\n\n</details>")
        }
        _ => block,
    }
}

/// What the listing printed.
pub fn output(id: &str, outputs: &Outputs) -> String {
    format!(
        "<pre class=\"output\" data-listing=\"{id}\"><samp>{}</samp></pre>",
        escape(outputs.text.trim_end())
    )
}

/// The figure in both forms, with its knobs above it; `data` leads to its data,
/// `caption` is Markdown, woven already.
pub fn figure(
    id: &str,
    figure: &Figure,
    knobs: &str,
    data: &str,
    label: &str,
    caption: &str,
) -> String {
    format!(
        "<figure class=\"chart\" id=\"{anchor}\" data-listing=\"{id}\">\n{knobs}\
         <div class=\"wide\">{wide}</div>\n<div class=\"narrow\">{narrow}</div>\n\
         <figcaption>\n\n<span class=\"number\">{label}</span> {caption} \
         <a class=\"data\" download=\"{name}.csv\" href=\"{data}\">Data</a>\n\n\
         </figcaption>\n</figure>",
        anchor = figure_id(id),
        wide = figure.wide.trim(),
        narrow = figure.narrow.trim(),
        name = listing_id(id),
    )
}

/// The knobs of a listing as a form; hidden until a script can answer them.
pub fn knobs(id: &str, knobs: &[Knob], label: &str) -> String {
    if knobs.is_empty() {
        return String::new();
    }
    let controls: String = knobs.iter().map(control).collect();
    format!(
        "<form class=\"knobs\" data-listing=\"{id}\" aria-label=\"Settings of {label}\" hidden>\n\
         {controls}<button type=\"button\" class=\"play\" hidden>Play</button>\n\
         <button type=\"reset\" hidden>Reset</button>\n\
         <p role=\"status\"></p>\n</form>\n"
    )
}

fn control(knob: &Knob) -> String {
    let (name, default) = (&knob.name, knob.default_setting());
    let words = label(name);
    let positions = knob.positions();
    let at = positions
        .iter()
        .position(|position| *position == default)
        .unwrap_or(0);
    if let Kind::Choice { .. } = knob.kind {
        let options: String = positions
            .iter()
            .enumerate()
            .map(|(i, option)| {
                let selected = if i == at { " selected" } else { "" };
                format!("<option{selected}>{option}</option>")
            })
            .collect();
        return format!("<label>{words} <select name=\"{name}\">{options}</select></label>\n");
    }
    format!(
        "<label>{words} <input type=\"range\" name=\"{name}\" min=\"0\" max=\"{max}\" \
         value=\"{at}\" aria-valuetext=\"{default}\" data-positions=\"{all}\"> \
         <output>{default}</output></label>\n",
        max = positions.len() - 1,
        all = positions.join(" "),
    )
}

/// A knob's name as a reader knows it: Greek letters as such, `eta_lambda` as
/// ηλ, other names as words.
fn label(name: &str) -> String {
    let letter = |word| match word {
        "beta" => Some("β"),
        "epsilon" => Some("ε"),
        "eta" => Some("η"),
        "lambda" => Some("λ"),
        _ => None,
    };
    let letters: Option<String> = name.split('_').map(letter).collect();
    letters.unwrap_or_else(|| words(name))
}

/// A value inside a sentence.
pub fn value(id: &str, name: &str, value: &Value) -> String {
    format!(
        "<span class=\"value\" data-value=\"{id}.{name}\">{}</span>",
        value.text
    )
}

/// A form for the reader's guess; hidden until a script can check it.
pub fn prediction(id: &str, name: &str, number: f64, value: &Value) -> String {
    format!(
        "<form class=\"predict\" data-of=\"{id}.{name}\" data-answer=\"{number}\" \
         data-shown=\"{shown}\" hidden>\n\
         <label>Your prediction <input name=\"guess\" inputmode=\"decimal\" required></label>\n\
         <button>Check</button>\n<p role=\"status\"></p>\n</form>",
        shown = value.text
    )
}

/// A value inside a formula.
pub fn value_in_formula(id: &str, name: &str, mathml: &str) -> String {
    format!("<mrow class=\"value\" data-value=\"{id}.{name}\">{mathml}</mrow>")
}

/// The tick behind a claim, which may have an id.
pub fn tick(test: &str, target: &str, claim: Option<&str>) -> String {
    let id = claim.map_or(String::new(), |claim| format!(" id=\"{claim}\""));
    format!(
        "<a class=\"tick\"{id} href=\"{target}\" title=\"Tested: {words}\" \
         aria-label=\"Tested: {words}\">✓</a>",
        words = words(test)
    )
}

/// A test's name as words.
pub fn words(test: &str) -> String {
    test.replace('_', " ")
}

/// Text as HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Plain text as HTML, with what stands in backticks as code.
fn inline_code(text: &str) -> String {
    escape(text)
        .split('`')
        .enumerate()
        .map(|(at, part)| match at % 2 {
            0 => part.to_string(),
            _ => format!("<code>{part}</code>"),
        })
        .collect()
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
    fn only_long_code_is_folded() {
        assert!(!block(&"line\n".repeat(40)).contains("<details"));
        let folded = block(&"line\n".repeat(41));
        assert!(
            folded.contains("<summary>41 lines of code</summary>"),
            "{folded}"
        );
    }

    #[test]
    fn printed_text_stays_text() {
        let outputs = Outputs {
            text: "1 < 2\n\n& so on\n".into(),
            ..Outputs::default()
        };
        let html = output("a/b", &outputs);
        assert!(html.contains("1 &lt; 2\n\n&amp; so on<"), "{html}");
    }
}
