//! What is committed under `data/scale`, made anew: the runs of *When
//! everything grows* that take too long for a listing.

use anyhow::{Result, bail};
use std::path::Path;
use std::{env, fs};
use training::growth::{batches, widths};

const USAGE: &str = "\
cargo run --release -p training --example scale -- …
  batches     steps to a loss at many batch sizes anew; takes minutes
  widths      losses of networks of many widths anew; takes minutes";

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("batches") => write("batches.csv", &batches::lines()?),
        Some("widths") => write("widths.csv", &widths::lines()?),
        _ => bail!("{USAGE}"),
    }
}

fn write(name: &str, lines: &[String]) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/scale");
    Ok(fs::write(folder.join(name), lines.join("\n") + "\n")?)
}
