//! Products of matrices that give the same bits on every processor.
//!
//! A training run amplifies the last bit of a sum, and `ndarray`'s own product
//! picks a kernel, and with it an order of summation, by processor. Here every
//! sum is taken in the order of its index. Columns are taken eight at a time and
//! rows two at a time, so that the sums stay in registers.

use ndarray::{ArrayView2, ArrayViewMut2};

/// Adds the product of `left`, rows × inner, and `right`, inner × columns, to
/// `sums`, rows × columns.
///
/// # Panics
///
/// If the shapes do not fit, or one of them is not stored row by row.
pub fn add_product(
    left: ArrayView2<f64>,
    right: ArrayView2<f64>,
    sums: ArrayViewMut2<f64>,
) {
    let (rows, inner) = left.dim();
    let left = Left {
        entries: left.to_slice().expect(STORED),
        to_next_row: inner,
        to_next_inner: 1,
    };
    add(left, (rows, inner), right, sums);
}

/// Adds the product of the transpose of `left`, inner × rows, and `right`,
/// inner × columns, to `sums`, rows × columns.
///
/// # Panics
///
/// If the shapes do not fit, or one of them is not stored row by row.
pub fn add_transposed_product(
    left: ArrayView2<f64>,
    right: ArrayView2<f64>,
    sums: ArrayViewMut2<f64>,
) {
    let (inner, rows) = left.dim();
    let left = Left {
        entries: left.to_slice().expect(STORED),
        to_next_row: 1,
        to_next_inner: rows,
    };
    add(left, (rows, inner), right, sums);
}

const STORED: &str = "stored row by row";

/// The left matrix, and how far its entries lie apart.
#[derive(Clone, Copy)]
struct Left<'a> {
    entries: &'a [f64],
    to_next_row: usize,
    to_next_inner: usize,
}

fn add(
    left: Left<'_>,
    (rows, inner): (usize, usize),
    right: ArrayView2<f64>,
    mut sums: ArrayViewMut2<f64>,
) {
    let columns = right.ncols();
    assert_eq!(inner, right.nrows(), "the inner sizes differ");
    assert_eq!(sums.dim(), (rows, columns), "the outer sizes differ");
    let right = right.to_slice().expect(STORED);
    let sums = sums.as_slice_mut().expect(STORED);
    let mut pairs = sums.chunks_exact_mut(2 * columns);
    let mut row = 0;
    for pair in &mut pairs {
        let (first, second) = pair.split_at_mut(columns);
        add_rows([row, row + 1], left, right, [first, second]);
        row += 2;
    }
    let last = pairs.into_remainder();
    if !last.is_empty() {
        add_rows([row], left, right, [last]);
    }
}

/// The same for some rows of `left` and of the sums.
fn add_rows<const ROWS: usize>(
    rows: [usize; ROWS],
    left: Left<'_>,
    right: &[f64],
    mut sums: [&mut [f64]; ROWS],
) {
    let columns = sums[0].len();
    let starts = rows.map(|row| row * left.to_next_row);
    let mut column = 0;
    while column + 8 <= columns {
        add_tile::<ROWS, 8>(starts, left, right, &mut sums, column);
        column += 8;
    }
    while column + 2 <= columns {
        add_tile::<ROWS, 2>(starts, left, right, &mut sums, column);
        column += 2;
    }
    if column < columns {
        add_tile::<ROWS, 1>(starts, left, right, &mut sums, column);
    }
}

/// The same for some columns, from `column` on; `starts` are where the rows of
/// `left` begin.
#[inline(always)]
fn add_tile<const ROWS: usize, const COLUMNS: usize>(
    starts: [usize; ROWS],
    left: Left<'_>,
    right: &[f64],
    sums: &mut [&mut [f64]; ROWS],
    column: usize,
) {
    let columns = sums[0].len();
    let mut tile = [[0.0; COLUMNS]; ROWS];
    for (tile, sums) in tile.iter_mut().zip(sums.iter()) {
        tile.copy_from_slice(&sums[column..column + COLUMNS]);
    }
    let mut places = starts;
    for right in right.chunks_exact(columns) {
        let right: &[f64; COLUMNS] = right[column..column + COLUMNS]
            .try_into()
            .expect("as many as asked for");
        for (tile, place) in tile.iter_mut().zip(&mut places) {
            let left_entry = left.entries[*place];
            *place += left.to_next_inner;
            for (sum, right) in tile.iter_mut().zip(right) {
                *sum += left_entry * right;
            }
        }
    }
    for (tile, sums) in tile.iter().zip(sums.iter_mut()) {
        sums[column..column + COLUMNS].copy_from_slice(tile);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use ndarray::Array2;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random(shape: (usize, usize), rng: &mut ChaCha8Rng) -> Array2<f64> {
        Array2::from_shape_simple_fn(shape, || rng.random_range(-1.0..1.0))
    }

    #[test]
    fn it_adds_what_ndarray_multiplies_for_every_shape() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for rows in 1..5 {
            for inner in 1..5 {
                for columns in 1..28 {
                    let left = random((rows, inner), &mut rng);
                    let right = random((inner, columns), &mut rng);
                    let before = random((rows, columns), &mut rng);
                    let mut sums = before.clone();
                    add_product(left.view(), right.view(), sums.view_mut());
                    let expected = &before + left.dot(&right);
                    for (ours, theirs) in sums.iter().zip(&expected) {
                        assert_abs_diff_eq!(ours, theirs, epsilon = 1e-14);
                    }
                    let mut again = before;
                    let transposed = left.t().as_standard_layout().to_owned();
                    add_transposed_product(
                        transposed.view(),
                        right.view(),
                        again.view_mut(),
                    );
                    assert_eq!(again, sums);
                }
            }
        }
    }

    #[test]
    fn each_sum_is_taken_in_order() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let (left, right) =
            (random((3, 40), &mut rng), random((40, 11), &mut rng));
        let mut sums = Array2::zeros((3, 11));
        add_product(left.view(), right.view(), sums.view_mut());
        for ((row, column), sum) in sums.indexed_iter() {
            let terms = (0..40).map(|i| left[[row, i]] * right[[i, column]]);
            assert_eq!(*sum, terms.fold(0.0, |sum, term| sum + term));
        }
    }
}
