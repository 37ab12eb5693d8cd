//! Heat: a field as shades.

use super::clip::Unit;

/// Cells across and up the unit square.
const CELLS: (usize, usize) = (56, 40);
/// Shades told apart.
pub(super) const SHADES: usize = 8;

/// A field in shades, and the values of the lightest and the darkest.
#[derive(Clone, Debug)]
pub(super) struct Heat {
    pub strips: Vec<Strip>,
    pub low: f64,
    pub high: f64,
}

/// Cells of one shade in a row: from corner to corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strip {
    pub from: Unit,
    pub to: Unit,
    /// Below [`SHADES`]; the largest is the darkest.
    pub shade: usize,
}

impl Heat {
    /// The field at the middle of each cell; cells where it is not finite stay
    /// empty. None if all do.
    pub fn of(field: impl Fn(Unit) -> f64) -> Option<Heat> {
        let (columns, rows) = CELLS;
        let middle = |cell: usize, cells: usize| (cell as f64 + 0.5) / cells as f64;
        let values: Vec<Vec<f64>> = (0..rows)
            .map(|row| {
                let value = |column| field((middle(column, columns), middle(row, rows)));
                (0..columns).map(value).collect()
            })
            .collect();
        let finite = || {
            values
                .iter()
                .flatten()
                .copied()
                .filter(|value| value.is_finite())
        };
        let low = finite().reduce(f64::min)?;
        let high = finite().reduce(f64::max)?;
        let shade = |value: &f64| {
            let part = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
            let shade = (part * SHADES as f64) as usize;
            value.is_finite().then_some(shade.min(SHADES - 1))
        };
        let strips = values.iter().enumerate().flat_map(|(row, values)| {
            let shades: Vec<_> = values.iter().map(shade).collect();
            strips(row, &shades)
        });
        Some(Heat {
            strips: strips.collect(),
            low,
            high,
        })
    }
}

/// How much of the ink a shade takes.
pub(super) fn opacity(shade: usize) -> f64 {
    (5 + 8 * shade) as f64 / 100.0
}

fn strips(row: usize, shades: &[Option<usize>]) -> Vec<Strip> {
    let corner = |column: usize, row: usize| {
        let (columns, rows) = CELLS;
        (column as f64 / columns as f64, row as f64 / rows as f64)
    };
    let mut column = 0;
    let mut strips = Vec::new();
    for run in shades.chunk_by(|a, b| a == b) {
        let next = column + run.len();
        strips.extend(run[0].map(|shade| Strip {
            from: corner(column, row),
            to: corner(next, row + 1),
            shade,
        }));
        column = next;
    }
    strips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_is_the_darkest() {
        let heat = Heat::of(|(x, _)| x).unwrap();
        let shades = heat.strips.iter().take(SHADES).map(|strip| strip.shade);
        assert_eq!(shades.collect::<Vec<_>>(), (0..SHADES).collect::<Vec<_>>());
        assert!(opacity(SHADES - 1) > opacity(0));
        assert_eq!(heat.strips.len(), SHADES * CELLS.1);
    }

    #[test]
    fn cells_without_a_finite_value_stay_empty() {
        let heat = Heat::of(|(x, _)| if x > 0.5 { f64::INFINITY } else { 1.0 }).unwrap();
        assert!(heat.strips.iter().all(|strip| strip.to.0 == 0.5));
        assert!(Heat::of(|_| f64::NAN).is_none());
    }
}
