//! Cells: the HTML of a listing's source, output, figure and values.

use crate::source;
use notebook::{Figure, Listing, Outputs, Series, Value};
use std::fmt::Write;

/// The id of a listing's cell on its page: its name.
pub fn listing_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The id of a listing's figure on its page.
pub fn figure_id(id: &str) -> String {
    format!("figure-{}", listing_id(id))
}

/// The source, with number, caption, file and the command that runs it.
/// `label` is "Listing 3.2". Where another part of it was shown before, number
/// and source are enough.
pub fn listing(listing: &Listing, shown: &str, label: &str, is_first: bool) -> String {
    let (name, id) = (listing_id(listing.id), listing.id);
    let code = format!("```rust,noplayground\n{shown}\n```");
    let number = format!("<span class=\"number\">{label}</span>");
    if !is_first {
        return format!(
            "<figure class=\"listing\">\n<figcaption>{number} More of it.</figcaption>\n\n\
             {code}\n\n</figure>"
        );
    }
    let caption = inline_code(&source::caption(listing.source).unwrap_or_default());
    format!(
        "<figure class=\"listing\" id=\"{name}\">\n\
         <figcaption>{number} {caption}</figcaption>\n\n{code}\n\n\
         <p class=\"run\"><code>{file}</code> · run it: <code>cargo run -- run {id}</code></p>\n\
         </figure>",
        file = crate::file_of(id),
    )
}

/// What the listing printed.
pub fn output(id: &str, outputs: &Outputs) -> String {
    format!(
        "<pre class=\"output\" data-listing=\"{id}\"><samp>{}</samp></pre>",
        escape(outputs.text.trim_end())
    )
}

/// The figure in both forms; `caption` is Markdown, woven already.
pub fn figure(id: &str, figure: &Figure, label: &str, caption: &str) -> String {
    format!(
        "<figure class=\"chart\" id=\"{anchor}\" data-listing=\"{id}\">\n\
         <div class=\"wide\">{wide}</div>\n<div class=\"narrow\">{narrow}</div>\n\
         <figcaption>\n\n<span class=\"number\">{label}</span> {caption} \
         <a class=\"data\" download=\"{name}.csv\" href=\"{data}\">Data</a>\n\n\
         </figcaption>\n</figure>",
        anchor = figure_id(id),
        wide = figure.wide.trim(),
        narrow = figure.narrow.trim(),
        name = listing_id(id),
        data = data_link(&figure.data),
    )
}

/// A value inside a sentence.
pub fn value(id: &str, name: &str, value: &Value) -> String {
    format!(
        "<span class=\"value\" data-value=\"{id}.{name}\">{}</span>",
        value.text
    )
}

/// The tick behind a claim.
pub fn tick(test: &str, target: &str, claim: &str) -> String {
    format!(
        "<a class=\"tick\" id=\"{claim}\" href=\"{target}\" title=\"Tested: {words}\" \
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

/// The points of a figure as a link that holds them, in CSV (RFC 4180).
fn data_link(data: &[Series]) -> String {
    let mut csv = String::from("panel,label,x,y\n");
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let number = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
    for series in data {
        let (panel, label) = (quoted(&series.panel), quoted(&series.label));
        for (x, y) in &series.points {
            // A `String` takes all that is written to it.
            let _ = writeln!(csv, "{panel},{label},{},{}", number(*x), number(*y));
        }
    }
    format!("data:text/csv;charset=utf-8,{}", percent_encoded(&csv))
}

/// What may not stand in a link is written as `%` and its bytes (RFC 3986).
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b',' | b'.' | b'-' => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_travel_in_the_link_itself() {
        let series = Series {
            panel: "a \"b\"".into(),
            label: "w".into(),
            points: vec![(Some(0.5), None)],
        };
        let link = data_link(&[series]);
        assert!(
            link.ends_with("%0A%22a%20%22%22b%22%22%22,%22w%22,0.5,%0A"),
            "{link}"
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
