//! The EPUB: what is in it, that it is XML whose links lead somewhere, and that
//! the same pages make the same bytes.

use crate::small_book::{SOURCE, SmallBook, step};
use crate::theme::with_theme;
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use zip::{CompressionMethod, ZipArchive};

/// The files of an EPUB, in its order.
struct Epub(Vec<(String, Vec<u8>)>);

impl Epub {
    fn open(file: &Path) -> Epub {
        let mut zip = ZipArchive::new(File::open(file).unwrap()).unwrap();
        let files = (0..zip.len()).map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().to_string(), bytes)
        });
        Epub(files.collect())
    }

    fn of(book: &SmallBook) -> Epub {
        Epub::open(&binder::epub(&book.book(), None).unwrap())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[track_caller]
    fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        let (_, bytes) = found.unwrap_or_else(|| panic!("no {name} in {:?}", self.names()));
        std::str::from_utf8(bytes).unwrap()
    }

    fn page(&self, name: &str) -> &str {
        self.text(&format!("EPUB/pages/{name}.xhtml"))
    }
}

fn parse(xml: &str) -> Document<'_> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    Document::parse_with_options(xml, options).unwrap_or_else(|error| panic!("{error} in\n{xml}"))
}

/// A book with what pages may hold: parts, folders, a draft, an image, notes,
/// tables, and HTML by hand.
fn varied() -> SmallBook {
    let summary = "[Start](README.md)\n\n# Part *A* & B\n\n- [One](one.md)\n    \
                   - [A two](part/a%20two.md)\n    - [Not yet]()\n\n# Empty\n\n- [Nor this]()\n\n---\n\n\
                   [Files](part/files.md)\n[Proofs](proofs.md)\n";
    let more = "\
![A dot](part/a%20dot.svg) [its file](part/a%20dot.svg) [elsewhere](https://example.org/?a&b)

[Proofs](proofs.md) [two](part/a%20two.md#a-heading) [set](#part/step?learning_rate=0.25)

> [!NOTE]
> A note.[^1]

[^1]: Said below, $\\frac12$, $\\dfrac12$ and $\\begin{pmatrix}1&2\\end{pmatrix}$.

| a | b |
|:--|--:|
| 1 | `<&>` |

- [x] done

<details class=\"answer\">\n<summary>Answer</summary>

So.<br>And&nbsp;so.

</details>

{{#predict part/step.w}}

<div onclick=\"x()\" data-x=\"1\" @odd=\"2\" id=\"by-hand\">By hand<script>x()</script></div>

<form id=\"gone\"><button>Go</button></form> <noscript><em>No</em> script.</noscript>

[to the form](#gone)

```rust
# fn hidden() {}
fn shown() {}
```
";
    SmallBook::new()
        .page_and(more)
        .file("src/SUMMARY.md", summary)
        .file(
            "src/README.md",
            "# Start\n\n[One](one.md#part/step) [here](README.md) [its link](one.md#gone)\n",
        )
        .file(
            "src/part/a two.md",
            "# A two\n\n## A heading\n\n[back](../one.md#figure:part/step) ![A dot](a%20dot.svg)\n",
        )
        .file("src/part/files.md", "# Files\n\n{{#files}}\n")
        .file(
            "src/part/a dot.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"1\"/></svg>\n",
        )
}

#[test]
fn an_epub_holds_the_pages_but_lists_of_proofs_and_of_files() {
    let epub = Epub::of(&varied());
    let expected = [
        "mimetype",
        "META-INF/container.xml",
        "EPUB/package.opf",
        "EPUB/contents.xhtml",
        "EPUB/epub.css",
        "EPUB/pages/index.xhtml",
        "EPUB/pages/one.xhtml",
        "EPUB/pages/part/a two.xhtml",
        "EPUB/pages/part/a dot.svg",
    ];
    assert_eq!(epub.names(), expected);
    assert_eq!(epub.text("mimetype"), "application/epub+zip");
}

#[test]
fn a_reader_knows_an_epub_by_its_first_file() {
    let book = SmallBook::new();
    let file = binder::epub(&book.book(), None).unwrap();
    assert_eq!(file, book.root().join("target/epub/small.epub"));
    let mut zip = ZipArchive::new(File::open(file).unwrap()).unwrap();
    let first = zip.by_index(0).unwrap();
    assert_eq!(first.compression(), CompressionMethod::Stored);
    assert_eq!(first.extra_data(), Some(&[][..]));
}

#[test]
fn the_contents_have_parts_and_chapters_below_chapters_and_nothing_that_is_not_there() {
    let epub = Epub::of(&varied());
    let contents = parse(epub.text("EPUB/contents.xhtml"));
    let entries = contents
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "li")));
    let shown = entries.map(|entry| {
        let depth = entry
            .ancestors()
            .filter(|node| node.has_tag_name("li"))
            .count();
        let depth = depth.max(entry.ancestors().filter(|node| is(node, "ol")).count());
        let name = entry.first_element_child().unwrap();
        let href = name.attribute("href").unwrap_or("nowhere");
        format!("{depth} {} {href}", name.text().unwrap())
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            "1 Start pages/index.xhtml",
            "1 Part A & B nowhere",
            "2 1. One pages/one.xhtml",
            "3 1.1. A two pages/part/a%20two.xhtml",
        ]
    );
}

fn is(node: &Node, name: &str) -> bool {
    node.tag_name().name() == name
}

/// The path without steps back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => assert!(plain.pop(), "{} leads out", path.display()),
            other => plain.push(other),
        }
    }
    plain
}

