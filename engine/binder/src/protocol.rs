//! What mdBook hands to its preprocessors.

use anyhow::{Context, Result, anyhow, ensure};
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{MDBOOK_VERSION, PreprocessorContext};
use serde_json::Value as Json;

/// Reads it.
///
/// # Errors
///
/// If it is of another mdBook than this program knows, or none.
pub fn read(json: &str) -> Result<(PreprocessorContext, Book)> {
    let input: Json = serde_json::from_str(json)
        .context("this is no book from mdBook; it runs this command, as book.toml says")?;
    if let Some(version) = input.pointer("/0/mdbook_version").and_then(Json::as_str) {
        ensure!(
            compatible(version) == compatible(MDBOOK_VERSION),
            "this is mdBook {version}, and the book needs {series}: \
             cargo install mdbook --version ^{series}, or render it by `cargo run`",
            series = compatible(MDBOOK_VERSION)
        );
    }
    serde_json::from_value(input).map_err(|error| anyhow!("mdBook's book cannot be read: {error}"))
}

/// The part of a version that must be the same: `0.5` of `0.5.4`.
fn compatible(version: &str) -> &str {
    let mut dots = version.match_indices('.').map(|(at, _)| at);
    let end = if version.starts_with("0.") {
        dots.nth(1)
    } else {
        dots.next()
    };
    &version[..end.unwrap_or(version.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mdbook_of_another_series_is_told_with_the_remedy() {
        let old = r#"[{"root": "/", "config": {}, "renderer": "html", "mdbook_version": "0.4.52"},
                      {"sections": [], "__non_exhaustive": null}]"#;
        let message = read(old).unwrap_err().to_string();
        let remedy = "this is mdBook 0.4.52, and the book needs 0.5: cargo install mdbook \
                      --version ^0.5, or render it by `cargo run`";
        assert_eq!(message, remedy);
        let message = read("").unwrap_err().to_string();
        assert!(
            message.starts_with("this is no book from mdBook;"),
            "{message}"
        );
    }

    #[test]
    fn versions_are_compatible_as_cargo_has_it() {
        assert_eq!(compatible("0.5.4"), "0.5");
        assert_eq!(compatible("1.2.3"), "1");
    }
}
