//! Each of mdBook's settings does what mdBook says of it, or is told to do
//! nothing here.

use crate::small_book::SmallBook;
use binder::Book;
use std::fs;
use std::process::Command;

/// Settings, the book they are for, and what they make of it.
#[derive(Clone, Copy)]
struct Row {
    /// Lines of `[book]`, `[build]`, `[preprocessor.binder]` and
    /// `[output.html]`, and tables that follow.
    book: &'static str,
    build: &'static str,
    binder: &'static str,
    html: &'static str,
    rest: &'static str,
    /// Files besides those of the small book.
    files: &'static [(&'static str, &'static str)],
    /// What stands in files of the rendered book, and would not without the
    /// settings.
    seen: &'static [(&'static str, &'static str)],
    /// What would stand there without them, and does not.
    gone: &'static [(&'static str, &'static str)],
}

const ROW: Row = Row {
    book: "title = \"Small\"",
    build: "create-missing = false",
    binder: "",
    html: "hash-files = false",
    rest: "",
    files: &[],
    seen: &[],
    gone: &[],
};

/// The page with something at its end.
macro_rules! page_and {
    ($more:literal) => {
        concat!(
            "# One\n\n{{#listing part/step}}\n\n{{#figure part/step \"It's it.\"}}\n\n",
            "It moves.{{#tested part/step::it_moves}}\n\n",
            $more
        )
    };
}

const INCLUDES: &str = page_and!("{{#include ../shared/more.md}}\n");

const QUOTES: &str = page_and!("\"So\" -- it goes.\n");

const TERM: &str = page_and!("weight\n: What moves.\n\n> [!NOTE]\n> It moves.\n");

const RUST: &str = page_and!("```rust\nfn main() {}\n```\n");

const PYTHON: &str = page_and!("{{#listing tools/rule}}\n\n```python\n# mine\nyours()\n```\n");

/// A book whose first page mdBook makes an index.
const README: &[(&str, &str)] = &[
    (
        "src/SUMMARY.md",
        "- [Home](README.md)\n- [One](one.md)\n\n[Proofs](proofs.md)\n",
    ),
    ("src/README.md", page_and!("")),
    ("src/one.md", "# One\n\nSee {{#ref part/step}}.\n"),
];

/// A script whose text goes over lines.
const OVER_LINES: &str = "const text = `\n    // stays\n\n    so`;\n";

