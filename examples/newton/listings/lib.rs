//! The listings of the book.

pub mod roots {
    pub mod double;
    pub mod square;
}
pub mod starts {
    pub mod cubic;
}

include!(concat!(env!("OUT_DIR"), "/listings.rs"));
