//! HTML: what a page shows of a listing's source, output, figure and values.
//!
//! Names, captions and what a listing left are text, whatever is in them.

use crate::breaks::Break;
use notebook::{Figure, Value};

/// The id of a listing on its page. No heading has an id with a slash.
pub fn listing_id(id: &str) -> String {
    attribute(id)
}

/// The id of a listing's figure on its page.
pub fn figure_id(id: &str) -> String {
    format!("figure:{}", attribute(id))
}

/// The id of a claim on its page.
pub fn claim_id(listing: &str, test: &str) -> String {
    format!("claim:{listing}::{test}")
}

/// The id of a test in the list of claims.
pub fn test_id(listing: &str, test: &str) -> String {
    format!("test:{listing}::{test}")
}

/// The id of a listing's file in the list of files.
pub fn file_id(listing: &str) -> String {
    format!("file:{}", attribute(listing))
}

/// A piece of code as a page shows it.
pub struct Shown<'a> {
    /// What its file says of itself.
    pub caption: &'a str,
    /// The lines that are shown.
    pub lines: &'a str,
    /// What they are written in, as Markdown has it.
    pub language: &'a str,
    /// Where they stand.
    pub file: &'a str,
    /// Whether a command runs it; shared code has none.
    pub runs: bool,
}

/// The source, with number, caption, file and the command that runs it.
/// `label` is "Listing 3.2". Where another part of it was shown before, number
/// and source are enough. `whole` leads to the whole file.
pub fn listing(
    id: &str,
    code: &Shown<'_>,
    label: &str,
    whole: Option<&str>,
    is_first: bool,
) -> String {
    let anchor = listing_id(id);
    let shown = block(code.lines, code.language);
    let number = format!("<span class=\"number\">{label}</span>");
    if !is_first {
        return format!(
            "<figure class=\"listing\">\n<figcaption>{number} More of it.</figcaption>\n\n\
             {shown}\n\n</figure>"
        );
    }
    let file = format!("<code>{}</code>", escape(code.file));
    let file = match whole {
        Some(whole) => format!("<a href=\"{whole}\">{file}</a>"),
        None => file,
    };
    let caption = inline_code(code.caption);
    let command = if code.runs {
        let id = attribute(id);
        format!(" · run it: <code data-command=\"{id}\">cargo run -- run {id}</code>")
    } else {
        String::new()
    };
    format!(
        "<figure class=\"listing\" id=\"{anchor}\">\n\
         <figcaption>{number} {caption}</figcaption>\n\n{shown}\n\n\
         <p class=\"run\">{file}{command}</p>\n\
         </figure>"
    )
}

/// Code of more lines than this is folded.
const LONG: usize = 40;

/// The lines as a code block, folded if they are many.
fn block(shown: &str, language: &str) -> String {
    let block = self::code(shown, language);
    match shown.lines().count() {
        lines if lines > LONG => {
            format!("<details>\n<summary>{lines} lines of code</summary>\n\n{block}\n\n</details>")
        }
        _ => block,
    }
}

/// Lines of code as a code block that shows them as they are.
pub fn code(lines: &str, language: &str) -> String {
    let longest = lines.split(|letter| letter != '`').map(str::len).max();
    let fence = "`".repeat(longest.map_or(3, |longest| 3.max(longest + 1)));
    if language == "rust" {
        let shown: Vec<_> = lines.lines().map(not_hidden).collect();
        return format!("{fence}rust,noplayground\n{}\n{fence}", shown.join("\n"));
    }
    format!("{fence}{language}\n{lines}\n{fence}")
}

/// Of Rust mdBook hides what begins with `# `, and takes away the first of two `#`.
fn not_hidden(line: &str) -> String {
    let words = line.trim_start();
    let is_hidden = words == "#" || words.starts_with("# ") || words.starts_with("##");
    let spaces = &line[..line.len() - words.len()];
    if is_hidden {
        format!("{spaces}#{words}")
    } else {
        line.to_string()
    }
}

/// What the code of that id printed.
pub fn output(id: &str, printed: &str) -> String {
    format!(
        "<pre class=\"output\" data-listing=\"{}\"><samp>{}</samp></pre>",
        attribute(id),
        escape(printed.trim_end())
    )
}

