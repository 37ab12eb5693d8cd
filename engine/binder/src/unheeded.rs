//! Unheeded: settings of mdBook that would do nothing, or harm, in silence. Each
//! is told with its line in book.toml and what to do.

use crate::problem::{Problems, unknown};
use crate::{disk, generated, site};
use anyhow::{Result, ensure};
use mdbook_driver::config::{Config, HtmlConfig};
use serde::de::IgnoredAny;
use std::path::Path;

const FILE: &str = "book.toml";

/// Where book.toml names the renderers that get the woven pages.
const RENDERERS: &str = "preprocessor.binder.renderers";

/// The settings under `[output.html]`, and what is wrong with all of mdBook's.
///
/// # Errors
///
/// If the settings cannot be read.
pub fn html(root: &Path, config: &Config) -> Result<HtmlConfig, Problems> {
    let toml = disk::read(&root.join(FILE)).ok().flatten();
    let toml = toml.unwrap_or_default();
    let mut problems = Problems::default();
    let html = read(config).unwrap_or_else(|(setting, message)| {
        problems.push(FILE, line(&toml, &setting), message);
        HtmlConfig::default()
    });
    let mut tell = |setting: &str, message: String| {
        problems.push(FILE, line(&toml, setting), message);
    };
    if html.mathjax_support {
        let message = "mathjax-support loads from another host; take it out: \
                       formulas between $ signs become MathML without it";
        tell("mathjax-support", message.to_string());
    }
    if !html.print.page_break {
        let message = "mdBook 0.5 does not heed page-break; take it out";
        tell("page-break", message.to_string());
    }
    if let Some(url) = &html.site_url
        && !(url.ends_with('/') && (url.starts_with('/') || site::is_whole(url)))
    {
        let message = format!(
            "site-url \"{url}\" is no address of a folder; write it as \"/book/\" or \
             \"https://example.org/book/\""
        );
        tell("site-url", message);
    }
    for file in html.additional_css.iter().chain(&html.additional_js) {
        // What the theme brings may not be there yet.
        if !file.starts_with(generated::FOLDER) && !root.join(file).is_file() {
            let file = file.display().to_string();
            tell(&format!("\"{file}\""), format!("no file \"{file}\""));
        }
    }
    let woven: Option<Vec<String>> = config.get(RENDERERS).ok().flatten();
    let woven = woven.unwrap_or_default();
    for renderer in renderers(config).filter(|name| name != "html" && !woven.contains(name)) {
        let message = format!(
            "[output.{renderer}] gets the pages with their directives as they stand; \
             name \"html\" and \"{renderer}\" in `renderers` under [preprocessor.binder]"
        );
        tell(&format!("[output.{renderer}"), message);
    }
    problems.into_result().map(|()| html)
}

/// The settings under `[output.html]`; or the one that mdBook cannot read, and
/// why.
fn read(config: &Config) -> Result<HtmlConfig, (String, String)> {
    let error = match config.get("output.html") {
        Ok(html) => return Ok(html.unwrap_or_default()),
        Err(error) => error.root_cause().to_string(),
    };
    let cause = error.lines().next().unwrap_or_default();
    // serde quotes the name that it does not know, and those that it does.
    let names: Vec<&str> = cause.split('`').skip(1).step_by(2).collect();
    let (setting, message) = match names.split_first() {
        Some((name, known)) if cause.starts_with("unknown field") => {
            (*name, unknown("setting", name, known.iter().copied()))
        }
        _ => ("[output.html]", cause.to_string()),
    };
    let message = format!("under [output.html]: {message}");
    Err((setting.to_string(), message))
}

/// Whether mdBook will render the pages.
///
/// # Errors
///
/// If it will not.
pub fn renders_html(config: &Config) -> Result<()> {
    let mut names = renderers(config).peekable();
    ensure!(
        names.peek().is_none() || names.any(|name| name == "html"),
        "book.toml: of the tables [output.…] none is [output.html]; add it"
    );
    Ok(())
}

/// The names of the tables under `[output]`.
fn renderers(config: &Config) -> impl Iterator<Item = String> {
    let outputs = config.outputs::<IgnoredAny>().unwrap_or_default();
    outputs.into_keys()
}

/// The line of book.toml that has these words outside of comments.
pub fn line(toml: &str, words: &str) -> Option<usize> {
    let is_it = |line: &str| !line.trim_start().starts_with('#') && line.contains(words);
    toml.lines().position(is_it).map(|at| at + 1)
}
