//! What the build scripts of a book do, each in one line: find the listings and
//! write down what they are compiled from, so that the binder can tell which of
//! them a change may concern.
//!
//! The build script of the package that holds the listings:
//!
//! ```no_run
//! notebook_build::listings(&["training"]);
//! ```
//!
//! Its `lib.rs` has a `pub mod` line for each listing and then
//! `include!(concat!(env!("OUT_DIR"), "/listings.rs"));`, which defines
//! `LISTINGS` and `COMPILED_FROM`.

#![warn(missing_docs)]
// Cargo reads what a build script prints.
#![allow(clippy::print_stdout)]

mod files;

pub use files::{hash, normalised};

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// Writes `LISTINGS`, the listings in the folders of this package, and
/// `COMPILED_FROM`, a name and a hash for each thing that their outputs can
/// depend on: the files of this package and of `others`, which are paths from
/// the workspace's root, its manifest and lock file, and what Cargo says of
/// compiler, target, profile, features and flags.
///
/// The package lies in a folder of the workspace's root. A mistake is told to
/// Cargo, and ends the build script.
pub fn listings(others: &[&str]) {
    if let Err(messages) = write_listings(others) {
        for message in messages.lines() {
            println!("cargo::error={message}");
        }
        process::exit(1);
    }
}

fn write_listings(others: &[&str]) -> Result<(), String> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = package.parent().unwrap_or(&package);
    let own = package.file_name().unwrap_or_default().to_string_lossy();
    let mut found = Vec::new();
    for input in [&*own, "Cargo.toml", "Cargo.lock"].iter().chain(others) {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
        files::collect(root, Path::new(input), &mut found)?;
    }
    found.sort();
    let prefix = format!("{own}/");
    let modules = files::read(&package.join("lib.rs"))?;
    let in_package = |(name, text): &(String, String)| {
        let id = listing(name.strip_prefix(&prefix)?, text)?;
        Some((name.clone(), id))
    };
    let listings: Vec<_> = found.iter().filter_map(in_package).collect();
    let mut wrong: Vec<String> = listings
        .iter()
        .filter_map(|(name, id)| named(&modules, name, id).err())
        .collect();
    let is_there = |file: &str| {
        found
            .iter()
            .any(|(name, _)| *name == format!("{prefix}{file}"))
    };
    wrong.extend(missing(&modules, &prefix, is_there));
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let ids: Vec<String> = listings.into_iter().map(|(_, id)| id).collect();
    let entries = found.iter().map(|(name, text)| (name.clone(), hash(text)));
    let entries: Vec<_> = entries.chain(compiler()?).collect();
    write(&format!("{}{}", table(&ids), compiled_from(&entries)))
}

/// The id of the listing that the file is: `chapter/name`, where it lies in a
/// folder and has a function that runs.
fn listing(file: &str, text: &str) -> Option<String> {
    let id = file.strip_suffix(".rs")?;
    let in_chapter = id.split('/').count() == 2;
    (in_chapter && text.contains("\npub fn run(")).then(|| id.to_string())
}

/// Whether `lib.rs` names the module of a listing.
fn named(modules: &str, file: &str, id: &str) -> Result<(), String> {
    let (chapter, name) = id.split_once('/').unwrap_or_default();
    let mut lines = modules.lines().map(str::trim);
    let in_chapter = lines
        .by_ref()
        .skip_while(|line| *line != format!("pub mod {chapter} {{"))
        .take_while(|line| *line != "}");
    if in_chapter
        .into_iter()
        .any(|line| line == format!("pub mod {name};"))
    {
        return Ok(());
    }
    Err(format!(
        "{file}: lib.rs does not name this listing; add `pub mod {name};` \
         within `pub mod {chapter} {{ … }}`"
    ))
}

/// What is wrong with the modules of chapters that `lib.rs` names and that have no
/// file.
fn missing(modules: &str, prefix: &str, is_there: impl Fn(&str) -> bool) -> Vec<String> {
    let mut chapter = None;
    let mut wrong = Vec::new();
    for line in modules.lines().map(str::trim) {
        let module = line.strip_prefix("pub mod ").unwrap_or_default();
        match (module.strip_suffix(" {"), module.strip_suffix(';'), chapter) {
            (Some(name), _, _) => chapter = Some(name),
            (_, Some(name), Some(chapter)) => {
                let place = format!("{chapter}/{name}");
                if !is_there(&format!("{place}.rs")) && !is_there(&format!("{place}/mod.rs")) {
                    wrong.push(format!(
                        "{prefix}lib.rs: there is no {prefix}{place}.rs; \
                         take `{line}` out of `pub mod {chapter} {{ … }}`"
                    ));
                }
            }
            _ if line == "}" => chapter = None,
            _ => {}
        }
    }
    wrong
}

