//! Directives: what a page writes between `{{#` and `}}`.

use crate::problem::unknown;
use std::ops::Range;

/// A directive, and where it stands in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The bytes from `{{#` to `}}`.
    pub range: Range<usize>,
    /// What it asks for, or what is wrong with it.
    pub kind: Result<DirectiveKind, String>,
}

/// What a directive asks for. `id` is a listing's, as `overshooting/bounce`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectiveKind {
    /// The listing's source, or the part of it between the anchor's marks.
    Listing { id: String, anchor: Option<String> },
    /// What the listing printed.
    Output { id: String },
    /// The listing's figure; its caption is Markdown.
    Figure { id: String, caption: String },
    /// One of the listing's values.
    Value { id: String, name: String },
    /// A number that the page itself gives.
    Given { number: String },
    /// A question for one of the listing's values.
    Predict { id: String, name: String },
    /// The number of the listing, or of its figure, as a link.
    Ref { id: String, figure: bool },
    /// A tick that leads to the listing's test.
    Tested { id: String, test: String },
    /// The exercises of all pages with their answers: what stands on them under
    /// a heading of this name.
    Answers { section: String },
    /// The list of all claims with their tests.
    Proofs,
    /// The list of all files of code, whole.
    Files,
}

const OPEN: &str = "{{";
const MARK: &str = "#";
const CLOSE: &str = "}}";

/// How each directive is written, for messages.
const FORMS: [(&str, &str); 11] = [
    (
        "listing",
        "{{#listing chapter/name}} or {{#listing chapter/name:anchor}}",
    ),
    ("output", "{{#output chapter/name}}"),
    ("figure", "{{#figure chapter/name \"caption\"}}"),
    ("value", "{{#value chapter/name.value}}"),
    ("given", "{{#given 16}}"),
    ("predict", "{{#predict chapter/name.value}}"),
    (
        "ref",
        "{{#ref chapter/name}} or {{#ref chapter/name:figure}}",
    ),
    ("tested", "{{#tested chapter/name::test}}"),
    ("answers", "{{#answers Heading of the exercises}}"),
    ("proofs", "{{#proofs}}"),
    ("files", "{{#files}}"),
];

/// Finds the directives in a part of a text, in order; `skip` are the ranges of
/// code and comments, in which nothing is a directive, and `quotes` how many
/// quotes the part stands in.
pub fn find(
    text: &str,
    part: Range<usize>,
    skip: &[Range<usize>],
    quotes: usize,
) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut at = part.start;
    while let Some(offset) = text[at..part.end].find(OPEN) {
        let start = at + offset;
        let inner = start + OPEN.len();
        if let Some(skipped) = skip.iter().find(|range| range.contains(&start)) {
            at = skipped.end.clamp(inner, part.end);
            continue;
        }
        if !text[inner..part.end].starts_with(MARK) {
            found.extend(unmarked(text, start..part.end));
            // The second brace may be the first of the next.
            at = start + 1;
            continue;
        }
        let inner = inner + MARK.len();
        let close = close(&text[inner..part.end]).map(|length| inner + length);
        let (end, kind) = match close {
            Some(end) => (
                end + CLOSE.len(),
                parse(&unquoted(&text[inner..end], quotes)),
            ),
            None => {
                let message = "the directive is not closed; end it with }}";
                (inner, Err(message.to_string()))
            }
        };
        found.push(Directive {
            range: start..end,
            kind,
        });
        at = end;
    }
    found
}

/// What begins there, if it reads like a directive that lacks its mark: the name
/// of one, and an id.
fn unmarked(text: &str, part: Range<usize>) -> Option<Directive> {
    let inner = text[part.clone()].strip_prefix(OPEN)?;
    let (name, rest) = inner.split_once(' ')?;
    let (_, form) = FORMS.iter().find(|(known, _)| *known == name)?;
    let id = rest.split(['.', ':', ' ', '}']).next()?;
    is_id(id).then(|| Directive {
        range: part.start..part.start + OPEN.len() + name.len(),
        kind: Err(format!("{{{{{name} … lacks its #; write {form}")),
    })
}

