//! Directives: what a page writes between `{{#` and `}}`.

use std::ops::Range;

/// A directive, and where it stands in its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The bytes from `{{#` to `}}`.
    pub range: Range<usize>,
    /// What it asks for, or what is wrong with it.
    pub ask: Result<Ask<'a>, String>,
}

/// What a directive asks for. `id` is a listing's, as `overshooting/bounce`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// The listing's source, or the part of it between the anchor's marks.
    Listing {
        id: &'a str,
        anchor: Option<&'a str>,
    },
    /// What the listing printed.
    Output { id: &'a str },
    /// The listing's figure.
    Figure { id: &'a str, caption: &'a str },
    /// One of the listing's values.
    Value { id: &'a str, name: &'a str },
    /// A question for one of the listing's values.
    Predict { id: &'a str, name: &'a str },
    /// The number of the listing, or of its figure, as a link.
    Ref { id: &'a str, figure: bool },
    /// A tick that leads to the listing's test.
    Tested { id: &'a str, test: &'a str },
    /// The exercises of all pages with their answers.
    Answers,
    /// The list of all claims with their tests.
    Proofs,
    /// The list of all listings, whole.
    Sources,
}

const OPEN: &str = "{{#";
const CLOSE: &str = "}}";

/// How each directive is written, for messages.
const FORMS: [(&str, &str); 10] = [
    (
        "listing",
        "{{#listing chapter/name}} or {{#listing chapter/name:anchor}}",
    ),
    ("output", "{{#output chapter/name}}"),
    ("figure", "{{#figure chapter/name \"caption\"}}"),
    ("value", "{{#value chapter/name.value}}"),
    ("predict", "{{#predict chapter/name.value}}"),
    (
        "ref",
        "{{#ref chapter/name}} or {{#ref chapter/name:figure}}",
    ),
    ("tested", "{{#tested chapter/name::test}}"),
    ("answers", "{{#answers}}"),
    ("proofs", "{{#proofs}}"),
    ("sources", "{{#sources}}"),
];

/// Finds the directives of a page, in order; `skip` are the ranges of code, in
/// which nothing is a directive.
pub fn find<'a>(text: &'a str, skip: &[Range<usize>]) -> Vec<Directive<'a>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(OPEN) {
        let start = at + offset;
        let inner = start + OPEN.len();
        if let Some(code) = skip.iter().find(|code| code.contains(&start)) {
            at = code.end.max(inner);
            continue;
        }
        let Some(end) = close(text, inner) else {
            let ask = Err("the directive is not closed; end it with }}".to_string());
            found.push(Directive {
                range: start..inner,
                ask,
            });
            at = inner;
            continue;
        };
        at = end + CLOSE.len();
        found.push(Directive {
            range: start..at,
            ask: parse(&text[inner..end]),
        });
    }
    found
}

/// Where the directive that opened before `inner` closes: at the first `}}` of
/// its paragraph that does not stand in quotes.
fn close(text: &str, inner: usize) -> Option<usize> {
    let paragraph = text[inner..]
        .find("\n\n")
        .map_or(text.len(), |end| inner + end);
    let mut quoted = false;
    for (at, character) in text[inner..paragraph].char_indices() {
        match character {
            '"' => quoted = !quoted,
            '}' if !quoted && text[inner + at..paragraph].starts_with(CLOSE) => {
                return Some(inner + at);
            }
            _ => {}
        }
    }
    None
}

/// What stands between the braces.
fn parse(inner: &str) -> Result<Ask<'_>, String> {
    let inner = inner.trim();
    let (kind, rest) = inner
        .split_once(char::is_whitespace)
        .map_or((inner, ""), |(kind, rest)| (kind, rest.trim()));
    let Some((_, form)) = FORMS.iter().find(|(name, _)| *name == kind) else {
        let names = FORMS.map(|(name, _)| name);
        return Err(crate::problem::unknown("directive", kind, names));
    };
    ask(kind, rest).ok_or_else(|| format!("cannot read {{{{#{inner}}}}}; write {form}"))
}