/// The figure in both forms, with its knobs above it; `data` leads to its data,
/// `caption` is Markdown, woven already.
pub fn figure(
    id: &str,
    figure: &Figure,
    knobs: &str,
    data: &str,
    label: &str,
    caption: &str,
) -> String {
    format!(
        "<figure class=\"chart\" id=\"{anchor}\" data-listing=\"{listing}\">\n{knobs}\
         <div class=\"drawing\">\n<div class=\"wide\">{wide}</div>\n\
         <div class=\"narrow\">{narrow}</div>\n</div>\n\
         <figcaption>\n\n<span class=\"number\">{label}</span> {caption} \
         <a class=\"data\" download=\"{name}.csv\" href=\"{data}\">Data</a>\n\n\
         </figcaption>\n</figure>",
        anchor = figure_id(id),
        listing = attribute(id),
        wide = figure.wide.trim(),
        narrow = figure.narrow.trim(),
        name = attribute(id.rsplit('/').next().unwrap_or(id)),
    )
}

/// A value inside a sentence.
pub fn value(id: &str, name: &str, value: &Value) -> String {
    format!(
        "<span class=\"value\" data-value=\"{id}.{name}\">{}</span>",
        in_words(&value.text)
    )
}

/// A form for the reader's guess; hidden until a script can check it.
pub fn prediction(id: &str, name: &str, number: f64, value: &Value) -> String {
    format!(
        "<form class=\"predict\" data-of=\"{id}.{name}\" data-answer=\"{number}\" \
         data-shown=\"{shown}\" hidden>\n\
         <label>Your prediction <input name=\"guess\" autocomplete=\"off\" required></label>\n\
         <button>Check</button>\n<p role=\"status\"></p>\n</form>",
        shown = attribute(&value.text)
    )
}

/// A value inside a formula.
pub fn value_in_formula(id: &str, name: &str, mathml: &str) -> String {
    format!("<mrow class=\"value\" data-value=\"{id}.{name}\">{mathml}</mrow>")
}

/// The tick behind a claim, which may have an id.
pub fn tick(test: &str, target: &str, claim: Option<&str>) -> String {
    let id = claim.map_or(String::new(), |claim| format!(" id=\"{claim}\""));
    format!(
        "<a class=\"tick\"{id} href=\"{target}\" title=\"Tested: {words}\" \
         aria-label=\"Tested: {words}\">✓</a>",
        words = words(test)
    )
}

/// What turns a test red.
pub fn broken(told: &Break) -> String {
    let [from, to, why] = [&told.from, &told.to, &told.why].map(|text| in_words(text));
    format!("<p class=\"break\">Red if <code>{from}</code> were <code>{to}</code>: {why}</p>\n\n")
}

/// A test's name as words.
pub fn words(test: &str) -> String {
    test.replace('_', " ")
}

/// Text as HTML within a block of HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Text as the value of an attribute, and on one line.
pub fn attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;").replace('\n', "&#10;")
}

/// Text as HTML among words in Markdown, which finds nothing of its own in it.
pub fn in_words(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        let is_plain = !letter.is_ascii_punctuation() && !letter.is_control();
        match letter {
            '/' | ':' | ',' | ';' | '?' | '%' | '=' => out.push(letter),
            _ if is_plain => out.push(letter),
            _ => out.push_str(&format!("&#{};", u32::from(letter))),
        }
    }
    out
}

