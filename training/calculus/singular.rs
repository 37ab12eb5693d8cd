//! The singular values of a matrix: by how much it stretches, in the directions
//! in which it does so most and least.

use ndarray::{Array2, ArrayView2};

// ANCHOR: singular
/// The singular values, the largest first: turn two columns at a time until all
/// are at right angles (Hestenes, 1958); then they are the columns' lengths.
pub fn singular_values(matrix: ArrayView2<f64>) -> Vec<f64> {
    let is_wide = matrix.ncols() > matrix.nrows();
    let tall = if is_wide {
        matrix.reversed_axes()
    } else {
        matrix
    };
    // A row here is a column there.
    let mut columns = tall.t().as_standard_layout().into_owned();
    // A few rounds do; rounding must not keep it turning for ever.
    for _ in 0..60 {
        if !turn_all(&mut columns) {
            break;
        }
    }
    let rows = columns.rows().into_iter();
    let mut lengths: Vec<f64> = rows.map(|row| row.dot(&row).sqrt()).collect();
    lengths.sort_by(|a, b| b.total_cmp(a));
    lengths
}

/// Turns each pair of rows to a right angle; whether one had to be.
fn turn_all(rows: &mut Array2<f64>) -> bool {
    let mut turned = false;
    for i in 1..rows.nrows() {
        for j in 0..i {
            let (p, q) = (rows.row(i), rows.row(j));
            let (pp, qq, pq) = (p.dot(&p), q.dot(&q), p.dot(&q));
            if pq.abs() <= 1e-14 * (pp * qq).sqrt() {
                continue;
            }
            turned = true;
            let half = (qq - pp) / (2.0 * pq);
            let tangent =
                half.signum() / (half.abs() + (1.0 + half * half).sqrt());
            let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
            let sine = cosine * tangent;
            for k in 0..rows.ncols() {
                let (p, q) = (rows[[i, k]], rows[[j, k]]);
                rows[[i, k]] = cosine * p - sine * q;
                rows[[j, k]] = sine * p + cosine * q;
            }
        }
    }
    turned
}
// ANCHOR_END: singular

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use ndarray::array;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Against what all must add up to: the squares to the sum of squared
    /// entries, and, of a square matrix, the product to the determinant.
    ///
    /// Red if `cosine * p - sine * q` were `cosine * p + sine * q`: no rotation.
    #[test]
    fn they_have_the_length_and_the_volume_of_the_matrix() {
        let rng = &mut ChaCha8Rng::seed_from_u64(1);
        for shape in [(1, 1), (2, 2), (5, 3), (3, 7), (64, 32)] {
            let matrix = Array2::from_shape_fn(shape, |_| {
                rng.random_range(-1.0..1.0f64)
            });
            let values = singular_values(matrix.view());
            assert_eq!(values.len(), shape.0.min(shape.1));
            let squares: f64 = values.iter().map(|s| s * s).sum();
            let entries = matrix.iter().map(|x| x * x).sum();
            assert_abs_diff_eq!(squares, entries, epsilon = 1e-9 * entries);
            if shape == (2, 2) {
                let volume = matrix[[0, 0]] * matrix[[1, 1]]
                    - matrix[[0, 1]] * matrix[[1, 0]];
                let product = values[0] * values[1];
                assert_abs_diff_eq!(product, volume.abs(), epsilon = 1e-12);
            }
        }
    }

    /// Small ones too are found to their own last digits.
    #[test]
    fn of_a_diagonal_turned_they_are_the_diagonal() {
        let (c, s) = (0.6, 0.8);
        let turn = array![[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]];
        let other = array![[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]];
        for small in [0.0, 1e-6, 2.0] {
            let stretch = Array2::from_diag(&array![3.0, small, 1.0]);
            let turned = turn.dot(&stretch).dot(&other);
            let mut expected: [f64; 3] = [3.0, small, 1.0];
            expected.sort_by(|a, b| b.total_cmp(a));
            let values = singular_values(turned.view());
            for (ours, expected) in values.iter().zip(expected) {
                assert_abs_diff_eq!(*ours, expected, epsilon = 1e-15 * 30.0);
            }
        }
    }
}
