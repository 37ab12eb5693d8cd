//! A data set: inputs, and the label of each.

use ndarray::Array2;

/// Samples to learn from, or to be tested on.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<L = usize> {
    /// Samples × inputs.
    pub x: Array2<f64>,
    /// What each sample is to be answered with: its class, counted from 0, or
    /// a number.
    pub labels: Vec<L>,
}

impl<L: Copy> Dataset<L> {
    /// How many samples it holds.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The samples at these places, in that order.
    pub fn select(&self, places: &[usize]) -> Dataset<L> {
        let mut x = Array2::zeros((places.len(), self.x.ncols()));
        copy_rows(&self.x, places, &mut x);
        Dataset {
            x,
            labels: places.iter().map(|place| self.labels[*place]).collect(),
        }
    }
}

/// Copies these rows of `from` to the first of `to`. Unlike `fit`, which is
/// compiled with its caller for each kind of label, it is always optimised.
pub(super) fn copy_rows(
    from: &Array2<f64>,
    places: &[usize],
    to: &mut Array2<f64>,
) {
    for (place, mut row) in places.iter().zip(to.rows_mut()) {
        row.assign(&from.row(*place));
    }
}

#[cfg(test)]
impl Dataset {
    /// Seven samples for tests, their inputs between -1 and 1.
    pub fn some(inputs: usize, classes: usize) -> Dataset {
        use rand::{RngExt, SeedableRng};
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        Dataset {
            x: Array2::from_shape_simple_fn((7, inputs), || {
                rng.random_range(-1.0..1.0)
            }),
            labels: (0..7).map(|sample| sample % classes).collect(),
        }
    }
}
