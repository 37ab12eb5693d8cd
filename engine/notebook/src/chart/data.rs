//! The numbers behind a figure.

use super::mark::Mark;
use super::{Panel, Series};

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
