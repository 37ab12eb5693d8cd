//! The commands, as a reader types them.

use crate::tree::tree;
use assert_cmd::Command;
use std::fs;
use std::path::Path;

fn book(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::new(env!("CARGO_BIN_EXE_book"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .assert()
}

fn stdout(arguments: &[&str]) -> String {
    String::from_utf8(book(arguments).success().get_output().stdout.clone()).unwrap()
}

fn stderr(arguments: &[&str]) -> String {
    String::from_utf8(book(arguments).failure().get_output().stderr.clone()).unwrap()
}

#[test]
fn list_names_every_listing_with_its_knobs_and_ranges() {
    let list = stdout(&["list"]);
    for listing in listings::LISTINGS {
        assert!(
            list.lines().any(|line| line == listing.id),
            "{}",
            listing.id
        );
    }
    assert!(
        list.contains("    --learning-rate 0.9    (0.05 to 1.2)"),
        "{list}"
    );
}

#[test]
fn run_shows_one_listing_at_the_readers_settings_and_writes_its_figure() {
    let shown = stdout(&[
        "run",
        "overshooting/bounce",
        "--learning-rate",
        "0.25",
        "--start=-1",
    ]);
    assert!(shown.contains("each step multiplies w by 0.500"), "{shown}");
    let (_, figure) = shown.split_once("The figure: ").unwrap();
    let svg = fs::read_to_string(figure.trim()).unwrap();
    assert!(svg.contains("creeps"));
}

#[test]
fn a_setting_that_is_refused_names_the_listing_and_the_range() {
    assert_eq!(
        stderr(&["run", "overshooting/bounce", "--learning-rate", "7"]),
        "listings/overshooting/bounce.rs: knob learning_rate: 7 is out of range; \
         it takes 0.05 to 1.2\n"
    );
    assert_eq!(
        stderr(&["run", "overshooting/bounce", "--rate", "1"]),
        "listings/overshooting/bounce.rs: no knob rate; it has learning_rate, curvature, start, steps\n"
    );
    assert_eq!(
        stderr(&["run", "overshooting/bonce"]),
        "no listing \"overshooting/bonce\"; did you mean \"overshooting/bounce\"?\n"
    );
    assert_eq!(
        stderr(&["run", "overshooting/bounce", "--start"]),
        "--start needs a value\n"
    );
    assert_eq!(
        stderr(&["run", "overshooting/bounce", "--start", "1", "--start=2"]),
        "--start is given twice; give it once\n"
    );
    assert_eq!(
        stderr(&["run", "overshooting/bounce", "0.5"]),
        "cannot read 0.5; write --knob value\n"
    );
}

#[test]
fn outside_a_book_the_program_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_book"))
        .current_dir(folder.path())
        .assert()
        .failure();
    let message = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(message.starts_with("no book.toml in "), "{message}");
}

#[test]
fn a_setting_of_the_environment_takes_the_place_of_one_in_book_toml() {
    let sections = "MDBOOK_PREPROCESSOR__BINDER__SECTIONS";
    let told = Command::new(env!("CARGO_BIN_EXE_book"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env(sections, "[\"What nobody wrote\"]")
        .arg("check")
        .assert()
        .failure();
    let told = String::from_utf8(told.get_output().stderr.clone()).unwrap();
    let message = "the chapter has no section \"What nobody wrote\"";
    assert!(told.contains(message), "{told}");
    assert!(!told.contains("no section \"Quiz\""), "{told}");
}

#[test]
fn a_problem_is_told_and_the_status_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("book.toml"), "[book]\n").unwrap();
    fs::write(folder.path().join("src/SUMMARY.md"), "- [One](one.md)\n").unwrap();
    fs::write(folder.path().join("src/one.md"), "# One\n\n{{#nothing}}\n").unwrap();
    for arguments in [&[][..], &["check"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_book"))
            .current_dir(folder.path())
            .args(arguments)
            .assert()
            .code(1);
        let message = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        assert!(
            message.contains("src/one.md:3: no directive \"nothing\""),
            "{message}"
        );
    }
    assert!(!folder.path().join("book").exists());
}

#[test]
fn a_new_book_is_a_folder_of_its_own_and_takes_the_place_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("mine");
    let mine = book.to_str().unwrap();
    assert!(stdout(&["new", mine]).starts_with("A book to begin with: "));
    let made = tree(&book);
    for file in ["Cargo.toml", "listings/Cargo.toml"] {
        let text = String::from_utf8(made[Path::new(file)].clone()).unwrap();
        let (_, path) = text.split_once(", path = \"").unwrap();
        let engine = Path::new(path.split('"').next().unwrap());
        assert!(engine.join("Cargo.toml").is_file(), "{file}: {text}");
    }
    assert_eq!(
        stderr(&["new", mine]),
        format!("{mine} is there already; name a folder that is not\n")
    );
    assert_eq!(tree(&book), made);
    let nowhere = folder.path().join("none/mine");
    let message = stderr(&["new", nowhere.to_str().unwrap()]);
    assert!(message.starts_with("cannot make a folder in "), "{message}");
    let left: Vec<_> = folder.path().read_dir().unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
