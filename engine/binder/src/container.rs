//! Containers: a list item, a quote, a note, in which a block stands.

use std::ops::Range;

/// A block of Markdown for the place of `directive`, which stands alone in its
/// paragraph: each line begins as the containers around it ask for.
pub fn fill(source: &str, directive: &Range<usize>, block: &str) -> String {
    let begin = source[..directive.start].rfind('\n').map_or(0, |at| at + 1);
    let prefix = prefix(&source[begin..directive.start]);
    let empty = format!("\n{}", prefix.trim_end());
    let mut filled = String::with_capacity(block.len());
    for (at, line) in block.split('\n').enumerate() {
        match (at, line.is_empty()) {
            (0, _) => {}
            (_, true) => filled.push_str(&empty),
            (_, false) => {
                filled.push('\n');
                filled.push_str(&prefix);
            }
        }
        filled.push_str(line);
    }
    // A block of HTML ends at an empty line.
    let mut rest = source[directive.end..].lines().skip(1);
    if rest.next().is_some_and(|line| !is_empty(line)) {
        filled.push_str(&empty);
    }
    filled
}

/// What a further line begins with, from what the first one does: the signs of
/// quotes stay, a list's mark becomes spaces, a footnote's four of them.
fn prefix(first: &str) -> String {
    let (before, is_note) = match first.find("[^") {
        Some(note) => (&first[..note], true),
        None => (first, false),
    };
    let keep = |letter: char| match letter {
        '>' | '\t' => letter,
        _ => ' ',
    };
    let mut prefix: String = before.chars().map(keep).collect();
    if is_note {
        prefix.push_str("    ");
    }
    prefix
}

/// Whether nothing but the signs of quotes stands on a line.
fn is_empty(line: &str) -> bool {
    line.chars()
        .all(|letter| letter == '>' || letter.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_begins_as_its_container_asks_for() {
        for (source, filled) in [
            ("{{#x}}\n", "a\n\nb"),
            ("- {{#x}}\n", "a\n\n  b"),
            ("> 10. {{#x}}\n> 11. y", "a\n>\n>     b\n>"),
            ("[^note]: {{#x}}\n\n", "a\n\n    b"),
            (": {{#x}}\n## Next", "a\n\n  b\n"),
        ] {
            let start = source.find('{').unwrap();
            assert_eq!(
                fill(source, &(start..start + 6), "a\n\nb"),
                filled,
                "{source}"
            );
        }
    }
}
