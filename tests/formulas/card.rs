//! The card on the page and the comments of the function that follows it.

use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// The numbered lines below a heading.
fn on_the_page(page: &str, heading: &str) -> Vec<String> {
    let below = page.split(heading).nth(1).unwrap();
    let lines = below.lines().skip_while(|line| !line.starts_with("1. "));
    let numbered = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit());
    let numbered = lines.take_while(numbered);
    // {{#given 3.2}} is 3.2 on the page.
    let shown = |line: &str| line.replace("{{#given ", "").replace("}}", "");
    numbered.map(shown).collect()
}

/// The comments that begin with a number, each with the comments after it.
fn in_the_code(code: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in code.lines() {
        let Some(comment) = line.trim().strip_prefix("// ") else {
            continue;
        };
        match (comment.strip_prefix("   "), lines.last_mut()) {
            (Some(more), Some(last)) => *last += &format!(" {more}"),
            _ => lines.push(comment.to_string()),
        }
    }
    lines.retain(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    lines
}

/// Red if `"## The card"` were `"## What to remember"`: another list.
#[test]
fn the_function_says_line_for_line_what_the_card_says() {
    let page = read("src/tuning.md");
    let card = on_the_page(&page, "## The card");
    assert!(card.len() >= 7, "{card:?}");
    let code = read("training/search/card.rs");
    assert_eq!(card, in_the_code(code.split("mod tests").next().unwrap()));
}
