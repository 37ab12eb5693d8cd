//! Answers: the exercises of all pages, each with the answer that its page folds
//! away.

use crate::page::Page;
use crate::places::link;
use crate::proofs::without_ticks;
use crate::weave::Loom;
use std::fmt::Write;

const HEADING: &str = "\n## Exercises\n";
const OPEN: &str = "<details class=\"answer\">\n<summary>Answer</summary>\n";
const CLOSE: &str = "</details>";

/// All exercises, by page.
///
/// # Errors
///
/// If one cannot be woven, or a page has exercises but none with an answer.
pub fn list(loom: &Loom<'_>, here: &Page<'_>) -> Result<String, String> {
    let mut out = String::new();
    for page in loom.pages {
        let Some(section) = section(page.text) else {
            continue;
        };
        let answered = answered(section);
        if answered.is_empty() {
            return Err(format!("{} has exercises without answers", page.file));
        }
        // A `String` takes all that is written to it.
        let _ = writeln!(
            out,
            "\n## {}\n\n[The exercises on their page]({})\n",
            page.name,
            link(here, page, "exercises"),
        );
        for (question, answer) in answered {
            let text = without_ticks(&format!("{question}\n\n{answer}"));
            out.push_str(&loom.piece(here, &text)?);
            out.push_str("\n\n");
        }
    }
    Ok(out)
}

/// The exercises of a page, up to the next section.
fn section(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(HEADING)?;
    Some(rest.split("\n## ").next().unwrap_or(rest))
}

/// Questions and their answers.
fn answered(section: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = section;
    while let Some((question, after)) = rest.split_once(OPEN) {
        let (answer, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        found.push((question.trim(), answer.trim()));
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exercises_of_a_page_end_where_the_next_section_begins() {
        let answer = |text: &str| format!("{OPEN}\n{text}\n\n{CLOSE}\n");
        let page = format!(
            "# One\n{HEADING}\n1. How?\n\n{}\n2. Why?\n\n{}\n## Quiz\n\n{}",
            answer("So."),
            answer("Therefore."),
            answer("**B.** No.")
        );
        let section = section(&page).unwrap();
        assert_eq!(
            answered(section),
            [("1. How?", "So."), ("2. Why?", "Therefore.")]
        );
    }
}
