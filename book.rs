//! The program: hands the listings to the binder.

use std::process::ExitCode;

fn main() -> ExitCode {
    binder::main(listings::LISTINGS, listings::COMPILED_FROM)
}
