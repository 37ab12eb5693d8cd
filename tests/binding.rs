//! Binding a small book: what is run, what is written, what the pages say.

use crate::small_book::{PAGE, SOURCE, SmallBook, step};
use notebook::Format;
use std::fs;
use std::path::Path;

#[test]
fn a_page_holds_what_its_directives_ask_for() {
    let book = SmallBook::new();
    book.binds();
    let html = book.html();
    for part in [
        "data-value=\"part/step.w\">0.50</span>",
        "<mo>=</mo><mrow class=\"value\" data-value=\"part/step.w\"><mn>0.50</mn></mrow></math>",
        "<span class=\"number\">Listing 1.1</span> One step.",
        "cargo run -- run part/step",
        "<samp>w = 0.5</samp>",
        "<span class=\"number\">Figure 1.1</span> The weight, <span class=\"held\"><math>",
        "<mi>w</mi></math>.</span>",
        "aria-label=\"From 1 to 0.5.\"",
        "download=\"step.csv\" href=\"generated/part/step.csv\"",
        "href=\"proofs.html#test:part/step::it_moves\"",
        "<a href=\"#part/step\">Listing\u{a0}1.1</a>",
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
    assert!(!html.contains("{{#") && !html.contains("ANCHOR") && !html.contains("assert!"));
}

/// The part of a rendered page that the book's own page became.
fn main_of(book: &SmallBook, page: &str) -> String {
    let html = fs::read_to_string(book.root().join("book").join(page)).unwrap();
    let (_, rest) = html.split_once("<main>").unwrap();
    rest.split_once("</main>").unwrap().0.to_string()
}

/// What the page of proofs says from each of its headings and proofs to the
/// next.
fn proofs(book: &SmallBook) -> Vec<String> {
    let marked = main_of(book, "proofs.html")
        .replace("<div class=\"proof\"", "\u{1}<div class=\"proof\"")
        .replace("<h2", "\u{1}<h2");
    marked.split('\u{1}').skip(1).map(str::to_string).collect()
}

/// A source with two tests.
const TWO_TESTS: &str = "\
//! One step.

#[cfg(test)]
use super::*;

/// Red if `true` were `false`: it stays.
#[test]
fn it_moves() {
    assert!(true);
}

/// Red if `1 > 0` were `0 > 0`: it goes on.
#[test]
fn it_stops() {
    assert!(1 > 0);
}
";

#[test]
fn the_proofs_page_lists_each_claim_with_its_test() {
    let other = TWO_TESTS.replace("One step", "Another").leak();
    let claims = "It stops.{{#tested part/step::it_stops}}\n\n{{#listing part/two}}";
    let book = SmallBook::new()
        .listing("part/step", TWO_TESTS, step)
        .listing("part/two", other, step)
        .page_and(claims)
        .file(
            "src/two.md",
            "# Two\n\nSo it does.{{#tested part/two::it_stops}}\n",
        )
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n- [Two](two.md)\n\n[Proofs](proofs.md)\n",
        );
    book.binds();
    let listed = proofs(&book);
    let expected: [&[&str]; 6] = [
        &["<h2 id=\"one\">", ">One</a>"],
        &[
            "id=\"test:part/step::it_moves\"",
            "<p>It moves. <a href=\"one.html#claim:part/step::it_moves\">Listing 1.1</a></p>",
            "<summary>it moves</summary>",
            "fn it_moves() {\n    assert!(true);\n}",
        ],
        &[
            "id=\"test:part/step::it_stops\"",
            "<p>It stops. <a href=\"one.html#claim:part/step::it_stops\">Listing 1.1</a></p>",
            "<summary>it stops</summary>",
            "fn it_stops() {\n    assert!(1 &gt; 0);\n}",
        ],
        &["<h2 id=\"two\">", ">Two</a>"],
        &[
            "id=\"test:part/two::it_stops\"",
            "<p>So it does. <a href=\"two.html#claim:part/two::it_stops\">Listing 1.2</a></p>",
            "<summary>it stops</summary>",
            "fn it_stops() {\n    assert!(1 &gt; 0);\n}",
        ],
        &["Tests that no claim cites"],
    ];
    assert_eq!(listed.len(), expected.len(), "{listed:#?}");
    for (listed, parts) in listed.iter().zip(expected) {
        for part in parts {
            assert!(listed.contains(part), "{part} is missing in {listed}");
        }
        assert!(listed.matches("fn it_").count() <= 1, "{listed}");
    }
}

