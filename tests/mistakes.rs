//! Each mistake that an author can make is told with its place and its remedy,
//! and the book rendered before stays as it was.

use crate::small_book::{PAGE, SOURCE, SmallBook, step};
use notebook::{Axis, Panel, Style, bail};
use std::fs;

/// A book that was sound, with this at the end of its page.
fn page_with(more: &str) -> SmallBook {
    let book = SmallBook::new();
    book.binds();
    book.page_and(more)
}

/// The line on which `page_with` puts its text.
const LINE: &str = "src/one.md:12";

#[track_caller]
fn refuses(more: &str, message: &str) {
    page_with(more).fails_with(&[&format!("{LINE}: {message}")]);
}

#[test]
fn a_book_of_ticks_without_a_page_of_proofs_is_told_once() {
    page_with("Again.{{#tested part/step::it_moves}}")
        .file("src/proofs.md", "# Proofs\n")
        .fails_with(&[
            "src/one.md:4: no page lists the proofs that ticks lead to; add {{#proofs}} to one",
        ]);
}

#[test]
fn an_unknown_listing() {
    refuses(
        "{{#listing part/stop}}",
        "no listing \"part/stop\"; did you mean \"part/step\"?",
    );
    refuses(
        "{{#output other/x}}",
        "no listing \"other/x\"; there are part/step",
    );
}

#[test]
fn an_unknown_anchor() {
    refuses(
        "{{#listing part/step:halt}}",
        "listings/part/step.rs: no anchor \"halt\"; did you mean \"half\"?",
    );
}

#[test]
fn an_anchor_that_is_not_closed() {
    refuses(
        "{{#listing part/step:open}}",
        "listings/part/step.rs: anchor \"open\" is not closed; end it with // ANCHOR_END: open",
    );
}

#[test]
fn an_unknown_value() {
    let message = "listings/part/step.rs has no value \"v\"; did you mean \"w\"?";
    refuses("It is {{#value part/step.v}}.", message);
    refuses("It is $x = {{#value part/step.v}}$.", message);
}

#[test]
fn an_unknown_test() {
    refuses(
        "So it is.{{#tested part/step::it_move}}",
        "listings/part/step.rs has no test \"it_move\"; did you mean \"it_moves\"?",
    );
}

#[test]
fn a_directive_that_cannot_be_read() {
    refuses(
        "{{#figure part/step}}",
        "cannot read {{#figure part/step}}; write {{#figure chapter/name \"caption\"}}",
    );
    refuses(
        "{{#output part/step",
        "the directive is not closed; end it with }}",
    );
    refuses(
        "{{#include x.rs}}",
        "{{#include …}} is for mdBook's preprocessor `links`; have it run first: \
         after = [\"links\"] under [preprocessor.binder]",
    );
    refuses(
        "{{#nothing}}",
        "no directive \"nothing\"; there are listing, output, figure, value, given, predict, ref, tested, answers, proofs, files",
    );
}

#[test]
fn a_block_inside_a_sentence() {
    refuses(
        "See {{#output part/step}}.",
        "{{#output part/step}} stands on a line of its own, with an empty line before and after",
    );
}

#[test]
fn a_formula_that_cannot_be_read() {
    let error = format!("{LINE}: cannot read the formula $\\nope$: ");
    let book = page_with("So $\\nope$.");
    let message = binder::bind(&book.book()).unwrap_err().to_string();
    assert!(message.starts_with(&error), "{message}");
}

#[test]
fn a_formula_that_is_not_closed() {
    let message = "a $ that is no formula; close it, balance its braces, or write \\$";
    refuses("It costs 5$.", message);
    refuses("<div>So $w.</div>", message);
    page_with("It costs 5\\$ and `$HOME`.").binds();
}

#[test]
fn a_formula_with_a_directive_that_is_no_value() {
    refuses(
        "So $x = {{#ref part/step}}$.",
        "a formula can hold only {{#value …}} and {{#given …}}",
    );
}

#[test]
fn a_link_that_leads_nowhere() {
    refuses(
        "[x](two.md)",
        "no page or file \"two.md\"; there are one.md, proofs.md",
    );
    refuses(
        "[x](#on)",
        "src/one.md has no heading \"on\"; did you mean \"one\"?",
    );
    refuses(
        "[x](#part/stop?w=1)",
        "src/one.md has no \"figure:part/stop\" to be set",
    );
    refuses(
        "[x](proofs.md#prof)",
        "src/proofs.md has no heading \"prof\"; did you mean \"proofs\"?",
    );
    refuses(
        "![x](picture.png)",
        "no page or file \"picture.png\"; there are one.md, proofs.md",
    );
    refuses(
        "[x][nowhere]",
        "no link definition \"nowhere\"; add `[nowhere]: …`",
    );
}

