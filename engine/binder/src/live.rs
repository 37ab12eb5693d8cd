//! Live figures: the listings compiled for the reader's browser, as one script
//! that pages load when a reader first touches a knob.

use crate::Bound;
use crate::shelf::write_in_place;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// The script, from the book's root; mdBook copies it into the book. It is made
/// anew when it is missing, so it is not committed.
const SCRIPT: &str = "src/live.js";

/// The package that exports the listings, and its cargo profile.
const PACKAGE: &str = "live";

const TARGET: &str = "wasm32-unknown-unknown";

/// Names another cargo for the target, where rustup has none.
const CARGO: &str = "LIVE_CARGO";

/// Brings the script up to date. Returns why there is none, if there is none; a
/// book without the package wants none.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn bring_up_to_date(book: &Bound) -> Result<Option<String>> {
    if !book.root.join(PACKAGE).join("Cargo.toml").exists() {
        return Ok(None);
    }
    let stamp_file = book.root.join("target/binder/live");
    let script = book.root.join(SCRIPT);
    let inputs = inputs(book)?;
    let stamp = |script: &str| format!("{:x} {:x}", hash(&inputs), hash(script));
    let current = fs::read_to_string(&script)
        .ok()
        .map(|script| stamp(&script));
    if current.is_some() && current == fs::read_to_string(&stamp_file).ok() {
        return Ok(None);
    }
    match build(&book.root) {
        Ok(made) => {
            write_in_place(&script, &made)?;
            write_in_place(&stamp_file, &stamp(&made))?;
            Ok(None)
        }
        Err(reason) => {
            // Better none than one that computes what the page does not show.
            if script.exists() {
                fs::remove_file(&script)
                    .with_context(|| format!("cannot remove {}", script.display()))?;
            }
            Ok(Some(format!("{reason:#}")))
        }
    }
}

/// Whether pages can have knobs.
pub fn is_there(root: &Path) -> bool {
    root.join(SCRIPT).exists()
}

/// All that the script is made from.
fn inputs(book: &Bound) -> Result<impl Hash + use<>> {
    let package = book.root.join(PACKAGE);
    let read = |file| fs::read_to_string(package.join(file)).context("cannot read package live");
    let cargo = std::env::var_os(CARGO);
    Ok((
        book.build.identity,
        book.build.files,
        read("Cargo.toml")?,
        read("lib.rs")?,
        cargo,
    ))
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Compiles the package and wraps it into a script.
fn build(root: &Path) -> Result<String> {
    let cargo = match std::env::var_os(CARGO) {
        Some(cargo) => cargo,
        None => {
            ensure_target(root)?;
            "cargo".into()
        }
    };
    let folder = root.join("target/live");
    let output = Command::new(&cargo)
        .current_dir(root)
        .args([
            "build",
            "--quiet",
            "--package",
            PACKAGE,
            "--profile",
            PACKAGE,
        ])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&folder)
        .output()
        .with_context(|| format!("cannot run {}", cargo.display()))?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "they do not compile:\n{told}");
    wrap(&folder.join(TARGET).join(PACKAGE).join("live.wasm"))
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

/// The WebAssembly and its bindings in one script, so that it loads from a file
/// as it does from a server. It leaves `liveListings`, a promise of the exports.
fn wrap(wasm: &Path) -> Result<String> {
    let mut bindings = Bindgen::new()
        .input_path(wasm)
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let bytes = bindings.wasm_mut().emit_wasm();
    let wasm = BASE64_STANDARD.encode(bytes);
    Ok(format!(
        "{js}\nwindow.liveListings = wasm_bindgen({{ module_or_path: \
         Uint8Array.from(atob(\"{wasm}\"), (c) => c.charCodeAt(0)) }}).then(() => wasm_bindgen);\n",
        js = bindings.js(),
    ))
}
