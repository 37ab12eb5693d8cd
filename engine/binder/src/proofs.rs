//! Proofs: the list of all claims that carry a tick, each with its test.

use crate::directive::Ask;
use crate::page::Page;
use crate::places::link;
use crate::weave::Loom;
use crate::{cells, source};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Where a test stands in the list.
pub fn id(listing: &str, test: &str) -> String {
    format!("{}-{test}", listing.replace('/', "-"))
}

/// Where the claim stands on its page.
pub fn claim_id(listing: &str, test: &str) -> String {
    format!("claim-{}", id(listing, test))
}

/// All claims of the book, by page: what is said, the test, the listing. A test
/// that two claims cite stands with the first, a chapter's before one of the
/// pages around the chapters. Then the tests that no claim cites.
///
/// # Errors
///
/// If a claim's text cannot be woven.
pub fn list(loom: &Loom<'_>, here: &Page<'_>) -> Result<String, String> {
    let mut out = String::new();
    let mut cited = BTreeSet::new();
    let chapters = loom.pages.iter().filter(|page| page.number.is_some());
    let around = loom.pages.iter().filter(|page| page.number.is_none());
    for page in chapters.chain(around) {
        let mut entries = String::new();
        for directive in &page.directives {
            let Ok(Ask::Tested { id, test }) = directive.ask else {
                continue;
            };
            if cited.insert((id, test)) {
                let claim = claim(page.text, directive.range.start);
                let claim = loom.piece(here, &claim)?;
                entries.push_str(&entry(loom, here, page, (id, test), &claim)?);
            }
        }
        if !entries.is_empty() {
            // A `String` takes all that is written to it.
            let _ = writeln!(out, "\n## {}\n\n{entries}", page.name);
        }
    }
    out.push_str(&uncited(loom, &cited));
    Ok(out)
}

fn entry(
    loom: &Loom<'_>,
    here: &Page<'_>,
    page: &Page<'_>,
    (listing, test): (&str, &str),
    claim: &str,
) -> Result<String, String> {
    let code = source::test(loom.find(listing)?.source, test).unwrap_or_default();
    Ok(format!(
        "<div class=\"proof\" id=\"{id}\">\n\n{claim} \
         <a href=\"{back}\">{label}</a>\n\n\
         <details>\n<summary>{words}</summary>\n\n```rust,noplayground\n{code}\n```\n\n</details>\n</div>\n\n",
        id = id(listing, test),
        back = link(here, page, &claim_id(listing, test)),
        label = loom.label(listing),
        words = cells::words(test),
    ))
}

/// The tests that no claim cites, by file.
fn uncited(loom: &Loom<'_>, cited: &BTreeSet<(&str, &str)>) -> String {
    let mut out = String::new();
    for source in &loom.sources {
        let tests = source::tests(source.source).filter(|test| !cited.contains(&(source.id, test)));
        let tests: Vec<String> = tests.map(cells::words).collect();
        if !tests.is_empty() {
            // A `String` takes all that is written to it.
            let _ = writeln!(out, "- `{}`: {}", source.file, tests.join("; "));
        }
    }
    if out.is_empty() {
        return out;
    }
    format!("\n## Tests that no claim cites\n\n{out}")
}

/// The text without its ticks.
pub fn without_ticks(text: &str) -> String {
    let mut kept = text.to_string();
    while let Some(start) = kept.find("{{#tested") {
        let end = kept[start..]
            .find("}}")
            .map_or(kept.len(), |at| start + at + 2);
        kept.replace_range(start..end, "");
    }
    kept
}

/// The sentence that ends where the tick stands, or the row of a table, without
/// the ticks in it.
fn claim(text: &str, tick: usize) -> String {
    let paragraph = text[..tick].rfind("\n\n").map_or(0, |at| at + 2);
    let before = without_ticks(text[paragraph..tick].trim_end());
    let line = before.lines().last().unwrap_or_default();
    if let Some(row) = line.strip_prefix('|') {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        return cells.join(", ");
    }
    let before = before.trim_end();
    let start = [". ", ".\n", "? ", "?\n", "\n- "]
        .iter()
        .filter_map(|end| before.rfind(end).map(|at| at + end.len()))
        .max()
        .unwrap_or(0);
    let claim = before[start..].trim();
    claim.strip_prefix("- ").unwrap_or(claim).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The claim of a tick that stands at the ✓.
    fn claim_in(text: &str) -> String {
        claim(text, text.find('✓').unwrap())
    }

    #[test]
    fn a_claim_in_a_table_is_its_row() {
        let head = "| a | b |\n|---|---|\n| 0 | it **flies** |\n";
        for row in [
            "0.5 | it **lands** ✓| no",
            "0.5{{#tested a/b::c}} | it **lands**✓ | no",
        ] {
            let text = format!("{head}| {row} |\n| 1 | it **stays** | no |");
            assert_eq!(claim_in(&text), "0.5, it **lands**", "{row}");
        }
    }

    #[test]
    fn a_claim_is_the_sentence_before_its_tick() {
        for (text, claim) in [
            (
                "One.\n\nIt starts. At $0.5$ it {{#tested a/b::c}}\nconverges. ✓",
                "At $0.5$ it \nconverges.",
            ),
            ("It holds.✓ More.", "It holds."),
            ("It starts. It goes. It holds.✓", "It holds."),
            ("It starts.\nIt holds.✓", "It holds."),
            ("Does it? It holds.✓", "It holds."),
            ("Does it?\nIt holds.✓", "It holds."),
            ("Does it? It starts.\nIt goes. It holds.✓", "It holds."),
            ("It starts. It holds,✓ and more.", "It holds,"),
            ("# Head\n\nIt holds.✓", "It holds."),
            ("- One\n- Two.✓\n- Three.", "Two."),
            ("- One.✓\n- Two.", "One."),
            (
                "It is one,{{#tested a/b::c}} two{{#tested a/b::d}} and three.✓",
                "It is one, two and three.",
            ),
        ] {
            assert_eq!(claim_in(text), claim, "{text}");
        }
    }
}
