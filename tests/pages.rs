//! What pages become: text as the parser has it, ids and numbers without
//! repeats, code as its file has it.

use crate::html::{Tag, tags, words};
use crate::small_book::{PAGE, SOURCE, SmallBook, step};
use crate::the_book::shared;
use crate::tree::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// What mdBook made of a page, without the page around it.
fn main_of(book: &SmallBook, page: &str) -> String {
    let html = fs::read_to_string(book.root().join("book").join(page)).unwrap();
    let (_, rest) = html.split_once("<main>").unwrap();
    rest.split_once("</main>").unwrap().0.to_string()
}

/// A small book with more on its page, and that page rendered.
#[track_caller]
fn page_with(more: &str) -> String {
    let book = SmallBook::new().page_and(more);
    book.binds();
    main_of(&book, "one.html")
}

/// The part from the first `open` to the next `close`.
#[track_caller]
fn part<'a>(html: &'a str, open: &str, close: &str) -> &'a str {
    let start = html
        .find(open)
        .unwrap_or_else(|| panic!("no {open} in {html}"));
    let end = html[start..].find(close);
    &html[start..start + end.unwrap_or_else(|| panic!("no {close} in {html}"))]
}

#[test]
fn a_formula_over_several_lines_of_a_quote_has_no_signs_of_the_quote() {
    let html = page_with("> So $a\n> \\cdot\n> b$ holds, and\n>\n> $$\n> c\n> $$");
    let quote = part(&html, "<blockquote>", "</blockquote>");
    assert_eq!(
        words(quote).replace('\n', " ").trim(),
        "So a⋅b holds, and c"
    );
}

#[test]
fn a_bar_in_a_formula_in_a_table_is_a_bar() {
    let html = page_with("| a |\n|---|\n| $x \\| y$ |\n");
    assert_eq!(words(part(&html, "<td>", "</td>")), "x|y");
}

#[test]
fn a_term_is_linked_over_a_line_break() {
    // No link begins within an emphasis and ends outside.
    let page = "# One\n\n{{#listing part/step}}\n\nOne *step* size.\n\n\
                > A **learning\n> rate** and a step\n> size.\n";
    let book = SmallBook::new()
        .page(page)
        .file(
            "src/terms.md",
            "# Terms\n\nlearning rate\n: A.\n\nstep size\n: B.\n",
        )
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n\n[Terms](terms.md)\n[Proofs](proofs.md)\n",
        );
    book.binds();
    let html = main_of(&book, "one.html");
    for link in [
        "<strong><a class=\"term\" href=\"terms.html#learning-rate\">learning\nrate</a></strong>",
        "<a class=\"term\" href=\"terms.html#step-size\">step\nsize</a>.",
    ] {
        assert!(html.contains(link), "{link} is missing in {html}");
    }
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_change_nothing() {
    let exercise = "## To do\n\n1. How?\n\n<details class=\"answer\">\n<summary>A</summary>\n\n\
                    So.\n\n</details>\n\n> {{#output part/step}}\n";
    let summary = "- [One](one.md)\n\n[Answers](answers.md)\n[Proofs](proofs.md)\n";
    let answers = "# Answers\n\n{{#answers To do}}\n";
    let book = |change: fn(&str) -> String| {
        let book = SmallBook::new()
            .page(&change(&format!("{PAGE}\n{exercise}")))
            .file("src/answers.md", &change(answers))
            .file("src/proofs.md", &change("# Proofs\n\n{{#proofs}}\n"))
            .file(
                "src/SUMMARY.md",
                change(summary).trim_start_matches('\u{feff}'),
            );
        book.binds();
        book.tree("book")
    };
    let plain = book(str::to_string);
    let windows = book(|text| format!("\u{feff}{}", text.replace('\n', "\r\n")));
    let html = String::from_utf8_lossy(&plain[Path::new("answers.html")]);
    assert!(html.contains("<li>How?</li>"), "{html}");
    let names = |book: &BTreeMap<PathBuf, Vec<u8>>| book.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&plain), names(&windows));
    for (name, content) in &plain {
        assert!(windows[name] == *content, "{} differs", name.display());
    }
}

