//! A book whose whole address is known says it to machines.

use crate::browser::Browser;
use crate::server::serve;
use crate::small_book::SmallBook;
use crate::theme::with_theme;
use serde_json::json;
use std::fs;

/// A template as the theme has it, and mdBook's own besides.
const HEAD: &str = "<meta property=\"og:image\" content=\"{{ path_to_root }}social.png\">\n";

/// A book with pages in folders and a draft.
fn book(site_url: &str) -> SmallBook {
    let summary = "- [One](one.md)\n- [Draft]()\n  - [Deep](deep/über & so.md)\n\
                   - [Folder](folder/README.md)\n\n[Proofs](proofs.md)\n";
    let book = SmallBook::new()
        .file(
            "src/SUMMARY.md",
            &summary.replace("deep/über & so.md", "<deep/über & so.md>"),
        )
        .file("src/deep/über & so.md", "# Deep\n")
        .file("src/folder/README.md", "# Folder\n")
        .file("theme/head.hbs", HEAD);
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    book.file("book.toml", &format!("{toml}[output.html]\n{site_url}\n"))
}

fn read(book: &SmallBook, file: &str) -> String {
    fs::read_to_string(book.root().join("book").join(file)).unwrap()
}

/// What the page says of itself under that name.
fn told<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let before = format!("<meta property=\"{name}\" content=\"");
    let told = html.split(&*before).skip(1);
    told.map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[test]
fn pages_of_a_book_with_a_whole_address_say_theirs_and_their_pictures() {
    let book = book("site-url = \"https://example.org/small/\"");
    book.binds();
    for (file, address) in [
        ("one.html", "one.html"),
        ("index.html", "one.html"),
        ("deep/über & so.html", "deep/%C3%BCber%20%26%20so.html"),
        ("folder/index.html", "folder/"),
        ("proofs.html", "proofs.html"),
    ] {
        let html = read(&book, file);
        let address = format!("https://example.org/small/{address}");
        assert_eq!(told(&html, "og:url"), [&*address], "{file}");
        let picture = "https://example.org/small/social.png";
        assert_eq!(told(&html, "og:image"), [picture], "{file}");
        let (head, _) = html.split_once("</head>").unwrap();
        assert_eq!(told(head, "og:url").len(), 1, "{file}");
    }
    let lost = read(&book, "404.html");
    assert!(lost.contains("<base href=\"https://example.org/small/\">"));
    for no_page in ["404.html", "print.html"] {
        assert_eq!(told(&read(&book, no_page), "og:url"), [] as [&str; 0]);
    }
}

#[test]
fn the_map_of_a_site_has_every_page_once_and_nothing_else() {
    let book = book("site-url = \"https://example.org/small/\"");
    book.binds();
    let map = read(&book, "sitemap.xml");
    let map = roxmltree::Document::parse(&map).unwrap();
    let namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";
    let addresses = map
        .descendants()
        .filter(|node| node.has_tag_name((namespace, "loc")));
    let addresses: Vec<_> = addresses.filter_map(|node| node.text()).collect();
    let expected = [
        "one.html",
        "deep/%C3%BCber%20%26%20so.html",
        "folder/",
        "proofs.html",
    ];
    assert_eq!(
        addresses,
        expected.map(|page| format!("https://example.org/small/{page}"))
    );
    assert!(map.root_element().has_tag_name((namespace, "urlset")));
}

#[test]
fn a_map_that_the_author_wrote_stays() {
    let book = book("site-url = \"https://example.org/small/\"").file("src/sitemap.xml", "<own/>");
    book.binds();
    assert_eq!(read(&book, "sitemap.xml"), "<own/>");
}

#[test]
fn a_book_whose_address_is_a_path_or_unknown_has_no_map_and_no_whole_addresses() {
    for site_url in ["", "site-url = \"/small/\""] {
        let book = book(site_url);
        book.binds();
        assert!(!book.root().join("book/sitemap.xml").exists());
        let html = read(&book, "folder/index.html");
        assert_eq!(told(&html, "og:image"), ["../social.png"]);
        assert_eq!(told(&html, "og:url"), [] as [&str; 0]);
    }
}

/// What a page lacks that it asked for, where its text is set in no font of the
/// book's, or the list of pages does not come.
const LACKS: &str = "document.fonts.ready.then(() => [
    ...[...document.querySelectorAll('link[rel=stylesheet]:not([disabled])')].filter(link => !link.sheet?.cssRules.length)
        .map(link => link.href),
    ...[...document.fonts].some(({ status }) => status === 'loaded') ? [] : ['fonts'],
    ...document.querySelector('mdbook-sidebar-scrollbox a') ? [] : ['pages'],
])";

#[test]
#[ignore = "needs Chromium"]
fn who_is_lost_deep_below_a_book_finds_its_look_and_its_pages() {
    let mut browser = Browser::start();
    for (site_url, root) in [("", ""), ("site-url = \"/small/\"", "small/")] {
        let book = with_theme(SmallBook::new());
        let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
        let book = book.file("book.toml", &format!("{toml}{site_url}\n"));
        book.binds();
        let site = tempfile::tempdir().unwrap();
        for (file, content) in book.tree("book") {
            let file = site.path().join(root).join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        let address = serve(site.path());
        browser.open(&format!("{address}/{root}some/deep/path.html"));
        assert_eq!(browser.evaluate(LACKS), json!([]), "{site_url}");
        // Nothing but the page itself is not there.
        let said = browser.messages();
        assert!(
            said.len() == 1 && said[0].contains("some/deep/path.html"),
            "{said:?}"
        );
        let link = "document.querySelector('mdbook-sidebar-scrollbox a').href";
        let leads = browser.evaluate(link);
        assert_eq!(leads, json!(format!("{address}/{root}one.html")));
    }
}
