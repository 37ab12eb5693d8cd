//! A figure, and the numbers behind it.

use super::panel::{MarkKind, Panel};
use super::text::one_line;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What was drawn: two forms of one chart, and its data. The text that stands
/// for it is in both forms, as their `aria-label`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The form for a page, as SVG.
    pub wide: String,
    /// The form for a phone, as SVG.
    pub narrow: String,
    /// The points that were drawn, as CSV: panel, label, x, y.
    pub csv: String,
}

/// The points of curves and bands (as two edges), panel by panel, as CSV
/// (RFC 4180), one a line: panel, label, x, y. A panel without a title is named by
/// its place. Six digits are more than a figure shows; a number that is not finite
/// is left out.
pub(super) fn csv(panels: &[Panel]) -> String {
    let mut csv = String::from("panel,label,x,y\n");
    for (panel, place) in panels.iter().zip(1..) {
        let panel_name = quoted(&panel.name(place));
        for mark in &panel.marks {
            let edges = match mark.kind {
                MarkKind::Line | MarkKind::Path | MarkKind::Points => &[""][..],
                MarkKind::Band => &[" low", " high"],
                _ => &[],
            };
            for (first, edge) in edges.iter().enumerate() {
                let label = format!("{}{edge}", mark.label);
                let names = format!("{panel_name},{}", quoted(label.trim()));
                for (x, y) in mark.points.iter().skip(first).step_by(edges.len()) {
                    csv.push_str(&names);
                    number(&mut csv, *x);
                    number(&mut csv, *y);
                    csv.push('\n');
                }
            }
        }
    }
    csv
}

fn number(csv: &mut String, number: f64) {
    csv.push(',');
    if number.is_finite() {
        // Writing to a string cannot fail.
        let _ = write!(csv, "{number:.5e}");
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('"', "\"\""))
}

impl Figure {
    /// The points of the curves of this label, with six digits; what was not
    /// finite is NaN. The edges of a band are labelled `… low` and `… high`.
    pub fn points(&self, label: &str) -> Vec<(f64, f64)> {
        let number = |text: &str| text.parse().unwrap_or(f64::NAN);
        let label = format!(",{}", quoted(label));
        let rows = self.csv.lines().skip(1);
        rows.filter_map(|row| {
            let (row, y) = row.rsplit_once(',')?;
            let (names, x) = row.rsplit_once(',')?;
            let is_its = names.ends_with(&label);
            is_its.then(|| (number(x), number(y)))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, Panel, Style};
    use super::*;

    #[test]
    fn csv_quotes_words_rounds_and_leaves_out_what_is_not_finite() {
        let panel = Panel::new(Axis::linear("x"), Axis::linear("y"))
            .title("a \"b\"\nc")
            .line("w", [(0.500_000_4, f64::NAN)], Style::Ink);
        let untitled = Panel::new(Axis::linear("x"), Axis::linear("y"));
        let untitled = untitled.points("", [(1.0, 2.0)], Style::Ink);
        let csv = csv(&[panel, untitled]);
        assert_eq!(
            csv,
            "panel,label,x,y\n\"a \"\"b\"\" c\",\"w\",5.00000e-1,\n\
             \"2\",\"\",1.00000e0,2.00000e0\n"
        );
    }

    #[test]
    fn the_points_of_a_label_are_found_again() {
        let points = [(0.0, 1.0), (1.0, f64::INFINITY)];
        let panel = Panel::new(Axis::linear("x"), Axis::linear("y"))
            .line("v, \"w\"", [(3.0, 4.0)], Style::Ink)
            .line("w", points, Style::Ink)
            .band("all", [(0.0, 0.5, 1.5), (1.0, 0.4, 1.2)], Style::Ink);
        let figure = Figure {
            csv: csv(&[panel]),
            ..Figure::default()
        };
        assert_eq!(figure.points("v, \"w\""), [(3.0, 4.0)]);
        assert_eq!(figure.points("all high"), [(0.0, 1.5), (1.0, 1.2)]);
        let found = figure.points("w");
        assert_eq!(found[0], points[0]);
        assert!(found.len() == 2 && found[1].1.is_nan());
    }
}
