//! Trying the breaks: each in a copy of the book, where the test that it is said
//! to break must go red.
//!
//! Breaks of files that do not reach each other share a build: so all breaks of
//! the listings, none of which imports another, take as many builds as the
//! listing with the most.

use crate::breaks::Break;
use crate::problem::Problems;
use crate::{disk, source};
use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use regex::Regex;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use std::{fs, thread};

/// A test that runs for longer is red: a break can make a loop endless.
const PATIENCE: Duration = Duration::from_secs(120);

/// A break to be tried.
pub struct Trial {
    /// The file, from the book's root.
    pub file: String,
    /// The test that must go red.
    pub test: String,
    /// What breaks it.
    pub change: Break,
}

/// Tries the breaks, in rounds of one build each, whose number and count `tell`
/// is told. Returns the breaks under which a test stays green, or nothing can be
/// said.
///
/// # Errors
///
/// If the copy cannot be made, or Cargo cannot be run.
pub fn try_all(
    root: &Path,
    trials: &[Trial],
    listings: &BTreeSet<String>,
    mut tell: impl FnMut(usize, usize),
) -> Result<Problems> {
    let copy = root.join("target/breaks");
    copy_book(root, root, &copy)?;
    let rounds = rounds(trials, &Reach::new(root, trials, listings)?);
    let mut problems = Problems::default();
    for (number, round) in rounds.iter().enumerate() {
        tell(number + 1, rounds.len());
        try_round(root, &copy, round.clone(), &mut problems)?;
    }
    Ok(problems)
}

fn rounds<'a>(trials: &'a [Trial], reach: &Reach) -> Vec<Vec<&'a Trial>> {
    let mut rounds: Vec<Vec<&Trial>> = Vec::new();
    for trial in trials {
        let is_apart = |other: &&Trial| {
            let (one, other) = (&trial.file, &other.file);
            one != other && !reach.reaches(one, other) && !reach.reaches(other, one)
        };
        match rounds.iter_mut().find(|round| round.iter().all(is_apart)) {
            Some(round) => round.push(trial),
            None => rounds.push(vec![trial]),
        }
    }
    rounds
}

/// Breaks the copy, builds its tests, runs those that must go red, and mends the
/// copy.
fn try_round(
    root: &Path,
    copy: &Path,
    mut round: Vec<&Trial>,
    problems: &mut Problems,
) -> Result<()> {
    round.retain(|trial| {
        let applied = fs::read_to_string(root.join(&trial.file))
            .map_err(|error| error.to_string())
            .and_then(|text| trial.change.applied(&text, &trial.test))
            .and_then(|text| {
                fs::write(copy.join(&trial.file), text).map_err(|error| error.to_string())
            });
        let is_applied = applied.is_ok();
        if let Err(message) = applied {
            problems.push(&trial.file, None, message);
        }
        is_applied
    });
    let mend = |trial: &Trial| fs::copy(root.join(&trial.file), copy.join(&trial.file));
    while !round.is_empty() {
        match build(copy, &round)? {
            Built::Programs(programs) => {
                let stay_green: Vec<_> = round
                    .par_iter()
                    .filter(|trial| !programs.iter().any(|program| program.goes_red(copy, trial)))
                    .collect();
                for trial in stay_green {
                    let message = format!(
                        "the test {} stays green under its break; sharpen the one or the other",
                        trial.test
                    );
                    problems.push(&trial.file, None, message);
                }
                break;
            }
            Built::Refused(files) => {
                let (refused, kept): (Vec<_>, _) = round
                    .into_iter()
                    .partition(|trial: &&Trial| files.contains_key(&trial.file));
                ensure!(!refused.is_empty(), "the copy of the book does not compile");
                for trial in &refused {
                    mend(trial)?;
                    let why = files.get(&trial.file).map_or("", |why| why);
                    let message = format!("the break of {} does not compile: {why}", trial.test);
                    problems.push(&trial.file, None, message);
                }
                round = kept;
            }
        }
    }
    for trial in round {
        mend(trial)?;
    }
    Ok(())
}

/// What came of a build: the programs of tests, or the files with errors, each
/// with its first.
enum Built {
    Programs(Vec<Program>),
    Refused(BTreeMap<String, String>),
}

/// A program that runs the tests of one package. Its paths go from the copy.
struct Program {
    executable: PathBuf,
    /// The folder of the package, and the file that its modules start from.
    folder: PathBuf,
    start: PathBuf,
}