fn decoded(link: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(link);
    decoded.decode_utf8().unwrap().into_owned()
}

/// That all documents are XML, that the package lists all files and no other,
/// and that each link leads to a file, and an id, which is there.
fn is_whole(epub: &Epub) {
    let names: BTreeSet<_> = epub.names().into_iter().collect();
    let ends = [".xhtml", ".opf", ".xml", ".svg"];
    let documents = epub.names().into_iter();
    let documents = documents.filter(|name| ends.iter().any(|end| name.ends_with(end)));
    let documents: BTreeMap<_, _> = documents
        .map(|name| (name, parse(epub.text(name))))
        .collect();
    let ids = |name: &str| -> Vec<String> {
        let nodes = documents[name].descendants();
        nodes
            .filter_map(|node| node.attribute("id"))
            .map(String::from)
            .collect()
    };
    let mut listed = BTreeSet::new();
    for (name, document) in &documents {
        let unique: BTreeSet<_> = ids(name).into_iter().collect();
        assert_eq!(unique.len(), ids(name).len(), "{name} has an id twice");
        for node in document.descendants() {
            let target = node.attribute("href").or(node.attribute("src"));
            let Some(target) = target.filter(|target| !target.contains("://")) else {
                continue;
            };
            let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
            let folder = Path::new(name).parent().unwrap();
            let path = match path {
                "" => PathBuf::from(name),
                path => plain(&folder.join(decoded(path))),
            };
            let path = path.to_str().unwrap();
            assert!(names.contains(path), "{name} leads to {target}");
            let is_there = fragment.is_empty() || ids(path).contains(&decoded(fragment));
            assert!(is_there, "{name} leads to {target}");
            if is(&node, "item") {
                listed.insert(path.to_string());
            }
        }
    }
    let unlisted: Vec<_> = names
        .iter()
        .filter(|name| !listed.contains(**name))
        .collect();
    assert_eq!(
        unlisted,
        [&"EPUB/package.opf", &"META-INF/container.xml", &"mimetype"]
    );
}

#[test]
fn every_document_is_xml_and_every_link_leads_somewhere_in_it() {
    is_whole(&Epub::of(&SmallBook::new()));
    is_whole(&Epub::of(&varied()));
}

#[test]
fn a_link_to_what_is_not_in_it_is_text() {
    let epub = Epub::of(&varied());
    let page = parse(epub.page("one"));
    let mut links = page.descendants().filter(|node| is(node, "a"));
    let mut href = |words: &str| {
        let link = links.find(|node| node.text() == Some(words));
        link.unwrap_or_else(|| panic!("no {words}"))
            .attribute("href")
    };
    let tick = page
        .descendants()
        .find(|node| node.text() == Some("✓"))
        .unwrap();
    assert_eq!(tick.attribute("href"), None);
    assert_eq!(tick.attribute("title"), Some("Tested: it moves"));
    assert_eq!(href("its file"), None);
    assert_eq!(href("elsewhere"), Some("https://example.org/?a&b"));
    assert_eq!(href("Proofs"), None);
    assert_eq!(href("two"), Some("part/a%20two.xhtml#a-heading"));
    assert_eq!(href("set"), Some("#figure:part/step"));
    assert_eq!(href("to the form"), None);
}