#[test]
fn a_link_out_of_the_book() {
    refuses(
        "[x](/one.md)",
        "\"/one.md\" leads to the root of the site; write it from the page",
    );
    for link in ["[x](../one.md)", "![x](a/../../dot.svg)"] {
        let to = link.split(['(', ')']).nth(1).unwrap();
        let message = "leads out of the book; keep a copy in the book";
        refuses(link, &format!("\"{to}\" {message}"));
    }
}

#[test]
fn an_id_that_stands_twice() {
    let message = "a second thing on this page has the id \"own\"; \
                   give one of them another, as in `## Heading {#id}`";
    let more = "<a id=\"own\">x</a>\n\n## Another {#own}";
    page_with(more).fails_with(&[&format!("src/one.md:14: {message}")]);
    // mdBook numbers headings of one name, but only those without an id.
    page_with("<p id='own'></p>\n\n## Own").fails_with(&[&format!("src/one.md:14: {message}")]);
    page_with("## Own\n\n## Own").binds();
}

#[test]
fn a_line_of_code_that_is_wider_than_the_page() {
    let line = |width: usize| format!("\n//{}\n", "–".repeat(width - 2));
    let fits = SOURCE.replace("    step();\n", &format!("    step();{}", line(80)));
    let wide = fits.replace(&line(80), &line(81));
    let book = SmallBook::new().listing("part/step", &fits, step);
    book.binds();
    book.listing("part/step", &wide, step).fails_with(&[
        "listings/part/step.rs:6: the line has 81 characters, and a page shows 80; break it",
    ]);
}

#[test]
fn a_reference_to_a_listing_that_is_only_not_quoted() {
    let book = SmallBook::new();
    book.binds();
    book.page("# One\n\nSee {{#ref part/step}} and {{#ref part/step:figure}}.\n")
        .fails_with(&[
            "listings/part/step.rs: no page quotes this listing; add {{#listing part/step}} to one",
            "src/one.md:3: no page quotes part/step; add {{#listing part/step}} to one",
            "src/one.md:3: no page shows the figure of part/step; \
             add {{#figure part/step \"caption\"}} to one",
        ]);
}

#[test]
fn an_image_from_another_host() {
    let message = "would be loaded from another host; keep a copy in the book";
    refuses(
        "![x](https://a.b/c.png)",
        &format!("\"https://a.b/c.png\" {message}"),
    );
    refuses(
        "<img src=\"//a.b/c.png\" alt=\"x\">",
        &format!("\"//a.b/c.png\" {message}"),
    );
}

#[test]
fn links_that_lead_somewhere_are_fine() {
    let links = "[a](#one) [b](#part/step) [c](#figure:part/step) [d](proofs.md#proofs) \
                 [e](https://example.org) ![f](dot.svg)";
    page_with(links).file("src/dot.svg", "<svg/>").binds();
}

#[test]
fn a_figure_shown_twice() {
    refuses(
        "{{#figure part/step \"Again.\"}}",
        "the figure of part/step is shown already; refer to it by {{#ref part/step:figure}}",
    );
}

#[test]
fn a_listing_that_no_page_quotes() {
    let book = SmallBook::new();
    book.binds();
    book.page("# One\n").fails_with(&[
        "listings/part/step.rs: no page quotes this listing; add {{#listing part/step}} to one",
    ]);
}

#[test]
fn a_script_that_says_not_what_it_is() {
    let book = SmallBook::new().file("shared/tools/rule.py", "print(1)\n");
    book.binds();
    book.page_and("{{#listing tools/rule}}")
        .fails_with(&[
            "src/one.md:12: shared/tools/rule.py must say in its first line what it is: //! …, or a docstring",
        ]);
}

#[test]
fn shared_code_whose_output_a_page_wants() {
    let book = SmallBook::new().shared("tools/rule", "//! The rule.\n");
    book.binds();
    book.page_and("{{#listing tools/rule}}\n\n{{#output tools/rule}}")
        .fails_with(&["src/one.md:14: shared/tools/rule.rs is shared code; it leaves no outputs"]);
}

