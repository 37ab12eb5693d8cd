//! Hands on the figures: what is dragged in a drawing turns its knobs.

use crate::browser::{Browser, Engine, Pointer};
use crate::figures::{IDLE, agrees, in_every_engine, status, turn};
use crate::site::Site;
use serde::Deserialize;
use serde_json::json;

/// A handle as it stands in the window.
#[derive(Debug, Deserialize)]
struct Handle {
    /// Its middle.
    at: (f64, f64),
    /// The edges of its panel: left, top, right, bottom.
    panel: (f64, f64, f64, f64),
    /// The settings of the knobs that it turns; none for a coordinate that it
    /// does not.
    settings: (Option<String>, Option<String>),
    /// Whether such a knob has come to an end.
    ends: (bool, bool),
}

/// The handles of a listing's figure.
const HANDLES: &str = r#"(listing) => {
    const figure = document.querySelector(`figure.chart[data-listing="${listing}"]`);
    const svg = [...figure.querySelectorAll(".wide > svg, .narrow > svg")].find(svg => svg.getClientRects().length > 0);
    const { left, top, width, height } = svg.getBoundingClientRect();
    const { width: across, height: down } = svg.viewBox.baseVal;
    // A drawing is in the middle of its room, as large as that allows.
    const scale = Math.min(width / across, height / down);
    const [x0, y0] = [left + (width - scale * across) / 2, top + (height - scale * down) / 2];
    const setting = (name) => name === "" ? null
        : figure.querySelector(`.knob:has([name="${name}"]) [type=text]`).value;
    const isAtEnd = (name) => name !== "" && (({ value, max }) => value === "0" || value === max)(
        figure.querySelector(`[name="${name}"]`));
    const shown = [...figure.querySelectorAll(".handle:not([hidden])")];
    return [...svg.querySelectorAll("[data-at]")].map((group, number) => {
        const box = group.parentElement.dataset.box.split(" ").map(Number);
        const panel = box.map((edge, at) => (at % 2 ? y0 : x0) + scale * edge);
        const { left, top, width, height } = shown[number].getBoundingClientRect();
        const sets = group.dataset.sets.split(" ");
        return { at: [left + width / 2, top + height / 2], panel,
                 settings: sets.map(setting), ends: sets.map(isAtEnd) };
    });
}"#;

fn handles(browser: &mut Browser, listing: &str) -> Vec<Handle> {
    let handles = browser.evaluate(&format!("({HANDLES})('{listing}')"));
    serde_json::from_value(handles).unwrap()
}

/// Brings a handle into view, below the knobs, which stay on a small screen.
fn show(browser: &mut Browser, listing: &str, number: usize) {
    let handle = format!("figure.chart[data-listing='{listing}'] .handle:not([hidden])");
    browser.wait_until(&format!("document.querySelector(\"{handle}\") !== null"));
    browser.evaluate(&format!(
        "(() => {{ const {{ top, height }} = document.querySelectorAll(\"{handle}\")[{number}]
                .getBoundingClientRect();
            const place = scrollY + top + height / 2 - 0.65 * innerHeight;
            scrollTo({{ top: place, behavior: 'instant' }}); }})()"
    ));
}

/// The live figures of a page that have handles, once they are there.
fn figures(browser: &mut Browser) -> Vec<String> {
    browser.wait_until(
        "[...document.querySelectorAll('figure.chart:has(form.knobs):has([data-at])')]
            .every(figure => figure.querySelector('.handle'))",
    );
    let figures = browser.evaluate(
        "[...document.querySelectorAll('figure.chart:has(form.knobs):has([data-at])')]
            .map(figure => figure.dataset.listing)",
    );
    serde_json::from_value(figures).unwrap()
}

#[test]
fn every_handle_comes_along_and_turns_its_knobs() {
    let site = Site::copy("handles");
    let address = site.serve();
    in_every_engine(|browser| {
        let mut tried = 0;
        for (page, width) in site.live_pages().iter().flat_map(|p| [(p, 1440), (p, 520)]) {
            browser.size(width, 900).open(&format!("{address}/{page}"));
            for listing in figures(browser) {
                let count = handles(browser, &listing).len();
                for number in 0..count {
                    comes_along(browser, &listing, number);
                    tried += 1;
                }
                agrees(browser, &listing, "after its handles were dragged");
            }
            assert_eq!(browser.evaluate("said"), json!([]), "{page}");
        }
        assert!(tried > 40, "{tried} handles");
    });
}