const TABLE: &[Row] = &[
    Row {
        book: "title = \"Large\"",
        seen: &[("book/one.html", "<title>One - Large</title>")],
        gone: &[("book/one.html", "<title>One - Small</title>")],
        ..ROW
    },
    Row {
        book: "",
        seen: &[("book/one.html", "<title>One</title>")],
        ..ROW
    },
    Row {
        book: "description = \"Of steps.\"\nauthors = [\"A\"]",
        seen: &[("book/one.html", "Of steps.\">")],
        ..ROW
    },
    Row {
        book: "src = \"deep/pages\"",
        files: &[
            ("deep/pages/SUMMARY.md", "- [Two](two.md)\n"),
            (
                "deep/pages/two.md",
                "# Two\n\n{{#listing part/step}}\n\n{{#figure part/step \"It.\"}}\n",
            ),
        ],
        seen: &[("book/two.html", "id=\"figure:part/step\"")],
        gone: &[("book/one.html", "One")],
        ..ROW
    },
    Row {
        book: "language = \"ar\"",
        seen: &[
            ("book/one.html", "<html lang=\"ar\""),
            ("book/one.html", "dir=\"rtl\""),
        ],
        ..ROW
    },
    Row {
        book: "text-direction = \"rtl\"",
        seen: &[("book/one.html", "dir=\"rtl\"")],
        gone: &[("book/one.html", "dir=\"ltr\"")],
        ..ROW
    },
    Row {
        build: "build-dir = \"public/book\"",
        seen: &[("public/book/one.html", "id=\"figure:part/step\"")],
        ..ROW
    },
    Row {
        build: "create-missing = true",
        files: &[(
            "src/SUMMARY.md",
            "- [One](one.md)\n- [Two](two.md)\n\n[Proofs](proofs.md)\n",
        )],
        seen: &[
            ("book/two.html", "<h1 id=\"two\">"),
            ("src/two.md", "# Two"),
        ],
        ..ROW
    },
    Row {
        binder: "after = [\"links\"]",
        files: &[
            ("src/one.md", INCLUDES),
            ("shared/more.md", "At {{#value part/step.w}}."),
        ],
        seen: &[
            (
                "book/one.html",
                "At <span class=\"value\" data-value=\"part/step.w\">0.50</span>.",
            ),
            ("book/one.html", "id=\"figure:part/step\""),
        ],
        ..ROW
    },
    Row {
        html: "smart-punctuation = false",
        files: &[("src/one.md", QUOTES)],
        seen: &[
            ("book/one.html", "\"So\" -- it goes."),
            ("book/one.html", "It's it."),
        ],
        gone: &[
            ("book/one.html", "“So” – it goes."),
            ("book/one.html", "It’s it."),
        ],
        ..ROW
    },
    Row {
        html: "definition-lists = false\nadmonitions = false",
        files: &[("src/one.md", TERM)],
        seen: &[
            ("book/one.html", "weight\n: What moves."),
            ("book/one.html", "[!NOTE]"),
        ],
        gone: &[
            ("book/one.html", "<dt"),
            ("book/one.html", "blockquote-tag-note"),
        ],
        ..ROW
    },
    Row {
        html: "site-url = \"/small/\"",
        seen: &[("book/404.html", "<base href=\"/small/\">")],
        gone: &[("book/404.html", "<base href=\"/\">")],
        ..ROW
    },
    Row {
        html: "git-repository-url = \"https://example.org/a/b\"\n\
               git-repository-icon = \"fab-gitlab\"",
        seen: &[(
            "book/one.html",
            "<a href=\"https://example.org/a/b\" title=\"Git repository\"",
        )],
        ..ROW
    },
    Row {
        html: "edit-url-template = \"https://example.org/edit/main/{path}\"",
        seen: &[(
            "book/one.html",
            "href=\"https://example.org/edit/main/src/one.md\"",
        )],
        ..ROW
    },
    Row {
        html: "input-404 = \"lost.md\"",
        files: &[("src/lost.md", "# Lost\n\n[Home](one.md)\n")],
        seen: &[("book/lost.html", "<h1 id=\"lost\">")],
        ..ROW
    },
    Row {
        html: "input-404 = \"\"",
        gone: &[("book/404.html", "")],
        ..ROW
    },
    Row {
        rest: "[output.html.redirect]\n\"/old/place.html\" = \"../one.html#part/step\"\n\
               \"/away.html\" = \"https://example.org\"",
        seen: &[
            ("book/old/place.html", "../one.html#part/step"),
            ("book/away.html", "https://example.org"),
        ],
        ..ROW
    },
    Row {
        rest: "[output.html.fold]\nenable = true\nlevel = 1",
        files: &[
            (
                "src/SUMMARY.md",
                "- [One](one.md)\n  - [Two](two.md)\n\n[Proofs](proofs.md)\n",
            ),
            ("src/two.md", "# Two\n"),
        ],
        seen: &[("book/toc.html", "chapter-fold-toggle")],
        ..ROW
    },
    Row {
        rest: "[output.html.print]\nenable = false",
        gone: &[("book/print.html", "One"), ("book/one.html", "print.html")],
        ..ROW
    },
    Row {
        rest: "[output.html.search]\nenable = false",
        gone: &[("book/one.html", "mdbook-searchbar")],
        ..ROW
    },
    Row {
        html: "additional-js = [\"own/own.js\"]",
        files: &[("own/own.js", "own();\n")],
        seen: &[("book/one.html", "src=\"own/own-")],
        gone: &[("book/one.html", "src=\"highlight.js\"")],
        ..ROW
    },
    Row {
        html: "cname = \"small.example.org\"",
        seen: &[("book/CNAME", "small.example.org\n")],
        ..ROW
    },
    Row {
        html: "no-section-label = true",
        gone: &[("book/toc.html", "<strong aria-hidden=\"true\">1.</strong>")],
        ..ROW
    },
    Row {
        build: "use-default-preprocessors = false",
        files: README,
        seen: &[
            ("book/README.html", "id=\"part/step\""),
            ("book/one.html", "href=\"README.html#part/step\""),
        ],
        ..ROW
    },
    Row {
        html: "hash-files = false\nsidebar-header-nav = false",
        gone: &[("book/toc.js", "dynamically adding headers")],
        ..ROW
    },
    Row {
        html: "default-theme = \"ayu\"\npreferred-dark-theme = \"coal\"",
        seen: &[
            ("book/one.html", "default_light_theme = \"ayu\""),
            ("book/one.html", "default_dark_theme = \"coal\""),
        ],
        ..ROW
    },
    Row {
        html: "hash-files = false\nadditional-css = [\"theme/own.css\"]\n\
               additional-js = [\"theme/own.js\"]",
        files: &[
            ("theme/own.css", ".own { }\n"),
            ("theme/own.js", OVER_LINES),
        ],
        seen: &[
            ("book/theme/own.css", ".own { }"),
            ("book/theme/own.js", OVER_LINES),
        ],
        ..ROW
    },
    Row {
        rest: "[rust]\nedition = \"2018\"",
        files: &[("src/one.md", RUST)],
        seen: &[("book/one.html", "language-rust edition2018")],
        ..ROW
    },
    Row {
        rest: "[output.html.playground]\neditable = true\nline-numbers = true\ncopyable = false",
        seen: &[("book/one.html", "window.playground_line_numbers = true")],
        gone: &[("book/one.html", "window.playground_copyable = true")],
        ..ROW
    },
    Row {
        rest: "[output.html.code.hidelines]\npython = \"#\"",
        files: &[
            (
                "shared/tools/rule.py",
                "\"\"\"The rule.\"\"\"\n\n# A comment.\nrule()\n",
            ),
            ("src/one.md", PYTHON),
        ],
        seen: &[("book/one.html", "<span class=\"boring\"> mine\n</span>")],
        ..ROW
    },
];

