//! Vectors as wide as the processor has them.
//!
//! Wider vectors compute the same numbers, more of them at a time: nothing is
//! fused, and no sum is taken in another order. So the bits stay the same.

use ndarray::{ArrayBase, ArrayView, ArrayViewMut, DataMut, Dimension};
use std::iter::Zip;
use std::slice::{Iter, IterMut};

/// Runs an expression in code that was compiled for the widest vectors of this
/// processor. Only what is inlined into it gains.
macro_rules! wide {
    ($work:expr) => {
        fearless_simd::dispatch!(fearless_simd::Level::new(), _ => $work)
    };
}

/// `ndarray::azip!` with the widest vectors of this processor, for arrays of
/// one shape that are stored row by row: the loop of `ndarray`'s own is not
/// inlined.
macro_rules! azip {
    (($first:pat in $entries:expr $(, $item:pat in $array:expr)* $(,)?) $work:expr) => {
        $crate::wide::azip!(@
            $first, $crate::wide::Entries::entries($entries);
            $($item, $crate::wide::Entries::entries($array);)* $work)
    };
    (@ $items:pat, $zip:expr; $item:pat, $entries:expr; $($rest:tt)*) => {
        $crate::wide::azip!(@ ($items, $item), $crate::wide::pair($zip, $entries); $($rest)*)
    };
    (@ $items:pat, $zip:expr; $work:expr) => {{
        let zip = $zip;
        $crate::wide::wide!(for $items in zip { $work })
    }};
}

/// An array whose entries lie row by row, one after the other.
pub(crate) trait Entries {
    type Entries: ExactSizeIterator;

    fn entries(self) -> Self::Entries;
}

/// Both, entry by entry.
///
/// # Panics
///
/// If one has more entries than the other.
pub(crate) fn pair<A: ExactSizeIterator, B: ExactSizeIterator>(
    some: A,
    others: B,
) -> Zip<A, B> {
    assert_eq!(some.len(), others.len(), "the sizes differ");
    some.zip(others)
}

const STORED: &str = "stored row by row";

impl<'a, D: Dimension> Entries for ArrayView<'a, f64, D> {
    type Entries = Iter<'a, f64>;

    fn entries(self) -> Iter<'a, f64> {
        self.to_slice().expect(STORED).iter()
    }
}

impl<'a, D: Dimension> Entries for ArrayViewMut<'a, f64, D> {
    type Entries = IterMut<'a, f64>;

    fn entries(self) -> IterMut<'a, f64> {
        self.into_slice().expect(STORED).iter_mut()
    }
}

impl<'a, S: DataMut<Elem = f64>, D: Dimension> Entries
    for &'a mut ArrayBase<S, D>
{
    type Entries = IterMut<'a, f64>;

    fn entries(self) -> IterMut<'a, f64> {
        self.as_slice_mut().expect(STORED).iter_mut()
    }
}

pub(crate) use {azip, wide};

#[cfg(test)]
mod tests {
    use ndarray::{Array1, ArrayView1, array};

    fn add(sums: &mut Array1<f64>, terms: ArrayView1<f64>) {
        azip!((sum in sums, &term in terms) *sum += term);
    }

    #[test]
    fn it_works_on_every_entry() {
        let mut sums = array![1.0, 2.0, 3.0];
        add(&mut sums, array![10.0, 20.0, 30.0].view());
        assert_eq!(sums, array![11.0, 22.0, 33.0]);
    }

    #[test]
    #[should_panic(expected = "the sizes differ")]
    fn arrays_of_other_sizes_are_refused() {
        add(&mut array![1.0, 2.0], array![10.0].view());
    }
}
