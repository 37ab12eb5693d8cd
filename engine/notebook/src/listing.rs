//! A listing: a function and its name.

use crate::Run;

/// A function whose source and outputs pages quote. The build script of the
/// package that holds the listings lists them.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// Chapter and name: `overshooting/bounce`.
    pub id: &'static str,
    /// Its code.
    pub run: Run,
}
