//! Rendered HTML as html5ever reads it, which is not the binder's own reading.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;

/// A tag; that of an end has a name like `/p`.
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Its attributes, with what entities stand for.
    pub attributes: Vec<(String, String)>,
    /// The words behind it, up to the next tag.
    pub words: String,
}

impl Tag {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// All tags of a page, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

/// The words of a page, without its scripts and styles.
pub fn words(html: &str) -> String {
    let spoken = |tag: &Tag| !["script", "style"].contains(&&*tag.name);
    tags(html)
        .into_iter()
        .filter(spoken)
        .map(|tag| tag.words)
        .collect()
}

#[derive(Default)]
struct Tags(RefCell<Vec<Tag>>);

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut tags = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let name = tag.name.to_string();
                let attributes = tag.attrs.iter();
                let attributes = attributes
                    .map(|attr| (attr.name.local.to_string(), attr.value.to_string()))
                    .collect();
                let raw = match &*name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" => TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => TokenSinkResult::Continue,
                };
                let words = String::new();
                tags.push(Tag {
                    name,
                    attributes,
                    words,
                });
                return raw;
            }
            Token::TagToken(tag) => tags.push(Tag {
                name: format!("/{}", tag.name),
                attributes: Vec::new(),
                words: String::new(),
            }),
            Token::CharacterTokens(words) => {
                if let Some(tag) = tags.last_mut() {
                    tag.words.push_str(&words);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