#[test]
fn what_stands_in_a_comment_is_not_read() {
    let nothing = "{{#value no/such.x}} {{#tested part/step::no}} $\\nope$ 5$ [x](no.md) \
                   <img src=\"no.png\"> **no term**";
    let comments = format!("So <!-- {nothing} --> it is.\n\n<!--\n{nothing}\n\n{nothing}\n-->\n");
    assert!(page_with(&comments).contains("it is."));
}

#[test]
fn listings_outputs_and_figures_stand_in_lists_quotes_and_notes() {
    let page = "# One\n\nA note.[^n] It moves.{{#tested part/step::it_moves}}\n\n\
        - {{#listing part/step}}\n- Two\n\n  {{#listing part/step:half}}\n\n\
        > Quoted:\n>\n> {{#output part/step}}\n>\n> 1. {{#figure part/step \"A\n>    weight.\"}}\n\n\
        [^n]: {{#predict part/step.w}}\n\nTerm\n: {{#output part/step}}\n";
    let source = SOURCE.replace(
        "    step();",
        "    step();\n\n    // > Behind an empty line.",
    );
    let book = SmallBook::new()
        .listing("part/step", &source, step)
        .page(page);
    book.binds();
    let html = main_of(&book, "one.html");
    let lines = "fn run() {\n    step();\n\n    // &gt; Behind an empty line.\n}";
    let list = part(&html, "<ul>", "</ul>");
    assert!(list.contains(&format!(">{lines}</code>")), "{list}");
    assert!(list.contains("More of it."), "{list}");
    let quote = part(&html, "<blockquote>", "</blockquote>");
    for expected in ["<samp>w = 0.5</samp>", "<li>", "<svg", "A\nweight."] {
        assert!(quote.contains(expected), "{expected} is missing in {quote}");
    }
    assert!(part(&html, "<li id=\"footnote-n\">", "</li>").contains("<form class=\"predict\""));
    assert!(part(&html, "<dd>", "</dd>").contains("<samp>w = 0.5</samp>"));
    assert!(!html.contains("{{#"), "{html}");
}

#[test]
fn what_follows_a_block_at_once_stays_what_it_is() {
    let html = page_with("{{#output part/step}}\n## Next\n\nAnd {{#ref part/step}}.");
    assert!(html.contains("<h2 id=\"next\">"), "{html}");
}

/// The ids that stand more than once on a page.
fn repeated(tags: &[Tag]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let ids = tags.iter().filter_map(|tag| tag.attribute("id"));
    ids.filter(|id| !seen.insert(*id)).collect()
}

#[test]
fn things_of_one_name_have_ids_of_their_own() {
    let book = SmallBook::new()
        .listing("other/step", &SOURCE.replace("One", "Other"), step)
        .page_and(
            "## Step\n\n## Figure step\n\n{{#listing other/step}}\n\n\
             {{#figure other/step \"Another.\"}}\n\nSee {{#ref other/step}} and \
             {{#ref other/step:figure}}; [both](#other/step).",
        );
    book.binds();
    let html = main_of(&book, "one.html");
    let tags = tags(&html);
    assert_eq!(repeated(&tags), [] as [&str; 0]);
    for (label, to, words) in [
        ("Listing\u{a0}1.2", "other/step", "Listing 1.2"),
        ("Figure\u{a0}1.2", "figure:other/step", "Figure 1.2"),
    ] {
        let link = tags.iter().find(|tag| tag.words == label).unwrap();
        assert_eq!(link.attribute("href"), Some(&*format!("#{to}")));
        let target = part(&html, &format!("id=\"{to}\""), "</figcaption>");
        assert!(target.contains(words), "{target}");
    }
}

