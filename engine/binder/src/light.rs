//! Light: of the theme's scripts and styles a rendered book has what browsers
//! read. Comments on lines of their own, and indentation, stay at home.

use crate::disk;
use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// Where mdBook puts them.
const FOLDER: &str = "theme";

/// Makes the scripts and styles of a rendered book light.
///
/// # Errors
///
/// If one cannot be read or written.
pub fn lighten(book: &Path) -> Result<()> {
    let folder = book.join(FOLDER);
    if !folder.exists() {
        return Ok(());
    }
    for file in disk::entries(&folder)? {
        if ["js", "css"]
            .map(OsStr::new)
            .map(Some)
            .contains(&file.extension())
        {
            let text = disk::read(&file)?.unwrap_or_default();
            // An author's own script may have texts that go over lines.
            if text.lines().any(|line| line.matches('`').count() % 2 == 1) {
                continue;
            }
            let light = stripped(&text);
            fs::write(&file, light).with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    Ok(())
}

/// The text without lines that are comment alone, empty lines and indentation; a
/// comment `/*! …` is a licence, and stays. No text of a script goes over lines.
pub fn stripped(text: &str) -> String {
    let mut light = String::new();
    let mut in_comment = false;
    for line in text.lines().map(str::trim_start) {
        let begins = line.starts_with("/*") && !line.starts_with("/*!");
        if in_comment || begins {
            in_comment = !line.trim_end().ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            light.push_str(line);
            light.push('\n');
        }
    }
    light
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_stay_at_home_and_nothing_else() {
        let text = "/*! licence */\n// What it is.\n\nif (a) {\n  b = \"/* c */\"; // d\n}\n\
                    /* Two\n   lines. */\n.e { }\n  /* one */\n.f { content: \"//\"; }\n";
        let light = "/*! licence */\nif (a) {\nb = \"/* c */\"; // d\n}\n.e { }\n\
                     .f { content: \"//\"; }\n";
        assert_eq!(stripped(text), light);
    }

    #[test]
    fn no_text_of_the_themes_scripts_goes_over_lines() {
        let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../theme");
        for file in disk::entries(&theme).unwrap() {
            if file.extension() == Some(OsStr::new("js")) && !file.ends_with("highlight.js") {
                for line in disk::read(&file).unwrap().unwrap().lines() {
                    assert!(
                        line.matches('`').count() % 2 == 0,
                        "{}: {line}",
                        file.display()
                    );
                }
            }
        }
    }
}