/// Drags a handle some way towards the middle of its panel: then it is there,
/// give or take a position of its knob, and the knob has another setting.
fn comes_along(browser: &mut Browser, listing: &str, number: usize) {
    show(browser, listing, number);
    let before = &handles(browser, listing)[number];
    let (left, top, right, bottom) = before.panel;
    let part = |at: f64, low: f64, high: f64| {
        let middle = (low + high) / 2.0;
        at + (0.3 * (high - low)).copysign(middle - at)
    };
    let (x, y) = before.at;
    let to = (part(x, left, right), part(y, top, bottom));
    browser.drag(Pointer::Mouse, &[before.at, ((x + to.0) / 2.0, y), to]);
    browser.wait_until(IDLE);
    let after = &handles(browser, listing)[number];
    let engine = browser.engine;
    let told = format!("{engine:?}: {listing}: {before:?} to {to:?}: {after:?}");
    assert_ne!(before.settings, after.settings, "{told}");
    if after.settings.0.is_some() && !after.ends.0 {
        assert!((after.at.0 - to.0).abs() < 12.0, "{told}");
    }
    if after.settings.1.is_some() && !after.ends.1 {
        assert!((after.at.1 - to.1).abs() < 12.0, "{told}");
    }
}

#[test]
fn fingers_and_pens_drag_too_and_the_page_stays_where_it_is() {
    let site = Site::copy("fingers");
    let address = site.serve();
    let listing = "overshooting/bounce";
    in_every_engine(|browser| {
        // Only Chromium's driver has a pen.
        let pointers = match browser.engine {
            Engine::Chromium => &[Pointer::Mouse, Pointer::Finger, Pointer::Pen][..],
            _ => &[Pointer::Mouse, Pointer::Finger],
        };
        for pointer in pointers {
            browser.open(&format!("{address}/overshooting.html"));
            show(browser, listing, 1);
            let before = &handles(browser, listing)[1];
            let place = browser.evaluate("scrollY");
            let (x, y) = before.at;
            browser.drag(*pointer, &[(x, y), (x, y + 30.0), (x, y + 60.0)]);
            browser.wait_until(IDLE);
            let after = &handles(browser, listing)[1];
            let told = format!("{:?} {pointer:?}: {after:?}", browser.engine);
            assert!((after.at.1 - y - 60.0).abs() < 3.0, "{told}");
            assert_eq!(browser.evaluate("scrollY"), place, "{told}");
            agrees(browser, listing, "after a drag");
        }
    });
}

/// Keys, as WebDriver names them.
const END: char = '\u{e010}';
const HOME: char = '\u{e011}';
const UP: char = '\u{e013}';
const RIGHT: char = '\u{e014}';

#[test]
fn a_handle_is_a_slider_to_the_keyboard_and_does_not_turn_the_page() {
    let site = Site::copy("arrows");
    let address = site.serve();
    in_every_engine(|browser| {
        browser.open(&format!("{address}/gradients.html"));
        let listing = "gradients/two_weights";
        let of = "[data-listing='gradients/two_weights'] .handle";
        browser.wait_until(&format!("document.querySelector(\"{of}\") !== null"));
        let said = |browser: &mut Browser| {
            browser.wait_until(IDLE);
            let get = "handle => ['role', 'aria-label', 'aria-valuetext'].map(name =>
                handle.getAttribute(name))";
            browser.evaluate(&format!("({get})(document.querySelector(\"{of}\"))"))
        };
        for (key, values) in [
            (RIGHT, "x 2.01, y 1"),
            (UP, "x 2.01, y 1.1"),
            (HOME, "x 0.5, y 1.1"),
            (END, "x 2.2, y 1.1"),
        ] {
            browser.press(of, key);
            let expected = json!(["slider", "x and y, in the drawing", values]);
            assert_eq!(said(browser), expected, "{:?}", browser.engine);
        }
        agrees(browser, listing, "after keys");
        assert_eq!(browser.evaluate("location.pathname"), "/gradients.html");
        // It keeps the focus while the drawing is made anew.
        assert_eq!(
            browser.evaluate("document.activeElement.className"),
            "handle free"
        );
    });
}

