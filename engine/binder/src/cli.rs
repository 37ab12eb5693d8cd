//! The commands.

// Their answers go to the standard output.
#![allow(clippy::print_stdout)]

use crate::problem::Problems;
use crate::render::{self, Report};
use crate::trial::{self, Trial};
use crate::{Book, breaks, disk, new, parallel, protocol};
use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, Subcommand};
use notebook::{Listing, Outputs, Setting};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Bring the outputs up to date and render the book.
#[derive(Parser)]
#[command(name = "cargo run --", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Open the book in a browser.
    #[arg(long)]
    open: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Make a book to begin with, in a new folder.
    New {
        /// The folder, which is not there yet.
        folder: PathBuf,
    },
    /// List the listings with their knobs and ranges.
    List,
    /// Run one listing at your own settings and show what it makes.
    Run {
        /// The listing, as `list` shows it: chapter/name.
        listing: String,
        /// Its knobs: --learning-rate 1.02 …
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        knobs: Vec<String>,
    },
    /// Say what `cargo run` would change or refuse, and change nothing.
    Check,
    /// Break the code as each cited test says, and see the test go red.
    Break {
        /// Only tests of these files: chapter/name …
        files: Vec<String>,
    },
    /// Make an EPUB of the book, for readers without a browser.
    Epub,
    /// Weave a book for mdBook: read it as JSON, write it as JSON.
    #[command(args_conflicts_with_subcommands = true)]
    Preprocess {
        #[command(subcommand)]
        query: Option<Query>,
    },
}

#[derive(Subcommand)]
enum Query {
    /// Succeed if the renderer is supported, as mdBook asks.
    Supports { renderer: String },
}

/// Runs the command that the program was called with, on the book in this
/// folder or the nearest one above it.
pub fn main(
    listings: &'static [Listing],
    compiled_from: &'static [(&'static str, u64)],
) -> ExitCode {
    let book = || {
        Ok(Book {
            root: root()?,
            listings,
            compiled_from,
        })
    };
    told(run(Arguments::parse(), book))
}

fn told(result: Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}

/// Makes books to begin with.
#[derive(Parser)]
#[command(name = "mdbook-notebook", version)]
enum First {
    /// Make a book to begin with, in a new folder; what else there is to do with it,
    /// its own program does.
    New {
        /// The folder, which is not there yet.
        folder: PathBuf,
    },
}

/// Runs the program of this package, which makes books and knows none.
pub fn first() -> ExitCode {
    let First::New { folder } = First::parse();
    told(make(&folder))
}

fn run(arguments: Arguments, book: impl Fn() -> Result<Book>) -> Result<ExitCode> {
    match arguments.command {
        None => build(&book()?, arguments.open),
        Some(Command::New { folder }) => make(&folder),
        Some(Command::List) => list(&book()?),
        Some(Command::Run { listing, knobs }) => run_one(&book()?, &listing, &knobs),
        Some(Command::Check) => check(&book()?),
        Some(Command::Break { files }) => break_all(&book()?, &files),
        Some(Command::Epub) => epub(&book()?),
        Some(Command::Preprocess { query: None }) => preprocess(&book()?),
        Some(Command::Preprocess {
            query: Some(Query::Supports { renderer }),
        }) => Ok(if renderer == "html" {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }),
    }
}

fn make(folder: &Path) -> Result<ExitCode> {
    new::new(folder)?;
    println!("A book to begin with: {}", folder.display());
    println!(
        "In that folder, `cargo run` renders it, `cargo test` tests it; the first compiles for minutes."
    );
    Ok(ExitCode::SUCCESS)
}