#[test]
fn nested_and_unnumbered_chapters_have_numbers_of_their_own() {
    let names = ["front/a", "part/b", "part/c", "part/d", "back/e"];
    let mut book = SmallBook::new();
    for (name, page) in names.iter().zip(["front", "two", "three", "four", "back"]) {
        let text = format!("# {name}\n\n{{{{#listing {name}}}}}\n");
        book = book
            .listing(name, &SOURCE.replace("One", name), step)
            .file(&format!("src/{page}.md"), &text);
    }
    let book = book.file(
        "src/SUMMARY.md",
        "[Front](front.md)\n\n- [One](one.md)\n  - [Two](two.md)\n    - [Three](three.md)\n\
         - [Four](four.md)\n\n[Back](back.md)\n[Proofs](proofs.md)\n",
    );
    book.binds();
    let pages = ["front", "one", "two", "three", "four", "back"];
    let labels = pages.map(|page| {
        let html = main_of(&book, &format!("{page}.html"));
        let number = tags(&html)
            .into_iter()
            .find(|tag| tag.attribute("class") == Some("number"));
        number.unwrap().words
    });
    let expected = ["1", "1.1", "1.1.1", "1.1.1.1", "2.1", "2"];
    assert_eq!(labels, expected.map(|number| format!("Listing {number}")));
}

#[test]
fn links_lead_to_headings_as_mdbook_names_them() {
    let page = "# One\n\n## At $w_1$ -- {{#value part/step.w}}\n\n## It's\n\n## It's\n\n\
        ## Own {#mine}\n\n## A [link][proofs][^n]\n\n\
        [a](#at-w1--050) [b](#its-1) [c](#mine) [d](#a-link1) [e](two%20b.md#%C3%BCber) \
        [f](./two%20b.html) [g](#part/step?w=1)\n\n[^n]: Note.\n\n[proofs]: proofs.md\n\n\
        {{#listing part/step}}\n\n{{#figure part/step \"It.\"}}\n";
    let two = "# Über\n\nIt moves.{{#tested part/step::it_moves}}\n";
    let summary = "- [One](one.md)\n- [Two](<two b.md>)\n\n[Proofs](proofs.md)\n";
    let book = SmallBook::new()
        .page(page)
        .file("src/two b.md", two)
        .file("src/SUMMARY.md", summary);
    book.binds();
    assert_eq!(broken(&book.root().join("book")), [] as [String; 0]);
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    let plain = format!("{toml}[output.html]\nsmart-punctuation = false\n");
    let page = page.replace("#at-w1--050", "#at-w1----050");
    let book = book.page(&page).file("book.toml", &plain);
    book.binds();
    assert_eq!(broken(&book.root().join("book")), [] as [String; 0]);
}

#[test]
fn a_page_is_woven_however_the_summary_writes_its_place() {
    let summary = "- [One](./one.md)\n- [Two](deep/../two.md)\n\n[Proofs](././proofs.md)\n";
    let book = SmallBook::new()
        .file("src/SUMMARY.md", summary)
        .file(
            "src/deep/dot.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        )
        .file(
            "src/two.md",
            "# Two\n\nThe weight is {{#value part/step.w}}, [so](one.md#part/step).\n",
        );
    book.binds();
    for page in ["one.html", "two.html", "proofs.html"] {
        assert!(!main_of(&book, page).contains("{{#"), "{page}");
    }
    assert_eq!(broken(&book.root().join("book")), [] as [String; 0]);
}

#[test]
fn code_is_shown_as_its_file_has_it() {
    let body = "fn run() {\n    let text = \"\n# no heading\n#\n## two\n    # in\n\";\n    \
        // ```\n    // ````\n    #[rustfmt::skip]\n    let a = r##\"x\"##;\n}";
    let tests = "#[cfg(test)]\nmod tests {\n    /// Red if `true` were `false`: it stays.\n    \
        #[test]\n    fn it_moves() {\n        // ```\n        assert!(true);\n    }\n}\n";
    let source = format!("//! Code.\n\n{body}\n\n{tests}");
    let book = SmallBook::new()
        .listing("part/step", &source, step)
        .file("src/whole.md", "# Whole\n\n{{#files}}\n")
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n\n[Proofs](proofs.md)\n[Whole](whole.md)\n",
        );
    book.binds();
    let code = |page: &str| {
        let html = main_of(&book, page);
        assert!(!html.contains("boring"), "{page}: a line is hidden");
        let code = tags(&html)
            .into_iter()
            .find(|tag| tag.name == "code" && tag.words.contains('\n'));
        code.unwrap().words
    };
    assert_eq!(code("one.html"), body);
    assert_eq!(code("whole.html"), source.trim_end());
    assert_eq!(
        code("proofs.html"),
        "#[test]\nfn it_moves() {\n    // ```\n    assert!(true);\n}"
    );
}