/// Plain text as HTML, with what stands in backticks as code.
fn inline_code(text: &str) -> String {
    let text = escape(text);
    let mut parts: Vec<&str> = text.split('`').collect();
    // A backtick without a second one is no more than that.
    let lone = match parts.len() % 2 {
        0 => parts.pop(),
        _ => None,
    };
    let mut html = String::new();
    for (at, part) in parts.into_iter().enumerate() {
        match at % 2 {
            0 => html.push_str(part),
            _ => html.push_str(&format!("<code>{part}</code>")),
        }
    }
    if let Some(rest) = lone {
        html.push('`');
        html.push_str(rest);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::knobs;
    use crate::settings::Settings;
    use html5ever::tendril::StrTendril;
    use html5ever::tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer};
    use mdbook_markdown::pulldown_cmark::Event;
    use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
    use notebook::{Hint, Kind, Knob};
    use proptest::prelude::*;
    use std::cell::RefCell;

    fn count(name: &str) -> Knob {
        Knob {
            name: name.into(),
            kind: Kind::Count {
                default: 2,
                min: 1,
                max: 3,
            },
        }
    }

    #[test]
    fn only_long_code_is_folded() {
        assert!(!block(&"line\n".repeat(40), "rust").contains("<details"));
        let folded = block(&"line\n".repeat(41), "rust");
        assert!(
            folded.contains("<summary>41 lines of code</summary>"),
            "{folded}"
        );
    }

    #[test]
    fn printed_text_stays_text() {
        let html = output("a/b", "1 < 2\n\n& so on\n");
        assert!(html.contains("1 &lt; 2\n\n&amp; so on<"), "{html}");
    }

    /// What Markdown and html5ever find in a text: its blocks, emphases and tags,
    /// and all words and values of attributes.
    #[derive(Debug, Default, PartialEq)]
    struct Read {
        structure: Vec<String>,
        words: String,
        values: Vec<String>,
    }

    fn read(markdown: &str) -> Read {
        let mut html = String::new();
        let mut read = Read::default();
        for event in new_cmark_parser(markdown, &MarkdownOptions::default()) {
            match event {
                Event::Html(part) | Event::InlineHtml(part) => html.push_str(&part),
                Event::Text(words) | Event::Code(words) => html.push_str(&escape(&words)),
                Event::SoftBreak => html.push('\n'),
                other => read.structure.push(format!("{other:?}")),
            }
        }
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(Tokens::default(), Default::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        let (tags, words) = tokenizer.sink.0.into_inner();
        for tag in tags {
            read.structure.push(format!("{:?} {}", tag.kind, tag.name));
            let values = tag.attrs.iter().map(|attr| attr.value.to_string());
            read.values.extend(values);
        }
        read.words = words;
        read
    }

    #[derive(Default)]
    struct Tokens(RefCell<(Vec<Tag>, String)>);

    impl TokenSink for Tokens {
        type Handle = ();

        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            let (tags, words) = &mut *self.0.borrow_mut();
            match token {
                Token::TagToken(tag) => tags.push(tag),
                Token::CharacterTokens(more) => words.push_str(&more),
                Token::CommentToken(_) | Token::DoctypeToken(_) => words.push('!'),
                _ => {}
            }
            TokenSinkResult::Continue
        }
    }

    /// What a page makes of a text, wherever it comes from.
    fn pieces(text: &str) -> [String; 7] {
        let value = Value {
            number: Some(1.0),
            text: text.to_string(),
            latex: String::new(),
        };
        let choice = Knob {
            name: "name".into(),
            kind: Kind::Choice {
                default: text.to_string(),
                options: vec![text.to_string(), "other".into()],
            },
        };
        let typed = Knob {
            name: "name".into(),
            kind: Kind::Text {
                default: text.to_string(),
                examples: vec![(text.to_string(), text.to_string())],
            },
        };
        [
            format!("a {} b", super::value("a/b", "c", &value)),
            format!("# {} b", in_words(text)),
            format!("{}\n", output("a/b", &format!("printed {text}"))),
            knobs(text, &[choice], &[], "Figure 1", &Settings::default()),
            knobs("a/b", &[typed], &[], "Figure 1", &Settings::default()),
            prediction("a/b", "c", 1.0, &value),
            code(&format!("fn {text}"), "rust"),
        ]
    }

    const NASTY: &str = r#"(<|>|&|"|'|`{1,4}|\*|_|\[|\]|\(|\)|\||\$|\\|#|~|!|-|\.|=|\+|\{|\}|:|;|1|x| |é|</?samp>|</?pre>|<!--|-->|&amp;|\{\{#|https?://x\.y|www\.x\.y){1,12}"#;

    proptest! {
        #[test]
        fn text_is_text_whatever_is_in_it(text in NASTY) {
            prop_assume!(text.trim() == text && !text.is_empty());
            let hints = vec![Hint {
                knob: "x".to_string(),
                words: text.clone(),
                at: None,
            }];
            let choice = count("x");
            let form = read(&knobs("a/b", &[choice], &hints, "Figure 1", &Settings::default()));
            let is_hints = |value: &String| serde_json::from_str(value).is_ok_and(|h: Vec<Hint>| h == hints);
            prop_assert!(form.values.iter().any(is_hints), "{:?}", form.values);
            for (nasty, plain) in pieces(&text).iter().zip(pieces("§")) {
                let (nasty, plain) = (read(nasty), read(&plain));
                let with_text = |plain: &String| plain.replace('§', &text);
                let values: Vec<String> = plain.values.iter().map(with_text).collect();
                prop_assert_eq!(nasty.structure, plain.structure);
                prop_assert_eq!(nasty.words, with_text(&plain.words));
                prop_assert_eq!(nasty.values, values);
            }
        }
    }

    #[test]
    fn a_lone_backtick_of_a_caption_is_one() {
        assert_eq!(inline_code("a `b` ` <c>"), "a <code>b</code> ` &lt;c&gt;");
    }

    #[test]
    fn lines_that_mdbook_would_hide_are_shown() {
        let shown = code("# a\n#\n  ## b\n#[c]\n#d", "rust");
        assert_eq!(
            shown,
            "```rust,noplayground\n## a\n##\n  ### b\n#[c]\n#d\n```"
        );
    }
}