#[test]
fn a_bold_term_that_the_glossary_does_not_explain() {
    let book = SmallBook::new();
    book.binds();
    book.file(
        "src/SUMMARY.md",
        "- [One](one.md)\n\n[Terms](terms.md)\n[Proofs](proofs.md)\n",
    )
    .file("src/terms.md", "# Terms\n\nweight\n: What is learnt.\n")
    .page_and("**Note.** The **weigth** moves.")
    .fails_with(&[
        "src/one.md:12: no term \"weigth\"; did you mean \"weight\"? \
         Add \"weigth\" to the glossary, or write it without stars",
    ]);
}

#[test]
fn of_many_terms_the_nearest_are_told() {
    let terms: String = ('a'..='t')
        .map(|letter| format!("{letter}{letter}{letter}\n: A word.\n\n"))
        .collect();
    let book = SmallBook::new();
    book.binds();
    book.file(
        "src/SUMMARY.md",
        "- [One](one.md)\n\n[Terms](terms.md)\n[Proofs](proofs.md)\n",
    )
    .file("src/terms.md", &format!("# Terms\n\n{terms}"))
    .page_and("A **gibbet**.")
    .fails_with(&[
        "src/one.md:12: no term \"gibbet\"; of 20 the nearest are bbb, eee, ggg. \
         Add \"gibbet\" to the glossary, or write it without stars",
    ]);
}

#[test]
fn a_chapter_without_a_section_that_the_settings_ask_for() {
    let book = SmallBook::new();
    book.binds();
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    let book = book.file(
        "book.toml",
        &format!("{toml}sections = [\"One\", \"To do\"]\n"),
    );
    book.fails_with(&[
        "src/one.md: the chapter has no section \"To do\"; write it, \
                       or take the name out of `sections` in book.toml",
    ]);
    book.page_and("## To do").binds();
}

#[test]
fn exercises_of_which_no_page_has_any() {
    page_with("")
        .file("src/answers.md", "# Answers\n\n{{#answers To do}}\n")
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n\n[Answers](answers.md)\n[Proofs](proofs.md)\n",
        )
        .fails_with(&["src/answers.md:3: no page has a section \"To do\" to gather from"]);
}

#[test]
fn exercises_without_an_answer() {
    page_with("## Exercises\n\n1. Why?")
        .file("src/answers.md", "# Answers\n\n{{#answers Exercises}}\n")
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n\n[Answers](answers.md)\n[Proofs](proofs.md)\n",
        )
        .fails_with(&[
            "src/one.md:14: an exercise without an answer; fold one below it, \
             in <details class=\"answer\"><summary>Answer</summary> … </details>",
        ]);
}

#[test]
fn a_listing_without_a_caption() {
    let book = SmallBook::new();
    book.binds();
    let source = SOURCE.replace("//! One step.\n", "");
    book.listing("part/step", &source, step).fails_with(&[
        "src/one.md:6: listings/part/step.rs must say in its first line what it is: //! …, or a docstring",
    ]);
}

#[test]
fn a_listing_that_fails_keeps_its_old_outputs() {
    let book = SmallBook::new();
    book.binds();
    let source = SOURCE.replace("One", "Another");
    book.listing("part/step", &source, |_| bail!("the data are gone"))
        .fails_with(&["listings/part/step.rs: the data are gone"]);
}

#[test]
fn a_listing_that_panics_is_named_with_its_message_and_place() {
    let book = SmallBook::new();
    book.binds();
    let source = SOURCE.replace("One", "Another");
    let line = line!() + 1;
    let book = book.listing("part/step", &source, |_| panic!("out of weights"));
    book.fails_with(&[&format!(
        "listings/part/step.rs: panicked at tests/mistakes.rs:{line}:55: out of weights"
    )]);
}

#[test]
fn a_listing_that_failed_from_the_start_has_no_outputs() {
    let book = SmallBook::new().listing("part/step", SOURCE, |_| bail!("no"));
    let left = "listings/part/step.rs left no outputs; see why it failed";
    book.page("# One\n\n{{#output part/step}}\n\n{{#listing part/step}}\n")
        .fails_with(&[
            "listings/part/step.rs: no",
            &format!("src/one.md:3: {left}"),
        ]);
}

#[test]
fn a_figure_without_alternative_text() {
    let book = SmallBook::new();
    book.binds();
    let source = SOURCE.replace("One", "Another");
    let book = book.listing("part/step", &source, |cell| {
        let axes = Panel::new(Axis::linear("x"), Axis::linear("y"));
        cell.chart(" ", [axes.line("", [(0.0, 1.0), (1.0, 2.0)], Style::Ink)]);
        Ok(())
    });
    let error = binder::bind(&book.book()).unwrap_err().to_string();
    assert!(error.starts_with("listings/part/step.rs: "), "{error}");
    assert!(error.contains("alternative text"), "{error}");
}

