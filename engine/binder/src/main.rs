//! The program of this package: `mdbook-notebook new my-book` makes a book to begin
//! with.

fn main() -> std::process::ExitCode {
    binder::first()
}
