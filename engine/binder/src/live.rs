//! Live figures: the listings compiled for the reader's browser, as scripts, one
//! a chapter, that pages load when a figure comes near.

use crate::code::Code;
use crate::{Book, disk, generated, scripts};
use anyhow::{Context, Result, bail, ensure};
use notebook::Outputs;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The package of the listings, by its folder; a book without it wants no live
/// figures.
const LISTINGS: &str = "listings";

/// Where the package lies that exports them to the browser, from the book's root.
const PACKAGE: &str = "target/binder/live";

/// What it consists of, besides the list of listings.
const MANIFEST: &str = include_str!("../live/manifest.toml");
const CODE: &str = include_str!("../live/lib.rs");

const TARGET: &str = "wasm32-unknown-unknown";

/// Names another cargo for the target, where rustup has none.
const CARGO: &str = "LIVE_CARGO";

/// Asks for small scripts rather than for quick ones.
const SMALL: &str = "LIVE_SMALL";

/// Brings the scripts of the chapters up to date that have knobs. Returns why
/// there are none, if there are none.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn bring_up_to_date(
    book: &Book,
    code: &Code,
    pages: &Path,
    outputs: &BTreeMap<&'static str, Outputs>,
) -> Result<Option<String>> {
    let mut chapters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    if book.root.join(LISTINGS).join("Cargo.toml").exists() {
        for (id, _) in outputs.iter().filter(|(_, made)| !made.knobs.is_empty()) {
            let chapter = id.split('/').next().unwrap_or(id);
            chapters.entry(chapter).or_default().push(id);
        }
    }
    generated::keep_scripts(pages, &chapters.keys().copied().collect())?;
    match build_stale(book, code, pages, &chapters)? {
        Ok(()) => Ok(None),
        Err(reason) => {
            // Better none than some that compute what the page does not show.
            generated::keep_scripts(pages, &BTreeSet::new())?;
            Ok(Some(format!("{reason:#}")))
        }
    }
}

/// Builds the scripts that are missing or were made from something else; one
/// after the other, because Cargo builds all of them in one place.
fn build_stale(
    book: &Book,
    code: &Code,
    pages: &Path,
    chapters: &BTreeMap<&str, Vec<&str>>,
) -> Result<Result<()>> {
    let manifest = manifest(&book.root, &code.folders)?;
    for (chapter, listings) in chapters {
        let place = pages.join(generated::script(chapter));
        let stamp_file = book.root.join(format!("target/binder/live-{chapter}"));
        let package = [manifest.clone(), format!("{CODE}{}", table(listings))];
        let how = (env::var_os(CARGO), is_small());
        let inputs = (code.inputs(book, listings), &package, how);
        let stamp = |script: &str| format!("{:x} {:x}", hash(&inputs), hash(script));
        let present = fs::read_to_string(&place).ok();
        let left = fs::read_to_string(&stamp_file).ok();
        if left.is_some() && left == present.map(|script| stamp(&script)) {
            continue;
        }
        eprintln!("Compiling the listings of {chapter} for the reader's browser");
        match build(&book.root, chapter, &package) {
            Ok(made) => {
                disk::replace(&place, &made)?;
                disk::replace(&stamp_file, stamp(&made))?;
            }
            Err(reason) => return Ok(Err(reason)),
        }
    }
    Ok(Ok(()))
}

/// Whether the book is to be published, so that size matters more than time.
fn is_small() -> bool {
    env::var_os(SMALL).is_some()
}

/// The manifest of the package: training, and whatever else of the book's own
/// code is compiled, is to be fast rather than small.
fn manifest(root: &Path, folders: &[String]) -> Result<String> {
    let mut manifest = MANIFEST.to_string();
    for folder in folders.iter().filter(|folder| *folder != LISTINGS) {
        let Some(text) = disk::read(&root.join(folder).join("Cargo.toml"))? else {
            continue;
        };
        if let Some(name) = text.lines().find_map(|line| line.strip_prefix("name = ")) {
            let section = "[profile.live.package.{name}]\nopt-level = 2\ncodegen-units = 1\n";
            manifest += &format!("\n{}", section.replace("{name}", name));
        }
    }
    Ok(manifest)
}

