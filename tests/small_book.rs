//! A small book made on the spot, to be bound and looked at.

use crate::tree::tree;
use binder::Book;
use notebook::{Axis, Cell, Format, Listing, Panel, Result, Run, Style};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A sound page: it quotes all that `SOURCE` makes.
pub const PAGE: &str = "\
# One

The weight is {{#value part/step.w}}, so $w = {{#value part/step.w}}$.
It moves.{{#tested part/step::it_moves}} See {{#ref part/step}}.

{{#listing part/step}}

{{#output part/step}}

{{#figure part/step \"The weight, $w$.\"}}
";

/// The source that the sound page quotes.
pub const SOURCE: &str = "\
//! One step.

fn run() {
    // ANCHOR: half
    step();
    // ANCHOR_END: half
    // ANCHOR: open
}

#[cfg(test)]
mod tests {
    /// Red if `step();` were `stay();`: it does not move.
    #[test]
    fn it_moves() {
        assert!(true);
    }
}
";

/// What a sound listing does.
pub fn step(cell: &mut Cell) -> Result<()> {
    let rate = cell.knob("learning_rate", 0.5, 0.0..=1.0)?;
    writeln!(cell, "w = {}", 1.0 - rate);
    cell.value("w", 1.0 - rate, Format::Decimals(2));
    let points = [(0.0, 1.0), (1.0, 1.0 - rate)];
    let axes = Panel::new(Axis::linear("step"), Axis::linear("weight"));
    cell.chart("From 1 to 0.5.", [axes.line("w", points, Style::Ink)]);
    Ok(())
}

/// A book in a folder of its own, which goes when the test ends.
pub struct SmallBook {
    root: PathBuf,
    /// What removes it, and holds what a wrong binder does above it.
    _folder: tempfile::TempDir,
    listings: Vec<Listing>,
    compiled_from: BTreeMap<&'static str, u64>,
}

impl SmallBook {
    /// A book of one sound page and one sound listing, and a page of proofs.
    pub fn new() -> SmallBook {
        let folder = tempfile::tempdir().unwrap();
        let book = SmallBook {
            root: folder.path().join("small"),
            _folder: folder,
            listings: Vec::new(),
            compiled_from: BTreeMap::new(),
        };
        let toml = "[book]\ntitle = \"Small\"\n[build]\ncreate-missing = false\n\
                    [preprocessor.binder]\nrenderers = [\"html\"]\ncode = [\"listings\", \"shared\"]\n";
        fs::create_dir_all(book.root().join("shared")).unwrap();
        book.file("book.toml", toml)
            .file("src/SUMMARY.md", "- [One](one.md)\n\n[Proofs](proofs.md)\n")
            .file("src/proofs.md", "# Proofs\n\n{{#proofs}}\n")
            .page(PAGE)
            .listing("part/step", SOURCE, step)
    }

    /// The same with another page.
    pub fn page(self, text: &str) -> SmallBook {
        self.file("src/one.md", text)
    }

    /// The same with `more` at the end of the page.
    pub fn page_and(self, more: &str) -> SmallBook {
        let page = format!("{PAGE}\n{more}\n");
        self.page(&page)
    }

    /// The same with this listing, new or changed, compiled and on disk.
    pub fn listing(mut self, id: &'static str, source: &str, run: Run) -> SmallBook {
        self.listings.retain(|listing| listing.id != id);
        self.listings.push(Listing { id, run });
        self.compiled(format!("listings/{id}.rs").leak(), source)
    }

    /// The same with shared code that pages may quote.
    pub fn shared(self, id: &'static str, source: &str) -> SmallBook {
        self.compiled(format!("shared/{id}.rs").leak(), source)
    }

    /// The same with this file of code, compiled and on disk.
    pub fn compiled(self, file: &'static str, source: &str) -> SmallBook {
        self.compiled_by(file, source).file(file, source)
    }

    /// The same compiled with this besides: a compiler, flags.
    pub fn compiled_by(mut self, what: &'static str, which: &str) -> SmallBook {
        self.compiled_from.insert(what, notebook_build::hash(which));
        self
    }

    /// The same with a file, by its path from the root.
    pub fn file(self, path: &str, content: &str) -> SmallBook {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// The folder of the book.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The book as the binder takes it.
    pub fn book(&self) -> Book {
        let compiled_from: Vec<_> = self.compiled_from.clone().into_iter().collect();
        Book {
            root: self.root().to_path_buf(),
            listings: self.listings.clone().leak(),
            compiled_from: compiled_from.leak(),
        }
    }

    /// Binds the book, which must succeed; how many listings ran.
    pub fn binds(&self) -> usize {
        match binder::bind(&self.book()) {
            Ok(report) => report.ran,
            Err(error) => panic!("does not bind:\n{error:#}"),
        }
    }

    /// Binds the book, which must fail with exactly these lines, and with what
    /// was there before untouched.
    #[track_caller]
    pub fn fails_with(&self, lines: &[&str]) {
        let before = (self.tree("book"), self.tree("outputs"));
        let error = binder::bind(&self.book()).expect_err("must not bind");
        let count = match lines.len() {
            1 => "1 problem".to_string(),
            many => format!("{many} problems"),
        };
        let expected = [lines, &[&*count]].concat().join("\n");
        assert_eq!(format!("{error:#}"), expected);
        let after = (self.tree("book"), self.tree("outputs"));
        assert!(after == before, "book/ and outputs/ are untouched");
        assert!(
            !self.root().join(".book.new").exists(),
            "nothing is left lying"
        );
    }

    /// The rendered page.
    pub fn html(&self) -> String {
        fs::read_to_string(self.root().join("book/one.html")).unwrap()
    }

    /// All files below a folder, with their contents.
    pub fn tree(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        tree(&self.root().join(folder))
    }
}
