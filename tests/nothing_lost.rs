//! Nothing is lost: files of others stay, two runs do not harm each other, and a
//! listing that takes the process down is named.

use crate::small_book::{PAGE, SOURCE, SmallBook, step};
use crate::theme::with_theme;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

/// The small book with another folder for the rendered one.
fn with_build_dir(folder: &str) -> SmallBook {
    let book = SmallBook::new()
        .file("theme/own.css", "")
        .file(".git/HEAD", "");
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    let toml = toml.replace("[build]\n", &format!("[build]\nbuild-dir = \"{folder}\"\n"));
    book.file("book.toml", &toml)
}

#[test]
fn a_folder_that_holds_what_the_book_is_made_of_is_not_replaced() {
    for folder in [
        "",
        ".",
        "..",
        "src",
        "outputs",
        "./src/../src",
        "listings",
        "theme",
        ".git",
    ] {
        let book = with_build_dir(folder).file("outputs/own.txt", "mine");
        let before = book.tree(".");
        for refused in [
            binder::bind(&book.book()).err(),
            binder::check(&book.book()).err(),
        ] {
            let message = refused.expect(folder).to_string();
            let begins = format!("book.toml: build-dir \"{folder}\" would replace ");
            assert!(message.starts_with(&begins), "{message}");
        }
        assert_eq!(book.tree("."), before, "{folder}");
    }
}

#[test]
fn a_run_leaves_the_rendered_book_alone_only_while_nothing_has_changed() {
    let book = SmallBook::new().file("theme/favicon.svg", "<svg/>");
    #[cfg(unix)]
    for link in ["one", "other", "third"] {
        std::os::unix::fs::symlink(book.root(), book.root().join("theme").join(link)).unwrap();
    }
    let index = book.root().join("book/index.html");
    let rendered = || fs::metadata(&index).unwrap().modified().unwrap();
    book.binds();
    let mut last = rendered();
    let is_rendered_anew = |book: &SmallBook, last: &mut _| {
        book.binds();
        std::mem::replace(last, rendered()) != rendered()
    };
    assert!(!is_rendered_anew(&book, &mut last), "nothing has changed");
    let edits: [(&str, &str); 6] = [
        ("src/one.md", &format!("{PAGE}\nMore.\n")),
        ("src/picture.svg", "<svg/>"),
        ("theme/favicon.svg", "<svg></svg>"),
        ("outputs/part/step.txt", "w = 0.7\n"),
        ("src/generated/part/step.csv", ""),
        ("book/one.html", "mine"),
    ];
    let mut book = book;
    for (file, content) in edits {
        book = book.file(file, content);
        assert!(is_rendered_anew(&book, &mut last), "{file} has changed");
        assert!(!is_rendered_anew(&book, &mut last), "and no more");
    }
    fs::remove_file(book.root().join("book/proofs.html")).unwrap();
    assert!(is_rendered_anew(&book, &mut last), "a page was removed");
    let book = book.compiled_by("flags", "-O");
    assert!(is_rendered_anew(&book, &mut last), "another compiler");
    let broken = SmallBook::page_and(book, "{{#value part/step.v}}");
    assert!(binder::bind(&broken.book()).is_err());
    assert!(binder::bind(&broken.book()).is_err(), "told again");
}

#[test]
fn a_folder_that_no_run_made_is_not_replaced() {
    for file in ["book/letters.txt", "book"] {
        let book = SmallBook::new().file(file, "mine");
        let message = binder::bind(&book.book()).unwrap_err().to_string();
        assert!(message.contains("move"), "{message}");
        assert_eq!(fs::read_to_string(book.root().join(file)).unwrap(), "mine");
        assert!(
            !book.root().join("outputs").exists(),
            "told before anything runs"
        );
    }
}

#[test]
fn what_publishes_the_book_stays_in_it() {
    let book = SmallBook::new()
        .file("book/.git/HEAD", "ref")
        .file("book/CNAME", "a.b");
    for _ in 0..2 {
        book.binds();
        let read = |file| fs::read_to_string(book.root().join(file)).unwrap();
        assert_eq!(
            (&*read("book/.git/HEAD"), &*read("book/CNAME")),
            ("ref", "a.b")
        );
        assert!(book.html().contains("The weight is"));
        assert!(!book.root().join(".book.old").exists());
    }
}