/// The list of these listings, as code.
fn table(listings: &[&str]) -> String {
    let entry = |id: &&str| {
        let run = id.replace('/', "::");
        format!("    Listing {{ id: {id:?}, run: listings::{run}::run }},\n")
    };
    let entries: String = listings.iter().map(entry).collect();
    format!("\nconst LISTINGS: &[Listing] = &[\n{entries}];\n")
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Compiles the package, into the script of its chapter.
fn build(root: &Path, chapter: &str, package: &[String; 2]) -> Result<String> {
    let cargo = match env::var_os(CARGO) {
        Some(cargo) => cargo,
        None => {
            ensure_target(root)?;
            "cargo".into()
        }
    };
    let place = root.join(PACKAGE);
    let [manifest, code] = package;
    disk::replace(&place.join("Cargo.toml"), manifest)?;
    disk::replace(&place.join("lib.rs"), code)?;
    // The same versions in the browser as here.
    if let Some(lock) = disk::read(&root.join("Cargo.lock"))? {
        disk::replace(&place.join("Cargo.lock"), lock)?;
    }
    let folder = root.join("target/live");
    let profile = if is_small() { "live-small" } else { "live" };
    let mut command = Command::new(&cargo);
    command
        .current_dir(root)
        .args(["build", "--quiet", "--manifest-path"])
        .arg(place.join("Cargo.toml"));
    command
        .args(["--profile", profile, "--target", TARGET, "--target-dir"])
        .arg(&folder);
    without_flags(&mut command);
    let output = command
        .output()
        .with_context(|| format!("cannot run {}", cargo.display()))?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "they do not compile, says {} ({}):\n{told}",
        cargo.display(),
        output.status
    );
    let wasm = folder.join(TARGET).join(profile).join("live.wasm");
    let wasm = fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    scripts::wrap(wasm, chapter, is_small())
}

/// Keeps from rustc the flags that the user has for this machine, and which would
/// be none for a browser: an empty list stands before every other way to set them.
fn without_flags(cargo: &mut Command) {
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "");
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
    disk::replace(&tried, "")?;
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .output();
    ensure!(added.is_ok_and(|added| added.status.success()), "{advice}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_the_books_own_is_compiled_to_be_fast() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["listings", "shared", "notes"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        for (folder, name) in [("listings", "listings"), ("shared", "of-all")] {
            let manifest = format!("[package]\nname = \"{name}\"\n");
            fs::write(root.path().join(folder).join("Cargo.toml"), manifest).unwrap();
        }
        let folders = ["listings", "shared", "notes"].map(String::from);
        let added = manifest(root.path(), &folders).unwrap();
        assert_eq!(
            added.strip_prefix(MANIFEST).unwrap(),
            "\n[profile.live.package.\"of-all\"]\nopt-level = 2\ncodegen-units = 1\n"
        );
    }

    #[test]
    fn the_list_of_a_chapter_is_code() {
        let code = "\nconst LISTINGS: &[Listing] = &[\n    \
                    Listing { id: \"a/b\", run: listings::a::b::run },\n];\n";
        assert_eq!(table(&["a/b"]), code);
    }

    #[test]
    fn flags_for_this_machine_are_kept_from_the_browsers_build() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        file(
            "Cargo.toml",
            "[package]\nname = \"small\"\nedition = \"2024\"\n",
        );
        file("src/lib.rs", "#[cfg(leaks)]\ncompile_error!(\"leaks\");\n");
        file(
            ".cargo/config.toml",
            "[build]\nrustflags = [\"--cfg=leaks\"]\n",
        );
        let builds = |change: fn(&mut Command)| {
            let mut cargo = Command::new("cargo");
            cargo
                .current_dir(&folder)
                .args(["check", "--quiet", "--offline"]);
            cargo
                .env_remove("CARGO_ENCODED_RUSTFLAGS")
                .env("RUSTFLAGS", "--cfg=leaks");
            change(&mut cargo);
            cargo.output().unwrap().status.success()
        };
        assert!(!builds(|_| {}), "the flags are there");
        assert!(builds(without_flags));
    }
}
