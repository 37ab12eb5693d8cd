//! Live figures: the listings compiled for the reader's browser, as scripts, one
//! a chapter, that pages load when a reader first touches a knob.

use crate::shelf::write_in_place;
use crate::{Bound, scripts};
use anyhow::{Context, Result, bail, ensure};
use notebook::Outputs;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The folder of the scripts, from the book's root; mdBook copies it into the
/// book. They are made anew when one is missing, so they are not committed.
const SCRIPTS: &str = "src/live";

/// The package that exports the listings, and its cargo profile.
const PACKAGE: &str = "live";

const TARGET: &str = "wasm32-unknown-unknown";

/// Names another cargo for the target, where rustup has none.
const CARGO: &str = "LIVE_CARGO";

/// Asks for small scripts rather than for quick ones.
const SMALL: &str = "LIVE_SMALL";

/// Tells the package whose listings it is to hold.
const CHAPTER: &str = "LIVE_CHAPTER";

/// Brings the scripts of the chapters up to date that have knobs. Returns why
/// there are none, if there are none; a book without the package wants none.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn bring_up_to_date(
    book: &Bound,
    outputs: &BTreeMap<&'static str, Outputs>,
) -> Result<Option<String>> {
    if !book.root.join(PACKAGE).join("Cargo.toml").exists() {
        return Ok(None);
    }
    let with_knobs = outputs.iter().filter(|(_, made)| !made.knobs.is_empty());
    let chapters: BTreeSet<&str> = with_knobs.map(|(id, _)| chapter(id)).collect();
    remove_others(book, &chapters)?;
    match build_stale(book, &chapters)? {
        Ok(()) => Ok(None),
        Err(reason) => {
            // Better none than some that compute what the page does not show.
            remove_others(book, &BTreeSet::new())?;
            Ok(Some(format!("{reason:#}")))
        }
    }
}

/// Builds the scripts that are missing or were made from something else; one
/// after the other, because Cargo builds all of them in one place.
fn build_stale(book: &Bound, chapters: &BTreeSet<&str>) -> Result<Result<()>> {
    let package = package(book)?;
    for chapter in chapters {
        let place = script(book, chapter);
        let stamp_file = book.root.join(format!("target/binder/live-{chapter}"));
        let inputs = (inputs(book, chapter), &package);
        let stamp = |script: &str| format!("{:x} {:x}", hash(&inputs), hash(script));
        let present = fs::read_to_string(&place).ok();
        let left = fs::read_to_string(&stamp_file).ok();
        if left.is_some() && left == present.map(|script| stamp(&script)) {
            continue;
        }
        match build(&book.root, chapter) {
            Ok(made) => {
                write_in_place(&place, &made)?;
                write_in_place(&stamp_file, &stamp(&made))?;
            }
            Err(reason) => return Ok(Err(reason)),
        }
    }
    Ok(Ok(()))
}

fn script(book: &Bound, chapter: &str) -> PathBuf {
    book.root.join(SCRIPTS).join(format!("{chapter}.js"))
}

/// Removes the scripts of chapters that are none of these.
fn remove_others(book: &Bound, chapters: &BTreeSet<&str>) -> Result<()> {
    let folder = book.root.join(SCRIPTS);
    if chapters.is_empty() && folder.exists() {
        return fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()));
    }
    let kept: Vec<_> = chapters
        .iter()
        .map(|chapter| script(book, chapter))
        .collect();
    for entry in folder.read_dir().into_iter().flatten() {
        let file = entry?.path();
        if !kept.contains(&file) {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// The chapter of a listing: `overshooting` of `overshooting/bounce`.
fn chapter(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

/// Whether pages can have knobs.
pub fn is_there(root: &Path) -> bool {
    root.join(SCRIPTS).exists()
}

/// Whether the book is to be published, so that size matters more than time.
fn is_small() -> bool {
    env::var_os(SMALL).is_some()
}

/// What the package `live` itself is made of.
fn package(book: &Bound) -> Result<impl Hash + use<>> {
    let package = book.root.join(PACKAGE);
    let read = |file| fs::read_to_string(package.join(file)).context("cannot read package live");
    Ok((
        read("Cargo.toml")?,
        read("lib.rs")?,
        env::var_os(CARGO),
        is_small(),
    ))
}

/// What else a chapter's script is made from: all that was compiled but the
/// listings of other chapters.
fn inputs(book: &Bound, of: &str) -> impl Hash + use<> {
    let others = book
        .listings
        .iter()
        .filter(|listing| chapter(listing.id) != of);
    let others: Vec<_> = others.map(|listing| listing.file).collect();
    let files = book.build.files.iter();
    let files: Vec<_> = files
        .filter(|(file, _)| !others.iter().any(|other| other == file))
        .copied()
        .collect();
    (book.build.identity, files)
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Compiles the package with one chapter's listings, into a script.
fn build(root: &Path, chapter: &str) -> Result<String> {
    let cargo = match env::var_os(CARGO) {
        Some(cargo) => cargo,
        None => {
            ensure_target(root)?;
            "cargo".into()
        }
    };
    let folder = root.join("target/live");
    let profile = if is_small() { "live-small" } else { "live" };
    let output = Command::new(&cargo)
        .current_dir(root)
        .env(CHAPTER, chapter)
        .args([
            "build",
            "--quiet",
            "--package",
            PACKAGE,
            "--profile",
            profile,
        ])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&folder)
        .output()
        .with_context(|| format!("cannot run {}", cargo.display()))?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "they do not compile:\n{told}");
    let wasm = folder.join(TARGET).join(profile).join("live.wasm");
    let wasm = fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    scripts::wrap(wasm, chapter, is_small())
}

/// Has rustup add the target if the compiler lacks it; tries that once.
fn ensure_target(root: &Path) -> Result<()> {
    let libraries = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .context("cannot run rustc")?;
    if Path::new(String::from_utf8_lossy(&libraries.stdout).trim()).exists() {
        return Ok(());
    }
    let advice = format!("install the target with `rustup target add {TARGET}`, then run again");
    let tried = root.join("target/binder/target-was-tried");
    if tried.exists() {
        bail!("{advice}");
    }
    eprintln!("Adding the target {TARGET} for live figures");
    write_in_place(&tried, "")?;
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .output();
    ensure!(added.is_ok_and(|added| added.status.success()), "{advice}");
    Ok(())
}