#[test]
fn a_start_in_the_plane_is_dropped_where_one_clicks() {
    let site = Site::copy("drop");
    let address = site.serve();
    in_every_engine(|browser| {
        let listing = "gradients/two_weights";
        browser.open(&format!("{address}/gradients.html"));
        show(browser, listing, 0);
        let (left, top, right, bottom) = handles(browser, listing)[0].panel;
        let (x, y) = (0.25 * left + 0.75 * right, 0.3 * top + 0.7 * bottom);
        browser.drag(Pointer::Mouse, &[(x, y)]).wait_until(IDLE);
        let after = &handles(browser, listing)[0];
        let off = (after.at.0 - x).abs().max((after.at.1 - y).abs());
        assert!(off < 3.0, "{:?}: {after:?}, not {x} {y}", browser.engine);
        agrees(browser, listing, "after a drop");
        // Elsewhere, and where a handle goes along one axis only, a click does nothing.
        let settings = |browser: &mut Browser| {
            let settings = handles(browser, listing).into_iter().map(|h| h.settings);
            settings.collect::<Vec<_>>()
        };
        let before = settings(browser);
        let other = handles(browser, listing)[1].panel;
        let middle = ((other.0 + other.2) / 2.0, (other.1 + other.3) / 2.0);
        browser.drag(Pointer::Mouse, &[middle]).wait_until(IDLE);
        assert_eq!(settings(browser), before);
    });
}

/// The place in the window of a point of a panel, by the part of its length along
/// each axis.
fn part((left, top, right, bottom): (f64, f64, f64, f64), x: f64, y: f64) -> (f64, f64) {
    (left + x * (right - left), bottom + y * (top - bottom))
}

/// What is read at a place of a figure that the mouse is taken to. A browser that
/// is busy may miss a movement, so there are a hundred.
fn read(browser: &mut Browser, listing: &str, (x, y): (f64, f64)) -> String {
    let reading = format!("document.querySelector('[data-listing=\"{listing}\"] .reading')");
    let is_read = (0..100).any(|_| {
        browser.point((x + 1.0, y)).point((x, y));
        browser.evaluate(&format!("{reading}.hidden")) == json!(false)
    });
    assert!(is_read, "{:?}: nothing is read", browser.engine);
    let text = browser.evaluate(&format!("{reading}.textContent"));
    text.as_str().unwrap().to_string()
}

#[test]
fn the_numbers_of_the_point_that_is_pointed_at_are_shown() {
    let site = Site::copy("numbers");
    for root in [site.serve(), site.file_address()] {
        in_every_engine(|browser| {
            let listing = "overshooting/bounce";
            browser.open(&format!("{root}/overshooting.html"));
            show(browser, listing, 1);
            let panel = handles(browser, listing)[1].panel;
            // Of twelve steps the third, from 1, with a factor of −0.8; the axis is
            // from −2 to 2.
            let third = |start: f64| part(panel, 0.25, 0.5 - 0.8f64.powi(3) * start / 4.0);
            let said = read(browser, listing, third(1.0));
            let engine = browser.engine;
            assert_eq!(said, "overshoots: step k 3, weight w −0.512", "{engine:?}");
            // The same after the start was dragged to 0.6.
            let from = handles(browser, listing)[1].at;
            browser.drag(
                Pointer::Mouse,
                &[from, (from.0, from.1 + 0.1 * (panel.3 - panel.1))],
            );
            browser.wait_until(IDLE);
            let said = read(browser, listing, third(0.6));
            assert_eq!(said, "overshoots: step k 3, weight w −0.3072", "{engine:?}");
            // Where nothing is drawn, nothing is read.
            browser.point(part(panel, 0.5, 0.95));
            let hidden = "document.querySelector('.reading').hidden";
            browser.wait_until(hidden);
            assert_eq!(browser.evaluate("said"), json!([]), "{engine:?}");
        });
    }
}

