//! The look of a book: mdBook's template with what cells need, their styles and
//! scripts, fonts. A file that the book has in `theme/`, where mdBook's books have
//! theirs, takes the place of the one of that name.

use crate::{disk, generated};
use anyhow::{Context, Result};
use mdbook_driver::config::Config;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a book has files of its own.
const OWN: &str = "theme";

/// A file of the engine's, by its path in the folder of the theme.
macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../theme/", $name)))
    };
}

/// The text of one.
macro_rules! text {
    ($name:literal) => {
        include_str!(concat!("../theme/", $name))
    };
}

const FILES: [(&str, &[u8]); 12] = [
    file!("FONTS.md"),
    file!("LICENSE-highlight.js"),
    file!("fonts/OPEN-SANS-LICENSE.txt"),
    file!("fonts/SOURCE-CODE-PRO-LICENSE.txt"),
    file!("fonts/STIX-TWO-MATH-LICENSE.txt"),
    file!("fonts/book-mono-500.woff2"),
    file!("fonts/fonts.css"),
    file!("fonts/open-sans-700.woff2"),
    file!("fonts/open-sans-italic.woff2"),
    file!("fonts/open-sans-regular.woff2"),
    file!("fonts/stix-two-math.woff2"),
    file!("highlight.js"),
];

const TEMPLATE: &str = text!("index.hbs");

const STYLES: [&str; 4] = [
    text!("notebook.css"),
    text!("live.css"),
    text!("hands.css"),
    text!("print.css"),
];

/// In the order in which they need each other.
const SCRIPTS: [&str; 7] = [
    text!("knobs.js"),
    text!("hands.js"),
    text!("take.js"),
    text!("pin.js"),
    text!("live.js"),
    text!("quiz.js"),
    text!("scroll.js"),
];

/// Puts the theme where book.toml says that mdBook finds it, if that is where a
/// run may put it; what is as it should be is not touched, for `mdbook serve`
/// watches it.
///
/// # Errors
///
/// If a file cannot be read or written, or the folder holds what no run made.
pub fn bring_up_to_date(root: &Path, config: &Config) -> Result<()> {
    let theme = config.html_config().and_then(|html| html.theme);
    if theme.as_deref() != Some(Path::new(generated::FOLDER)) {
        return Ok(());
    }
    generated::claim(root)?;
    let folder = root.join(generated::FOLDER);
    let mut files: BTreeMap<PathBuf, Vec<u8>> = FILES
        .iter()
        .map(|(name, content)| (name.into(), content.to_vec()))
        .collect();
    for (name, text) in [
        ("index.hbs", TEMPLATE.to_string()),
        ("notebook.css", STYLES.map(stripped).concat()),
        ("notebook.js", SCRIPTS.map(stripped).concat()),
    ] {
        files.insert(name.into(), text.into_bytes());
    }
    let own = root.join(OWN);
    for name in disk::below(&own)? {
        let path = own.join(&name);
        let content = fs::read(&path);
        let content = content.with_context(|| format!("cannot read {}", path.display()))?;
        files.insert(name, content);
    }
    for (name, content) in &files {
        let place = folder.join(name);
        if fs::read(&place).ok().as_ref() != Some(content) {
            disk::replace(&place, content)?;
        }
    }
    for name in disk::below(&folder)? {
        if !files.contains_key(&name) && !generated::is_mark(&name) {
            disk::remove(&folder.join(name))?;
        }
    }
    Ok(())
}

/// The text of a script or a style without lines that are comment alone, empty
/// lines and indentation; a comment `/*! …` is a licence, and stays. No text of a
/// script goes over lines.
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
        for line in SCRIPTS.iter().flat_map(|script| script.lines()) {
            assert!(line.matches('`').count() % 2 == 0, "{line}");
        }
    }
}