fn build(book: &Book, open: bool) -> Result<ExitCode> {
    let Report {
        listings,
        ran,
        changed,
        not_live,
        index,
    } = render::bind(book)?;
    println!(
        "{listings} listings, {ran} run, {} files of outputs changed",
        changed.len()
    );
    for file in changed {
        println!("  {file}");
    }
    if let Some(reason) = not_live {
        println!("Figures are not live: {reason}");
    }
    println!("The book: {}", index.display());
    if open {
        open::that(&index).with_context(|| format!("cannot open {}", index.display()))?;
    } else {
        println!(
            "Read it: cargo run -- --open    Test it: cargo test    Turn a knob: cargo run -- list"
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn list(book: &Book) -> Result<ExitCode> {
    let (order, update) = render::list(book)?;
    let mut out = io::stdout().lock();
    for (id, outputs) in order
        .iter()
        .filter_map(|id| update.outputs.get_key_value(&**id))
    {
        writeln!(out, "{id}")?;
        for knob in &outputs.knobs {
            let (flag, default, range) = (knob.flag(), knob.default_setting(), knob.range());
            writeln!(out, "    {flag} {default}    ({range})")?;
        }
    }
    update.problems.into_result()?;
    Ok(ExitCode::SUCCESS)
}

fn check(book: &Book) -> Result<ExitCode> {
    let changes = render::check(book)?;
    if changes.is_empty() {
        println!("All outputs are current, and nothing is wrong with the pages.");
        println!("Before a commit: cargo test, cargo fmt --all, cargo clippy --all-targets");
        return Ok(ExitCode::SUCCESS);
    }
    println!("`cargo run` would change:");
    for file in changes {
        println!("  {file}");
    }
    Ok(ExitCode::FAILURE)
}

fn run_one(book: &Book, id: &str, knobs: &[String]) -> Result<ExitCode> {
    let ids = book.listings.iter().map(|listing| listing.id);
    let listing = book
        .listing(id)
        .with_context(|| crate::problem::unknown("listing", id, ids))?;
    let outputs =
        parallel::run(listing, settings(knobs)?).with_context(|| render::file(book, id))?;
    show(book, id, &outputs)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the text and the values; writes the figure under `target/`.
fn show(book: &Book, id: &str, outputs: &Outputs) -> Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{}", outputs.text)?;
    for (name, value) in &outputs.values {
        writeln!(out, "{name} = {}", value.text)?;
    }
    if let Some(figure) = &outputs.figure {
        let path = book.root.join(format!("target/figures/{id}.svg"));
        disk::replace(&path, &figure.wide)?;
        writeln!(out, "The figure: {}", path.display())?;
    }
    Ok(())
}

/// Reads `--learning-rate 1.02` and `--learning-rate=1.02`.
fn settings(arguments: &[String]) -> Result<Vec<Setting>> {
    let mut settings = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let Some(flag) = argument.strip_prefix("--") else {
            bail!("cannot read {argument}; write --knob value");
        };
        let (flag, setting) = match flag.split_once('=') {
            Some(both) => both,
            None => match arguments.next() {
                Some(setting) => (flag, &**setting),
                None => bail!("--{flag} needs a value"),
            },
        };
        let knob = flag.replace('-', "_");
        ensure!(
            settings.iter().all(|other: &Setting| other.knob != knob),
            "--{flag} is given twice; give it once"
        );
        settings.push(Setting::new(&knob, setting));
    }
    Ok(settings)
}

fn break_all(book: &Book, files: &[String]) -> Result<ExitCode> {
    let (code, cited) = render::cited(book)?;
    let mut problems = Problems::default();
    let mut trials = Vec::new();
    for (id, test) in cited {
        let Some(source) = code.find(&id) else {
            continue;
        };
        if !files.is_empty() && !files.contains(&id) {
            continue;
        }
        match breaks::of_test(source.source, &test) {
            Ok(change) => trials.push(Trial {
                file: source.file.to_string(),
                test,
                change,
            }),
            Err(message) => problems.push(source.file, None, message),
        }
    }
    let listings = book.listings.iter().map(|listing| code.file(listing.id));
    let tell = |round, rounds| eprintln!("round {round} of {rounds}");
    let tried = trial::try_all(&book.root, &trials, &listings.collect(), tell)?;
    problems.extend(tried);
    problems.into_result()?;
    println!("{} tests go red, each under its break.", trials.len());
    Ok(ExitCode::SUCCESS)
}

fn epub(book: &Book) -> Result<ExitCode> {
    let changed = std::env::var("SOURCE_DATE_EPOCH").ok();
    let file = crate::epub(book, changed.as_deref())?;
    println!("The EPUB: {}", file.display());
    Ok(ExitCode::SUCCESS)
}

fn preprocess(book: &Book) -> Result<ExitCode> {
    let (context, pages) = protocol::read(&io::read_to_string(io::stdin())?)?;
    let woven = render::preprocess(book, &context, pages)?;
    serde_json::to_writer(io::stdout().lock(), &woven)?;
    Ok(ExitCode::SUCCESS)
}

/// The folder with `book.toml`: this one or the nearest above it.
fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("cannot find the current folder")?;
    let root = here
        .ancestors()
        .find(|folder| folder.join("book.toml").is_file());
    root.map(Path::to_path_buf)
        .with_context(|| format!("no book.toml in {} or above it", here.display()))
}
