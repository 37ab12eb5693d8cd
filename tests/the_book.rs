//! The book as a whole: its outputs are current, its pages whole, and it asks
//! nobody else for anything.

use crate::as_set::{description, is_nonsense};
use crate::tree::tree;
use binder::Book;
use mdbook_driver::MDBook;
use notebook::{Knob, Listing, Setting};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A copy of the book's pages, theme and outputs, rendered with all listings
/// run anew.
pub struct Copy {
    root: PathBuf,
    /// What removes it, if it is not to stay for a look.
    _temporary: Option<tempfile::TempDir>,
    changed: Vec<String>,
}

/// A copy that tests only look at, bound once by each process that runs tests.
pub fn shared() -> &'static Copy {
    static SHARED: LazyLock<(Copy, File)> = LazyLock::new(|| {
        let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("copies");
        remove_abandoned(&copies);
        let folder = copies.join(std::process::id().to_string());
        fs::create_dir_all(&folder).unwrap();
        let lock = File::create(folder.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        (copy_to(folder, None), lock)
    });
    &SHARED.0
}

/// Removes the copies of processes that are gone: each holds a lock while it is
/// there.
fn remove_abandoned(copies: &Path) {
    for entry in fs::read_dir(copies).into_iter().flatten() {
        let path = entry.unwrap().path();
        let is_lock = path
            .extension()
            .is_some_and(|extension| extension == "lock");
        if is_lock && File::open(&path).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(path.with_extension(""));
            let _ = fs::remove_file(&path);
        }
    }
}

pub fn copy() -> Copy {
    let folder = tempfile::tempdir().unwrap();
    copy_to(folder.path().to_path_buf(), Some(folder))
}

fn copy_to(folder: PathBuf, temporary: Option<tempfile::TempDir>) -> Copy {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts = [
        "src",
        "theme",
        "outputs",
        "listings",
        "training",
        "frameworks",
        "tests",
    ];
    for part in parts {
        for (file, content) in tree(&root.join(part)) {
            let to = folder.join(part).join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, content).unwrap();
        }
    }
    fs::copy(root.join("book.toml"), folder.join("book.toml")).unwrap();
    copy_notes_on_scripts(root, &folder);
    let book = Book {
        root: folder.clone(),
        listings: listings::LISTINGS,
        compiled_from: listings::COMPILED_FROM,
    };
    match binder::bind(&book) {
        Ok(report) => Copy {
            root: folder,
            _temporary: temporary,
            changed: report.changed,
        },
        Err(error) => panic!("the book does not bind:\n{error:#}"),
    }
}

/// By these the scripts of live figures, copied with the pages, are known to be
/// current; or why there are none.
fn copy_notes_on_scripts(root: &Path, folder: &Path) {
    let notes = folder.join("target/binder");
    fs::create_dir_all(&notes).unwrap();
    for note in fs::read_dir(root.join("target/binder"))
        .into_iter()
        .flatten()
    {
        let note = note.unwrap();
        let name = note.file_name().into_string().unwrap();
        if name.starts_with("live-") || name == "target-was-tried" {
            fs::copy(note.path(), notes.join(name)).unwrap();
        }
    }
}

impl Copy {
    /// The folder of the copy.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the rendered book.
    pub fn book(&self) -> PathBuf {
        self.root().join("book")
    }

    /// Where a page is opened as a file.
    pub fn address(&self, page: &str) -> String {
        format!("file://{}/{page}", self.book().display())
    }

    /// The rendered pages: name and HTML.
    pub fn pages(&self) -> Vec<(PathBuf, String)> {
        let is_page = |path: &PathBuf| {
            path.extension()
                .is_some_and(|extension| extension == "html")
        };
        tree(&self.book())
            .into_iter()
            .filter(|(path, _)| is_page(path))
            .map(|(path, content)| (path, String::from_utf8(content).unwrap()))
            .collect()
    }
}

/// What is between `open` and `close`, everywhere in `html`, taken out.
fn without(html: &str, open: &str, close: &str) -> String {
    let mut rest = html;
    let mut kept = String::new();
    while let Some(start) = rest.find(open) {
        kept.push_str(&rest[..start]);
        let inside = &rest[start..];
        rest = inside
            .find(close)
            .map_or("", |end| &inside[end + close.len()..]);
    }
    kept + rest
}

#[test]
fn all_outputs_are_current_and_all_pages_resolve() {
    assert_eq!(
        shared().changed,
        [] as [String; 0],
        "`cargo run` brings them up to date"
    );
}

#[test]
fn no_directive_and_no_formula_is_left_over() {
    for (name, html) in shared().pages() {
        let mut prose = html;
        for tag in ["script", "code", "pre", "samp"] {
            prose = without(&prose, &format!("<{tag}"), &format!("</{tag}>"));
        }
        for left_over in ["{{#", "$", "\\frac", "math-core-error"] {
            assert!(
                !prose.contains(left_over),
                "{}: {left_over}",
                name.display()
            );
        }
    }
}

