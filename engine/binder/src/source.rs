//! The source of a listing, cut as pages show it.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What the file says of itself: its first paragraph of `//!` lines, or of its
/// docstring.
pub fn caption(source: &str) -> Option<String> {
    let lines: Vec<&str> = match docstring(source) {
        Some((words, _)) => words.lines().map(str::trim).collect(),
        None => source
            .lines()
            .map_while(|line| line.strip_prefix("//!").map(str::trim))
            .collect(),
    };
    let paragraph: Vec<&str> = lines
        .into_iter()
        .take_while(|line| !line.is_empty())
        .collect();
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}

/// The words with which a file in Python begins, and its code.
fn docstring(source: &str) -> Option<(&str, &str)> {
    source.strip_prefix("\"\"\"")?.split_once("\"\"\"")
}

/// The whole file as it is shown: without its caption, its marks and its tests.
pub fn shown(source: &str) -> String {
    let code = docstring(source).map_or(source, |(_, code)| code);
    let lines = code[..tests_start(code)]
        .lines()
        .skip_while(|line| line.starts_with("//!") || line.trim().is_empty())
        .filter(|line| mark(line).is_none());
    tidy(lines)
}

/// The lines between `// ANCHOR: name` and `// ANCHOR_END: name`.
///
/// # Errors
///
/// If the anchor is not there or is not closed.
pub fn anchored(source: &str, anchor: &str) -> Result<String, String> {
    let open = source
        .lines()
        .position(|line| mark(line) == Some((true, anchor)));
    let Some(open) = open else {
        let anchors = source.lines().filter_map(mark).filter(|(opens, _)| *opens);
        let names = anchors.map(|(_, name)| name);
        return Err(crate::problem::unknown("anchor", anchor, names));
    };
    let inside: Vec<&str> = source.lines().skip(open + 1).collect();
    let close = inside
        .iter()
        .position(|line| mark(line) == Some((false, anchor)));
    let Some(close) = close else {
        return Err(format!(
            "anchor \"{anchor}\" is not closed; end it with // ANCHOR_END: {anchor}"
        ));
    };
    let lines = inside[..close].iter().copied();
    Ok(tidy(lines.filter(|line| mark(line).is_none())))
}

/// The names of the tests that `cargo test` runs from this file.
pub fn tests(source: &str) -> impl Iterator<Item = &str> {
    found_tests(source).map(|(_, name)| name)
}

/// The tests of a file: where the line of `#[test]` begins, and the name.
fn found_tests(source: &str) -> impl Iterator<Item = (usize, &str)> {
    static TEST: LazyLock<Regex> = LazyLock::new(|| {
        let pattern =
            r"(?m)^[ \t]*#\[test\](?-u:\s+)(?:#\[should_panic[^\]]*\](?-u:\s+))?fn ([^(]+)\(";
        Regex::new(pattern).expect("a constant pattern")
    });
    TEST.captures_iter(source)
        .filter_map(|found| Some((found.get(0)?.start(), found.get(1)?.as_str())))
}

/// The source of a test, from `#[test]` to its closing brace.
pub fn test(source: &str, name: &str) -> Option<String> {
    Some(tidy(source[test_range(source, name)?].lines()))
}

/// The bytes of a test, from the line of `#[test]` to that of its closing brace.
pub fn test_range(source: &str, name: &str) -> Option<Range<usize>> {
    let (start, _) = found_tests(source).find(|(_, test)| *test == name)?;
    // rustfmt sets the closing brace under the first letter of `#[test]`.
    let closing = format!("\n{}}}\n", indent(&source[start..]));
    let length = source[start..].find(&closing)? + closing.len();
    Some(start..start + length)
}

/// What the comment above a test says, on one line.
pub fn comment(source: &str, test: &str) -> String {
    let above = test_range(source, test).map_or("", |range| &source[..range.start]);
    let lines = above.lines().rev();
    let mut words: Vec<&str> = lines
        .map_while(|line| line.trim().strip_prefix("///"))
        .map(str::trim)
        .collect();
    words.reverse();
    words.join(" ")
}

/// Where the tests at the foot of a file begin.
pub fn tests_start(source: &str) -> usize {
    source.find("\n#[cfg(test)]").unwrap_or(source.len())
}

