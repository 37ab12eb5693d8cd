//! The program: hands the listings to the binder.

fn main() -> std::process::ExitCode {
    binder::main(listings::LISTINGS, listings::COMPILED_FROM)
}