#[test]
fn a_claim_whose_test_stands_in_a_file_that_no_page_quotes_is_shown_with_it() {
    let book = SmallBook::new()
        .shared("part/sum", TWO_TESTS)
        .page_and("It stops.{{#tested part/sum::it_stops}}");
    book.binds();
    let listed = proofs(&book);
    let proof = listed
        .iter()
        .find(|proof| proof.contains("test:part/sum::it_stops"));
    let parts = [
        ">shared/part/sum.rs</a></p>",
        "were <code>0 &gt; 0",
        "assert!(1 &gt; 0)",
    ];
    for part in parts {
        assert!(
            proof.unwrap().contains(part),
            "{part} is missing in {listed:#?}"
        );
    }
}

#[test]
fn an_anchor_shows_its_part_alone() {
    let book = SmallBook::new()
        .page(&PAGE.replace("{{#listing part/step}}", "{{#listing part/step:half}}"));
    book.binds();
    assert!(book.html().contains(">step();</code>"));
}

#[test]
fn directives_and_dollars_in_code_are_left_alone() {
    let book = SmallBook::new()
        .page_and("`{{#value part/step.v}}` and `$x$`\n\n```text\n{{#nothing}}\n```");
    book.binds();
    assert!(
        book.html()
            .contains("<code>{{#value part/step.v}}</code> and <code>$x$</code>")
    );
    assert!(book.html().contains("{{#nothing}}"));
}

#[test]
fn a_listing_runs_once_and_then_only_when_something_changed() {
    let book = SmallBook::new();
    assert_eq!(book.binds(), 1, "the first time");
    assert_eq!(book.binds(), 0, "nothing changed");
    let book = book.page_and("More prose.");
    assert_eq!(book.binds(), 0, "prose changed");
    let book = book.listing("part/step", &SOURCE.replace("One", "A"), step);
    assert_eq!(book.binds(), 1, "its own file changed");
}

#[test]
fn an_edit_of_one_listing_runs_that_one() {
    let book = SmallBook::new()
        .listing("part/two", "//! Two steps.\n", step)
        .page_and("{{#listing part/two}}");
    assert_eq!(book.binds(), 2);
    let book = book.listing("part/two", "//! Two steps, edited.\n", step);
    assert_eq!(book.binds(), 1);
}

#[test]
fn a_change_of_shared_code_or_of_the_build_runs_all() {
    let book = SmallBook::new()
        .compiled("listings/shared.rs", "fn one() {}")
        .compiled_by("rustc -vV", "1.91");
    book.binds();
    let book = book.compiled("listings/shared.rs", "fn two() {}");
    assert_eq!(book.binds(), 1, "shared code changed");
    let book = book.compiled_by("rustc -vV", "1.92");
    assert_eq!(book.binds(), 1, "the compiler changed");
    assert_eq!(book.binds(), 0, "nothing changed");
}

#[test]
fn an_output_that_was_touched_is_made_again() {
    let book = SmallBook::new();
    book.binds();
    let before = book.tree("outputs");
    let book = book.file("outputs/part/step.txt", "w = 0.6\n");
    assert_eq!(book.binds(), 1);
    assert_eq!(book.tree("outputs"), before);
}

#[test]
fn an_output_that_differs_in_the_last_bits_is_not_rewritten() {
    let book = SmallBook::new();
    book.binds();
    let near = "w = 0.50000000000001\n";
    let book = book.file("outputs/part/step.txt", near).listing(
        "part/step",
        &SOURCE.replace("One", "A"),
        |cell| {
            writeln!(cell, "w = 0.50000000000002");
            cell.value("w", 0.5, Format::Decimals(2));
            cell.chart(
                "0",
                [
                    notebook::Panel::new(notebook::Axis::linear("x"), notebook::Axis::linear("y"))
                        .line("", [(0.0, 1.0), (1.0, 2.0)], notebook::Style::Ink),
                ],
            );
            Ok(())
        },
    );
    assert_eq!(book.binds(), 1);
    let text = fs::read_to_string(book.root().join("outputs/part/step.txt")).unwrap();
    assert_eq!(text, near);
}

#[test]
fn check_says_what_would_change_and_changes_nothing() {
    let book = SmallBook::new();
    let changes = binder::check(&book.book()).unwrap();
    assert_eq!(changes.len(), 5, "{changes:?}");
    assert!(!book.root().join("outputs").exists() && !book.root().join("book").exists());
    assert!(!book.root().join("target").exists());
    book.binds();
    assert_eq!(binder::check(&book.book()).unwrap(), [] as [String; 0]);
}

#[test]
fn check_refuses_what_binding_refuses() {
    let book = SmallBook::new().page_and("{{#value part/step.v}}");
    let refused = binder::check(&book.book()).unwrap_err().to_string();
    assert!(refused.contains("no value \"v\""), "{refused}");
    assert_eq!(binder::bind(&book.book()).unwrap_err().to_string(), refused);
}