#[test]
fn a_figure_or_an_output_that_is_not_there() {
    let book = SmallBook::new();
    book.binds();
    let source = SOURCE.replace("One", "Another");
    let page = "# One\n\n{{#listing part/step}}\n\n{{#output part/step}}\n\n\
                {{#figure part/step \"None.\"}}\n";
    let book = book.listing("part/step", &source, |_| Ok(())).page(page);
    let error = binder::bind(&book.book()).unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    let prints = "listings/part/step.rs prints nothing; write to its cell";
    let draws = "listings/part/step.rs draws no figure; leave a chart in its cell";
    assert_eq!(
        lines[..2],
        [
            &*format!("src/one.md:5: {prints}"),
            &format!("src/one.md:7: {draws}")
        ]
    );
}

#[test]
fn code_changed_after_it_was_compiled() {
    let book = SmallBook::new()
        .shared("tools/rule", "//! The rule.\n")
        .page_and("{{#listing tools/rule}}");
    book.binds();
    book.file("listings/part/step.rs", &format!("{SOURCE}// More.\n"))
        .file("shared/tools/rule.rs", "//! Another rule.\n")
        .fails_with(&[
            "listings/part/step.rs: changed since the program was compiled; `cargo run` compiles it",
            "shared/tools/rule.rs: changed since the program was compiled; `cargo run` compiles it",
        ]);
}

#[test]
fn a_listing_that_imports_another() {
    let book = SmallBook::new();
    book.binds();
    let source = "//! One step.\n\nuse crate::other::two;\n\n#[test]\nfn it_moves() {}\n";
    let two = "//! Two steps.\n";
    let book = book
        .listing("part/step", source, step)
        .listing("other/two", two, step)
        .page_and("{{#listing other/two}}");
    let error = binder::bind(&book.book()).unwrap_err().to_string();
    assert_eq!(
        error.lines().next(),
        Some(
            "listings/part/step.rs:3: a listing may not import another (\"other\"); \
             move what both need to shared code"
        )
    );
}

#[test]
fn a_page_that_the_summary_forgets() {
    let book = SmallBook::new();
    book.binds();
    book.file("src/two.md", "# Two\n")
        .fails_with(&["src/two.md: SUMMARY.md does not list this page; add it or remove it"]);
}

#[test]
fn all_problems_are_told_in_one_run_in_the_order_of_the_pages() {
    let more = "{{#value part/step.v}}\n\n[x](two.md)\n\n$\\nope$";
    let book = page_with(more);
    let error = binder::bind(&book.book()).unwrap_err().to_string();
    let places: Vec<&str> = error
        .lines()
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert_eq!(
        places,
        [
            "src/one.md:12",
            "src/one.md:14",
            "src/one.md:16",
            "3 problems"
        ]
    );
}

#[test]
fn outputs_that_cannot_be_written_lose_nothing() {
    let book = SmallBook::new();
    book.binds();
    let before = book.tree("book");
    let page = format!("{PAGE}\n{{{{#listing new/step}}}}\n");
    // A file where a folder must be: not even root can write there.
    let book = book
        .listing("new/step", "//! New.\n", step)
        .page(&page)
        .file("outputs/new", "in the way");
    let error = format!("{:#}", binder::bind(&book.book()).unwrap_err());
    let place = book.root().join("outputs/new/step");
    assert!(error.contains(&*place.to_string_lossy()), "{error}");
    assert_eq!(book.tree("book"), before);
    assert_eq!(
        fs::read_to_string(book.root().join("outputs/new")).unwrap(),
        "in the way"
    );
}

#[test]
fn an_interrupted_run_is_cleared_up_by_the_next() {
    let book = SmallBook::new();
    book.binds();
    let whole = book.tree("book");
    let root = book.root().to_path_buf();
    fs::rename(root.join("book"), root.join(".book.old")).unwrap();
    let book = book
        .file(".book.new/one.html", "half a pa")
        .file("outputs/part/.binder-A1b2", "half an out")
        .file("src/generated/.binder-A1b2", "half a scr")
        .file("target/binder/.binder-A1b2", "half a sta");
    assert_eq!(book.binds(), 0, "no listing needs to run");
    assert_eq!(book.tree("book"), whole);
    assert!(!root.join(".book.old").exists() && !root.join(".book.new").exists());
    for folder in ["outputs/part", "src/generated", "target/binder"] {
        assert!(!root.join(folder).join(".binder-A1b2").exists(), "{folder}");
    }
}
