//! Products of matrices that give the same bits on every processor.
//!
//! A training run amplifies the last bit of a sum, and `ndarray`'s own product
//! picks a kernel, and with it an order of summation, by processor. Here every
//! sum is taken in the order of its index, and no product is fused with a sum,
//! however wide the vectors are. Columns are taken eight at a time and rows
//! four at a time, so that the sums stay in registers.

use crate::wide::wide;
use ndarray::{ArrayView2, ArrayViewMut2};
use std::array;

/// Adds the product of `left`, rows × inner, and `right`, inner × columns, to
/// `sums`, rows × columns.
///
/// # Panics
///
/// If the shapes do not fit, or one of them is not stored row by row.
#[inline(never)]
pub fn add_product(
    left: ArrayView2<f64>,
    right: ArrayView2<f64>,
    sums: ArrayViewMut2<f64>,
) {
    let (rows, inner) = left.dim();
    let left = Straight {
        entries: left.to_slice().expect(STORED),
        inner,
    };
    add(left, (rows, inner), right, sums);
}

/// Adds the product of the transpose of `left`, inner × rows, and `right`,
/// inner × columns, to `sums`, rows × columns.
///
/// # Panics
///
/// If the shapes do not fit, or one of them is not stored row by row.
#[inline(never)]
pub fn add_transposed_product(
    left: ArrayView2<f64>,
    right: ArrayView2<f64>,
    sums: ArrayViewMut2<f64>,
) {
    let (inner, rows) = left.dim();
    let left = Transposed {
        entries: left.to_slice().expect(STORED),
        rows,
    };
    add(left, (rows, inner), right, sums);
}

const STORED: &str = "stored row by row";

/// The left matrix, taken some rows at a time.
trait Left: Copy {
    /// Of so many rows, from `row` on, the columns, one after the other.
    fn columns<const ROWS: usize>(
        self,
        row: usize,
    ) -> impl Iterator<Item = [f64; ROWS]>;
}

#[derive(Clone, Copy)]
struct Straight<'a> {
    entries: &'a [f64],
    inner: usize,
}

impl Left for Straight<'_> {
    #[inline(always)]
    fn columns<const ROWS: usize>(
        self,
        row: usize,
    ) -> impl Iterator<Item = [f64; ROWS]> {
        let Straight { entries, inner } = self;
        let rows: [&[f64]; ROWS] =
            array::from_fn(|r| &entries[(row + r) * inner..][..inner]);
        (0..inner).map(move |place| rows.map(|row| row[place]))
    }
}

#[derive(Clone, Copy)]
struct Transposed<'a> {
    entries: &'a [f64],
    rows: usize,
}

impl Left for Transposed<'_> {
    #[inline(always)]
    fn columns<const ROWS: usize>(
        self,
        row: usize,
    ) -> impl Iterator<Item = [f64; ROWS]> {
        let columns = self.entries.chunks_exact(self.rows);
        columns.map(move |column| array::from_fn(|r| column[row + r]))
    }
}

fn add(
    left: impl Left,
    (rows, inner): (usize, usize),
    right: ArrayView2<f64>,
    mut sums: ArrayViewMut2<f64>,
) {
    let columns = right.ncols();
    assert_eq!(inner, right.nrows(), "the inner sizes differ");
    assert_eq!(sums.dim(), (rows, columns), "the outer sizes differ");
    let right = right.to_slice().expect(STORED);
    let sums = sums.as_slice_mut().expect(STORED);
    wide!({
        let row = add_rows::<4>(left, (0, rows), right, columns, sums);
        let row = add_rows::<2>(left, (row, rows), right, columns, sums);
        add_rows::<1>(left, (row, rows), right, columns, sums);
    });
}

/// The same for the rows from `row` on, so many at a time while there are as
/// many; returns the row after them.
#[inline(always)]
fn add_rows<const ROWS: usize>(
    left: impl Left,
    (mut row, rows): (usize, usize),
    right: &[f64],
    columns: usize,
    sums: &mut [f64],
) -> usize {
    while row + ROWS <= rows {
        let sums = &mut sums[row * columns..][..ROWS * columns];
        let column = add_columns::<ROWS, 8>(left, row, 0, right, columns, sums);
        let column =
            add_columns::<ROWS, 2>(left, row, column, right, columns, sums);
        add_columns::<ROWS, 1>(left, row, column, right, columns, sums);
        row += ROWS;
    }
    row
}

/// The same for some rows and the columns from `column` on, so many at a time
/// while there are as many; returns the column after them.
#[inline(always)]
fn add_columns<const ROWS: usize, const COLUMNS: usize>(
    left: impl Left,
    row: usize,
    mut column: usize,
    right: &[f64],
    columns: usize,
    sums: &mut [f64],
) -> usize {
    while column + COLUMNS <= columns {
        let mut tile = [[0.0; COLUMNS]; ROWS];
        // By number, so that the compiler sees that all rows are there, and
        // keeps the tile in registers.
        for (row, tile) in tile.iter_mut().enumerate() {
            tile.copy_from_slice(&sums[row * columns + column..][..COLUMNS]);
        }
        for (left, right) in
            left.columns::<ROWS>(row).zip(right.chunks_exact(columns))
        {
            let right: &[f64; COLUMNS] = right[column..column + COLUMNS]
                .try_into()
                .expect("as many as asked for");
            for (tile, left) in tile.iter_mut().zip(left) {
                for (sum, right) in tile.iter_mut().zip(right) {
                    *sum += left * right;
                }
            }
        }
        for (row, tile) in tile.iter().enumerate() {
            sums[row * columns + column..][..COLUMNS].copy_from_slice(tile);
        }
        column += COLUMNS;
    }
    column
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