/// Builds the tests of the packages that the broken files belong to.
fn build(copy: &Path, round: &[&Trial]) -> Result<Built> {
    let manifests: BTreeSet<PathBuf> = round
        .iter()
        .map(|trial| manifest(&copy.join(&trial.file)))
        .collect::<Result<_>>()?;
    let mut programs = Vec::new();
    for manifest in manifests {
        let output = Command::new("cargo")
            .args(["test", "--no-run", "--tests", "--quiet"])
            .args(["--message-format", "json", "--manifest-path"])
            .arg(&manifest)
            .arg("--target-dir")
            .arg(copy.join("target"))
            .stderr(Stdio::null())
            .output()
            .context("cannot run cargo")?;
        let messages = String::from_utf8_lossy(&output.stdout);
        let messages: Vec<Json> = messages
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        if !output.status.success() {
            // Of several the first stays: it is put in last.
            let refused = messages.iter().rev().flat_map(refused);
            let folder = manifest.parent().unwrap_or(copy);
            // Cargo names files from the root of their workspace.
            let named = |(file, why): (String, String)| {
                let below = folder.strip_prefix(copy).unwrap_or(folder).join(&file);
                let below = below.to_string_lossy().into_owned();
                [(file, why.clone()), (below, why)]
            };
            return Ok(Built::Refused(refused.flat_map(named).collect()));
        }
        let program = |message| Program::of(message, copy);
        programs.extend(messages.iter().filter_map(program));
    }
    Ok(Built::Programs(programs))
}

/// The files that an error message points at, with what it says.
fn refused(message: &Json) -> Vec<(String, String)> {
    let message = &message["message"];
    if message["level"] != "error" {
        return Vec::new();
    }
    let spans = message["spans"].as_array().into_iter().flatten();
    spans
        .filter_map(|span| {
            let file = span["file_name"].as_str()?.to_string();
            Some((file, message["message"].as_str()?.to_string()))
        })
        .collect()
}

/// The manifest of the package that a file belongs to.
fn manifest(file: &Path) -> Result<PathBuf> {
    let manifests = file.ancestors().map(|folder| folder.join("Cargo.toml"));
    let mut there = manifests.filter(|manifest| manifest.is_file());
    there
        .next()
        .with_context(|| format!("{} belongs to no package", file.display()))
}

impl Program {
    fn of(artifact: &Json, copy: &Path) -> Option<Program> {
        let path = |text: &Json| {
            let path = Path::new(text.as_str()?).strip_prefix(copy).ok()?;
            Some(path.to_path_buf())
        };
        let is_test = artifact["profile"]["test"] == true;
        is_test.then_some(Program {
            executable: artifact["executable"].as_str()?.into(),
            folder: path(&artifact["manifest_path"])?.parent()?.to_path_buf(),
            start: path(&artifact["target"]["src_path"])?,
        })
    }

    /// The test as the program knows it, `overshooting::bounce::tests::it_holds`,
    /// if its file can be one of this program's modules.
    fn name(&self, copy: &Path, trial: &Trial) -> Option<String> {
        let file = Path::new(&trial.file);
        let text = fs::read_to_string(copy.join(file)).ok()?;
        let mut modules = Vec::new();
        if file != self.start {
            let below = file.strip_prefix(self.start.parent()?).ok()?;
            let below = below.with_extension("");
            modules.extend(below.iter().map(|part| part.to_string_lossy().into_owned()));
        }
        if source::tests_start(&text) < text.len() {
            modules.push("tests".to_string());
        }
        modules.push(trial.test.clone());
        Some(modules.join("::"))
    }

    /// Whether the test is in this program and fails there.
    fn goes_red(&self, copy: &Path, trial: &Trial) -> bool {
        let Some(name) = self.name(copy, trial) else {
            return false;
        };
        let child = Command::new(&self.executable)
            .args(["--exact", &name])
            .current_dir(copy.join(&self.folder))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        child.is_ok_and(|mut child| is_red(&mut child))
    }
}

/// Waits for a test; whether it failed.
fn is_red(child: &mut Child) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return !status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Err(_) => return false,
        }
    }
    // It is gone if it cannot be killed.
    let _ = child.kill();
    let _ = child.wait();
    true
}

/// Which files are compiled into the tests of which others, as far as their words
/// tell: a file reaches another if it has the name of that module in it, and all
/// that this one reaches.
struct Reach(BTreeMap<String, BTreeSet<String>>);

impl Reach {
    fn new(root: &Path, trials: &[Trial], listings: &BTreeSet<String>) -> Result<Reach> {
        static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+").expect("a constant"));
        let folders = trials
            .iter()
            .filter_map(|trial| trial.file.split('/').next());
        let mut files = BTreeMap::new();
        for folder in folders.collect::<BTreeSet<_>>() {
            read(root, Path::new(folder), &mut files)?;
        }
        let module = |file: &str| {
            let stem = Path::new(file).file_stem().unwrap_or_default();
            stem.to_string_lossy().into_owned()
        };
        let direct = |text: &str| -> BTreeSet<String> {
            let words: BTreeSet<&str> = WORD.find_iter(text).map(|word| word.as_str()).collect();
            let shared = files.keys().filter(|file| !listings.contains(*file));
            let named = shared.filter(|file| words.contains(&*module(file)));
            named.cloned().collect()
        };
        let mut reach: BTreeMap<String, BTreeSet<String>> = files
            .iter()
            .map(|(file, text)| (file.clone(), direct(text)))
            .collect();
        // As often as there are files is often enough for the longest chain.
        for _ in 0..files.len() {
            let before = reach.clone();
            for reached in reach.values_mut() {
                let further = reached.iter().filter_map(|file| before.get(file));
                let further: Vec<_> = further.flatten().cloned().collect();
                reached.extend(further);
            }
            if reach == before {
                break;
            }
        }
        Ok(Reach(reach))
    }

