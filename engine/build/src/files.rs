//! The files that listings are compiled from.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// A number for a text, the same in a build script and in the program that it
/// was run for.
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The text as it was written before a checkout on Windows: each line ends with
/// a line feed alone, and no byte-order mark stands before the first.
pub fn normalised(text: String) -> String {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_string(),
        None => text,
    };
    if text.contains('\r') {
        text.replace("\r\n", "\n")
    } else {
        text
    }
}

/// The text of a file, normalised; what is no UTF-8 in it becomes U+FFFD.
pub(crate) fn read(file: &Path) -> Result<String, String> {
    let bytes = fs::read(file);
    let bytes = bytes.map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Ok(normalised(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Adds the files below `path`, a path from `root`, with their texts.
pub(crate) fn collect(
    root: &Path,
    path: &Path,
    found: &mut Vec<(String, String)>,
) -> Result<(), String> {
    let place = root.join(path);
    if !place.is_dir() {
        let name = path.to_string_lossy().replace('\\', "/");
        found.push((name, read(&place)?));
        return Ok(());
    }
    let cannot = |error| format!("cannot read {}: {error}", place.display());
    for entry in fs::read_dir(&place).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name();
        if !is_of_an_editor(&name.to_string_lossy()) {
            collect(root, &path.join(name), found)?;
        }
    }
    Ok(())
}

/// Whether editors leave files of such a name beside those that they edit:
/// locks, swap files, backups.
fn is_of_an_editor(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_on_windows_is_the_same_text() {
        let text = "one\n\ntwo\n";
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(normalised(windows), text);
        assert_eq!(normalised(text.to_string()), text);
    }

    #[test]
    fn what_editors_leave_is_no_source() {
        for name in [".one.rs.swp", ".#one.rs", "#one.rs#", "one.rs~"] {
            assert!(is_of_an_editor(name), "{name}");
        }
        assert!(!is_of_an_editor("one.rs"));
    }
}
