//! The listings of the book.

pub mod series {
    pub mod geometric;
}
pub mod sums {
    pub mod gauss;
}

include!(concat!(env!("OUT_DIR"), "/listings.rs"));
