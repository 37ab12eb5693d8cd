//! Lists the listings that one chapter's script is to hold.

fn main() {
    notebook_build::live();
}
