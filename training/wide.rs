//! Vectors as wide as the processor has them.
//!
//! Wider vectors compute the same numbers, more of them at a time: nothing is
//! fused, and no sum is taken in another order. So the bits stay the same.

/// Runs an expression in code that was compiled for the widest vectors of this
/// processor. Only what is inlined into it gains.
macro_rules! wide {
    ($work:expr) => {
        fearless_simd::dispatch!(fearless_simd::Level::new(), _ => $work)
    };
}

/// [`ndarray::azip!`] with the widest vectors of this processor.
macro_rules! wide_azip {
    ($($zip:tt)*) => {
        $crate::wide::wide!({
            ndarray::azip!($($zip)*);
        })
    };
}

pub(crate) use {wide, wide_azip};
