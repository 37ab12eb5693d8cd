//! Sentences: where the one begins that leads up to a place.

use crate::passage::{DISPLAYED, OBJECT, Passage};

/// Words that end in a point and go on; besides single letters, and what has
/// points within, as "e.g.". The list errs on the long side: a word that is
/// missing cuts a claim short.
const ABBREVIATIONS: [&str; 32] = [
    "al", "approx", "ca", "cf", "ch", "chap", "dr", "eds", "eq", "eqs", "etc", "fig", "figs", "jr",
    "mr", "mrs", "ms", "pp", "prof", "ref", "refs", "resp", "sec", "sect", "sr", "st", "tab",
    "viz", "vol", "vols", "vs", "wrt",
];

/// The byte of the source where the sentence begins that leads up to byte `end`
/// of the passage's words.
///
/// A sentence begins behind a point, a question or an exclamation mark, or a
/// formula on a line of its own, and a space, unless the mark stands within an
/// emphasis or a link, the next word begins small, or the point is an
/// abbreviation's.
pub fn start(passage: &Passage, end: usize) -> usize {
    let words = passage.words[..end].trim_end();
    let spaces = words.match_indices(char::is_whitespace).rev();
    let mut begins = spaces.filter(|(space, _)| is_between(passage, words, *space));
    match begins.next() {
        Some((space, found)) => passage.source(&(space..space + found.len())).end,
        None => passage.range.start,
    }
}

/// Whether one sentence ends before this space and another begins behind it.
fn is_between(passage: &Passage, words: &str, space: usize) -> bool {
    let closing = |letter: char| letter == OBJECT || "\"'”’)]".contains(letter);
    let before = words[..space].trim_end_matches(closing);
    let small = words[space..].trim_start().starts_with(char::is_lowercase);
    let ends = match before.strip_suffix('.') {
        Some(rest) => !is_abbreviated(rest),
        None => before.ends_with(['?', '!', '…', DISPLAYED]),
    };
    ends && !small && passage.is_at_top(before.len() - 1)
}

/// Whether the point behind these words belongs to the last of them.
fn is_abbreviated(words: &str) -> bool {
    let begin = words.rfind(|letter: char| !letter.is_alphanumeric() && letter != '.');
    let next = |at: usize| at + words[at..].chars().next().map_or(0, char::len_utf8);
    let word = words[begin.map_or(0, next)..].to_lowercase();
    let has_points = word.contains('.') && word.chars().any(char::is_alphabetic);
    let is_letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    has_points || is_letter || ABBREVIATIONS.contains(&&*word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;
    use mdbook_markdown::MarkdownOptions;

    /// The sentence that leads up to the ✓.
    fn sentence(markdown: &str) -> String {
        let text = Text::read(markdown.to_string(), &MarkdownOptions::default());
        let tick = markdown.find('✓').unwrap();
        let holds = |passage: &&Passage| passage.range.contains(&tick);
        let passage = text.passages.iter().find(holds).unwrap();
        markdown[start(passage, passage.at(tick))..tick]
            .trim()
            .to_string()
    }

    #[test]
    fn it_begins_behind_the_end_of_the_one_before() {
        for (text, expected) in [
            ("It holds.✓ More.", "It holds."),
            ("It starts. It goes. It holds.✓", "It holds."),
            ("It starts.\nIt holds.✓", "It holds."),
            ("Does it? It holds.✓", "It holds."),
            ("Does it?\nIt holds.✓", "It holds."),
            ("Does it? It starts.\nIt goes. It holds.✓", "It holds."),
            ("It starts. It holds,✓ and more.", "It holds,"),
            (
                "It starts. At $0.5$ it\nconverges. ✓",
                "At $0.5$ it\nconverges.",
            ),
            ("# Head\n\nIt holds.✓", "It holds."),
            ("- One\n- Two.✓\n- Three.", "Two."),
            ("- One.✓\n- Two.", "One."),
            ("It starts. *It* holds.✓", "*It* holds."),
            ("It starts (so). [It](#x) holds.✓", "[It](#x) holds."),
            ("It starts at 0.5. It holds.✓", "It holds."),
            ("It starts. $x$ holds.✓", "$x$ holds."),
            ("It starts with\n$$x$$\nIt holds.✓", "It holds."),
            (
                "It starts. With\n$$x$$\nit holds.✓",
                "With\n$$x$$\nit holds.",
            ),
        ] {
            assert_eq!(sentence(text), expected, "{text}");
        }
    }

    #[test]
    fn it_is_not_cut_where_a_point_ends_no_sentence() {
        for text in [
            "Momentum vs. Adam, cf. Fig. 3 and e.g. Smith et al. They hold.✓",
            "By J. Smith, i.e. Eq. 2, it holds.✓",
            "See `a. B` and $a. B$ and it holds.✓",
            "The *first. Second* and [third. Fourth](#x) hold.✓",
            "It holds (approx. so).✓",
        ] {
            assert_eq!(sentence(text), text.trim_end_matches('✓'), "{text}");
        }
    }
}