/// Where the pinned curve of the second panel has its second point, in the window.
const PINNED: &str = "(listing => {
    const pinned = document.querySelector(`figure.chart[data-listing='${listing}'] .pinned`);
    const part = pinned.querySelector('svg svg:nth-of-type(2)');
    const path = part.querySelectorAll('.orange[stroke-dasharray] path')[1];
    const [, x, y] = /^M\\S+ \\S+ (\\S+) (\\S+)/.exec(path.getAttribute('d'));
    const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
    return [at.x, at.y];
})";

fn press_pin(browser: &mut Browser, listing: &str) {
    browser.evaluate(&format!(
        "document.querySelector('form[data-listing=\"{listing}\"] .pin').click()"
    ));
}

#[test]
fn what_is_pinned_stays_where_the_axes_say_and_is_named() {
    let site = Site::copy("pinned");
    let address = site.serve();
    in_every_engine(|browser| {
        let listing = "overshooting/bounce";
        browser.open(&format!("{address}/overshooting.html"));
        show(browser, listing, 1);
        press_pin(browser, listing);
        assert_eq!(status(browser, listing), " Pale: as it came.");
        for (place, pale) in [(0, "creeps"), (20, "converges"), (115, "diverges")] {
            turn(browser, listing, "learning_rate", place);
            browser.wait_until(IDLE);
            let panel = handles(browser, listing)[1].panel;
            // After one step of twelve from 1 the weight is −0.8; the axis is from
            // −2 to 2.
            let expected = part(panel, 1.0 / 12.0, 0.5 - 0.8 / 4.0);
            let at = browser.evaluate(&format!("{PINNED}('{listing}')"));
            let (x, y): (f64, f64) = serde_json::from_value(at).unwrap();
            let off = (x - expected.0).abs().max((y - expected.1).abs());
            let engine = browser.engine;
            assert!(off < 1.0, "{engine:?}, {pale}: {x} {y}, not {expected:?}");
        }
        let marked = "Numbers marked like this are at your settings.";
        let said = json!(format!("{marked} Pale: as it came."));
        assert_eq!(status(browser, listing), said);
        press_pin(browser, listing);
        assert_eq!(status(browser, listing), marked);
        let left = "document.querySelectorAll('.pinned > *').length";
        assert_eq!(browser.evaluate(left), 0);
        press_pin(browser, listing);
        let said = json!(format!("{marked} Pale: learning rate 1.2."));
        assert_eq!(status(browser, listing), said);
        // Axes that follow what they show cannot be compared.
        let listing = "overshooting/overflow";
        press_pin(browser, listing);
        turn(browser, listing, "learning_rate", 0);
        browser.wait_until(IDLE);
        let said = json!(format!("{marked} What is pinned has other axes."));
        assert_eq!(status(browser, listing), said);
        assert_eq!(browser.evaluate("said"), json!([]));
    });
}

#[test]
fn any_number_is_played_to_its_end() {
    let site = Site::copy("played");
    let address = site.serve();
    in_every_engine(|browser| {
        let listing = "overshooting/bounce";
        browser.open(&format!("{address}/overshooting.html"));
        browser.evaluate(
            "(() => { window.seen = new Set();
                const form = document.querySelector('form.knobs');
                const field = form.elements.namedItem('learning_rate').closest('.knob')
                    .querySelector('[type=text]');
                const choice = form.querySelector('.played');
                choice.value = 'learning_rate';
                choice.dispatchEvent(new Event('input', { bubbles: true }));
                setInterval(() => seen.add(field.value), 5);
                form.querySelector('.play').click(); })()",
        );
        browser.wait_until("seen.has('1.2')").wait_until(IDLE);
        let said = browser.evaluate("document.querySelector('.play').textContent");
        assert_eq!(said, "Play", "{:?}", browser.engine);
        // From 0.9 to 1.2 by hundredths.
        let seen = browser.evaluate("seen.size").as_u64().unwrap();
        assert!((20..=31).contains(&seen), "{seen} settings");
        agrees(browser, listing, "after it was played");
        assert_eq!(browser.evaluate("said"), json!([]));
    });
}