fn ask<'a>(kind: &str, rest: &'a str) -> Option<Ask<'a>> {
    let part = |separator: &str| {
        let (id, part) = rest.split_once(separator)?;
        (is_id(id) && is_name(part)).then_some((id, part))
    };
    match kind {
        "listing" if rest.contains(':') => part(":").map(|(id, anchor)| Ask::Listing {
            id,
            anchor: Some(anchor),
        }),
        "listing" => is_id(rest).then_some(Ask::Listing {
            id: rest,
            anchor: None,
        }),
        "output" => is_id(rest).then_some(Ask::Output { id: rest }),
        "figure" => {
            let (id, quoted) = rest.split_once(char::is_whitespace)?;
            let caption = quoted.trim().strip_prefix('"')?.strip_suffix('"')?.trim();
            let whole = is_id(id) && !caption.is_empty() && !caption.contains('"');
            whole.then_some(Ask::Figure { id, caption })
        }
        "value" => part(".").map(|(id, name)| Ask::Value { id, name }),
        "predict" => part(".").map(|(id, name)| Ask::Predict { id, name }),
        "ref" => match rest.strip_suffix(":figure") {
            Some(id) => is_id(id).then_some(Ask::Ref { id, figure: true }),
            None => is_id(rest).then_some(Ask::Ref {
                id: rest,
                figure: false,
            }),
        },
        "tested" => part("::").map(|(id, test)| Ask::Tested { id, test }),
        "answers" => rest.is_empty().then_some(Ask::Answers),
        "proofs" => rest.is_empty().then_some(Ask::Proofs),
        "sources" => rest.is_empty().then_some(Ask::Sources),
        _ => None,
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

    fn one(text: &str) -> Result<Ask<'_>, String> {
        let mut found = find(text, &[]);
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0).ask
    }

    #[test]
    fn each_form_is_read() {
        let id = "a/b";
        for (text, ask) in [
            ("{{#listing a/b}}", Ask::Listing { id, anchor: None }),
            (
                "{{#listing a/b:loop}}",
                Ask::Listing {
                    id,
                    anchor: Some("loop"),
                },
            ),
            ("{{#output a/b}}", Ask::Output { id }),
            (
                "{{#figure a/b \"A $x$.\"}}",
                Ask::Figure {
                    id,
                    caption: "A $x$.",
                },
            ),
            (
                "{{#value a/b.final_w}}",
                Ask::Value {
                    id,
                    name: "final_w",
                },
            ),
            ("{{#predict a/b.x}}", Ask::Predict { id, name: "x" }),
            ("{{#ref a/b}}", Ask::Ref { id, figure: false }),
            ("{{#ref a/b:figure}}", Ask::Ref { id, figure: true }),
            (
                "{{#tested a/b::it_holds}}",
                Ask::Tested {
                    id,
                    test: "it_holds",
                },
            ),
            ("{{#proofs}}", Ask::Proofs),
            ("{{#sources}}", Ask::Sources),
        ] {
            assert_eq!(one(text), Ok(ask));
        }
    }

    #[test]
    fn a_caption_may_hold_values() {
        let text = "{{#figure a/b \"At {{#value a/b.x}}.\"}} and {{#ref a/b}}";
        let found = find(text, &[]);
        assert_eq!(found.len(), 2);
        let caption = "At {{#value a/b.x}}.";
        assert_eq!(found[0].ask, Ok(Ask::Figure { id: "a/b", caption }));
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
    }

    #[test]
    fn code_is_left_alone() {
        let code = std::slice::from_ref(&(0..18));
        assert_eq!(find("`{{#value a/b.c}}`", code), []);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_ranges_are_in_order(
            text in r#"(\{\{#|\}\}|"|listing|value| |a/b|[.:]|\n|é|\PC){0,40}"#
        ) {
            let mut end = 0;
            for directive in find(&text, &[]) {
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
            let found = find(&text, &[]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&found[0].ask, &Ok(Ask::Value { id: &id, name: &name }));
        }
    }
}
