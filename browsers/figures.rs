//! Live figures: whatever is done to the knobs, figure and knobs agree.

use crate::browser::{Browser, Engine};
use crate::site::Site;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fs;

/// Whether no figure is at work.
pub const IDLE: &str = "[...document.querySelectorAll('figure.chart')]
    .every(figure => figure.getAttribute('aria-busy') !== 'true')";

/// What of a listing's figure is not as its knobs say; an empty list if all is.
const DISAGREEMENTS: &str = r#"async listing => {
    const form = document.querySelector(`form.knobs[data-listing="${listing}"]`);
    const off = [];
    const settings = [...form.querySelectorAll(".knob")].map(knob => {
        const control = knob.querySelector("input[type=range], select");
        const field = knob.querySelector("input[type=text]");
        if (!field) return [control.name, control.value, knob.dataset.default];
        if (control.localName === "select") {
            // A text that is no example leaves the list of them empty.
            if (control.value && control.value !== field.value)
                off.push(`${control.name}: list ${control.value}, field ${field.value}`);
            return [control.name, field.value, knob.dataset.default];
        }
        const positions = control.dataset.positions.split(" ").map(Number);
        const near = Math.min(...positions.map(position => Math.abs(position - field.value)));
        if (Math.abs(positions[control.value] - field.value) > near * (1 + 1e-9))
            off.push(`${control.name}: slider ${positions[control.value]}, field ${field.value}`);
        return [control.name, field.value, knob.dataset.default];
    });
    const live = await liveListings[listing.split("/")[0]];
    const { made, error } = JSON.parse(live.run(listing, settings.map(([k, v]) => `${k}=${v}`).join("\n")));
    if (error !== undefined) return [...off, error];
    const figure = form.closest("figure");
    for (const layout of ["wide", "narrow"]) {
        const drawn = document.createElement("div");
        drawn.innerHTML = made.figure[layout];
        if (figure.querySelector("." + layout).innerHTML.trim() !== drawn.innerHTML.trim()) off.push(layout);
    }
    for (const printed of document.querySelectorAll(`pre[data-listing="${listing}"]`))
        if (printed.textContent !== made.text.trimEnd()) off.push("printed");
    const flags = settings.filter(([, text, original]) => text !== original)
        .map(([name, text]) => ` --${name.replaceAll("_", "-")}=${
            /[^\w.+-]/.test(text) ? `'${text}'` : text}`).join("");
    for (const command of document.querySelectorAll(`[data-command="${listing}"]`))
        if (command.textContent !== `cargo run -- run ${listing}${flags}`) off.push(command.textContent);
    const original = JSON.parse(live.run(listing, "")).made.values;
    for (const place of document.querySelectorAll(`[data-value^="${listing}."]`)) {
        const name = place.dataset.value.slice(listing.length + 1);
        const { text } = made.values[name];
        const isFormula = place.localName === "mrow";
        if (!isFormula && place.textContent !== text) off.push(`${name}: ${place.textContent}, not ${text}`);
        const isMarked = place.classList.contains("yours");
        if (isMarked !== (text !== original[name].text)) off.push(`${name}: ${text} is marked: ${isMarked}`);
    }
    const said = form.querySelector("[role=status]").textContent;
    if (said && said !== "Numbers marked like this are at your settings.") off.push(said);
    return off;
}"#;

#[track_caller]
pub fn agrees(browser: &mut Browser, listing: &str, when: &str) {
    browser.wait_until(IDLE);
    let off = browser.evaluate(&format!("({DISAGREEMENTS})('{listing}')"));
    let engine = browser.engine;
    assert_eq!(off, json!([]), "{engine:?}: {listing} {when}");
}

/// The knobs of a page: listing, knob, number of positions.
fn knobs(browser: &mut Browser) -> Vec<(String, String, u64)> {
    let knobs = browser.evaluate(
        "[...document.querySelectorAll('form.knobs')].flatMap(form =>
            [...form.querySelectorAll('.knob')].map(knob => knob.querySelector('[name]')).map(c =>
                [form.dataset.listing, c.name,
                 c.localName === 'select' ? c.options.length : Number(c.max) + 1]))",
    );
    serde_json::from_value(knobs).unwrap()
}