#[test]
fn what_publishes_the_book_survives_a_run_that_was_interrupted() {
    let book = SmallBook::new();
    book.binds();
    let root = book.root();
    fs::create_dir(root.join("book/.git")).unwrap();
    // Between the two renames, and then before the old book was gone.
    fs::rename(root.join("book"), root.join(".book.old")).unwrap();
    book.binds();
    assert!(root.join("book/.git").is_dir());
    fs::rename(root.join("book"), root.join(".book.old")).unwrap();
    fs::create_dir_all(root.join("book/generated")).unwrap();
    let mark = "generated/README.txt";
    fs::copy(
        root.join(".book.old").join(mark),
        root.join("book").join(mark),
    )
    .unwrap();
    book.binds();
    assert!(root.join("book/.git").is_dir() && !root.join(".book.old").exists());
}

#[test]
fn what_others_keep_beside_the_book_is_in_nobodys_way() {
    let book = SmallBook::new().file(".book.old/letters.txt", "mine");
    book.binds();
    book.binds();
    let kept = fs::read_to_string(book.root().join(".book.old/letters.txt")).unwrap();
    assert_eq!(kept, "mine");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_book_is_followed() {
    let book = SmallBook::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let place = elsewhere.path().join("site");
    fs::create_dir(&place).unwrap();
    std::os::unix::fs::symlink(&place, book.root().join("book")).unwrap();
    book.binds();
    assert_eq!(book.binds(), 0);
    assert!(book.root().join("book").is_symlink() && place.join("one.html").is_file());
}

#[test]
fn only_what_listings_left_is_removed_from_the_outputs() {
    let book = SmallBook::new();
    let book = book
        .listing("part/gone", SOURCE, step)
        .page_and("{{#listing part/gone}}");
    book.binds();
    let mine = [
        "outputs/part/notes.txt",
        "outputs/part/mine.json",
        "outputs/own.svg",
    ];
    let without = mine
        .iter()
        .fold(SmallBook::new(), |book, file| book.file(file, "mine"));
    for (file, content) in book.tree("outputs") {
        fs::write(without.root().join("outputs").join(file), content).unwrap();
    }
    let report = binder::bind(&without.book()).unwrap();
    assert_eq!(report.changed.len(), 5, "{:?}", report.changed);
    assert_eq!(report.changed[0], "outputs/part/gone.txt (no such listing)");
    for file in mine {
        assert!(without.root().join(file).exists(), "{file}");
    }
    let left = without.tree("outputs");
    assert!(
        left.keys()
            .all(|file| !file.to_string_lossy().contains("gone")),
        "{left:?}"
    );
}

#[test]
fn files_of_others_among_the_generated_ones_are_told() {
    for folder in ["src/generated", "generated"] {
        let file = format!("{folder}/own.js");
        let book = with_theme(SmallBook::new()).file(&file, "mine");
        let message = binder::bind(&book.book()).unwrap_err().to_string();
        let ends = "says that a run made them; move the folder away";
        assert!(message.ends_with(ends), "{message}");
        assert!(book.root().join(file).exists());
        assert!(
            !book.root().join("outputs").exists(),
            "told before anything runs"
        );
    }
}

#[test]
fn scripts_go_when_nothing_can_make_them_anew() {
    let book = SmallBook::new();
    book.binds();
    let book = book.file(
        "src/generated/part.js",
        "computes what the page does not show",
    );
    book.binds();
    assert!(!book.root().join("src/generated/part.js").exists());
    assert!(!book.html().contains("class=\"knobs\""));
}

#[test]
fn runs_at_the_same_time_all_leave_the_book() {
    for round in 0..5 {
        let book = SmallBook::new();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let report = binder::bind(&book.book()).unwrap();
                    assert!(report.index.ends_with("index.html"));
                });
            }
        });
        assert!(book.html().contains("The weight is"), "round {round}");
        let left = fs::read_dir(book.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let strays: Vec<_> = left
            .filter(|name| name.to_string_lossy().starts_with('.'))
            .collect();
        assert!(strays.is_empty(), "round {round}: {strays:?}");
    }
}

