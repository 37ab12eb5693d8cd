//! Splicing: putting pieces in the place of parts of a text.

use std::ops::Range;

/// What stands in the place of a part of a text.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The bytes that it replaces; none where it is put between.
    pub range: Range<usize>,
    /// The new text.
    pub text: String,
}

/// A text with pieces in it.
pub struct Spliced {
    /// The new text.
    pub text: String,
    /// Where verbatim and new parts begin in it, each with its place in the old
    /// text and whether it is verbatim.
    origins: Vec<(usize, usize, bool)>,
}

impl Piece {
    /// `text` in the place of the bytes in `range`.
    pub fn new(range: Range<usize>, text: impl Into<String>) -> Piece {
        let text = text.into();
        Piece { range, text }
    }
}

/// The text with the pieces in it, which may not overlap.
pub fn splice(source: &str, pieces: &[Piece]) -> Spliced {
    let mut pieces: Vec<&Piece> = pieces.iter().collect();
    pieces.sort_by_key(|piece| (piece.range.start, piece.range.end));
    let mut text = String::with_capacity(2 * source.len());
    let mut origins = Vec::new();
    let mut at = 0;
    for piece in pieces {
        origins.push((text.len(), at, true));
        text.push_str(&source[at..piece.range.start]);
        origins.push((text.len(), piece.range.start, false));
        text.push_str(&piece.text);
        at = piece.range.end;
    }
    origins.push((text.len(), at, true));
    text.push_str(&source[at..]);
    Spliced { text, origins }
}

impl Spliced {
    /// The byte of the old text that stands at `offset`, or in whose place
    /// something new stands there.
    pub fn origin(&self, offset: usize) -> usize {
        let after = self.origins.partition_point(|(new, ..)| *new <= offset);
        match self.origins[..after].last() {
            Some((new, old, true)) => old + (offset - new),
            Some((_, old, false)) => *old,
            None => offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pieces_stand_in_their_places_and_lead_back() {
        let pieces = [Piece::new(4..7, "longer"), Piece::new(0..0, "+")];
        let spliced = splice("one two three", &pieces);
        assert_eq!(spliced.text, "+one longer three");
        assert_eq!(
            [0, 1, 5, 9, 12].map(|at| spliced.origin(at)),
            [0, 0, 4, 4, 8]
        );
    }

    proptest! {
        #[test]
        fn what_was_not_replaced_leads_back_to_itself(
            words in proptest::collection::vec("[a-z]{1,3}", 1..9), new in "[A-Z]{0,5}"
        ) {
            let source = words.concat();
            let mut at = 0;
            let mut pieces = Vec::new();
            for (index, word) in words.iter().enumerate() {
                if index % 2 == 0 {
                    pieces.push(Piece::new(at..at + word.len(), new.clone()));
                }
                at += word.len();
            }
            let spliced = splice(&source, &pieces);
            for (offset, letter) in spliced.text.char_indices() {
                if letter.is_lowercase() {
                    prop_assert!(source[spliced.origin(offset)..].starts_with(letter));
                }
            }
        }
    }
}
