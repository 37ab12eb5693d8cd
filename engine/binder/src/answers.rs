//! Answers: the exercises of all pages, each with the answer that its page folds
//! away.

use crate::excerpt::Excerpts;
use crate::html;
use crate::page::Page;
use crate::problem::Problems;
use crate::rendered::heading_id;
use regex::Regex;
use std::fmt::Write;
use std::ops::Range;
use std::sync::LazyLock;

/// All exercises by page, as Markdown for the page `here`: what stands under a
/// heading of that name. An exercise is what stands before a
/// `<details class="answer">`, its answer what stands within, less its summary. A
/// fold with nothing before it belongs to no exercise.
///
/// A numbered list behind the last of them is exercises without an answer, and a
/// problem.
pub fn markdown(pages: &[Page], here: &Page, section: &str, problems: &mut Problems) -> String {
    let mut out = String::new();
    for page in pages {
        let Some(range) = section_of(page, section) else {
            continue;
        };
        let (answered, rest) = answered(page, range);
        let mut exercises = page.text.numbered.iter();
        if let Some(at) = exercises.find(|at| rest.contains(at)) {
            let message = "an exercise without an answer; fold one below it, \
                           in <details class=\"answer\"><summary>Answer</summary> … </details>";
            problems.push(&page.file, page.text.line(*at), message);
        }
        let mut excerpts = Excerpts::new(page, here);
        // A `String` takes all that is written to it.
        let _ = writeln!(
            out,
            "\n## {}\n\n[The exercises on their page](<{}>)\n",
            html::in_words(&page.name),
            here.link(page, &heading_id(section)),
        );
        for part in answered.into_iter().flat_map(<[_; 2]>::from) {
            out.push_str(excerpts.take(part).trim());
            out.push_str("\n\n");
        }
        out.push_str(&excerpts.notes());
    }
    out
}

/// What stands under the first heading of that name, up to the next one of its
/// level or above.
fn section_of(page: &Page, name: &str) -> Option<Range<usize>> {
    let headings = &page.text.headings;
    let at = headings.iter().position(|heading| heading.words == name)?;
    let heading = &headings[at];
    let mut after = headings[at + 1..].iter();
    let next = after.find(|next| next.level <= heading.level);
    let end = next.map_or(page.text.source.len(), |next| next.range.start);
    Some(heading.range.end..end)
}

/// Questions with their answers, and what is left behind the last of them.
fn answered(page: &Page, section: Range<usize>) -> (Vec<[Range<usize>; 2]>, Range<usize>) {
    let source = &page.text.source;
    let mut found = Vec::new();
    let mut at = section.start;
    // Where the question ends, the answer begins, and how many folds are open.
    let (mut question_end, mut answer_start, mut depth) = (at, at, 0);
    for tag in fold_tags(page, &section) {
        let name = &source[tag.clone()];
        match name {
            "</summary>" if depth == 1 => answer_start = tag.end,
            "</details>" if depth > 1 => depth -= 1,
            "</details>" if depth == 1 => {
                depth = 0;
                if !source[at..question_end].trim().is_empty() {
                    found.push([at..question_end, answer_start..tag.start]);
                }
                at = tag.end;
            }
            _ if name.starts_with("</") => {}
            _ if depth > 0 => depth += 1,
            _ if is_answer(name) => {
                (question_end, answer_start, depth) = (tag.start, tag.end, 1);
            }
            _ => {}
        }
    }
    (found, at..section.end)
}

/// Where tags open and close folds, and close their summaries.
fn fold_tags(page: &Page, section: &Range<usize>) -> Vec<Range<usize>> {
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"<details\b[^>]*>|</summary>|</details>";
        Regex::new(pattern).expect("a constant pattern")
    });
    let text = &page.text;
    let within = |html: &&Range<usize>| section.start <= html.start && html.end <= section.end;
    let tags = |html: &Range<usize>| {
        let found = TAG.find_iter(&text.source[html.clone()]);
        let start = html.start;
        found.map(move |tag| start + tag.start()..start + tag.end())
    };
    text.html.iter().filter(within).flat_map(tags).collect()
}

fn is_answer(details: &str) -> bool {
    static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"\bclass\s*=\s*["']?[^"']*\banswer\b"#;
        Regex::new(pattern).expect("a constant pattern")
    });
    ANSWER.is_match(details)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdbook_markdown::MarkdownOptions;

    #[test]
    fn the_exercises_of_a_page_end_where_the_next_section_begins() {
        let answer = |text: &str| {
            format!(
                "<details class=\"answer\">\n<summary>Answer</summary>\n\n{text}\n\n</details>\n"
            )
        };
        let markdown = format!(
            "# One\n\n## To do\n\n1. How?\n\n{}\n### Harder\n\n2. Why?\n\n{}\n## Quiz\n\n{}",
            answer("So."),
            [
                answer("Therefore.\n\n<details>\n\nMore.\n\n</details>"),
                answer("How this was computed.")
            ]
            .join("\n"),
            answer("**B.** No.")
        );
        let options = MarkdownOptions::default();
        let (path, name) = ("one.md".into(), "One".to_string());
        let page = Page::new(path, "src/one.md".into(), None, name, &markdown, &options);
        let (found, rest) = answered(&page, section_of(&page, "To do").unwrap());
        let source = &page.text.source;
        let words = |range: &Range<usize>| source[range.clone()].trim().to_string();
        let found: Vec<_> = found
            .iter()
            .map(|pair| pair.each_ref().map(words))
            .collect();
        assert_eq!(found[0], ["1. How?", "So."]);
        assert_eq!(found[1][0], "### Harder\n\n2. Why?");
        assert_eq!(
            found[1][1],
            "Therefore.\n\n<details>\n\nMore.\n\n</details>"
        );
        assert_eq!((found.len(), &*words(&rest)), (2, ""));
    }
}
