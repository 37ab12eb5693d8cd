//! Files: read and replaced so that nobody sees half of one.

use anyhow::{Context, Result};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// How the names of files begin that are not yet in their place.
const UNFINISHED: &str = ".binder-";

/// The text of a file, its line ends normalised; none if there is no such file.
/// What is no UTF-8 in it becomes U+FFFD.
///
/// # Errors
///
/// If it cannot be read.
pub fn read(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            Ok(Some(notebook_build::normalised(text)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes a file beside its place and then puts it there, readable as any that
/// the user makes.
///
/// # Errors
///
/// If the disk refuses; the old file is then as it was.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let attempt = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut beside = unfinished().tempfile_in(folder)?;
        beside.write_all(content.as_ref())?;
        beside.as_file().sync_all()?;
        beside.persist(path)?;
        Ok(())
    };
    attempt().with_context(|| format!("cannot write {}; the old one is kept", path.display()))
}

fn unfinished() -> tempfile::Builder<'static, 'static> {
    let mut file = tempfile::Builder::new();
    file.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The user's umask takes its share of this.
        file.permissions(fs::Permissions::from_mode(0o666));
    }
    file
}

/// Whether an interrupted run left the file before it was in its place.
pub fn is_unfinished(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with(UNFINISHED)
}

/// Removes what interrupted runs left in a folder before it was in its place.
///
/// # Errors
///
/// If the folder cannot be read, or a file not be removed.
pub fn remove_unfinished(folder: &Path) -> Result<()> {
    for file in entries(folder)? {
        if is_unfinished(&file) {
            remove(&file)?;
        }
    }
    Ok(())
}

/// What lies in a folder, by name.
///
/// # Errors
///
/// If it cannot be read.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?;
        entries.map(|entry| Ok(entry?.path())).collect()
    };
    let mut entries = read().with_context(|| format!("cannot read {}", folder.display()))?;
    entries.sort();
    Ok(entries)
}

/// The files in a folder and in those below it, by their paths from there, in
/// order; none if there is no such folder.
///
/// # Errors
///
/// If one of the folders cannot be read.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() || leads_up(folder) {
        return Ok(files);
    }
    for entry in entries(folder)? {
        let name = PathBuf::from(entry.file_name().unwrap_or_default());
        if entry.is_dir() {
            files.extend(below(&entry)?.into_iter().map(|file| name.join(file)));
        } else {
            files.push(name);
        }
    }
    Ok(files)
}

/// Whether the path is a link to a folder that it lies in.
pub fn leads_up(link: &Path) -> bool {
    if !link.is_symlink() {
        return false;
    }
    let folder = link.parent().and_then(|folder| folder.canonicalize().ok());
    let to = link.canonicalize().ok();
    folder
        .zip(to)
        .is_some_and(|(folder, to)| folder.starts_with(to))
}

/// Removes a file, or a folder with all that is in it; what is not there is gone
/// already.
///
/// # Errors
///
/// If it cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    let done = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    done.with_context(|| format!("cannot remove {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_has_the_mode_of_any_that_the_user_makes() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (ours, usual) = (folder.path().join("ours"), folder.path().join("usual"));
        replace(&ours, "text").unwrap();
        fs::write(&usual, "text").unwrap();
        let mode = |file| fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&usual));
    }
}