#[test]
fn no_page_asks_another_host_for_anything() {
    let copy = shared();
    for (name, html) in copy.pages() {
        for tag in html.split('<').filter(|tag| !tag.starts_with("a ")) {
            let tag = tag.split('>').next().unwrap_or("");
            for attribute in ["src=\"", "href=\"", "srcset=\"", "data=\"", "action=\""] {
                let Some(value) = tag.split(attribute).nth(1) else {
                    continue;
                };
                let elsewhere = value.starts_with("http") || value.starts_with("//");
                assert!(!elsewhere, "{}: <{tag}>", name.display());
            }
        }
    }
    for (name, content) in tree(&copy.book()) {
        if name.extension().is_some_and(|extension| extension == "css") {
            let css = String::from_utf8(content).unwrap();
            let asks = ["url(http", "url(\"http", "url(//", "@import"];
            assert!(
                asks.iter().all(|ask| !css.contains(ask)),
                "{}",
                name.display()
            );
        }
    }
}

#[test]
fn every_figure_says_in_words_what_it_shows_with_its_numbers() {
    for listing in listings::LISTINGS {
        let outputs = notebook::at(listing.run, &[]);
        if let Some(figure) = outputs.figure {
            let (_, alt) = figure.wide.split_once("aria-label=\"").unwrap();
            let (alt, _) = alt.split_once('"').unwrap();
            let numbers = alt.chars().any(|c| c.is_ascii_digit());
            assert!(numbers && alt.len() > 40, "{}: {alt}", listing.id);
            assert!(figure.narrow.contains(&format!("aria-label=\"{alt}\"")));
        }
    }
}

/// A term is bold where the book first explains it, and nowhere else.
#[test]
fn no_term_is_introduced_twice() {
    let mut introduced = BTreeMap::new();
    for (path, html) in shared().pages() {
        if path.ends_with("print.html") {
            continue;
        }
        for bold in html.split("<strong><a class=\"term\"").skip(1) {
            let term = bold.split(['#', '"']).nth(2).unwrap().to_string();
            if let Some(before) = introduced.insert(term.clone(), path.clone()) {
                panic!(
                    "{term}: bold in {} and {}",
                    before.display(),
                    path.display()
                );
            }
        }
    }
    assert!(introduced.len() > 40, "{introduced:?}");
}

#[test]
fn every_listing_runs_over_the_whole_range_of_its_knobs() {
    let over_the_whole_range = |listing: &Listing| {
        let knobs = notebook::at(listing.run, &[]).knobs;
        for knob in &knobs {
            for setting in knob.positions() {
                let result = notebook::run(listing.run, vec![Setting::new(&knob.name, &setting)]);
                assert!(
                    result.is_ok(),
                    "{} {} {setting}: {result:?}",
                    listing.id,
                    knob.flag()
                );
            }
        }
    };
    thread::scope(|scope| {
        for listing in listings::LISTINGS {
            scope.spawn(|| over_the_whole_range(listing));
        }
    });
}

/// Between which sizes a factor, or a product of rate and curvature, does other
/// things to a weight.
fn borders(value: &str) -> Option<[f64; 3]> {
    match value {
        _ if value.contains("factor") => Some([-1.0, 0.0, 1.0]),
        _ if value.contains("product") => Some([0.0, 1.0, 2.0]),
        _ => None,
    }
}