/// A book whose page in a folder has an exercise and a claim with links.
fn moved() -> SmallBook {
    let page = "# Deep\n\n{{#listing part/step}}\n\n{{#figure part/step \"Weight.\"}}\n\n\
        See *e.g.* Fig. 2, cf. [one][ref], [two](#deep \"A \\\"title\\\"\") and <a href=\"../one.md\">\
        three</a>[^n].{{#tested part/step::it_moves}}\n\n\
        ## To do\n\n1. As in [the other](two.md), ![dot](../dot.svg)?[^n]\n\n[^m]: Again.\n\n    And more.\n\n\
        <details class=\"answer\">\n<summary>Answer</summary>\n\n\
        See [one][ref], <https://example.org>.[^m] <i id=\"own\">So.</i>\n\n{{#figure part/two \"More.\"}}\n\n</details>\n\n\
        [ref]: ../one.md#one 'One'\n[^n]: The [other](two.md).[^m]\n";
    SmallBook::new()
        .listing("part/two", &SOURCE.replace("One", "Two"), step)
        .page(
            "# One\n\n[^n]: Another note.\n\n{{#listing part/two}}\n\n## To do\n\n1. Why?[^n]\n\n\
               <details class=\"answer\">\n\nSo.\n\n</details>\n",
        )
        .file("src/dot.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .file("src/deep/one.md", page)
        .file("src/deep/two.md", "# Other\n")
        .file("src/end/answers.md", "# Answers\n\n{{#answers To do}}\n")
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n- [Deep](deep/one.md)\n- [Other](deep/two.md)\n\n\
             [Answers](end/answers.md)\n[Proofs](proofs.md)\n",
        )
}

#[test]
fn what_moves_to_another_page_takes_its_links_and_notes_along() {
    let book = moved();
    book.binds();
    assert_eq!(broken(&book.root().join("book")), [] as [String; 0]);
    let answers = main_of(&book, "end/answers.html");
    let links: Vec<(String, String)> = tags(&answers)
        .into_iter()
        .filter(|tag| tag.name == "a" && tag.attribute("class").is_none())
        .map(|tag| {
            (
                tag.words.trim().to_string(),
                tag.attribute("href").unwrap().to_string(),
            )
        })
        .filter(|(_, to)| !to.starts_with('#'))
        .collect();
    let links: Vec<(&str, &str)> = links.iter().map(|(words, to)| (&**words, &**to)).collect();
    assert_eq!(
        links,
        [
            ("The exercises on their page", "../one.html#to-do"),
            ("The exercises on their page", "../deep/one.html#to-do"),
            ("the other", "../deep/two.html"),
            ("one", "../one.html#one"),
            ("https://example.org", "https://example.org"),
            ("Figure\u{a0}2.2", "../deep/one.html#figure:part/two"),
            ("other", "../deep/two.html"),
        ]
    );
    assert!(answers.contains("<i>So.</i>"), "{answers}");
    assert!(answers.contains("src=\"../dot.svg\""), "{answers}");
    for note in ["Another note.", "The <a", "Again.", "And more."] {
        assert_eq!(answers.matches(note).count(), 1, "{note} in {answers}");
    }
    let proofs = main_of(&book, "proofs.html");
    let claim = part(&proofs, "class=\"proof\"", "</p>");
    let read = words(claim).replace('\n', " ");
    assert_eq!(
        read.trim(),
        "See e.g. Fig. 2, cf. one, two and three1. Listing 2.1"
    );
    assert!(
        claim.contains("href=\"deep/one.html#deep\" title=\"A &quot;title&quot;\""),
        "{claim}"
    );
    assert!(
        proofs.contains("The <a href=\"deep/two.html\">other</a>"),
        "{proofs}"
    );
}