/// Moves a slider or a list to a position, as a hand does.
const MOVE: &str = "(listing, knob, place) => {
    const form = document.querySelector(`form.knobs[data-listing=\"${listing}\"]`);
    const control = form.elements.namedItem(knob);
    if (control.localName === 'select') control.selectedIndex = place;
    else control.value = place;
    control.dispatchEvent(new Event('input', { bubbles: true }));
}";

pub fn turn(browser: &mut Browser, listing: &str, knob: &str, place: u64) {
    browser.evaluate(&format!("({MOVE})('{listing}', '{knob}', {place})"));
}

/// Types into the field beside a slider.
const TYPE: &str = "(listing, knob, text) => {
    const form = document.querySelector(`form.knobs[data-listing=\"${listing}\"]`);
    const place = form.elements.namedItem(knob).closest('.knob');
    const field = place.querySelector('input[type=text]');
    field.value = text;
    field.dispatchEvent(new Event('change', { bubbles: true }));
}";

fn type_in(browser: &mut Browser, listing: &str, knob: &str, text: &str) {
    browser.evaluate(&format!("({TYPE})('{listing}', '{knob}', '{text}')"));
}

pub fn shown(browser: &mut Browser, listing: &str) -> Json {
    browser.evaluate(&format!(
        "document.querySelector('figure.chart[data-listing=\"{listing}\"] .wide').innerHTML"
    ))
}

pub fn status(browser: &mut Browser, listing: &str) -> Json {
    browser.evaluate(&format!(
        "document.querySelector('form.knobs[data-listing=\"{listing}\"] [role=status]').textContent"
    ))
}

/// Runs a check in every engine, each in a browser of its own.
pub fn in_every_engine(check: impl Fn(&mut Browser)) {
    for engine in Engine::ALL {
        check(&mut Browser::start(engine));
    }
}

/// Takes every knob of a site's pages to its ends.
pub fn agree_at_the_ends(browser: &mut Browser, site: &Site, address: &str) {
    for page in site.live_pages() {
        browser.open(&format!("{address}/{page}"));
        for (listing, knob, positions) in knobs(browser) {
            for place in [0, positions - 1] {
                turn(browser, &listing, &knob, place);
                agrees(browser, &listing, &format!("at {place} of {knob}"));
            }
            browser.evaluate(&format!(
                "document.querySelector('[data-listing=\"{listing}\"] [type=reset]').click()"
            ));
            agrees(browser, &listing, "after a reset");
        }
        assert_eq!(browser.evaluate("said"), json!([]), "{page}");
    }
}

#[test]
fn every_figure_agrees_with_every_knob_at_its_ends() {
    let site = Site::copy("ends");
    let address = site.serve();
    in_every_engine(|browser| agree_at_the_ends(browser, &site, &address));
}

/// Three hundred movements of a slider within five seconds.
const DRAG: &str = "async (listing, knob) => {
    const move = (place) => (MOVE)(listing, knob, place);
    const form = document.querySelector(`form.knobs[data-listing=\"${listing}\"]`);
    const { max } = form.elements.namedItem(knob);
    const start = performance.now();
    for (let input = 1; input <= 300; input++) {
        move(Math.round(max * Math.sin(input / 40) ** 2));
        const due = start + input * 5000 / 300;
        await new Promise(done => setTimeout(done, Math.max(0, due - performance.now())));
    }
}";

/// Keeps what listeners are told of a figure, from now on.
const LISTEN: &str = "(() => {
    window.told = [];
    const listen = (changes) => {
        const place = document.querySelector('.description');
        if (changes.some(({ target }) => target === place)) told.push(place.textContent);
    };
    const form = document.querySelector('form.knobs');
    new MutationObserver(listen).observe(form, { childList: true, subtree: true });
})()";

#[test]
fn a_drag_of_three_hundred_movements_ends_in_agreement() {
    let site = Site::copy("drag");
    let address = site.serve();
    let drag = DRAG.replace("(MOVE)", &format!("({MOVE})"));
    in_every_engine(|browser| {
        let listing = "overshooting/bounce";
        browser.open(&format!("{address}/overshooting.html"));
        browser.evaluate(&format!("({drag})('{listing}', 'learning_rate')"));
        agrees(browser, listing, "after a drag");
        assert_eq!(browser.evaluate("said"), json!([]), "{:?}", browser.engine);
    });
}

