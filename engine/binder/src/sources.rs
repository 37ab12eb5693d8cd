//! Sources: the whole file of all code that pages quote, tests included.

use crate::code::Source;
use crate::page::Page;
use crate::weave::Loom;

/// Where a listing's file stands in the list.
pub fn id(listing: &str) -> String {
    format!("file-{}", listing.replace('/', "-"))
}

/// All files, in reading order, each with a link to where it is shown.
///
/// # Errors
///
/// If a listing is shown nowhere.
pub fn list(loom: &Loom<'_>, here: &Page<'_>) -> Result<String, String> {
    let entry = |listing: &Source<'_>| {
        Ok(format!(
            "<div class=\"source\" id=\"{id}\">\n\n{shown}: `{file}`\n\n\
             <details>\n<summary>{lines} lines</summary>\n\n\
             ```rust,noplayground\n{source}\n```\n\n</details>\n</div>\n\n",
            id = id(listing.id),
            shown = loom.reference(here, listing.id, false)?,
            file = listing.file,
            lines = listing.source.lines().count(),
            source = listing.source.trim_end(),
        ))
    };
    loom.sources.iter().map(entry).collect()
}
