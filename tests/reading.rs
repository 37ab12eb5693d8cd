//! How the pages read, in a browser: by everybody, in every theme, at every
//! width, over any line.

use crate::browser::Browser;
use crate::live::IDLE;
use crate::server::{compressed, serve};
use crate::the_book::{Copy, shared};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const THEMES: [&str; 5] = ["light", "rust", "coal", "navy", "ayu"];

/// The pages that a reader reads: all but the contents and the print page.
fn pages(copy: &Copy) -> Vec<String> {
    let names = copy
        .pages()
        .into_iter()
        .map(|(path, _)| path.to_string_lossy().into_owned());
    names
        .filter(|name| !["404.html", "print.html", "toc.html"].contains(&&**name))
        .collect()
}

/// Looks at every page in every theme.
fn in_every_theme(mut look: impl FnMut(&mut Browser, &str, &str)) {
    let copy = shared();
    let mut browser = Browser::start();
    browser.open(&copy.address("index.html"));
    for theme in THEMES {
        browser.theme(theme);
        for page in pages(copy) {
            browser.open(&copy.address(&page));
            look(&mut browser, &page, theme);
        }
    }
}

/// The text of axe-core, an accessibility checker.
fn axe() -> String {
    let file = "target/axe/node_modules/axe-core/axe.min.js";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path)
        .expect("axe-core is there: npm install --no-save --prefix target/axe axe-core@4")
}

/// Moves every knob of a page to its end, and waits for the figures.
const MOVE_ALL: &str = "{
    for (const control of document.querySelectorAll('form.knobs [name]')) {
        if (control.localName === 'select') control.selectedIndex = control.options.length - 1;
        else control.value = control.max;
        control.dispatchEvent(new Event('input', { bubbles: true }));
    } }";

/// Whether movement came to rest, on a page that has any.
const AT_REST: &str = "!document.querySelector('form.knobs')
    || document.querySelector('form.knobs .description') !== null";

#[test]
#[ignore = "needs Chromium and axe-core"]
fn axe_finds_nothing_on_any_page_in_any_theme_at_any_width_or_setting() {
    let axe = axe();
    let mut found = BTreeSet::new();
    in_every_theme(|browser, page, theme| {
        browser.evaluate(MOVE_ALL);
        browser.wait_until(IDLE).wait_until(AT_REST).evaluate(&axe);
        // What a theme decides, colours, is the same at every width.
        let widths: &[u32] = if theme == "light" {
            &[1440, 390]
        } else {
            &[1440]
        };
        for &width in widths {
            let violations = browser.width(width).evaluate(
                // The page hears of its new width with the next frame.
                "new Promise(requestAnimationFrame).then(() => axe.run())
                    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
                    nodes.map(node => `${id}: ${node.target} ${node.any.map(c => c.message)}`)))",
            );
            for violation in violations.as_array().unwrap() {
                let violation = violation.as_str().unwrap();
                found.insert(format!("{page} {theme} {width} {violation}"));
            }
        }
    });
    let list: Vec<String> = found.into_iter().collect();
    assert!(list.is_empty(), "{}", list.join("\n"));
}

#[test]
#[ignore = "needs Chromium"]
fn no_page_scrolls_sideways_at_any_width() {
    let copy = shared();
    let mut browser = Browser::start();
    for page in pages(copy) {
        for width in [320, 768, 1440, 3840] {
            browser.width(width).open(&copy.address(&page));
            let over = browser.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth",
            );
            assert_eq!(over, 0, "{page} at {width}: pixels too wide");
        }
    }
}

/// The words after which a line breaks within what should be held on it.
const TORN: &str = "[...document.querySelectorAll('.held')]
    .filter(held => held.getClientRects().length > 1)
    .map(held => held.textContent)";

#[test]
#[ignore = "needs Chromium"]
fn no_line_begins_with_the_mark_after_a_formula() {
    let copy = shared();
    let mut browser = Browser::start();
    for width in [320, 500, 768, 1440] {
        for page in pages(copy) {
            browser.width(width).open(&copy.address(&page));
            let torn = browser.evaluate(TORN);
            assert_eq!(torn, serde_json::json!([]), "{page} at {width}");
        }
    }
}

/// The sum of a page's layout shifts once its fonts are there.
const MOVED: &str = "document.fonts.ready.then(() => new Promise(done => {
    let moved = 0;
    const observe = (type, see) => new PerformanceObserver(see).observe({ type, buffered: true });
    observe('layout-shift', list => list.getEntries().forEach(({ value }) => moved += value));
    observe('paint', () => requestAnimationFrame(() => done(moved)));
}))";

/// What Web Vitals call a good sum of layout shifts.
const GOOD: f64 = 0.1;

