//! What is committed under `data/scale`, made anew: the runs of *When
//! everything grows* that take too long for a listing.

use anyhow::{Result, bail};
use std::path::Path;
use std::{env, fs};
use training::growth::{batches, finetuning, lengths, widths};

const USAGE: &str = "\
cargo run --release -p training --example scale -- …
  batches     steps to a loss at many batch sizes anew; takes minutes
  finetuning  turned and mirrored digits after upright ones anew
  lengths     losses of runs of several lengths anew; takes half a minute
  widths      losses of networks of many widths anew; takes minutes";

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("batches") => write("batches.csv", &batches::lines()?),
        Some("finetuning") => write("finetuning.csv", &finetuning::lines()?),
        Some("lengths") => write("lengths.csv", &lengths::lines()?),
        Some("widths") => write("widths.csv", &widths::lines()?),
        _ => bail!("{USAGE}"),
    }
}

fn write(name: &str, lines: &[String]) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/scale");
    Ok(fs::write(folder.join(name), lines.join("\n") + "\n")?)
}
