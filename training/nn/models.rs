//! The book's two models, each before it is trained.

use super::activation::Activation::{Relu, Sigmoid, Softmax};
use super::dense::Dense;
use super::sequential::Sequential;
use crate::digits::PIXELS;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

// ANCHOR: patients
/// The lesson's network: one age in, two answers out; its start is drawn with
/// the seed.
pub fn patients_model(seed: u64) -> Sequential {
    let layers = [
        Dense::new(16, Relu),
        Dense::new(32, Relu).kernel_regularizer(0.01),
        Dense::new(2, Sigmoid),
    ];
    Sequential::new(1, layers, &mut ChaCha8Rng::seed_from_u64(seed))
}
// ANCHOR_END: patients

// ANCHOR: digits
/// A network for the digits: 64 pixels in, ten probabilities out.
pub fn digits_model(seed: u64) -> Sequential {
    let layers = [Dense::new(32, Relu), Dense::new(10, Softmax)];
    Sequential::new(PIXELS, layers, &mut ChaCha8Rng::seed_from_u64(seed))
}
// ANCHOR_END: digits