/// Where the file names a module of listings, as a line and that name: what two
/// listings need is shared code, or a change of one would not run the other.
pub fn imports_of_listings(source: &str, id: &str, all: &[&str]) -> Vec<(usize, String)> {
    static PATH: LazyLock<Regex> = LazyLock::new(|| {
        let pattern =
            r"(?-u:\b(?:crate|super)(?:\s*::\s*super)*\s*)(?:::(?-u:\s*)(\{[^;]*|\w+)|as(?-u:\b))";
        Regex::new(pattern).expect("a constant pattern")
    });
    static WORD: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\w+").expect("a constant pattern"));
    let split = |id: &str| -> (String, String) {
        let (chapter, name) = id.split_once('/').unwrap_or(("", id));
        (chapter.to_string(), name.to_string())
    };
    let own = split(id);
    let is_of_listings = |word: &str| {
        all.iter().map(|other| split(other)).any(|(chapter, name)| {
            chapter == word || (chapter == own.0 && name == word && name != own.1)
        })
    };
    let mut found = Vec::new();
    for captures in PATH.captures_iter(source) {
        let line = line_of(source, captures.get(0).map_or(0, |whole| whole.start()));
        match captures.get(1) {
            // The whole crate under another name: what follows cannot be seen.
            None => found.push((line, captures[0].to_string())),
            Some(names) => {
                let words = WORD.find_iter(names.as_str()).map(|word| word.as_str());
                let of_listings = words.filter(|word| is_of_listings(word));
                found.extend(of_listings.map(|word| (line, word.to_string())));
            }
        }
    }
    found
}

/// The line, from 1, in which the byte at `offset` stands.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}

/// Whether a line is an anchor's mark: opening or closing, and its name.
fn mark(line: &str) -> Option<(bool, &str)> {
    let line = line.trim();
    let line = line
        .strip_prefix("// ANCHOR")
        .or_else(|| line.strip_prefix("# ANCHOR"))?;
    match line.strip_prefix("_END: ") {
        Some(name) => Some((false, name.trim())),
        None => Some((true, line.strip_prefix(": ")?.trim())),
    }
}

/// The lines moved to the left edge, without blank lines around them.
fn tidy<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = lines.collect();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let edge = filled.map(|line| indent(line).len()).min().unwrap_or(0);
    let moved: Vec<&str> = lines
        .iter()
        .map(|line| line.get(edge..).unwrap_or(""))
        .collect();
    moved.join("\n").trim_matches('\n').to_string()
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
//! Ten steps.

use notebook::Cell;

pub fn run(cell: &mut Cell) {
    // ANCHOR: loop
    for _ in 0..10 {

        step();
    }
    // ANCHOR_END: loop
    // ANCHOR: open
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_holds() {
        if true {
        }
    }

    fn helper() {}
}
";

    #[test]
    fn the_first_line_is_the_caption_and_is_not_shown() {
        assert_eq!(caption(SOURCE).as_deref(), Some("Ten steps."));
        assert_eq!(
            caption("//! A\n//! b.\n//!\n//! More.").as_deref(),
            Some("A b.")
        );
        assert_eq!(caption("use x;"), None);
        let shown = shown(SOURCE);
        assert!(shown.starts_with("use notebook::Cell;\n\npub fn run"));
        assert!(shown.ends_with("    }\n}"));
        assert!(!shown.contains("ANCHOR") && !shown.contains("it_holds"));
    }

    #[test]
    fn an_anchor_is_cut_out_and_moved_left() {
        let part = anchored(SOURCE, "loop").unwrap();
        assert_eq!(part, "for _ in 0..10 {\n\n    step();\n}");
        assert_eq!(
            anchored(SOURCE, "lop").unwrap_err(),
            "no anchor \"lop\"; did you mean \"loop\"?"
        );
        assert_eq!(
            anchored(SOURCE, "open").unwrap_err(),
            "anchor \"open\" is not closed; end it with // ANCHOR_END: open"
        );
    }

    #[test]
    fn tests_are_found_whole_and_helpers_are_not_tests() {
        assert_eq!(tests(SOURCE).collect::<Vec<_>>(), ["it_holds"]);
        let whole = "#[test]\nfn it_holds() {\n    if true {\n    }\n}";
        assert_eq!(test(SOURCE, "it_holds").as_deref(), Some(whole));
        assert_eq!(test(SOURCE, "helper"), None);
    }

    #[test]
    fn an_ignored_test_proves_nothing() {
        let source = "#[test]\n#[ignore]\nfn skipped() {\n}\n";
        assert_eq!(tests(source).count(), 0);
    }

    #[test]
    fn imports_of_other_listings_are_found_in_every_form() {
        let all = [
            "updates/step",
            "overshooting/bounce",
            "overshooting/regimes",
        ];
        let found = |source| imports_of_listings(source, "overshooting/bounce", &all);
        for source in [
            "use crate::updates::step;",
            "use crate::{quadratic, updates::{step, other}};",
            "fn f() { super::regimes::run(cell) }",
            "use super::super::updates;",
            "use crate as book;",
        ] {
            assert!(!found(source).is_empty(), "{source}");
        }
        let fine = "use crate::quadratic::Quadratic;\nmod tests { use super::*; }";
        assert_eq!(found(fine), []);
        assert_eq!(found("\n\nuse crate::updates::step;")[0].0, 3);
    }
}