#[test]
fn a_page_in_a_folder_links_to_the_proofs() {
    let page = PAGE.replace("# One", "# Deep");
    let book = SmallBook::new()
        .page("# One\n")
        .file("src/deep/two.md", &page)
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n- [Deep](deep/two.md)\n\n[Proofs](proofs.md)\n",
        );
    book.binds();
    let html = fs::read_to_string(book.root().join("book/deep/two.html")).unwrap();
    assert!(html.contains("href=\"../proofs.html#test:part/step::it_moves\""));
    assert!(
        html.contains("Listing 2.1"),
        "numbers begin with the chapter's"
    );
    let proofs = fs::read_to_string(book.root().join("book/proofs.html")).unwrap();
    assert!(proofs.contains("href=\"deep/two.html#claim:part/step::it_moves\""));
    assert!(Path::new(&book.root().join("book/print.html")).exists());
}

#[test]
fn shared_code_is_quoted_and_its_tests_are_cited_like_a_listings() {
    let rule = "//! The rule.\n\nfn rule() {}\n\n#[cfg(test)]\n\
                mod tests {\n    /// Red if `fn rule` were `fn chaos`: nothing rules.\n    \
                #[test]\n    fn it_rules() {\n    }\n}\n";
    let book = SmallBook::new()
        .shared("tools/rule", rule)
        .page_and("{{#listing tools/rule}}\n\nIt rules.{{#tested tools/rule::it_rules}}");
    assert_eq!(book.binds(), 1, "only the listing runs");
    let html = book.html();
    for part in [
        "<span class=\"number\">Listing 1.2</span> The rule.",
        "<p class=\"run\"><code>shared/tools/rule.rs</code></p>",
        "href=\"proofs.html#test:tools/rule::it_rules\"",
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
}

#[test]
fn a_script_in_another_language_is_quoted_with_what_it_printed_when_it_ran_elsewhere() {
    let script = "\"\"\"Two\nlines.\n\nMore.\n\"\"\"\n\n# A comment.\nprint(1 < 2)\n# ANCHOR: end\nend()\n# ANCHOR_END: end\n";
    let book = SmallBook::new()
        .file("shared/tools/rule.py", script)
        .file("shared/tools/rule.txt", "True\n")
        .page_and(
            "{{#listing tools/rule}}\n\n{{#output tools/rule}}\n\n{{#listing tools/rule:end}}",
        );
    book.binds();
    let html = book.html();
    for part in [
        "<span class=\"number\">Listing 1.2</span> Two lines.",
        "<code class=\"language-python\"># A comment.\nprint(1 &lt; 2)\nend()\n</code>",
        "<p class=\"run\"><code>shared/tools/rule.py</code></p>",
        "<pre class=\"output\" data-listing=\"tools/rule\"><samp>True</samp></pre>",
        "<code class=\"language-python\">end()\n</code>",
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
}

/// A small book with a glossary that explains these terms.
fn with_glossary(terms: &[&str]) -> SmallBook {
    let entries: String = terms
        .iter()
        .map(|term| format!("{term}\n: A word.\n\n"))
        .collect();
    SmallBook::new()
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n\n[Terms](terms.md)\n[Proofs](proofs.md)\n",
        )
        .file("src/terms.md", &format!("# Terms\n\n{entries}"))
}

#[test]
fn a_term_is_linked_from_its_bold_or_else_its_first_use() {
    // Before a term is used it stands where it is no use of it.
    let text = "## No rate\n\nAt {{#value part/step.w}} a step. \
        A crate, a rate-free `rate`, the [rate](terms.md), a learning rate, \
        one more learning rate, *Rates*, a rate. A layer, two **Layers**, a **layer**.";
    let terms = ["learning rate", "rate", "weight", "layer", "step"];
    let page = PAGE.replace("The weight, $w$", "A **layer**, $w$");
    let book = with_glossary(&terms).page(&format!("{page}\n{text}\n"));
    book.binds();
    let html = book.html();
    let link = |term: &str, shown: &str| {
        format!("<a class=\"term\" href=\"terms.html#{term}\">{shown}</a>")
    };
    for (part, count) in [
        (format!("The {} is", link("weight", "weight")), 1),
        (format!("a {},", link("learning-rate", "learning rate")), 1),
        (format!("a {}.", link("step", "step")), 1),
        (format!("<em>{}</em>", link("rate", "Rates")), 1),
        (format!("<strong>{}</strong>", link("layer", "Layers")), 1),
        ("class=\"term\"".to_string(), 5),
    ] {
        assert_eq!(html.matches(&part).count(), count, "{part}");
    }
    let terms = fs::read_to_string(book.root().join("book/terms.html")).unwrap();
    assert!(terms.contains("<dt id=\"learning-rate\">"));
    assert!(
        !terms.contains("class=\"term\""),
        "the glossary links to itself"
    );
}

#[test]
fn the_answers_of_all_pages_are_gathered() {
    let exercise = |question: &str, answer: &str| {
        format!(
            "\n## Exercises\n\n1. {question}\n\n\
             <details class=\"answer\">\n<summary>Answer</summary>\n\n\
             {answer}\n\n</details>\n"
        )
    };
    let first = exercise(
        "Where does it end?",
        "At {{#value part/step.w}}.{{#tested part/step::it_moves}}",
    );
    let second = exercise("Why?", "It must.");
    let book = SmallBook::new()
        .page_and(&first)
        .file("src/none.md", "# None\n\nNo exercises.\n")
        .file("src/two.md", &format!("# Two\n{second}"))
        .file("src/answers.md", "# Answers\n\n{{#answers Exercises}}\n")
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n- [None](none.md)\n- [Two](two.md)\n\n\
             [Answers](answers.md)\n[Proofs](proofs.md)\n",
        );
    book.binds();
    let answers = main_of(&book, "answers.html");
    let mut rest = &*answers;
    for part in [
        "<h2 id=\"one\">",
        "href=\"one.html#exercises\"",
        "Where does it end?",
        "At <span class=\"value\" data-value=\"part/step.w\">0.50</span>.",
        "<h2 id=\"two\">",
        "href=\"two.html#exercises\"",
        "Why?",
        "It must.",
    ] {
        let found = rest.split_once(part);
        rest = found.unwrap_or_else(|| panic!("{part} is missing")).1;
    }
    assert_eq!(answers.matches("<h2").count(), 2);
    assert!(!answers.contains("class=\"tick\""));
}