/// Where the directive closes: at the first `}}` of its paragraph that does not
/// stand in quotation marks.
fn close(text: &str) -> Option<usize> {
    let paragraph = text.find("\n\n").unwrap_or(text.len());
    let mut quoted = false;
    for (at, character) in text[..paragraph].char_indices() {
        match character {
            '"' => quoted = !quoted,
            '}' if !quoted && text[at..].starts_with(CLOSE) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Words that go on over several lines, without what each further line begins
/// with in a list or in so many quotes.
pub fn unquoted(text: &str, quotes: usize) -> String {
    let mut lines = text.split('\n');
    let mut plain = lines.next().unwrap_or_default().to_string();
    for line in lines {
        let mut rest = line.trim_start();
        for _ in 0..quotes {
            rest = rest.strip_prefix('>').unwrap_or(rest).trim_start();
        }
        plain.push('\n');
        plain.push_str(rest);
    }
    plain
}

/// The directives of mdBook's own.
const OF_MDBOOK: [&str; 4] = ["include", "rustdoc_include", "playground", "title"];

/// What stands between the braces.
fn parse(inner: &str) -> Result<DirectiveKind, String> {
    let inner = inner.trim();
    let (name, rest) = inner
        .split_once(char::is_whitespace)
        .map_or((inner, ""), |(name, rest)| (name, rest.trim()));
    if OF_MDBOOK.contains(&name) {
        return Err(format!(
            "{{{{#{name} …}}}} is for mdBook's preprocessor `links`; have it run first: \
             after = [\"links\"] under [preprocessor.binder]"
        ));
    }
    let Some((_, form)) = FORMS.iter().find(|(known, _)| *known == name) else {
        let names = FORMS.map(|(name, _)| name);
        return Err(unknown("directive", name, names));
    };
    kind(name, rest).ok_or_else(|| format!("cannot read {{{{#{inner}}}}}; write {form}"))
}

fn kind(name: &str, rest: &str) -> Option<DirectiveKind> {
    let whole = || is_id(rest).then(|| rest.to_string());
    let part = |separator: &str| {
        let (id, part) = rest.split_once(separator)?;
        (is_id(id) && is_name(part)).then(|| (id.to_string(), part.to_string()))
    };
    Some(match name {
        "listing" if rest.contains(':') => {
            let (id, anchor) = part(":")?;
            let anchor = Some(anchor);
            DirectiveKind::Listing { id, anchor }
        }
        "listing" => {
            let (id, anchor) = (whole()?, None);
            DirectiveKind::Listing { id, anchor }
        }
        "output" => DirectiveKind::Output { id: whole()? },
        "figure" => {
            let (id, quoted) = rest.split_once(char::is_whitespace)?;
            let caption = quoted.trim().strip_prefix('"')?.strip_suffix('"')?.trim();
            let readable = is_id(id) && !caption.is_empty() && !caption.contains('"');
            readable.then(|| DirectiveKind::Figure {
                id: id.to_string(),
                caption: caption.to_string(),
            })?
        }
        "value" => {
            let (id, name) = part(".")?;
            DirectiveKind::Value { id, name }
        }
        "given" => {
            let number = rest.to_string();
            let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
            is_number.then_some(DirectiveKind::Given { number })?
        }
        "predict" => {
            let (id, name) = part(".")?;
            DirectiveKind::Predict { id, name }
        }
        "ref" => match rest.strip_suffix(":figure") {
            Some(id) => is_id(id).then(|| DirectiveKind::Ref {
                id: id.to_string(),
                figure: true,
            })?,
            None => {
                let (id, figure) = (whole()?, false);
                DirectiveKind::Ref { id, figure }
            }
        },
        "tested" => {
            let (id, test) = part("::")?;
            DirectiveKind::Tested { id, test }
        }
        "answers" if !rest.is_empty() => DirectiveKind::Answers {
            section: rest.to_string(),
        },
        "proofs" if rest.is_empty() => DirectiveKind::Proofs,
        "files" if rest.is_empty() => DirectiveKind::Files,
        _ => return None,
    })
}

impl DirectiveKind {
    /// Whether it becomes a block, and so stands on a line of its own.
    pub fn is_block(&self) -> bool {
        !matches!(
            self,
            DirectiveKind::Value { .. }
                | DirectiveKind::Given { .. }
                | DirectiveKind::Ref { .. }
                | DirectiveKind::Tested { .. }
        )
    }

    /// The code that it is about.
    pub fn id(&self) -> Option<&str> {
        match self {
            DirectiveKind::Listing { id, .. }
            | DirectiveKind::Output { id }
            | DirectiveKind::Figure { id, .. }
            | DirectiveKind::Value { id, .. }
            | DirectiveKind::Predict { id, .. }
            | DirectiveKind::Ref { id, .. }
            | DirectiveKind::Tested { id, .. } => Some(id),
            DirectiveKind::Given { .. }
            | DirectiveKind::Answers { .. }
            | DirectiveKind::Proofs
            | DirectiveKind::Files => None,
        }
    }
}
/// `chapter/name`.
fn is_id(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(chapter, name)| is_name(chapter) && is_name(name))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All directives of a text that stands in no quote.
    fn all(text: &str, skip: &[Range<usize>]) -> Vec<Directive> {
        find(text, 0..text.len(), skip, 0)
    }

    fn one(text: &str) -> Result<DirectiveKind, String> {
        let mut found = all(text, &[]);
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0).kind
    }

    #[test]
    fn each_form_is_read() {
        use DirectiveKind::*;
        let id = || "a/b".to_string();
        for (text, kind) in [
            (
                "{{#listing a/b}}",
                Listing {
                    id: id(),
                    anchor: None,
                },
            ),
            (
                "{{#listing a/b:loop}}",
                Listing {
                    id: id(),
                    anchor: Some("loop".into()),
                },
            ),
            ("{{#output a/b}}", Output { id: id() }),
            (
                "{{#figure a/b \"At {{#value a/b.x}}.\"}}",
                Figure {
                    id: id(),
                    caption: "At {{#value a/b.x}}.".into(),
                },
            ),
            (
                "{{#value a/b.final_w}}",
                Value {
                    id: id(),
                    name: "final_w".into(),
                },
            ),
            (
                "{{#predict a/b.x}}",
                Predict {
                    id: id(),
                    name: "x".into(),
                },
            ),
            (
                "{{#ref a/b}}",
                Ref {
                    id: id(),
                    figure: false,
                },
            ),
            (
                "{{#ref a/b:figure}}",
                Ref {
                    id: id(),
                    figure: true,
                },
            ),
            (
                "{{#tested a/b::it_holds}}",
                Tested {
                    id: id(),
                    test: "it_holds".into(),
                },
            ),
            (
                "{{#answers To do}}",
                Answers {
                    section: "To do".into(),
                },
            ),
            ("{{#proofs}}", Proofs),
            ("{{#files}}", Files),
        ] {
            assert_eq!(one(text), Ok(kind));
        }
    }

    #[test]
    fn a_directive_over_several_lines_of_a_quote_is_read_without_their_signs() {
        let text = "{{#figure a/b\n> > \"One\n>> two.\"}}";
        let found = find(text, 0..text.len(), &[], 2);
        let (id, caption) = ("a/b".to_string(), "One\ntwo.".to_string());
        assert_eq!(found[0].kind, Ok(DirectiveKind::Figure { id, caption }));
    }

    #[test]
    fn what_is_malformed_is_told_how_to_write_it() {
        let message = one("{{#value a/b}}").unwrap_err();
        assert_eq!(
            message,
            "cannot read {{#value a/b}}; write {{#value chapter/name.value}}"
        );
        let message = one("{{#lsting a/b}}").unwrap_err();
        assert_eq!(
            message,
            "no directive \"lsting\"; did you mean \"listing\"?"
        );
        let message = one("{{#value a/b.c and on").unwrap_err();
        assert_eq!(message, "the directive is not closed; end it with }}");
        let message = one("{{value a/b.c}}").unwrap_err();
        assert_eq!(
            message,
            "{{value … lacks its #; write {{#value chapter/name.value}}"
        );
    }

    #[test]
    fn braces_of_formulas_are_no_directive() {
        let all = |text: &str| super::find(text, 0..text.len(), &[], 0);
        assert_eq!(all("$\\frac{{ref x}}{{n + 1}}$ {{mustache}}"), []);
        let [value] = &*all("$\\frac{{{#value a/b.c}}}{2}$") else {
            panic!("one");
        };
        assert_eq!(value.range, 7..23);
    }

    #[test]
    fn code_is_left_alone() {
        let code = std::slice::from_ref(&(0..18));
        assert_eq!(all("`{{#value a/b.c}}`", code), []);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_ranges_are_in_order(
            text in r#"(\{\{#|\}\}|"|listing|value| |a/b|[.:]|\n|é|\PC){0,40}"#
        ) {
            let mut end = 0;
            for directive in all(&text, &[]) {
                prop_assert!(directive.range.start >= end);
                end = directive.range.end;
                prop_assert!(text[directive.range].starts_with(OPEN));
            }
        }

        #[test]
        fn a_well_formed_value_is_always_found(
            before in "[a-z .é]{0,9}", id in "[a-z_]{1,9}/[a-z_]{1,9}", name in "[a-z_0-9]{1,9}"
        ) {
            let text = format!("{before}{{{{#value {id}.{name}}}}} and more");
            let found = all(&text, &[]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&found[0].kind, &Ok(DirectiveKind::Value { id, name }));
        }
    }
}