#[test]
fn text_stays_text_whatever_is_in_it() {
    const NASTY: &str =
        "<b>\"x\" & 'y' *z* `c` [l](m) | $5 \\ {{#value a/b.c}} <!-- </samp> -- # ~";
    let source = SOURCE.replace("One step.", NASTY);
    let book = SmallBook::new()
        .listing("part/step", &source, |cell| {
            step(cell)?;
            writeln!(cell, "{NASTY}\n\n    {NASTY}\n```\n{NASTY}");
            Ok(())
        })
        .file(
            "src/SUMMARY.md",
            "- [One \\<b>\\*x\\* & \\`y\\`](one.md)\n\n[Proofs](proofs.md)\n",
        )
        .page_and("## Behind *it*");
    book.binds();
    let html = main_of(&book, "one.html");
    let of = |class: &str| {
        let tags = tags(&html).into_iter();
        let mut inside = tags.skip_while(|tag| tag.attribute("class") != Some(class));
        inside.nth(1).unwrap().words
    };
    assert_eq!(
        of("output"),
        format!("w = 0.5\n{NASTY}\n\n    {NASTY}\n```\n{NASTY}")
    );
    let caption = part(&html, "<figcaption>", "</figcaption>");
    assert_eq!(
        words(caption).trim(),
        format!("Listing 1.1 {}", NASTY.replace('`', ""))
    );
    assert!(html.contains("<h2 id=\"behind-it\">"), "{html}");
    let proofs = main_of(&book, "proofs.html");
    assert_eq!(words(part(&proofs, "<h2", "</h2>")), "One <b>*x* & `y`");
}

#[test]
fn every_id_of_the_book_is_unique_and_every_link_leads_where_it_says() {
    let broken = broken(&shared().book());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The links, images and the like of a rendered book that lead nowhere, and the
/// ids that stand twice on a page.
pub fn broken(book: &Path) -> Vec<String> {
    let mut pages: BTreeMap<PathBuf, Vec<Tag>> = BTreeMap::new();
    for (path, content) in tree(book) {
        if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            pages.insert(path, tags(&String::from_utf8(content).unwrap()));
        }
    }
    let mut broken = Vec::new();
    for (page, tags) in &pages {
        let twice = repeated(tags).into_iter();
        broken.extend(twice.map(|id| format!("{}: {id} stands twice", page.display())));
        // A base is where links lead from.
        let links = tags.iter().filter(|tag| tag.name != "base");
        let links = links.flat_map(|tag| ["href", "src"].map(|name| tag.attribute(name)));
        for link in links
            .flatten()
            .filter(|link| !leads(book, &pages, page, link))
        {
            broken.push(format!("{}: {link} leads nowhere", page.display()));
        }
    }
    broken
}

fn leads(book: &Path, pages: &BTreeMap<PathBuf, Vec<Tag>>, page: &Path, link: &str) -> bool {
    let schemes = ["http:", "https:", "data:", "mailto:"];
    if schemes.iter().any(|scheme| link.starts_with(scheme)) {
        return true;
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let mut target = match path {
        "" => page.to_path_buf(),
        _ => page.parent().unwrap().to_path_buf(),
    };
    for part in Path::new(&decoded(path)).components() {
        match part {
            Component::Normal(name) => target.push(name),
            Component::CurDir => {}
            Component::ParentDir if target.pop() => {}
            _ => return false,
        }
    }
    let has = |tags: &Vec<Tag>| {
        let mut ids = tags.iter().filter_map(|tag| tag.attribute("id"));
        // What follows a question mark are the settings of a live figure.
        let place = match decoded(fragment).split_once('?') {
            Some((listing, _)) => format!("figure:{listing}"),
            None => decoded(fragment),
        };
        fragment.is_empty() || ids.any(|id| id == place)
    };
    match pages.get(&target) {
        Some(tags) => has(tags),
        None => book.join(target).is_file(),
    }
}