#[test]
fn a_test_that_two_claims_cite_is_listed_with_the_first_of_a_chapter() {
    let book = SmallBook::new()
        .page_and("It moves still.{{#tested part/step::it_moves}}")
        .file(
            "src/front.md",
            "# Front\n\nIt moves in front.{{#tested part/step::it_moves}}\n",
        )
        .file(
            "src/SUMMARY.md",
            "[Front](front.md)\n\n- [One](one.md)\n\n[Proofs](proofs.md)\n",
        );
    book.binds();
    let listed = proofs(&book);
    assert_eq!(listed.len(), 2, "one chapter, one test: {listed:#?}");
    assert!(listed[0].contains("<h2 id=\"one\">"), "{}", listed[0]);
    let claim = "<p>It moves. <a href=\"one.html#claim:part/step::it_moves\">";
    assert!(listed[1].contains(claim), "{}", listed[1]);
    let html = book.html();
    let is_back = "id=\"claim:part/step::it_moves\"";
    assert_eq!(html.matches(is_back).count(), 1);
    assert!(
        html.find(is_back) < html.find("It moves still"),
        "the first"
    );
    assert_eq!(
        html.matches("proofs.html#test:part/step::it_moves").count(),
        2
    );
}

#[test]
fn a_test_that_no_claim_cites_is_named_with_its_file() {
    let book = SmallBook::new()
        .listing("part/step", TWO_TESTS, step)
        .listing("part/two", TWO_TESTS, step)
        .shared("tools/rule", "//! The rule.\n\n#[test]\nfn it_rules() {}\n")
        .page_and("{{#listing part/two}}\n\n{{#listing tools/rule}}");
    book.binds();
    let listed = proofs(&book);
    let last = listed.last().unwrap();
    assert!(
        last.contains("Tests that no claim cites</a></h2>"),
        "{last}"
    );
    for part in [
        "<li><code>listings/part/step.rs</code>: it stops</li>",
        "<li><code>listings/part/two.rs</code>: it moves; it stops</li>",
        "<li><code>shared/tools/rule.rs</code>: it rules</li>",
    ] {
        assert!(last.contains(part), "{part} is missing in {last}");
    }
}

#[test]
fn the_page_of_sources_holds_whole_files_and_listings_lead_there() {
    let book = SmallBook::new()
        .file("src/whole.md", "# Whole\n\n{{#files}}\n")
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n\n[Proofs](proofs.md)\n[Whole](whole.md)\n",
        );
    book.binds();
    let link = "<a href=\"whole.html#file:part/step\"><code>listings/part/step.rs</code></a>";
    assert!(book.html().contains(link));
    let whole = fs::read_to_string(book.root().join("book/whole.html")).unwrap();
    for part in [
        "id=\"file:part/step\"",
        "fn it_moves()",
        "href=\"one.html#part/step\">Listing\u{a0}1.1</a>",
    ] {
        assert!(whole.contains(part), "{part} is missing");
    }
}