#[test]
fn what_needs_a_script_or_a_wide_screen_is_not_in_it_and_the_rest_is() {
    let epub = Epub::of(&varied());
    let page = parse(epub.page("one"));
    let nodes = || page.descendants().filter(Node::is_element);
    for gone in ["script", "form", "button", "noscript", "main"] {
        assert!(!nodes().any(|node| is(&node, gone)), "{gone}");
    }
    let attributes = nodes().flat_map(|node| node.attributes());
    let names: BTreeSet<_> = attributes.map(|attribute| attribute.name()).collect();
    let for_scripts = |name: &&&str| name.starts_with("data-") || name.starts_with("on");
    assert_eq!(names.iter().find(for_scripts), None);
    let class = |name: &str| {
        nodes()
            .filter(|node| node.attribute("class") == Some(name))
            .count()
    };
    assert_eq!(
        ["narrow", "run", "data", "header", "boring"].map(class),
        [0; 5]
    );
    assert_eq!(
        ["wide", "output", "answer", "value"].map(class),
        [1, 1, 1, 2]
    );
    let texts = page.descendants().filter(Node::is_text);
    let words: String = texts.filter_map(|node| node.text()).collect();
    for kept in [
        "By hand",
        "No script.",
        "A note.",
        "fn shown() {}",
        "w = 0.5",
        "<&>",
    ] {
        assert!(words.contains(kept), "{kept} in {words}");
    }
    assert!(
        !words.contains("hidden") && !words.contains("<em>"),
        "{words}"
    );
}

#[test]
fn formulas_and_drawings_are_as_a_package_says_and_as_old_readers_know_them() {
    let epub = Epub::of(&varied());
    let package = epub.text("EPUB/package.opf");
    assert!(package.contains(
        "pages/one.xhtml\" media-type=\"application/xhtml+xml\" properties=\"mathml svg\"/>"
    ));
    assert!(package.contains("pages/index.xhtml\" media-type=\"application/xhtml+xml\"/>"));
    let page = parse(epub.page("one"));
    let named = |name| page.descendants().filter(move |node| is(node, name));
    let math = "http://www.w3.org/1998/Math/MathML";
    assert!(named("mfrac").all(|node| node.tag_name().namespace() == Some(math)));
    let style = |node: Node, name: &str| node.parent().unwrap().attribute(name).map(String::from);
    let styles = named("mfrac").map(|node| style(node, "displaystyle"));
    assert_eq!(styles.collect::<Vec<_>>(), [None, Some("true".to_string())]);
    let levels = named("mtable").map(|node| style(node, "scriptlevel"));
    assert_eq!(levels.collect::<Vec<_>>(), [Some("0".to_string())]);
    let svg = "http://www.w3.org/2000/svg";
    let drawing = page
        .descendants()
        .find(|node| node.has_tag_name((svg, "svg")) && node.has_attribute("role"));
    assert!(drawing.is_some_and(|node| node.has_attribute("viewBox")));
    assert!(!epub.page("one").contains("paint-order"));
}

#[test]
fn what_no_xml_can_hold_is_marked() {
    let book = SmallBook::new().listing("part/step", SOURCE, |cell| {
        writeln!(cell, "a\u{c}b\u{1b}c\u{ffff}");
        step(cell)
    });
    let epub = Epub::of(&book);
    assert!(epub.page("one").contains("a\u{fffd}b\u{fffd}c\u{fffd}"));
    is_whole(&epub);
}

#[test]
fn the_same_pages_make_the_same_bytes() {
    let made = |epoch| {
        let book = varied();
        fs::read(binder::epub(&book.book(), epoch).unwrap()).unwrap()
    };
    let first = made(None);
    // A zip file has times to two seconds.
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(made(None) == first);
    assert!(made(Some("1700000000")) != first);
}

#[test]
fn an_epub_says_when_it_was_changed_if_it_is_told() {
    for (epoch, modified) in [
        (None, "1980-01-01T00:00:00Z"),
        (Some("1700000000"), "2023-11-14T22:13:20Z"),
    ] {
        let book = SmallBook::new();
        let epub = Epub::open(&binder::epub(&book.book(), epoch).unwrap());
        let meta = format!("<meta property=\"dcterms:modified\">{modified}</meta>");
        assert!(epub.text("EPUB/package.opf").contains(&meta));
    }
}

