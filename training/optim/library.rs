//! Where Keras and PyTorch write one formula differently, and how one piece of
//! code follows either.

/// Whose formulas and defaults an optimizer follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Library {
    /// Keras, as of version 3.15.
    #[default]
    Keras,
    /// PyTorch, as of version 2.15.
    PyTorch,
}

// ANCHOR: differences
impl Library {
    /// ε as it stands under the root and after it, for √(v + under) + after.
    pub fn epsilon(self, epsilon: f64) -> (f64, f64) {
        match self {
            Library::Keras => (epsilon, 0.0),
            Library::PyTorch => (0.0, epsilon),
        }
    }

    /// The rate as a factor of what goes into the velocity, and of what comes
    /// out of it.
    pub fn rate(self, learning_rate: f64) -> (f64, f64) {
        match self {
            Library::Keras => (learning_rate, 1.0),
            Library::PyTorch => (1.0, learning_rate),
        }
    }
}
// ANCHOR_END: differences
