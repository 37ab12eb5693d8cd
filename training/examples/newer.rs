//! Makes the tables under `data/newer` anew: the rules of the chapter on newer
//! rules on both networks, at all their rates or from all their first guesses.

use anyhow::Result;
use std::{fs, path::Path};
use training::bench::rules::{DIGITS, NEAR_DIGITS, NEAR_PATIENTS, rates};

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/newer");
    for trials in [DIGITS, NEAR_DIGITS, NEAR_PATIENTS] {
        let task = (trials.task)()?;
        let mut text = trials.header() + "\n";
        for (rule, powers, each) in trials.rules {
            for rate in rates(*powers, *each) {
                text += &(trials.line(&task, rule, rate)? + "\n");
            }
        }
        fs::write(folder.join(format!("{}.csv", trials.name)), text)?;
    }
    Ok(())
}
