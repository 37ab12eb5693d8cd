//! Lists the listings, and what they are compiled from.

fn main() {
    notebook_build::listings(&[]);
}
