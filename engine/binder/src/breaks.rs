//! Breaks: the small change of the code under which a test goes red, told in the
//! comment above it, so that everyone can see that it can.

use crate::source;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What breaks a test: code, what it becomes, and what that means in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    pub from: String,
    pub to: String,
    pub why: String,
}

/// How a break is told.
const FORM: &str = "/// Red if `this` were `that`: what it means.";

/// The break that the comment above a test tells.
///
/// # Errors
///
/// If there is none.
pub fn of_test(source: &str, test: &str) -> Result<Break, String> {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^| )Red if `([^`]+)` were `([^`]*)`: (.+?[.!])(?: |$)")
            .expect("a constant pattern")
    });
    let comment = source::comment(source, test);
    let told = TOLD.captures(&comment).ok_or_else(|| {
        let so = match comment.contains("Red if") {
            true => "is not said in this form",
            false => "is not said",
        };
        format!("what breaks the test \"{test}\" {so}; write above it: {FORM}")
    })?;
    Ok(Break {
        from: told[1].to_string(),
        to: told[2].to_string(),
        why: told[3].to_string(),
    })
}

impl Break {
    /// The source with the break in it: in the code above the tests, where `from`
    /// must stand once, or else in the test's own body. White space is free.
    ///
    /// # Errors
    ///
    /// If `from` stands in neither, or in more than one place; or if the break only
    /// turns round a comparison of the test's own, as anyone could.
    pub fn applied(&self, source: &str, test: &str) -> Result<String, String> {
        let tests = source::tests_start(source);
        let body = source::test_range(source, test).unwrap_or(tests..tests);
        for (place, is_test) in [(0..tests, false), (body, true)] {
            let part = &source[place.clone()];
            let found = find_words(part, &self.from).into_iter();
            let found: Vec<_> = found.filter(|at| !is_comment(part, at.start)).collect();
            match &*found {
                [] => continue,
                [_] if is_test && self.turns_a_comparison() => {
                    return Err(format!(
                        "the break of \"{test}\" only turns round what the test compares; \
                         break the code, or take a setting at which the claim is false"
                    ));
                }
                [one] => {
                    let (start, end) = (place.start + one.start, place.start + one.end);
                    return Ok(format!("{}{}{}", &source[..start], self.to, &source[end..]));
                }
                more => {
                    return Err(format!(
                        "the break of \"{test}\" could be in {} places; say more of `{}`",
                        more.len(),
                        self.from
                    ));
                }
            }
        }
        Err(format!(
            "the break of \"{test}\" is nowhere: there is no `{}` in the code or in the test",
            self.from
        ))
    }

    /// Whether both are the same but for `<`, `==` and their like; `..=` is none.
    fn turns_a_comparison(&self) -> bool {
        let compared = |code: &str| {
            code.replace("..=", "..=.")
                .replace(['<', '>', '=', '!'], "")
        };
        compared(&self.from) == compared(&self.to)
    }
}

/// Where these words stand in the source, whatever the white space between them.
fn find_words(source: &str, words: &str) -> Vec<Range<usize>> {
    let mut words = words.split_whitespace();
    let Some(first) = words.next() else {
        return Vec::new();
    };
    let end = |start: usize| {
        words.clone().try_fold(start + first.len(), |end, word| {
            let after = &source[end..];
            let next = after.trim_start();
            let is_next = next.len() < after.len() && next.starts_with(word);
            is_next.then(|| source.len() - next.len() + word.len())
        })
    };
    let starts = source.match_indices(first);
    starts
        .filter_map(|(start, _)| Some(start..end(start)?))
        .collect()
}

/// Whether that byte of the source stands in a line that is a comment.
fn is_comment(source: &str, at: usize) -> bool {
    let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
    source[line..].trim_start().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
fn step(w: f64) -> f64 {
    w - 0.1
        * w
}

#[cfg(test)]
mod tests {
    /// A tenth.
    /// Red if `0.1 * w` were `0.2 * w`: a step
    /// twice as long.
    #[test]
    fn it_falls() {
        assert_eq!(step(1.0), 0.9);
    }

    /// Red if `1.0` were `2.0`: another start.
    #[test]
    fn it_starts() {
        assert_eq!(step(1.0), 0.9);
    }

    /// Red if `step(1.0) < 1.0` were `step(1.0) > 1.0`: it would rise.
    #[test]
    fn it_turns() {
        assert!(step(1.0) < 1.0);
    }

    /// Red if `w` were `v`: it could be in many places.
    #[test]
    fn it_hides() {
        hide();
    }

    #[test]
    fn it_holds() {
        hold();
    }
}
";

    fn broken(test: &str) -> Result<String, String> {
        of_test(SOURCE, test)?.applied(SOURCE, test)
    }

    #[test]
    fn the_code_is_broken_where_the_comment_says_whatever_its_white_space() {
        let told = of_test(SOURCE, "it_falls").unwrap();
        assert_eq!(told.why, "a step twice as long.");
        let expected = SOURCE.replace("0.1\n        * w", "0.2 * w");
        assert_eq!(broken("it_falls").unwrap(), expected);
    }

    #[test]
    fn what_the_code_does_not_have_is_broken_in_that_test_alone() {
        let broken = broken("it_starts").unwrap();
        let (before, after) = broken.split_once("fn it_starts").unwrap();
        assert!(before.contains("step(1.0)") && after.contains("step(2.0)"));
    }

    #[test]
    fn a_break_that_is_missing_or_vague_is_told() {
        let missing = broken("it_holds").unwrap_err();
        assert!(missing.starts_with("what breaks the test \"it_holds\" is not said; write"));
        let vague = broken("it_hides").unwrap_err();
        assert!(vague.contains("could be in 3 places"), "{vague}");
        let nowhere = Break {
            from: "x".into(),
            to: "y".into(),
            why: String::new(),
        };
        let error = nowhere.applied(SOURCE, "it_falls").unwrap_err();
        assert!(error.contains("nowhere"), "{error}");
        let turned = broken("it_turns").unwrap_err();
        assert!(turned.contains("only turns round"), "{turned}");
    }
}
