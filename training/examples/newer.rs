//! Makes `data/newer/digits.csv` anew: every rule of the chapter on newer
//! rules, at all its rates or from all its first guesses.

use anyhow::Result;
use std::{fs, path::Path};
use training::bench::rules::{RULES, header, line, rates};
use training::task::Task;

fn main() -> Result<()> {
    let task = Task::digits()?;
    let mut text = header() + "\n";
    for (rule, powers, each) in RULES {
        for rate in rates(powers, each) {
            text += &(line(&task, rule, rate)? + "\n");
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/newer");
    Ok(fs::write(folder.join("digits.csv"), text)?)
}
