//! A bowl of many weights: a quadratic with given curvatures, in directions
//! drawn at random.

use ndarray::{Array1, Array2, Axis};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// The loss ½wᵀHw of n weights, least at w = 0.
#[derive(Clone, Debug)]
pub struct Quadratic {
    /// The eigenvalues of the Hessian.
    pub curvatures: Array1<f64>,
    /// Its eigenvectors, in columns: at right angles, of length 1.
    pub directions: Array2<f64>,
    /// H, n × n: row i, column j holds how the gradient of weight i changes
    /// with weight j.
    pub hessian: Array2<f64>,
}

impl Quadratic {
    /// With these curvatures. The directions are the axes, reflected in as many
    /// random mirrors as there are weights.
    pub fn random(curvatures: &[f64], rng: &mut ChaCha8Rng) -> Quadratic {
        let n = curvatures.len();
        let curvatures = Array1::from(curvatures.to_vec());
        let mut directions = Array2::eye(n);
        for _ in 0..n {
            let normal =
                Array2::from_shape_fn((n, 1), |_| rng.random_range(-1.0..=1.0));
            let length_squared: f64 = (&normal * &normal).sum();
            let across = normal.t().dot(&directions);
            directions -= &(normal.dot(&across) * (2.0 / length_squared));
        }
        let hessian = (&directions * &curvatures).dot(&directions.t());
        Quadratic {
            curvatures,
            directions,
            hessian,
        }
    }

    /// The gradient at these weights, Hw.
    pub fn gradient(&self, weights: &Array1<f64>) -> Array1<f64> {
        self.hessian.dot(weights)
    }

    /// A place at distance 1 from the minimum, equally far in every direction.
    pub fn even_start(&self) -> Array1<f64> {
        let n = self.curvatures.len() as f64;
        self.directions.sum_axis(Axis(1)) / n.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;

    #[test]
    fn directions_are_at_right_angles_and_keep_theirs_under_the_gradient() {
        for n in [1, 2, 5, 12] {
            let curvatures: Vec<f64> =
                (1..=n).map(|i| f64::from(i * i)).collect();
            let mut rng = ChaCha8Rng::seed_from_u64(7);
            let bowl = Quadratic::random(&curvatures, &mut rng);
            for (i, curvature) in curvatures.iter().enumerate() {
                let direction = bowl.directions.column(i).to_owned();
                for (j, other) in
                    bowl.directions.columns().into_iter().enumerate()
                {
                    let expected = f64::from(u8::from(i == j));
                    assert_abs_diff_eq!(
                        direction.dot(&other),
                        expected,
                        epsilon = 1e-12
                    );
                }
                let off = bowl.gradient(&direction) - *curvature * &direction;
                assert_abs_diff_eq!(off.dot(&off), 0.0, epsilon = 1e-20);
            }
        }
    }

    #[test]
    fn no_two_weights_are_independent() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let bowl = Quadratic::random(&[1.0, 2.0, 4.0, 8.0], &mut rng);
        assert!(bowl.hessian.iter().all(|entry| entry.abs() > 1e-3));
    }

    #[test]
    fn an_even_start_is_a_step_away_in_all_directions_alike() {
        for n in [1, 3, 8] {
            let curvatures: Vec<f64> = (1..=n).map(f64::from).collect();
            let mut rng = ChaCha8Rng::seed_from_u64(5);
            let bowl = Quadratic::random(&curvatures, &mut rng);
            let start = bowl.even_start();
            assert_eq!(start.len(), curvatures.len());
            assert_abs_diff_eq!(start.dot(&start), 1.0, epsilon = 1e-12);
            for direction in bowl.directions.columns() {
                assert_abs_diff_eq!(
                    direction.dot(&start),
                    1.0 / f64::from(n).sqrt(),
                    epsilon = 1e-12
                );
            }
        }
    }
}