impl Row {
    /// The small book with these files and settings.
    fn book(&self) -> SmallBook {
        let toml = format!(
            "[book]\n{}\n[build]\n{}\n[preprocessor.binder]\nrenderers = [\"html\"]\n\
             code = [\"listings\", \"shared\"]\n{}\n[output.html]\n{}\n{}\n",
            self.book, self.build, self.binder, self.html, self.rest
        );
        let book = SmallBook::new().file("book.toml", &toml);
        let files = self.files.iter();
        files.fold(book, |book, (path, text)| book.file(path, text))
    }

    /// The same with none of the settings.
    fn without(&self) -> Row {
        Row {
            files: self.files,
            ..ROW
        }
    }
}

/// Whether the file of the rendered book is there and holds that part.
fn holds(book: &SmallBook, (file, part): &(&str, &str)) -> bool {
    let text = fs::read_to_string(book.root().join(file));
    text.is_ok_and(|text| text.contains(part))
}

#[test]
fn a_page_named_404_is_what_mdbook_shows_for_an_address_that_is_none() {
    let book = SmallBook::new().file("src/404.md", "# Lost\n\n[Home](one.md#one)\n");
    book.binds();
    assert!(holds(&book, &("book/404.html", "<h1 id=\"lost\">")));
    assert!(holds(&book, &("book/404.html", "href=\"one.html#one\"")));
}

/// The small book with these lines at the end of its book.toml.
fn with(lines: &str) -> SmallBook {
    let book = SmallBook::new();
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    book.file("book.toml", &format!("{toml}{lines}\n"))
}

