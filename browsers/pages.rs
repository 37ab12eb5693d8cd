//! Pages: quiet, light on paper, and turned only by who wants to.

use crate::browser::{Browser, Engine};
use crate::figures::{agree_at_the_ends, in_every_engine};
use crate::site::Site;
use serde_json::json;

/// Opens every page of a site, served and from its folder.
fn loads_without_a_message(browser: &mut Browser, site: &Site, address: &str) {
    // A server sends 404.html for any path, so it names all from the server's root.
    for (root, other) in [(address, ""), (&site.file_address(), "404.html")] {
        for page in site.pages().iter().filter(|page| *page != other) {
            browser.open(&format!("{root}/{page}"));
            let said = browser.evaluate("document.fonts.ready.then(() => said)");
            assert_eq!(said, json!([]), "{:?}: {root}/{page}", browser.engine);
        }
    }
}

#[test]
fn every_page_loads_without_a_message() {
    let site = Site::copy("quiet");
    let address = site.serve();
    in_every_engine(|browser| loads_without_a_message(browser, &site, &address));
}

/// Those that `.ci/other-books` renders: what `new` makes, and the one in examples/.
#[test]
fn books_of_others_load_without_a_message_and_their_figures_agree() {
    for (book, name) in [
        ("target/others/new", "new"),
        ("examples/newton/book", "newton"),
    ] {
        let site = Site::copy_of(book, name);
        let address = site.serve();
        in_every_engine(|browser| {
            loads_without_a_message(browser, &site, &address);
            agree_at_the_ends(browser, &site, &address);
        });
    }
}

/// Whether words in these fonts, each at its weight, are set in what stands in for them.
const STAND_INS: &str = r#"(async () => {
    const width = (family, weight) => {
        const words = document.body.appendChild(document.createElement("span"));
        words.textContent = "The quick brown fox, 12345";
        Object.assign(words.style, { position: "absolute", whiteSpace: "nowrap" });
        words.style.font = `${weight} 40px ${family}`;
        const { width } = words.getBoundingClientRect();
        words.remove();
        return width;
    };
    const isStandIn = ([family, weight]) =>
        width(`"${family}", serif`, weight) === width("serif", weight);
    const fonts = [["Open Sans", 400], ["Open Sans", 700], ["STIX Two Math", 400], ["Book Mono", 500]];
    fonts.forEach(isStandIn);
    await document.fonts.ready;
    return fonts.filter(isStandIn);
})()"#;

#[test]
fn in_a_folder_too_words_are_set_in_the_fonts_of_the_book() {
    let site = Site::copy("fonts");
    for engine in Engine::ALL {
        // In a browser that has just started, fonts come late.
        let mut browser = Browser::start(engine);
        browser.open(&format!("{}/overshooting.html", site.file_address()));
        assert_eq!(browser.evaluate(STAND_INS), json!([]), "{engine:?}");
    }
}

/// The right arrow, as WebDriver names keys.
const ARROW: char = '\u{e014}';
const ENTER: char = '\u{e007}';

#[test]
fn an_arrow_key_in_a_control_does_not_turn_the_page() {
    let site = Site::copy("keys");
    let address = format!("{}/overshooting.html", site.serve());
    for engine in Engine::ALL {
        let mut browser = Browser::start(engine);
        browser.open(&address);
        browser.press(".play", ARROW);
        browser.press(".options button", ARROW);
        browser.press("form.knobs input[type=range]", ARROW);
        browser.press("form.knobs [type=reset]", ENTER);
        browser.wait_until("document.querySelector('form.knobs [aria-disabled=true]') !== null");
        browser.press_there(ARROW);
        browser.press("form.predict input", ARROW);
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert_eq!(
            browser.evaluate("location.pathname"),
            "/overshooting.html",
            "{engine:?}"
        );
        // Elsewhere it does.
        browser.evaluate("document.activeElement.blur()");
        browser.press_there(ARROW);
        browser.wait_until("location.pathname !== '/overshooting.html'");
    }
}

/// Shows a page as it is printed, and returns what is darker than half a white
/// behind words, and what words are lighter.
const PRINTED: &str = r#"(() => {
    for (const sheet of document.styleSheets) {
        const rules = (list) => { for (const rule of list) {
            if (rule.media?.mediaText === "print") rule.media.mediaText = "all";
            else if (rule.media?.mediaText === "screen") rule.media.mediaText = "print";
        } };
        if (sheet.media.mediaText === "print") sheet.media.mediaText = "all";
        rules(sheet.cssRules);
    }
    const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const light = (colour) => {
        pixel.fillStyle = "white"; pixel.fillRect(0, 0, 1, 1);
        pixel.fillStyle = colour; pixel.fillRect(0, 0, 1, 1);
        const [r, g, b] = pixel.getImageData(0, 0, 1, 1).data;
        return (0.21 * r + 0.72 * g + 0.07 * b) / 255;
    };
    const off = new Set();
    const paper = getComputedStyle(document.documentElement).backgroundColor;
    if (light(paper) < 0.99) off.add(`the page is ${paper}`);
    for (const element of document.querySelectorAll("main *")) {
        const { color, backgroundColor, fill, stroke } = getComputedStyle(element);
        const name = `${element.localName}.${element.getAttribute("class")}`;
        if (element.getClientRects().length === 0 || element.closest(".buttons")) continue;
        if (light(backgroundColor) < 0.7) off.add(`${name} stands on ${backgroundColor}`);
        const isWords = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        const ink = element.localName === "text" ? fill : color;
        if (isWords && light(ink) > 0.6) off.add(`${name} is written in ${ink}`);
    }
    return [...off];
})()"#;

#[test]
fn every_theme_prints_in_light_colours() {
    let site = Site::copy("print");
    let root = site.serve();
    for engine in Engine::ALL {
        let mut browser = Browser::start(engine);
        for theme in ["light", "rust", "coal", "navy", "ayu"] {
            browser.open(&format!("{root}/index.html"));
            browser.evaluate(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
            for page in ["overshooting.html", "symptoms.html"] {
                browser.open(&format!("{root}/{page}"));
                let off = browser.evaluate(PRINTED);
                assert_eq!(off, json!([]), "{engine:?}: {page} in {theme}");
            }
        }
    }
}

#[test]
fn answers_are_printed_and_the_code_of_files_and_tests_is_not() {
    const SHOWN: &str = "[...document.querySelectorAll(selector)]
        .map(element => element.getClientRects().length > 0)";
    let site = Site::copy("unfolded");
    let root = site.serve();
    for engine in Engine::ALL {
        let mut browser = Browser::start(engine);
        for (page, selector, expected) in [
            ("overshooting.html", "details.answer > p", true),
            ("proofs.html", ".proof", true),
            ("proofs.html", ".proof > details", false),
            ("listings.html", ".source > details", false),
        ] {
            browser.open(&format!("{root}/{page}"));
            browser.evaluate(PRINTED);
            let shown = browser.evaluate(&format!("(selector => {SHOWN})('{selector}')"));
            let shown = shown.as_array().unwrap();
            assert!(shown.len() > 9, "{page}: {selector}");
            let is_as_expected = shown.iter().all(|shown| *shown == json!(expected));
            assert!(is_as_expected, "{engine:?}: {page}: {selector}");
        }
    }
}
