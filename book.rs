//! The program: hands the list of listings to the binder.

use std::process::ExitCode;

fn main() -> ExitCode {
    binder::main(listings::LISTINGS, listings::build())
}