#[test]
fn a_checkout_on_windows_gives_the_same_book() {
    let book = SmallBook::new();
    book.binds();
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let other = SmallBook::new()
        .page(&windows(PAGE))
        .file("src/proofs.md", &windows("# Proofs\n\n{{#proofs}}\n"))
        .file("listings/part/step.rs", &windows(SOURCE));
    for (file, content) in book.tree("outputs") {
        let text = windows(&String::from_utf8(content).unwrap());
        let to = other.root().join("outputs").join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    }
    let report = binder::bind(&other.book()).unwrap();
    assert_eq!(report.changed, [] as [String; 0]);
    for (file, content) in book.tree("book") {
        let same = other.tree("book").get(&file) == Some(&content);
        assert!(same, "{}", file.display());
    }
}

#[test]
fn an_output_that_is_no_text_is_made_again() {
    let book = SmallBook::new();
    book.binds();
    let before = book.tree("outputs");
    for extension in ["txt", "json", "svg", "csv"] {
        fs::write(
            book.root().join(format!("outputs/part/step.{extension}")),
            [0xff],
        )
        .unwrap();
        assert_eq!(book.binds(), 1);
        assert_eq!(book.tree("outputs"), before);
    }
}

#[cfg(unix)]
#[test]
fn what_an_editor_leaves_beside_a_listing_is_in_nobodys_way() {
    let book = SmallBook::new().file("listings/part/.step.rs.swp", "\0");
    let lock = book.root().join("listings/part/.#step.rs");
    std::os::unix::fs::symlink("somebody@somewhere.1", lock).unwrap();
    book.binds();
}

#[test]
fn a_listing_that_prints_more_than_a_page_bears_is_stopped_and_told() {
    let book = SmallBook::new();
    book.binds();
    let source = SOURCE.replace("One", "Another");
    let line = line!() + 3;
    let book = book.listing("part/step", &source, |cell| {
        loop {
            writeln!(cell, "without end");
        }
    });
    book.fails_with(&[&format!(
        "listings/part/step.rs: panicked at tests/nothing_lost.rs:{line}:13: it prints more than \
         the 100000 bytes that a page bears; print less"
    )]);
}

#[test]
fn a_listing_may_have_some_megabytes_on_its_stack() {
    fn deep(levels: usize) -> usize {
        let here = std::hint::black_box([levels; 1000]);
        if levels == 0 {
            0
        } else {
            1 + deep(here[999] - 1)
        }
    }
    let book = SmallBook::new().listing("part/step", SOURCE, |cell| {
        assert_eq!(deep(500), 500);
        step(cell)
    });
    book.binds();
}

/// Runs a test of this file in a process of its own, which finds the root of its
/// book in `CHILD`.
fn in_a_process_of_its_own(test: &str, root: &Path) -> Output {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", &format!("nothing_lost::{test}"), "--nocapture"]);
    child.env("CHILD", root).output().unwrap()
}

#[test]
fn a_listing_that_takes_the_process_down_is_named_and_others_keep_their_results() {
    let test = "a_listing_that_takes_the_process_down_is_named_and_others_keep_their_results";
    let book = SmallBook::new()
        .listing("part/abort", SOURCE, |_| {
            thread::sleep(Duration::from_secs(1));
            std::process::abort()
        })
        .page_and("{{#listing part/abort}}");
    if let Some(root) = std::env::var_os("CHILD") {
        let root = root.into();
        let _ = binder::bind(&binder::Book {
            root,
            ..book.book()
        });
        return;
    }
    let first = in_a_process_of_its_own(test, book.root());
    assert!(!first.status.success());
    assert!(
        book.root().join("outputs/part/step.json").exists(),
        "what was finished is kept"
    );
    let second = in_a_process_of_its_own(test, book.root());
    let told = String::from_utf8(second.stderr).unwrap();
    let names = "The last run ended while these ran: part/abort; \
                 to see one end alone: cargo run -- run part/abort";
    assert!(told.contains(names), "{told}");
}