#[test]
fn an_epub_says_title_authors_and_language_whatever_is_in_them() {
    let book = SmallBook::new();
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    let about = "title = \"Größe <&> 2!\"\nauthors = [\"A & B\", \"C\"]\nlanguage = \"de\"\n\
                 description = \"\\\"<b>\\\"\"";
    let book = book.file("book.toml", &toml.replace("title = \"Small\"", about));
    let file = binder::epub(&book.book(), None).unwrap();
    assert!(
        file.ends_with("target/epub/größe-2.epub"),
        "{}",
        file.display()
    );
    let epub = Epub::open(&file);
    is_whole(&epub);
    let package = parse(epub.text("EPUB/package.opf"));
    let said = |name| {
        let nodes = package.descendants().filter(move |node| is(node, name));
        nodes.filter_map(|node| node.text()).collect::<Vec<_>>()
    };
    assert_eq!(said("title"), ["Größe <&> 2!"]);
    assert_eq!(said("creator"), ["A & B", "C"]);
    assert_eq!(said("language"), ["de"]);
    assert_eq!(said("description"), ["\"<b>\""]);
    assert_eq!(said("identifier"), ["größe-2-a-b-c"]);
    let page = parse(epub.page("one"));
    assert_eq!(page.root_element().attribute("lang"), Some("de"));
}

/// That no EPUB is made, and why.
#[track_caller]
fn is_refused(book: SmallBook, epoch: Option<&str>, why: &str) {
    let error = binder::epub(&book.book(), epoch).expect_err("must be refused");
    assert_eq!(format!("{error:#}"), why);
    assert!(book.tree("target/epub").is_empty());
}

#[test]
fn what_cannot_be_an_epub_is_told_with_its_place() {
    is_refused(
        SmallBook::new(),
        Some("today"),
        "SOURCE_DATE_EPOCH: cannot read \"today\"; it takes seconds since 1970: \
         invalid digit found in string",
    );
    is_refused(
        SmallBook::new(),
        Some("253402300800"),
        "SOURCE_DATE_EPOCH: 253402300800 is after the year 9999; it takes seconds since 1970",
    );
    for title in ["", "title = \" \"\n"] {
        let book = SmallBook::new();
        let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
        is_refused(
            book.file("book.toml", &toml.replace("title = \"Small\"\n", title)),
            None,
            "book.toml: no title, which an EPUB needs; add title = \"…\" under [book]",
        );
    }
    is_refused(
        SmallBook::new()
            .page_and("![A dot](dot.bmp)")
            .file("src/dot.bmp", "BM"),
        None,
        "src/one.md: image \"dot.bmp\": an EPUB shows PNG, JPEG, GIF, SVG and WebP; \
         keep a copy as one of these\n1 problem",
    );
    is_refused(
        SmallBook::new().page_and("{{#proofs}}"),
        None,
        "SUMMARY.md: no page for an EPUB, which leaves out lists of proofs and files",
    );
    is_refused(
        SmallBook::new().page_and("{{#nothing}}"),
        None,
        "src/one.md:12: no directive \"nothing\"; there are listing, output, figure, value, \
         given, predict, ref, tested, answers, proofs, files\n1 problem",
    );
}

#[test]
fn nothing_but_the_epub_is_written() {
    // Its theme is not there before the book is bound.
    let book = with_theme(SmallBook::new());
    let before = book.tree("");
    binder::epub(&book.book(), None).unwrap();
    assert!(book.tree("") == before);
    let written: Vec<_> = book.tree("target").into_keys().collect();
    assert_eq!(written, [Path::new("epub/small.epub")]);
}

/// What epubcheck finds wrong with an EPUB.
fn epubcheck(file: &Path) -> String {
    let checked = Command::new("java")
        .args(["-jar", "/usr/share/java/epubcheck.jar", "--quiet"])
        .arg(file)
        .output()
        .expect("it is there: apt-get install epubcheck");
    let said = [checked.stdout, checked.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    format!("{} {said}", checked.status)
}

#[test]
#[ignore = "needs Java and epubcheck"]
fn epubcheck_finds_nothing_wrong_with_this_book_nor_with_a_varied_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = Command::new(env!("CARGO_BIN_EXE_book"))
        .current_dir(root)
        .arg("epub")
        .output();
    let said = String::from_utf8(made.unwrap().stdout).unwrap();
    let ours = PathBuf::from(said.strip_prefix("The EPUB: ").expect(&said).trim());
    is_whole(&Epub::open(&ours));
    assert_eq!(epubcheck(&ours).trim(), "exit status: 0");
    let varied = varied();
    let said = epubcheck(&binder::epub(&varied.book(), None).unwrap());
    // Of spaces in the names of files it warns.
    let is_wrong = said.contains("ERROR") || said.contains("FATAL");
    assert!(said.starts_with("exit status: 0") && !is_wrong, "{said}");
}
