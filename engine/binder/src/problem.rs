//! Problems: what is wrong, where, and what to do about it.

use std::fmt;

/// One thing that keeps the book from being bound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, from the book's root: `src/overshooting.md`.
    pub file: String,
    /// The line, from 1; none where the whole file is meant.
    pub line: Option<usize>,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// All problems found in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        match self.0.len() {
            1 => write!(f, "1 problem"),
            count => write!(f, "{count} problems"),
        }
    }
}

impl std::error::Error for Problems {}

impl Problems {
    /// Notes one more.
    pub fn push(&mut self, file: &str, line: impl Into<Option<usize>>, message: impl fmt::Display) {
        self.0.push(Problem {
            file: file.to_string(),
            line: line.into(),
            message: message.to_string(),
        });
    }

    /// Takes over the problems of another part of the run.
    pub fn extend(&mut self, others: Problems) {
        self.0.extend(others.0);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` if there are none; else all of them, by file and line.
    ///
    /// # Errors
    ///
    /// The problems themselves.
    pub fn into_result(mut self) -> Result<(), Problems> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort();
        self.0.dedup();
        Err(self)
    }
}

/// `no listing "bonce"; did you mean "bounce"?` — or the names there are, the
/// nearest of them where they are many.
pub(crate) fn unknown<'a>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    const MANY: usize = 12;
    const FEW: usize = 3;
    let known: Vec<&str> = known.into_iter().collect();
    let distance = |candidate: &&str| strsim::osa_distance(name, candidate);
    let mut nearest = known.clone();
    nearest.sort_by_cached_key(|candidate| (distance(candidate), *candidate));
    let is_meant = |candidate: &&&str| distance(candidate) <= 2.max(name.chars().count() / 3);
    match (nearest.first().filter(is_meant), known.len()) {
        (Some(meant), _) => format!("no {what} \"{name}\"; did you mean \"{meant}\"?"),
        (None, 0) => format!("no {what} \"{name}\"; there is none"),
        (None, ..=MANY) => format!("no {what} \"{name}\"; there are {}", known.join(", ")),
        (None, count) => format!(
            "no {what} \"{name}\"; of {count} the nearest are {}",
            nearest[..FEW].join(", ")
        ),
    }
}
