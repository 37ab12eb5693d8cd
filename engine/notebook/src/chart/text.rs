//! Text: how wide it is, roughly, and where to break it.
//!
//! No fonts are known here, and the reader's may be any; the widths are those
//! of a wide face, so that text has room.

use super::canvas::FONT_SIZE;

/// The distance between lines of text, in logical pixels.
pub(super) const LINE: f64 = 17.0;

/// The width of a text, in logical pixels.
pub(super) fn width(text: &str) -> f64 {
    FONT_SIZE * text.chars().map(em).sum::<f64>()
}

fn em(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '\u{202f}' => 0.3,
        ' ' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '/' => 0.4,
        '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '⁻' | '₀'..='₉' => 0.42,
        'm' | 'w' | 'M' | 'W' | '−' | '=' | '+' | '×' | '→' | '%' => 0.9,
        'A'..='Z' => 0.72,
        _ => 0.61,
    }
}

/// The text in lines no wider than `most`, but for single words that are.
pub(super) fn wrap(text: &str, most: f64) -> Vec<String> {
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