/// What Cargo tells a build script of the build, save the files.
fn compiler() -> Result<Vec<(String, u64)>, String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = process::Command::new(&rustc).arg("-vV").output();
    let version = version.map_err(|error| format!("cannot run {}: {error}", rustc.display()))?;
    let mut told = vec![(
        "rustc -vV".to_string(),
        hash(&String::from_utf8_lossy(&version.stdout)),
    )];
    let names = [
        "TARGET",
        "PROFILE",
        "OPT_LEVEL",
        "DEBUG",
        "CARGO_ENCODED_RUSTFLAGS",
    ];
    let mut variables: Vec<_> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| names.contains(&&**name) || name.starts_with("CARGO_CFG_"))
        .collect();
    variables.sort();
    told.extend(
        variables
            .into_iter()
            .map(|(name, value)| (name, hash(&value.to_string_lossy()))),
    );
    Ok(told)
}

fn table(ids: &[String]) -> String {
    let mut code = String::from(
        "// What is compiled for the browser names it by this.\n\
         #[doc(hidden)]\npub use notebook;\n\n\
         /// The listings, by their ids.\npub const LISTINGS: &[notebook::Listing] = &[\n",
    );
    for id in ids {
        let path = id.replace('/', "::");
        // A `String` takes all that is written to it.
        let _ = writeln!(
            code,
            "    notebook::Listing {{ id: {id:?}, run: crate::{path}::run }},"
        );
    }
    code + "];\n"
}

fn compiled_from(entries: &[(String, u64)]) -> String {
    let mut code = String::from(
        "/// What the listings were compiled from, each with a hash.\n\
         pub const COMPILED_FROM: &[(&str, u64)] = &[\n",
    );
    for (name, hash) in entries {
        let _ = writeln!(code, "    ({name:?}, {hash}),");
    }
    code + "];\n"
}

fn write(code: &str) -> Result<(), String> {
    let file = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("listings.rs");
    fs::write(&file, code).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_a_file_of_a_chapter_with_a_function_that_runs() {
        let code = "//! One.\n\npub fn run(cell: &mut Cell) {}\n";
        assert_eq!(listing("part/one.rs", code).as_deref(), Some("part/one"));
        for (file, text) in [
            ("one.rs", code),
            ("a/b/one.rs", code),
            ("part/one.md", code),
            ("part/two.rs", "fn run() {}\n"),
        ] {
            assert_eq!(listing(file, text), None, "{file}");
        }
    }

    #[test]
    fn a_listing_that_no_line_names_is_told_with_that_line() {
        let modules = "pub mod part {\n    pub mod one;\n}\npub mod other {\n    pub mod two;\n}\n";
        assert_eq!(named(modules, "listings/part/one.rs", "part/one"), Ok(()));
        let message = "listings/part/two.rs: lib.rs does not name this listing; \
                       add `pub mod two;` within `pub mod part { … }`";
        let told = named(modules, "listings/part/two.rs", "part/two");
        assert_eq!(told, Err(message.to_string()));
    }

    #[test]
    fn a_line_that_names_no_file_is_told() {
        let modules = "pub mod shared;\npub mod part {\n    pub mod one;\n    pub mod two;\n\
                       pub mod three;\n}\n";
        let is_there = |file: &str| ["part/one.rs", "part/three/mod.rs"].contains(&file);
        let message = "listings/lib.rs: there is no listings/part/two.rs; \
                       take `pub mod two;` out of `pub mod part { … }`";
        assert_eq!(missing(modules, "listings/", is_there), [message]);
    }

    #[test]
    fn the_table_is_code() {
        let code = table(&["a/b".to_string()]);
        let line = "    notebook::Listing { id: \"a/b\", run: crate::a::b::run },";
        assert!(code.lines().any(|code| code == line), "{code}");
    }
}