    fn reaches(&self, from: &str, to: &str) -> bool {
        self.0.get(from).is_some_and(|reached| reached.contains(to))
    }
}

/// Reads all Rust files below a folder.
fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() && entry.file_name() != "target" {
            read(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(root.join(&path))?;
            files.insert(path.to_string_lossy().replace('\\', "/"), text);
        }
    }
    Ok(())
}

/// What a copy of the book does not need.
const LEFT_OUT: [&str; 5] = ["target", ".git", "book", "outputs", "node_modules"];

/// Makes the copy the same as the book. A file that is the same already keeps its
/// time, so that Cargo does not compile it again; what the book has no longer
/// goes. `root` is that of the book.
fn copy_book(root: &Path, from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let is_left_out = |name: &OsStr| LEFT_OUT.iter().any(|other| name == *other);
    for place in disk::entries(to)? {
        let name = place.file_name().unwrap_or_default();
        if !is_left_out(name) && !from.join(name).exists() {
            disk::remove(&place)?;
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, place) = (entry.path(), to.join(entry.file_name()));
        if is_left_out(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_book(root, &source, &place)?;
        } else {
            let new = if entry.file_name() == "Cargo.toml" {
                anchored(&fs::read_to_string(&source)?, from, root).into_bytes()
            } else {
                fs::read(&source)?
            };
            if fs::read(&place).ok().as_ref() != Some(&new) {
                fs::write(&place, new)?;
            }
        }
    }
    Ok(())
}

/// A manifest whose relative paths that lead out of the book lead there from
/// anywhere; it lies in `folder`.
fn anchored(manifest: &str, folder: &Path, root: &Path) -> String {
    const OUT: &str = "path = \"../";
    let mut parts = manifest.split(OUT);
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let path = Path::new("..").join(part.split('"').next().unwrap_or_default());
        let out = folder.join(path).canonicalize().ok();
        let out = out.filter(|out| root.canonicalize().is_ok_and(|root| !out.starts_with(root)));
        match (out, part.split_once('"')) {
            (Some(out), Some((_, rest))) => {
                let out = out.display().to_string().replace('\\', "/");
                text += &format!("path = \"{out}\"{rest}");
            }
            _ => text += &format!("{OUT}{part}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_finds_what_lies_beside_the_book() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        for folder in ["engine", "book/listings", "book/shared"] {
            fs::create_dir_all(place.join(folder)).unwrap();
        }
        let manifest = "a = { path = \"../../engine\" }\nb = { path = \"../shared\" }\n";
        let (root, listings) = (place.join("book"), place.join("book/listings"));
        let engine = place.join("engine");
        assert_eq!(
            anchored(manifest, &listings, &root),
            manifest.replace("../../engine", &engine.display().to_string())
        );
    }

    #[test]
    fn breaks_share_a_build_where_their_files_do_not_reach_each_other() {
        let root = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let place = root.path().join(file);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        };
        write("listings/a/one.rs", "use shared::outer;");
        write("listings/a/two.rs", "// no import of one");
        write("shared/outer.rs", "use crate::inner;");
        write("shared/inner.rs", "");
        let trial = |file: &str, test: &str| Trial {
            file: file.into(),
            test: test.into(),
            change: Break {
                from: String::new(),
                to: String::new(),
                why: String::new(),
            },
        };
        let trials = [
            trial("listings/a/one.rs", "t"),
            trial("listings/a/one.rs", "u"),
            trial("listings/a/two.rs", "v"),
            trial("shared/inner.rs", "w"),
        ];
        let listings = ["listings/a/one.rs", "listings/a/two.rs"].map(String::from);
        let reach = Reach::new(root.path(), &trials, &listings.into()).unwrap();
        assert!(reach.reaches("listings/a/one.rs", "shared/inner.rs"));
        let rounds = rounds(&trials, &reach);
        let tests: Vec<Vec<&str>> = rounds
            .iter()
            .map(|round| round.iter().map(|trial| &*trial.test).collect())
            .collect();
        assert_eq!(tests, [vec!["t", "v"], vec!["u"], vec!["w"]]);
    }

    #[test]
    fn the_copy_follows_the_book_and_keeps_what_was_built_in_it() {
        let root = tempfile::tempdir().unwrap();
        let (book, copy) = (root.path().join("book"), root.path().join("copy"));
        let write = |place: PathBuf, text: &str| {
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        };
        write(book.join("listings/one.rs"), "one");
        write(book.join("listings/two.rs"), "two");
        copy_book(&book, &book, &copy).unwrap();
        write(copy.join("target/built"), "");
        fs::remove_file(book.join("listings/two.rs")).unwrap();
        write(book.join("listings/one.rs"), "changed");
        copy_book(&book, &book, &copy).unwrap();
        let there = |file: &str| fs::read_to_string(copy.join(file)).ok();
        assert_eq!(there("listings/one.rs").as_deref(), Some("changed"));
        assert_eq!(there("listings/two.rs"), None);
        assert_eq!(there("target/built").as_deref(), Some(""));
    }
}
