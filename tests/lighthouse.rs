//! What Lighthouse says of the chapters, on a phone and a slow line as it
//! simulates them, and of some on a desk.

use crate::live::{chapters, live_copy};
use crate::server::serve;
use serde_json::Value as Json;
use std::env;
use std::path::Path;
use std::process::Command;

const CATEGORIES: [&str; 4] = ["performance", "accessibility", "best-practices", "seo"];

/// The lowest score, from 0 to 1, that passes in each category.
const LEAST: [f64; 4] = [0.95, 1.0, 1.0, 1.0];

/// Pages that are looked at on a desk too, where the others are built alike.
const ON_A_DESK: [&str; 3] = ["introduction.html", "optimizers.html", "laboratory.html"];

/// A page's score in each category, on a phone or as Lighthouse's options say.
fn scores(address: &str, options: &[&str]) -> [f64; 4] {
    let program = "target/lighthouse/node_modules/.bin/lighthouse";
    let mut lighthouse = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(program));
    lighthouse
        .args([address, "--quiet", "--output=json"])
        .args(options)
        .arg("--chrome-flags=--headless=new --no-sandbox");
    if let Some(chromium) = env::var_os("CHROMIUM") {
        lighthouse.env("CHROME_PATH", chromium);
    }
    let output = lighthouse
        .output()
        .expect("it is there: npm install --no-save --prefix target/lighthouse lighthouse@12");
    let error = String::from_utf8_lossy(&output.stderr);
    let report: Json = serde_json::from_slice(&output.stdout).expect(&error);
    CATEGORIES.map(|category| {
        let score = &report["categories"][category]["score"];
        score.as_f64().expect(&error)
    })
}

/// Other work on the machine can only lower the score for performance, so of
/// three tries one has to pass.
#[test]
#[ignore = "needs Chromium, Lighthouse and an idle machine"]
fn lighthouse_finds_every_chapter_quick_and_open_to_all() {
    let copy = live_copy();
    let address = serve(&copy.book());
    let pass = |page: &str, options: &[&str]| {
        let passes = (0..3).any(|_| {
            let scores = scores(&format!("{address}/{page}"), options);
            println!("{page} {options:?}: {scores:?}");
            scores
                .iter()
                .zip(LEAST)
                .all(|(score, least)| *score >= least)
        });
        assert!(
            passes,
            "{page} {options:?}: below {LEAST:?} in {CATEGORIES:?}"
        );
    };
    for page in chapters(copy) {
        pass(&page, &[]);
    }
    for page in ON_A_DESK {
        pass(page, &["--preset=desktop"]);
    }
}