#[test]
fn a_new_description_is_told_once_when_movement_rests() {
    let site = Site::copy("told");
    let address = site.serve();
    let moves = format!(
        "[3, 9, 20].forEach(place => ({MOVE})('overshooting/bounce', 'learning_rate', place))"
    );
    in_every_engine(|browser| {
        browser.open(&format!("{address}/overshooting.html"));
        browser.evaluate(LISTEN);
        browser.evaluate(&moves);
        browser.wait_until("location.hash !== ''");
        let described = "document.querySelector('form.knobs + .drawing svg').ariaLabel";
        let described = browser.evaluate(described);
        assert_eq!(
            browser.evaluate("told"),
            json!([described]),
            "{:?}",
            browser.engine
        );
    });
}

#[test]
fn what_a_browser_lacks_is_said() {
    let site = Site::copy("lacks");
    let address = site.serve();
    in_every_engine(|browser| {
        for need in ["WebAssembly", "DecompressionStream"] {
            browser.open(&format!("{address}/overshooting.html"));
            browser.evaluate(&format!("delete window.{need}"));
            turn(browser, "overshooting/bounce", "learning_rate", 3);
            browser.wait_until(IDLE);
            let lacks = format!("This browser lacks {need}, which knobs need.");
            assert_eq!(
                status(browser, "overshooting/bounce"),
                lacks,
                "{:?}",
                browser.engine
            );
        }
    });
}

#[test]
fn an_address_restores_every_moved_knob_to_the_letter() {
    let site = Site::copy("address");
    for root in [site.serve(), site.file_address()] {
        in_every_engine(|browser| {
            let (bounce, overflow) = ("overshooting/bounce", "overshooting/overflow");
            browser.open(&format!("{root}/overshooting.html"));
            turn(browser, bounce, "steps", 5);
            // Between two positions of the slider, and not as a number is printed.
            type_in(browser, bounce, "learning_rate", "0.0123e1");
            type_in(browser, overflow, "learning_rate", "2.5001");
            browser.wait_until(IDLE);
            browser.wait_until("location.hash.split('=').length === 4");
            let moved = [shown(browser, bounce), shown(browser, overflow)];
            let holds = |browser: &mut Browser, when: &str| {
                browser.wait_until("document.querySelectorAll('.yours').length > 0");
                for (listing, moved) in [bounce, overflow].iter().zip(&moved) {
                    agrees(browser, listing, when);
                    assert_eq!(
                        shown(browser, listing),
                        *moved,
                        "{:?} {when}",
                        browser.engine
                    );
                }
            };
            browser.reload();
            holds(browser, "after a reload");
            browser.open(&format!("{root}/index.html")).back();
            holds(browser, "after Back");
            let address = browser.evaluate("location.href");
            browser.open("about:blank").open(address.as_str().unwrap());
            holds(browser, "from a copied address");
        });
    }
}

#[test]
fn what_did_not_load_is_tried_again_at_the_next_touch() {
    let site = Site::copy("again");
    let script = site.folder().join("generated/overshooting.js");
    let aside = script.with_extension("aside");
    in_every_engine(|browser| {
        let listing = "overshooting/bounce";
        fs::rename(&script, &aside).unwrap();
        browser.open(&format!("{}/overshooting.html", site.file_address()));
        let before = shown(browser, listing);
        turn(browser, listing, "learning_rate", 3);
        browser.wait_until(IDLE);
        let said = status(browser, listing);
        let failed = "generated/overshooting.js did not load. Move a knob to try again.";
        assert_eq!(said, failed, "{:?}", browser.engine);
        assert_eq!(shown(browser, listing), before);
        fs::rename(&aside, &script).unwrap();
        turn(browser, listing, "learning_rate", 4);
        agrees(browser, listing, "at the second touch");
        assert_ne!(shown(browser, listing), before);
    });
}

