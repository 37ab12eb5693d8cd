//! Text: how wide it is, roughly, and where to break it.
//!
//! No fonts are known here, and the reader's may be any; the widths are those
//! of a wide face, so that text has room.

/// The size of all text, in logical pixels.
pub(super) const FONT_SIZE: f64 = 13.0;
/// The distance between lines of text, in logical pixels.
pub(super) const LINE: f64 = 17.0;

/// The width of a text, in logical pixels.
pub(super) fn width(text: &str) -> f64 {
    FONT_SIZE * text.chars().map(em).sum::<f64>()
}

/// The width of the widest of these lines, in logical pixels.
pub(super) fn widest(lines: &[String]) -> f64 {
    lines.iter().map(|line| width(line)).fold(0.0, f64::max)
}

fn em(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '\u{202f}' => 0.3,
        ' ' | '\u{a0}' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '/' => 0.4,
        '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '⁻' | '₀'..='₉' => 0.42,
        'm' | 'w' | 'M' | 'W' | '−' | '=' | '+' | '×' | '→' | '%' => 0.9,
        'A'..='Z' => 0.72,
        _ => 0.61,
    }
}

/// The text in lines no wider than `most`, but for single words that are; an
/// equation counts as one word.
pub(super) fn wrap(text: &str, most: f64) -> Vec<String> {
    let text = one_line(text).replace(" = ", "\u{a0}=\u{a0}");
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// The text without line breaks and characters that cannot be seen, as a line
/// of a file wants it.
pub(super) fn one_line(text: &str) -> String {
    let spaced = text.replace(|c: char| c.is_ascii_whitespace(), " ");
    spaced.replace(char::is_control, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_asked_and_lose_no_word() {
        let text = "relative error of the difference quotient";
        let lines = wrap(text, 100.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| width(line) <= 100.0), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert!(wrap(" ", 100.0).is_empty());
    }

    #[test]
    fn an_equation_is_not_broken() {
        let lines = wrap("descent at η = 0.45", 60.0);
        assert_eq!(lines.last().unwrap(), "η\u{a0}=\u{a0}0.45");
    }
}