#[test]
fn a_setting_that_would_do_nothing_or_harm_is_told_with_its_line() {
    let mut wrong = Vec::new();
    for (lines, message) in [
        (
            "[output.html]\n# curly-quotes\ncurly-quotes = true",
            "book.toml:10: under [output.html]: no setting \"curly-quotes\"; of 26 the nearest are ",
        ),
        (
            "[output.html]\nfold = 1",
            "book.toml:8: under [output.html]: invalid type: integer `1`, expected ",
        ),
        (
            "[output.html]\nmathjax-support = true",
            "book.toml:9: mathjax-support loads from another host; take it out: \
             formulas between $ signs become MathML without it",
        ),
        (
            "[output.html.print]\npage-break = false",
            "book.toml:9: mdBook 0.5 does not heed page-break; take it out",
        ),
        (
            "[output.html]\nsite-url = \"https://example.org/book\"",
            "book.toml:9: site-url \"https://example.org/book\" is no address of a folder; \
             write it as \"/book/\" or \"https://example.org/book/\"",
        ),
        (
            "[output.html]\nsite-url = \"book/\"",
            "book.toml:9: site-url \"book/\" is no address of a folder",
        ),
        (
            "[output.html]\nadditional-css = [\n  \"own.css\",\n]",
            "book.toml:10: no file \"own.css\"",
        ),
        (
            "[output.html]\ninput-404 = \"lost.md\"",
            "book.toml:9: no file src/lost.md",
        ),
        (
            "[output.html.redirect]\n\"/old.html\" = \"two.html\"",
            "book.toml:9: no page or file \"two.html\"",
        ),
        (
            "[output.html.redirect]\n\"/old.html\" = \"one.html#two\"",
            "book.toml:9: src/one.md has no heading \"two\"",
        ),
        (
            "[output.html]\n[output.markdown]",
            "book.toml:9: [output.markdown] gets the pages with their directives as they stand; \
             name \"html\" and \"markdown\" in `renderers` under [preprocessor.binder]",
        ),
    ] {
        let bound = binder::bind(&with(lines).book());
        let told = bound.map_or_else(|error| error.to_string(), |_| String::new());
        if !(told.starts_with(message) && told.ends_with("\n1 problem")) {
            wrong.push(format!("{lines}\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_book_that_no_renderer_makes_pages_of_is_told() {
    let told = binder::bind(&with("[output.markdown]").book()).unwrap_err();
    let message = "book.toml: of the tables [output.…] none is [output.html]; add it";
    assert!(format!("{told:#}").ends_with(message), "{told:#}");
}

#[test]
fn a_folder_of_pages_that_would_hold_the_rendered_book_is_told() {
    for (folders, build_dir) in [
        ("src = \".\"\n[build]", "book"),
        ("[build]\nbuild-dir = \"src/book\"", "src/book"),
    ] {
        let book = SmallBook::new().file("SUMMARY.md", "- [Page](src/one.md)\n");
        let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
        let book = book.file("book.toml", &toml.replace("[build]", folders));
        let told = binder::bind(&book.book()).expect_err(folders);
        let message = format!(
            "book.toml: build-dir \"{build_dir}\" lies in the folder of the pages, which mdBook \
             copies into the book; name a folder beside it, or another `src`"
        );
        assert_eq!(told.to_string(), message);
    }
}

#[test]
fn what_mdbook_shows_as_it_stands_holds_nothing_to_be_woven() {
    let book = SmallBook::new();
    book.binds();
    let lost = "# Lost\n\nAt {{#value part/step.w}}, $w$.\n\n[Home](home.md)\n";
    let message = "src/404.md:3: mdBook shows this page as it stands; write what";
    book.file("src/404.md", lost).fails_with(&[
        &format!("{message} $w$ stands for"),
        &format!("{message} {{{{#value part/step.w}}}} stands for"),
        "src/404.md:5: no page or file \"home.md\"; did you mean \"one.md\"?",
    ]);
}

#[test]
fn the_book_is_rendered_anew_when_the_environment_sets_something_else() {
    let test = "settings::the_book_is_rendered_anew_when_the_environment_sets_something_else";
    let book = SmallBook::new();
    if let Some(root) = std::env::var_os("BOUND") {
        let root = root.into();
        let bound = binder::bind(&Book {
            root,
            ..book.book()
        });
        return drop(bound.unwrap());
    }
    for title in ["Small", "Other", "Small"] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", test]).env("BOUND", book.root());
        if title != "Small" {
            child.env("MDBOOK_BOOK__TITLE", title);
        }
        assert!(child.output().unwrap().status.success());
        let title = format!("<title>One - {title}</title>");
        assert!(book.html().contains(&title), "{title}");
    }
}

#[test]
fn check_makes_no_page_that_is_missing() {
    let book = SmallBook::new();
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    let book = book
        .file("book.toml", &toml.replace("create-missing = false", ""))
        .file(
            "src/SUMMARY.md",
            "- [One](one.md)\n- [Two](two.md)\n\n[Proofs](proofs.md)\n",
        );
    let told = format!("{:#}", binder::check(&book.book()).unwrap_err());
    assert!(told.contains("failed to read chapter `two.md`"), "{told}");
    assert!(!book.root().join("src/two.md").exists());
}

#[test]
fn drafts_parts_and_separators_take_no_place_among_the_pages() {
    let summary = "# Small\n\n# Part\n\n- [Draft]()\n  - [One](one.md)\n\n---\n\n\
                   - [Later]()\n\n[Proofs](proofs.md)\n";
    let book = SmallBook::new().file("src/SUMMARY.md", summary);
    book.binds();
    assert!(holds(&book, &("book/one.html", "Listing 1.1.1")));
    assert!(holds(&book, &("book/index.html", "Listing 1.1.1")));
}

/// A program for `sh` that answers mdBook as a preprocessor, and writes a
/// directive in the place of a word.
#[cfg(unix)]
const OTHER: &str = "\
    [ \"$1\" = supports ] || sed 's/^.*,{\"items\"/{\"items\"/; s/]$//; \
    s/WEIGHT/{{#value part\\/step.w}}/'\n";

#[cfg(unix)]
#[test]
fn another_preprocessor_runs_before_or_after_the_binder_as_the_settings_say() {
    let value = "<span class=\"value\" data-value=\"part/step.w\">0.50</span>";
    for (order, shown) in [("before", value), ("after", "{{#value part/step.w}}")] {
        let lines =
            format!("[preprocessor.other]\ncommand = \"sh other.sh\"\n{order} = [\"binder\"]");
        let book = with(&lines).file("other.sh", OTHER);
        let book = book.page_and("It is WEIGHT.");
        book.binds();
        let sentence = format!("<p>It is {shown}.</p>");
        assert!(holds(&book, &("book/one.html", &sentence)), "{order}");
    }
}

#[test]
fn another_renderer_gets_woven_pages_in_a_folder_of_its_own() {
    // The book that is replaced was alone in its folder.
    let book = SmallBook::new();
    book.binds();
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    let toml = toml.replace("[\"html\"]", "[\"html\", \"markdown\"]");
    let toml = format!("{toml}[output.html]\n[output.markdown]\n");
    let book = book.file("book.toml", &toml);
    book.binds();
    let book = book.page_and("More.");
    let index = binder::bind(&book.book()).unwrap().index;
    assert_eq!(index, book.root().join("book/html/index.html"));
    assert!(index.is_file() && !book.root().join("book/index.html").exists());
    for file in ["book/html/one.html", "book/markdown/one.md"] {
        let value = "data-value=\"part/step.w\"";
        assert!(holds(&book, &(file, value)), "{file}");
        assert!(holds(&book, &(file, "More.")), "{file}");
    }
}

#[test]
fn every_setting_of_mdbook_does_what_it_says() {
    let mut wrong = Vec::new();
    let unset = ROW.book();
    unset.binds();
    for row in TABLE {
        let book = row.book();
        let plain = match row.files {
            [] => &unset,
            _ => &row.without().book(),
        };
        let bound = binder::bind(&book.book());
        let bound = bound.map_or_else(|error| format!("{error:#}"), |_| String::new());
        // Without its settings not every row makes a book.
        if !row.files.is_empty() {
            let _ = binder::bind(&plain.book());
        }
        let expected = row.seen.iter().map(|part| (part, true));
        let expected = expected.chain(row.gone.iter().map(|part| (part, false)));
        for (part, is_seen) in expected {
            let found = (holds(&book, part), holds(plain, part));
            if found != (is_seen, !is_seen) {
                let settings = [row.book, row.build, row.binder, row.html, row.rest].join("\n");
                wrong.push(format!("{settings}\n{part:?} {found:?} {bound}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Where the small book's listing leads with these lines under `[output.html]`.
fn listing_leads(lines: &str) -> String {
    let book = with(&format!("[output.html]\n{lines}"));
    book.binds();
    let html = book.html();
    let (before, _) = html
        .split_once("\"><code>listings/part/step.rs</code></a>")
        .expect(lines);
    before
        .rsplit_once("<p class=\"run\"><a href=\"")
        .unwrap()
        .1
        .to_string()
}

#[test]
fn a_listing_leads_to_its_file_in_the_repository() {
    let file = "listings/part/step.rs";
    for (url, edit, shown) in [
        (
            "https://github.com/a/b",
            "",
            "https://github.com/a/b/blob/HEAD/",
        ),
        (
            "https://gitlab.com/a/b/",
            "",
            "https://gitlab.com/a/b/blob/HEAD/",
        ),
        (
            "https://github.com/a/b",
            "https://github.com/a/b/edit/main/{path}",
            "https://github.com/a/b/blob/main/",
        ),
        (
            "https://github.com/a/edit",
            "https://github.com/a/edit/edit/main/edit/{path}",
            "https://github.com/a/edit/blob/main/edit/",
        ),
        (
            "https://gitlab.com/a/b/c",
            "https://gitlab.com/a/b/c/-/edit/main/docs/{path}",
            "https://gitlab.com/a/b/c/-/blob/main/docs/",
        ),
        (
            "https://codeberg.org/a/b/",
            "https://codeberg.org/a/b/_edit/main/{path}",
            "https://codeberg.org/a/b/src/branch/main/",
        ),
        (
            "https://example.org/a/b",
            "https://example.org/change?file={path}",
            "https://example.org/a/b/blob/HEAD/",
        ),
    ] {
        let edit = format!("edit-url-template = \"{edit}\"");
        let edit = if edit.contains("{path}") { &*edit } else { "" };
        let led = listing_leads(&format!("git-repository-url = \"{url}\"\n{edit}"));
        assert_eq!(led, format!("{shown}{file}"));
    }
}

#[test]
fn without_a_repository_a_listing_names_its_file_or_leads_to_the_page_of_files() {
    let book = with("[output.html]\nedit-url-template = \"https://example.org/edit/{path}\"");
    book.binds();
    let named = "<p class=\"run\"><code>listings/part/step.rs</code> · run it";
    assert!(holds(&book, &("book/one.html", named)));
}