#[test]
fn what_is_typed_counts_to_the_letter_and_is_told_where_it_does_not() {
    let site = Site::copy("typed");
    let address = site.serve();
    in_every_engine(|browser| {
        let (listing, knob) = ("overshooting/bounce", "learning_rate");
        browser.open(&format!("{address}/overshooting.html"));
        type_in(browser, listing, knob, "0.123456");
        agrees(browser, listing, "between two positions");
        let before = shown(browser, listing);
        for (text, why) in [
            ("7", "is out of range"),
            ("two", "is not a number"),
            ("0x1", "is not a number"),
            ("", "is not a number"),
        ] {
            type_in(browser, listing, knob, text);
            browser.wait_until(IDLE);
            let message = format!("knob {knob}: {text} {why}; it takes 0.05 to 1.2");
            assert_eq!(status(browser, listing), message, "{:?}", browser.engine);
            assert_eq!(shown(browser, listing), before, "the figure stays");
            let invalid = "[...document.querySelectorAll('[aria-invalid=true]')]
                .map(field => field.value)";
            assert_eq!(browser.evaluate(invalid), json!([text]));
        }
        type_in(browser, listing, knob, "0.2");
        agrees(browser, listing, "mended");
        assert_eq!(
            browser.evaluate("document.querySelectorAll('[aria-invalid=true]').length"),
            0
        );
    });
}

#[test]
fn figures_of_all_chapters_live_on_the_page_for_print() {
    let site = Site::copy("print");
    for root in [site.serve(), site.file_address()] {
        in_every_engine(|browser| {
            browser.open(&format!("{root}/print.html"));
            let mut chapters = BTreeSet::new();
            for (listing, knob, _) in knobs(browser) {
                let (chapter, _) = listing.split_once('/').unwrap();
                if chapters.insert(chapter.to_string()) {
                    turn(browser, &listing, &knob, 0);
                    agrees(browser, &listing, "beside other chapters");
                }
            }
            assert!(chapters.len() > 5, "{chapters:?}");
            assert_eq!(
                browser.evaluate("said"),
                json!([]),
                "{:?} {root}",
                browser.engine
            );
        });
    }
}

/// What moves, in pixels, while every knob of a page goes through its range and is
/// reset: blocks of the page that get another size, or else that get another
/// place; not what is within a drawing, nor the marks on a track and the reason
/// that a knob is idle, which come and go in room that is kept.
const MOVED: &str = r#"async () => {
    const wait = async () => { do await new Promise(done => setTimeout(done, 2));
        while (document.querySelector("figure.chart[aria-busy=true]")); };
    const blocks = [...document.querySelectorAll(
        "main > *, .knobs, .knobs :not(.description, option, .mark, .why), figcaption, pre, .wide, .narrow, td, th")]
        .filter(block => block.getClientRects().length > 0);
    const boxes = () => blocks.map(block => {
        const { left, top, width, height } = block.getBoundingClientRect();
        return [left + scrollX, top + scrollY, width, height];
    });
    const moved = { size: new Map(), place: new Map() };
    const compare = (before, by) => boxes().forEach((now, at) => {
        const off = now.map((number, of) => Math.abs(number - before[at][of]));
        const see = (kind, off) => {
            if (off > (moved[kind].get(blocks[at])?.off ?? 0.1)) moved[kind].set(blocks[at], { off, by });
        };
        see("place", Math.max(off[0], off[1]));
        see("size", Math.max(off[2], off[3]));
    });
    await document.fonts.ready;
    for (const form of document.querySelectorAll("form.knobs")) {
        const before = boxes();
        for (const knob of form.querySelectorAll(".knob")) {
            const control = knob.querySelector("[name]");
            const last = control.max ?? control.options.length - 1;
            const places = [0, 0.1, 0.5, 0.9, 1].map(part => Math.round(part * last));
            for (const place of new Set(places)) {
                if (control.localName === "select") control.selectedIndex = place; else control.value = place;
                control.dispatchEvent(new Event("input", { bubbles: true }));
                await wait();
                compare(before, `${form.dataset.listing} ${control.name}=${place}`);
            }
            form.querySelector("[type=reset]").click();
            await wait();
            compare(before, `${form.dataset.listing} reset`);
        }
    }
    const said = [...(moved.size.size ? moved.size : moved.place)];
    const name = (block) => `${block.localName}.${block.className} ${block.textContent.trim().slice(0, 40)}`;
    return said.slice(0, 10).map(([block, { off, by }]) => `${off.toFixed(1)} px by ${by}: ${name(block)}`);
}"#;

