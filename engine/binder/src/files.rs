//! Files: the whole file of all code that pages quote, tests included.

use crate::code::Source;
use crate::html;

/// All files in reading order, as Markdown: each with a reference to where it is
/// shown.
pub fn markdown(sources: &[Source<'_>]) -> String {
    let entry = |source: &Source<'_>| {
        format!(
            "<div class=\"source\" id=\"{id}\">\n\n{{{{#ref {listing}}}}}: <code>{file}</code>\n\n\
             <details>\n<summary>{lines} lines</summary>\n\n{code}\n\n</details>\n</div>\n\n",
            id = html::file_id(source.id),
            listing = source.id,
            file = html::in_words(source.file),
            lines = source.source.lines().count(),
            code = html::code(source.source.trim_end(), source.language()),
        )
    };
    sources.iter().map(entry).collect()
}