#[test]
#[ignore = "needs Chromium"]
fn a_page_moves_less_than_web_vitals_call_good_through_a_slow_line() {
    let copy = shared();
    let address = serve(&copy.book());
    for width in [412, 1440] {
        for page in pages(copy) {
            // A browser that has no font yet.
            let mut browser = Browser::start();
            let page_address = format!("{address}/{page}");
            browser.width(width).slow().open(&page_address);
            let moved = browser.evaluate(MOVED).as_f64().unwrap();
            assert!(moved < GOOD, "{page} at {width}: {moved}");
        }
    }
}

#[test]
#[ignore = "needs Chromium"]
fn labels_of_figures_stay_readable_on_a_phone() {
    let copy = shared();
    let mut browser = Browser::start();
    for page in pages(copy) {
        browser.width(320).open(&copy.address(&page));
        let smallest = browser.evaluate(
            "Math.min(...[...document.querySelectorAll('.chart svg')]
                .filter(svg => svg.getClientRects().length > 0)
                .map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width *
                    parseFloat(getComputedStyle(svg.querySelector('text')).fontSize)), 99)",
        );
        let smallest = smallest.as_f64().unwrap();
        assert!(smallest >= 9.0, "{page}: a label is {smallest} pixels high");
    }
}

/// The contrast of two colours (WCAG 2.2).
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let [r, g, b] = colour.map(|channel| match channel / 255.0 {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_that_of_wcag() {
    let (black, white) = ([0.0; 3], [255.0; 3]);
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    assert!((contrast([119.0; 3], white) - 4.478).abs() < 1e-3);
}

/// The colours of all figures of a page: what is drawn in it, the colour seen,
/// the paper under it. Grid and halo carry no meaning.
const COLOURS: &str = "(() => {
                    const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
                    const rgb = colour => { pixel.fillStyle = colour; pixel.fillRect(0, 0, 1, 1);
                        return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3); };
                    const paper = rgb(getComputedStyle(document.documentElement).backgroundColor);
                    const rows = new Map();
                    for (const group of document.querySelectorAll('.chart svg g[class]:not(.grid)')) {
                        const element = group.firstElementChild;
                        const isText = element.localName === 'text';
                        const { fill, stroke } = getComputedStyle(element);
                        const seen = rgb(isText || stroke === 'none' ? fill : stroke);
                        rows.set(`${group.getAttribute('class')} ${isText ? 'text' : 'line'}`, [seen, paper]);
                    }
                    if (document.querySelector('.chart') && rows.size < 3) throw 'where are the colours?';
                    return [...rows];
                })()";

#[test]
#[ignore = "needs Chromium"]
fn lines_and_labels_of_figures_stand_out_in_every_theme() {
    in_every_theme(|browser, page, theme| {
        let rows = browser.evaluate(COLOURS);
        let rows: Vec<(String, [[f64; 3]; 2])> = serde_json::from_value(rows).unwrap();
        for (what, [colour, paper]) in rows {
            let least = if what.ends_with("text") { 4.5 } else { 3.0 };
            let seen = contrast(colour, paper);
            assert!(
                seen >= least,
                "{page} in {theme}: {what} has a contrast of {seen:.2}"
            );
        }
    });
}

#[test]
#[ignore = "needs Chromium"]
fn a_chapter_with_all_it_loads_is_light() {
    let copy = shared();
    let mut browser = Browser::start();
    for page in pages(copy) {
        browser.open(&copy.address(&page));
        let files: BTreeSet<String> = browser
            .requests()
            .iter()
            .filter_map(|address| address.strip_prefix("file://"))
            .map(|path| path.split(['?', '#']).next().unwrap_or(path).to_string())
            .collect();
        let weight: usize = files
            .iter()
            .map(|file| compressed(&fs::read(file).unwrap()).len())
            .sum();
        println!("{page}: {} KB compressed", weight / 1000);
        let bound = match &*page {
            "listings.html" | "proofs.html" => 450_000,
            // Their figure comes first, and so does what computes it.
            "laboratory.html" => 350_000,
            "index.html" | "introduction.html" => 250_000,
            _ => 200_000,
        };
        assert!(weight < bound, "{page}: {weight} bytes: {files:?}");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn all_code_on_the_pages_is_in_a_language_that_is_highlighted() {
    let copy = shared();
    let mut browser = Browser::start();
    for page in pages(copy) {
        browser.open(&copy.address(&page));
        let unknown = browser.evaluate(
            "[...document.querySelectorAll('pre code[class*=language-]')]
                .map(code => code.className.match(/language-(\\S+)/)[1])
                .filter(name => !hljs.getLanguage(name)).join()",
        );
        assert_eq!(unknown, "", "{page}");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn the_contents_open_and_close_by_keyboard() {
    let copy = shared();
    let mut browser = Browser::start();
    browser.width(1440).open(&copy.address("overshooting.html"));
    let is_open = "document.getElementById('mdbook-sidebar').style.display !== 'none'";
    assert_eq!(browser.evaluate(is_open), true, "at first");
    for expected in [false, true] {
        browser.evaluate("document.getElementById('mdbook-sidebar-toggle').focus()");
        browser
            .press("Enter")
            .wait_until(&format!("({is_open}) === {expected}"));
    }
}
