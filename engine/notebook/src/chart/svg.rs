//! Finishes the SVG that plotters wrote: what it has no words for, and less of
//! what goes without saying.

use super::canvas::{FONT_SIZE, Pixel, UNITS};
use super::palette::{DASHES, PAPER};
use plotters::style::RGBColor;
use std::fmt::Write;

/// What the elements inherit, and so need not say.
const INHERITED: [&str; 4] = [
    " opacity=\"1\"",
    " fill=\"none\"",
    " stroke=\"none\"",
    " stroke-width=\"1\"",
];

/// The figure: scaled to logical pixels, with `alt` as its name, dashes, and a
/// halo around text.
///
/// Every element stands on a line of its own, and no line is blank: Markdown
/// would end the figure there.
pub(super) fn finish(written: &str, (width, height): Pixel, alt: &str) -> String {
    let mut figure = String::with_capacity(written.len());
    let mut open = "";
    for element in elements(written) {
        let group = group(&element);
        if group != open {
            if !open.is_empty() {
                figure.push_str("</g>\n");
            }
            figure.push_str(&opening(group));
            open = group;
        }
        figure.push_str(&element);
        figure.push('\n');
    }
    if !open.is_empty() {
        figure.push_str("</g>\n");
    }
    let (canvas_width, canvas_height) = (width * UNITS, height * UNITS);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" \
         viewBox=\"0 0 {canvas_width} {canvas_height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\" \
         fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n\
         {figure}</svg>\n",
        escape(alt)
    )
}

/// The elements between `<svg …>` and `</svg>`, one each, trimmed and dashed.
fn elements(written: &str) -> Vec<String> {
    let mut elements = Vec::new();
    let mut lines = written.lines().filter(|line| !line.contains("svg"));
    while let Some(line) = lines.next() {
        let mut element = line.to_string();
        for inherited in INHERITED {
            element = element.replace(inherited, "");
        }
        if element.starts_with("<text") {
            // The backend puts the words on the next line, the end on a third.
            element = without_attributes(&element, &["font-family", "font-size"]);
            element.push_str(lines.next().unwrap_or_default());
            element.push_str(lines.next().unwrap_or_default());
        } else if element.starts_with("<polyline") {
            element = dashed(&element);
        }
        elements.push(element.replace(" \"", "\""));
    }
    elements
}

/// A polyline in the line style of its colour.
fn dashed(polyline: &str) -> String {
    for (colour, dashes) in DASHES {
        let stroke = format!("stroke=\"{}\"", hex(colour));
        if polyline.contains(&stroke) {
            let lengths: Vec<_> = dashes.iter().map(|length| length * UNITS).collect();
            let lengths = lengths.iter().map(f64::to_string).collect::<Vec<_>>();
            let dash = format!("{stroke} stroke-dasharray=\"{}\"", lengths.join(" "));
            return polyline.replace(&stroke, &dash);
        }
    }
    polyline.to_string()
}

fn without_attributes(element: &str, names: &[&str]) -> String {
    let mut element = element.to_string();
    for name in names {
        let start = element.find(&format!(" {name}=\""));
        let Some(start) = start else { continue };
        let value = start + name.len() + 3;
        if let Some(length) = element[value..].find('"') {
            element.replace_range(start..=value + length, "");
        }
    }
    element
}

/// The tag, for elements that share attributes with those next to them.
fn group(element: &str) -> &'static str {
    match element {
        text if text.starts_with("<text") => "text",
        rectangle if rectangle.starts_with("<rect") => "rect",
        _ => "",
    }
}

fn opening(group: &str) -> String {
    let mut tag = String::new();
    // Writing to a string cannot fail.
    let _ = match group {
        "text" => writeln!(
            tag,
            "<g font-family=\"sans-serif\" font-size=\"{}\" stroke=\"{}\" \
             stroke-width=\"{}\" paint-order=\"stroke\">",
            FONT_SIZE * UNITS,
            hex(PAPER),
            3.0 * UNITS
        ),
        // Edges on whole pixels of the screen, or seams would show.
        "rect" => writeln!(tag, "<g shape-rendering=\"crispEdges\">"),
        _ => Ok(()),
    };
    tag
}

fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// The text as the value of an attribute, on one line.
fn escape(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "<svg width=\"80\" height=\"40\">\n\
        <polyline fill=\"none\" opacity=\"1\" stroke=\"#E69F00\" points=\"1,2 3,4 \"/>\n\
        <text x=\"1\" dy=\"0.5ex\" font-family=\"sans-serif\" opacity=\"1\">\na &lt; b\n</text>\n\
        <text x=\"2\">\nb\n</text>\n\
        <line opacity=\"1\" stroke=\"#E69F00\" x1=\"0\"/>\n</svg>\n";

    #[test]
    fn elements_say_what_they_need_on_one_line_each() {
        let figure = finish(WRITTEN, (10.0, 5.0), "a \"b\" <c>\n\nd & e");
        let lines: Vec<_> = figure.lines().collect();
        assert!(lines[0].contains("viewBox=\"0 0 80 40\" width=\"10\" height=\"5\" role=\"img\""));
        assert!(lines[0].contains("aria-label=\"a &quot;b&quot; &lt;c&gt; d &amp; e\""));
        let dashed = "stroke=\"#E69F00\" stroke-dasharray=\"48 40\" points=\"1,2 3,4\"/>";
        assert_eq!(lines[1], format!("<polyline {dashed}"));
        assert!(lines[2].starts_with("<g font-family=\"sans-serif\" font-size=\"104\""));
        assert_eq!(lines[3], "<text x=\"1\" dy=\"0.5ex\">a &lt; b</text>");
        assert_eq!(lines[4], "<text x=\"2\">b</text>");
        assert_eq!(
            lines[5..],
            ["</g>", "<line stroke=\"#E69F00\" x1=\"0\"/>", "</svg>"]
        );
    }
}
