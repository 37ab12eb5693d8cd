//! The numbers behind a figure.

use super::mark::Mark;
use super::{Panel, Series};

/// The points that were drawn, as CSV (RFC 4180): panel, label, x, y. Six digits
/// are more than a figure shows, and keep the file light.
pub(super) fn csv(data: &[Series]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let number = |number: Option<f64>| number.map_or(String::new(), |x| format!("{x:.5e}"));
    let mut csv = String::from("panel,label,x,y\n");
    for series in data {
        let (panel, label) = (quoted(&series.panel), quoted(&series.label));
        for (x, y) in &series.points {
            csv += &format!("{panel},{label},{},{}\n", number(*x), number(*y));
        }
    }
    csv
}

/// Curves, bands (as two edges) and bars, panel by panel.
pub(super) fn series(panels: &[Panel]) -> Vec<Series> {
    let marks = panels
        .iter()
        .flat_map(|panel| panel.marks.iter().map(move |mark| (&*panel.title, mark)));
    marks.flat_map(|(panel, mark)| of(panel, mark)).collect()
}

fn of(panel: &str, mark: &Mark) -> Vec<Series> {
    match mark {
        Mark::Curve { points, label, .. } => vec![one(panel, label, points.iter().copied())],
        Mark::Bars { bars, label, .. } => vec![one(panel, label, bars.iter().copied())],
        Mark::Band { edges, label, .. } => {
            let low = edges.iter().map(|(x, low, _)| (*x, *low));
            let high = edges.iter().map(|(x, _, high)| (*x, *high));
            vec![
                one(panel, format!("{label} low").trim(), low),
                one(panel, format!("{label} high").trim(), high),
            ]
        }
        _ => Vec::new(),
    }
}

fn one(panel: &str, label: &str, points: impl Iterator<Item = (f64, f64)>) -> Series {
    let finite = |number: f64| number.is_finite().then_some(number);
    Series {
        panel: panel.to_string(),
        label: label.to_string(),
        points: points.map(|(x, y)| (finite(x), finite(y))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_words_rounds_and_leaves_out_what_is_not_finite() {
        let series = one("a \"b\"", "w", [(0.500_000_4, f64::NAN)].into_iter());
        assert_eq!(
            csv(&[series]),
            "panel,label,x,y\n\"a \"\"b\"\"\",\"w\",5.00000e-1,\n"
        );
    }
}