#[test]
fn nothing_but_a_drawing_moves_when_a_knob_does() {
    let site = Site::copy("still");
    let frame = "<iframe id=frame style='border: 0; height: 800px'></iframe>";
    fs::write(site.folder().join("frame.html"), frame).unwrap();
    let address = site.serve();
    let mut moved = Vec::new();
    for engine in Engine::ALL {
        let browser = &mut Browser::start(engine);
        browser.open(&format!("{address}/frame.html"));
        for width in [390, 1440] {
            for page in site.live_pages() {
                let there = browser.evaluate(&format!(
                    "new Promise(done => {{ frame.style.width = '{width}px'; frame.onload = () => done();
                        frame.src = '{page}'; }}).then(() => frame.contentWindow.eval(`({MOVED})`)())",
                    MOVED = MOVED.replace('`', "\\`").replace("${", "\\${")
                ));
                for line in there.as_array().unwrap() {
                    moved.push(format!(
                        "{engine:?} {width} {page}: {}",
                        line.as_str().unwrap()
                    ));
                }
            }
        }
    }
    assert!(
        moved.is_empty(),
        "{} things move:\n{}",
        moved.len(),
        moved.join("\n")
    );
}

/// What stands on the track of a knob: names, and how far from where the middle of
/// the thumb is at a position, in pixels.
const MARKS: &str = r#"(listing, knob, positions) => {
    const form = document.querySelector(`form.knobs[data-listing="${listing}"]`);
    const slider = form.elements.namedItem(knob);
    const { left, width } = slider.getBoundingClientRect();
    const marks = [...slider.closest(".knob").querySelectorAll(".mark")];
    const places = slider.dataset.positions.split(" ");
    return marks.map((mark, at) => {
        const box = mark.getBoundingClientRect();
        const part = places.indexOf(positions[at]) / (places.length - 1);
        return [mark.textContent, Math.abs(box.left + box.width / 2 - left - 8 - part * (width - 16))];
    });
}"#;

#[test]
fn tracks_are_marked_at_the_default_and_where_theory_says() {
    let site = Site::copy("marks");
    let address = site.serve();
    in_every_engine(|browser| {
        let listing = "overshooting/bounce";
        browser.open(&format!("{address}/overshooting.html"));
        // At a curvature of 2, of 4, and of 0.5, where both lie beyond the range.
        for (curvature, named) in [
            ("2", &[("1/λ", "0.5"), ("2/λ", "1")][..]),
            ("4", &[("1/λ", "0.25"), ("2/λ", "0.5")]),
            ("0.5", &[]),
        ] {
            type_in(browser, listing, "curvature", curvature);
            browser.wait_until(IDLE);
            let default = [("", "0.9")];
            let expected: Vec<_> = default.iter().chain(named).collect();
            let positions: Vec<&str> = expected.iter().map(|(_, at)| *at).collect();
            let marks = browser.evaluate(&format!(
                "({MARKS})('{listing}', 'learning_rate', {})",
                json!(positions)
            ));
            let marks: Vec<(String, f64)> = serde_json::from_value(marks).unwrap();
            let told = format!("{:?} at {curvature}: {marks:?}", browser.engine);
            assert_eq!(marks.len(), expected.len(), "{told}");
            for ((name, off), (expected, _)) in marks.iter().zip(expected) {
                assert!(name == expected && *off < 1.0, "{told}");
            }
        }
    });
}

#[test]
fn a_knob_without_effect_looks_so_and_says_why() {
    let site = Site::copy("idle");
    let address = site.serve();
    in_every_engine(|browser| {
        let listing = "optimizers/descent";
        browser.open(&format!("{address}/optimizers.html"));
        let idle = format!(
            "[...document.querySelectorAll('[data-listing=\"{listing}\"] .knob.idle')]
                .map(knob => [knob.querySelector('[name]').name, knob.querySelector('.why').textContent])"
        );
        assert_eq!(browser.evaluate(&idle), json!([]));
        turn(browser, listing, "optimizer", 0);
        browser.wait_until(IDLE);
        assert_eq!(
            browser.evaluate(&idle),
            json!([["momentum", "SGD has none"]])
        );
        turn(browser, listing, "optimizer", 1);
        browser.wait_until(IDLE);
        assert_eq!(browser.evaluate(&idle), json!([]));
    });
}