#[test]
fn every_factor_is_shown_on_the_side_of_a_border_where_it_is() {
    let mut seen = 0;
    for listing in listings::LISTINGS {
        let outputs = notebook::at(listing.run, &[]);
        for name in outputs.values.keys() {
            let Some(borders) = borders(name) else {
                continue;
            };
            for knob in &outputs.knobs {
                for setting in knob.positions() {
                    let outputs = notebook::at(listing.run, &[(&knob.name, &setting)]);
                    let shown = outputs.values[name].text.replace('−', "-");
                    let [number, shown] = [outputs[name], shown.parse().unwrap()];
                    for border in borders {
                        let side = |number: f64| match number - border {
                            off if off.abs() < 1e-9 => 0.0,
                            off => off.signum(),
                        };
                        assert!(
                            side(number) == side(shown),
                            "{}.{name} {} {setting}: {number} is shown as {shown}",
                            listing.id,
                            knob.flag()
                        );
                    }
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 1000, "{seen}");
}

/// At how many settings of all its knobs at once each listing is run.
const COMBINATIONS: usize = 800;

#[test]
#[ignore = "takes a minute: .ci/run runs it"]
fn every_listing_draws_at_20_000_settings_of_all_its_knobs_at_once() {
    let tried = AtomicUsize::new(0);
    let at_once = |listing: &Listing, knobs: &[Knob]| {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut setting = |knob: &Knob| {
            let positions = knob.positions();
            // Every third one is an end.
            let place = match rng.random_range(0..6) {
                0 => 0,
                1 => positions.len() - 1,
                _ => rng.random_range(0..positions.len()),
            };
            Setting::new(&knob.name, &positions[place])
        };
        for _ in 0..COMBINATIONS {
            let settings: Vec<_> = knobs.iter().map(&mut setting).collect();
            let told = format!("{} {settings:?}", listing.id);
            let outputs = notebook::run(listing.run, settings);
            let outputs = outputs.unwrap_or_else(|error| panic!("{told}: {error}"));
            let description = description(&outputs);
            assert!(!is_nonsense(description), "{told}: {description}");
            tried.fetch_add(1, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for listing in listings::LISTINGS {
            let knobs = notebook::at(listing.run, &[]).knobs;
            if knobs.len() > 1 {
                let at_once = &at_once;
                scope.spawn(move || at_once(listing, &knobs));
            }
        }
    });
    assert!(tried.into_inner() >= 20_000);
}

/// Lines of the theme's template that stand for one of mdBook's.
const CHANGED: [(&str, &str); 4] = [
    (
        "{{#if chapter_title}}{{ chapter_title }}: {{/if}}{{ description }}",
        "{{ description }}",
    ),
    (
        "class=\"menu-bar sticky\" role=\"banner\"",
        "class=\"menu-bar sticky\"",
    ),
    (
        "<button id=\"mdbook-sidebar-toggle\" class=\"icon-button\" type=\"button\" \
         title=\"Toggle Table of Contents\" aria-label=\"Toggle Table of Contents\" \
         aria-controls=\"mdbook-sidebar\" onclick=\"setTimeout(() => \
         document.getElementById('mdbook-sidebar-toggle-anchor').click())\">",
        "<label id=\"mdbook-sidebar-toggle\" class=\"icon-button\" \
         for=\"mdbook-sidebar-toggle-anchor\" title=\"Toggle Table of Contents\" \
         aria-label=\"Toggle Table of Contents\" aria-controls=\"mdbook-sidebar\">",
    ),
    (
        "{{fa \"solid\" \"bars\"}}\n                        </button>",
        "{{fa \"solid\" \"bars\"}}\n                        </label>",
    ),
];

#[test]
fn the_template_differs_from_mdbooks_only_where_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut stock = MDBook::init(folder.path());
    stock.copy_theme(true).build().unwrap();
    let stock = fs::read_to_string(folder.path().join("theme/index.hbs")).unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/binder/theme/index.hbs");
    let mut kept = String::new();
    let mut is_ours = false;
    for line in fs::read_to_string(ours).unwrap().lines() {
        is_ours |= line.trim_start().starts_with("{{!-- ours");
        if !is_ours {
            kept += &format!("{line}\n");
        }
        is_ours &= line.trim() != "{{!-- end of ours --}}";
    }
    let mut kept = kept.replace("<script defer src=", "<script src=");
    for (ours, theirs) in CHANGED {
        assert_eq!(kept.matches(ours).count(), 1, "{ours}");
        kept = kept.replace(ours, theirs);
    }
    let differing = kept
        .lines()
        .zip(stock.lines())
        .find(|(ours, theirs)| ours != theirs);
    assert_eq!(differing, None);
    assert_eq!(kept.lines().count(), stock.lines().count());
}

#[test]
fn a_stock_mdbook_gives_the_same_pages() {
    let copy = copy();
    let root = copy.root();
    let embedded = tree(&root.join("book"));
    let toml = fs::read_to_string(root.join("book.toml")).unwrap();
    let program = env!("CARGO_BIN_EXE_book");
    // In quotes, for its path may have spaces in it.
    let toml = toml.replace("cargo run --quiet --", &format!("'{program}'"));
    assert!(toml.contains(program));
    fs::write(root.join("book.toml"), toml).unwrap();
    MDBook::load(root).unwrap().build().unwrap();
    let stock = tree(&root.join("book"));
    assert!(stock.keys().eq(embedded.keys()));
    for (name, content) in &embedded {
        assert!(stock[name] == *content, "{} differs", name.display());
    }
}

#[test]
fn the_program_answers_what_mdbook_asks() {
    let supports = |renderer| {
        let program = env!("CARGO_BIN_EXE_book");
        let arguments = ["preprocess", "supports", renderer];
        let root = env!("CARGO_MANIFEST_DIR");
        Command::new(program)
            .args(arguments)
            .current_dir(root)
            .status()
            .unwrap()
            .success()
    };
    assert!(supports("html") && !supports("epub"));
}
