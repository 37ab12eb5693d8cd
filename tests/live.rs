//! Live figures in a browser: they compute what the page shows, they answer to
//! hand and keyboard, and they say what goes wrong.

use crate::browser::Browser;
use crate::server::{compressed, serve};
use crate::the_book::{Copy, shared};
use listings::LISTINGS;
use notebook::{Outputs, at};
use serde_json::{Value as Json, json};
use std::fs;
use std::path::PathBuf;

/// A rendered copy of the book that has live figures.
pub fn live_copy() -> &'static Copy {
    let copy = shared();
    assert!(
        !scripts(copy).is_empty(),
        "no live figures: `cargo run` says how to get them"
    );
    copy
}

/// The scripts of the chapters.
fn scripts(copy: &Copy) -> Vec<PathBuf> {
    let files = copy
        .root()
        .join("src/generated")
        .read_dir()
        .into_iter()
        .flatten();
    let paths = files.map(|file| file.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "js"))
        .collect()
}

/// Chapters: the pages with knobs.
pub fn chapters(copy: &Copy) -> Vec<String> {
    let has_knobs = |html: &str| html.contains("<form class=\"knobs");
    let pages = copy.pages().into_iter();
    pages
        .filter(|(path, html)| has_knobs(html) && !path.ends_with("print.html"))
        .map(|(path, _)| path.to_string_lossy().into_owned())
        .collect()
}

/// Whether it is the introduction, under either of its names, which asks nothing.
fn is_first(page: &str) -> bool {
    ["index.html", "introduction.html"].contains(&page)
}

pub const IDLE: &str = "[...document.querySelectorAll('figure.chart')]
    .every(figure => figure.getAttribute('aria-busy') !== 'true')";

/// Moves a knob as a hand does, and waits for the figure.
fn turn(browser: &mut Browser, listing: &str, knob: &str, place: u64) {
    browser.evaluate(&format!(
        "{{ const form = document.querySelector('form.knobs[data-listing=\"{listing}\"]');
            const control = form.elements.namedItem('{knob}');
            if (control.localName === 'select') control.selectedIndex = {place};
            else control.value = {place};
            control.dispatchEvent(new Event('input', {{ bubbles: true }})); }}"
    ));
    browser.wait_until(IDLE);
}

fn drawn(browser: &mut Browser, listing: &str) -> Json {
    browser.evaluate(&format!(
        "document.querySelector('figure.chart[data-listing=\"{listing}\"] .wide').innerHTML.trim()"
    ))
}

fn status(browser: &mut Browser, listing: &str) -> Json {
    browser.evaluate(&format!(
        "document.querySelector('form.knobs[data-listing=\"{listing}\"] [role=status]').textContent"
    ))
}

/// The knobs of a page: listing, knob, number of places, place of the default.
fn knobs(browser: &mut Browser) -> Vec<(String, String, u64, u64)> {
    let knobs = browser.evaluate(
        "[...document.querySelectorAll('form.knobs')].flatMap(form =>
            [...form.querySelectorAll('[name]')].map(c => [form.dataset.listing, c.name,
                c.localName === 'select' ? c.options.length : Number(c.max) + 1,
                c.localName === 'select' ? c.selectedIndex : Number(c.defaultValue)]))",
    );
    serde_json::from_value(knobs).unwrap()
}

#[test]
#[ignore = "needs Chromium"]
fn in_the_browser_every_live_listing_makes_its_committed_outputs() {
    let copy = live_copy();
    let mut browser = Browser::start();
    let store = binder::Store::new(copy.root());
    for page in chapters(copy) {
        browser.open(&copy.address(&page));
        let mut live = knobs(&mut browser);
        live.dedup_by(|(a, ..), (b, ..)| a == b);
        for (listing, ..) in live {
            let answer = browser.evaluate(&format!(
                "({LOAD})('{listing}').then(live => live.run('{listing}', ''))"
            ));
            let mut answer: Json = serde_json::from_str(answer.as_str().unwrap()).unwrap();
            // The page has the knobs, and the script sends none.
            let here = LISTINGS.iter().find(|here| here.id == listing).unwrap();
            answer["made"]["knobs"] = serde_json::to_value(at(here.run, &[]).knobs).unwrap();
            let outputs: Outputs = serde_json::from_value(answer["made"].take()).unwrap();
            let changes = store.changes(&listing, &outputs).unwrap();
            assert_eq!(changes, [] as [String; 0], "{listing}");
        }
    }
}

/// Loads the compiled listings that a listing belongs to.
const LOAD: &str = "async id => {
    const chapter = id.split('/')[0];
    if (!window.liveListings?.[chapter]) await new Promise(done => {
        const script = document.createElement('script');
        script.src = `generated/${chapter}.js`; script.onload = done; document.head.append(script); });
    return liveListings[chapter]; }";

#[test]
#[ignore = "needs live figures made with LIVE_SMALL=1"]
fn what_the_first_touch_of_a_knob_loads_is_light() {
    for script in scripts(live_copy()) {
        let weight = compressed(&fs::read(&script).unwrap()).len();
        println!("{}: {} KB compressed", script.display(), weight / 1000);
        let is_laboratory = script.ends_with("laboratory.js");
        let bound = if is_laboratory { 150_000 } else { 95_000 };
        assert!(weight < bound, "{}: {weight} bytes", script.display());
    }
}

#[test]
#[ignore = "needs Chromium"]
fn every_knob_redraws_its_figure_over_its_whole_range() {
    let copy = live_copy();
    let mut browser = Browser::start();
    for page in chapters(copy) {
        browser.open(&copy.address(&page));
        for (listing, knob, places, default) in knobs(&mut browser) {
            let before = drawn(&mut browser, &listing);
            let mut changed = false;
            for place in [0, places / 2, places - 1] {
                turn(&mut browser, &listing, &knob, place);
                changed |= drawn(&mut browser, &listing) != before;
                let said = status(&mut browser, &listing);
                let fine = said == "" || said == "Numbers marked like this are at your settings.";
                assert!(fine, "{listing} {knob}: {said}");
            }
            let idle = browser.evaluate(&format!(
                "document.querySelector('[data-listing=\"{listing}\"] [name={knob}]')
                    .closest('.knob').classList.contains('idle')"
            ));
            let is_idle = idle == true;
            assert!(
                changed != is_idle,
                "{listing}: {knob} changes nothing, or should not"
            );
            turn(&mut browser, &listing, &knob, default);
            assert_eq!(
                drawn(&mut browser, &listing),
                before,
                "{listing}: back at the default"
            );
        }
        assert_eq!(browser.messages(), [] as [String; 0], "{page}");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn values_in_sentences_and_formulas_follow_and_are_marked() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser.open(&copy.address("overshooting.html#overshooting/bounce?learning_rate=0.25"));
    browser
        .wait_until("document.querySelectorAll('[data-value].yours').length > 0")
        .wait_until(IDLE);
    let shown = |element: &str| {
        format!(
            "[...document.querySelectorAll('{element}[data-value=\"overshooting/bounce.factor\"]')]
             .map(value => value.textContent)"
        )
    };
    assert_eq!(browser.evaluate(&shown("span")), json!(["0.500"]));
    assert_eq!(browser.evaluate(&shown("mrow")), json!(["0.500"]));
    let command = "document.querySelector('[data-command=\"overshooting/bounce\"]').textContent";
    assert_eq!(
        browser.evaluate(command),
        "cargo run -- run overshooting/bounce --learning-rate=0.25"
    );
    let printed = "document.querySelector('pre[data-listing=\"overshooting/bounce\"]').textContent";
    let printed = browser.evaluate(printed);
    assert!(
        printed
            .as_str()
            .unwrap()
            .contains("each step multiplies w by 0.500"),
        "{printed}"
    );
    browser.evaluate("document.querySelector('form.knobs [type=reset]').click()");
    browser.wait_until("document.querySelectorAll('[data-value].yours').length === 0");
    assert_eq!(browser.evaluate(&shown("mrow")), json!(["−0.800"]));
    browser.wait_until("location.hash === ''");
}

#[test]
#[ignore = "needs Chromium"]
fn the_keyboard_alone_turns_knobs_and_resets_them() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser.open(&copy.address("overshooting.html"));
    browser.evaluate("document.querySelector('form.knobs input').focus()");
    let setting = "document.activeElement.getAttribute('aria-valuetext')";
    for (key, text) in [("ArrowRight", "0.91"), ("End", "1.2"), ("Home", "0.05")] {
        browser.press(key).wait_until(IDLE);
        assert_eq!(browser.evaluate(setting), text, "{key}");
    }
    let is_reset = "document.activeElement.type === 'reset'";
    for _ in 0..12 {
        if browser.evaluate(is_reset) == json!(true) {
            break;
        }
        browser.press("Tab");
    }
    browser.press("Enter").wait_until(IDLE);
    browser.wait_until("document.querySelector('form.knobs [type=text]').value === '0.9'");
}

#[test]
#[ignore = "needs Chromium"]
fn play_steps_through_a_descent_and_stops_at_its_end() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser.open(&copy.address("overshooting.html"));
    let end = drawn(&mut browser, "overshooting/bounce");
    browser.evaluate("document.querySelector('.play:not([hidden])').click()");
    browser
        .wait_until("document.querySelector('[name=steps]').value === '0'")
        .wait_until(IDLE);
    assert_ne!(drawn(&mut browser, "overshooting/bounce"), end);
    browser
        .wait_until("document.querySelector('[name=steps]').value === '12'")
        .wait_until(IDLE);
    browser.wait_until("document.querySelector('.play').textContent === 'Play'");
    assert_eq!(drawn(&mut browser, "overshooting/bounce"), end);
}

/// Keeps the rests that are asked for before steps, and the sizes and places of
/// controls.
const WATCH: &str = "(() => {
    const form = document.querySelector('form.knobs');
    const later = window.setTimeout;
    window.rests = [];
    window.setTimeout = (what, rest) => {
        if (what.name === 'step') rests.push(rest);
        return later(what, rest);
    };
    window.boxes = () => JSON.stringify([form, ...form.querySelectorAll('.buttons > *')].map(control => {
        const { left, top, width, height } = control.getBoundingClientRect();
        return [left, top + scrollY, width, height];
    }));
})()";

#[test]
#[ignore = "needs Chromium"]
fn it_is_played_slowly_from_where_it_is_as_soon_as_that_is_asked_for() {
    let copy = live_copy();
    for width in [390, 1440] {
        let mut browser = Browser::start();
        browser
            .width(width)
            .open(&copy.address("overshooting.html"))
            .wait_until("document.fonts.status === 'loaded'");
        browser.evaluate(WATCH);
        let before = browser.evaluate("boxes()");
        let is_slowly = "document.activeElement.ariaLabel === 'Play slowly'";
        browser.evaluate("document.querySelector('.play').focus()");
        // Two steps fast, and then slowly, by the keyboard alone.
        browser.press("Enter").wait_until("rests.length > 2");
        assert_eq!(browser.evaluate("boxes()"), before, "{width}");
        browser.press("Tab").press("Tab");
        assert_eq!(browser.evaluate(is_slowly), true, "{width}");
        let fast = browser.evaluate("rests.length").as_u64().unwrap() as usize;
        // A step may come before the key does.
        browser
            .press(" ")
            .wait_until(&format!("rests.length > {}", fast + 1));
        assert_eq!(browser.evaluate("boxes()"), before, "{width}");
        let rests: Vec<u64> = serde_json::from_value(browser.evaluate("rests")).unwrap();
        assert!(rests[..fast].iter().all(|rest| *rest == 350), "{rests:?}");
        assert_eq!(rests.last(), Some(&1400), "{rests:?}");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn who_wants_no_motion_plays_one_step_at_a_time() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser.still().open(&copy.address("overshooting.html"));
    let press = "document.querySelector('.play').click()";
    let setting = "document.querySelector('form.knobs [name=learning_rate]')
        .getAttribute('aria-valuetext')";
    browser.evaluate("document.querySelector('.played').value = 'learning_rate'");
    for expected in ["0.96", "1.02", "1.04", "1.06"] {
        if expected == "1.04" {
            // Slowly, the steps are a quarter as long.
            browser.evaluate("document.querySelector('.slow input').click()");
        }
        browser.evaluate(press);
        browser.wait_until(IDLE);
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert_eq!(browser.evaluate(setting), expected);
    }
    let said = browser.evaluate("document.querySelector('.play').textContent");
    assert_eq!(said, "Next step");
}

#[test]
#[ignore = "needs Chromium"]
fn served_and_opened_as_files_alike_no_request_leaves_the_folder() {
    let copy = live_copy();
    let server = serve(&copy.book());
    let folder = format!("file://{}", copy.book().display());
    let mut browser = Browser::start();
    let mut figures = Vec::new();
    for root in [&server, &folder] {
        browser.open(&format!("{root}/overshooting.html"));
        turn(&mut browser, "overshooting/bounce", "learning_rate", 3);
        figures.push(drawn(&mut browser, "overshooting/bounce"));
        assert_eq!(browser.messages(), [] as [String; 0], "{root}");
        for address in browser.requests() {
            let stays = address.starts_with(root.as_str()) || address.starts_with("data:");
            assert!(stays, "{address}");
        }
    }
    assert_eq!(figures[0], figures[1]);
}

#[test]
#[ignore = "needs Chromium"]
fn the_listings_are_loaded_when_a_figure_of_theirs_comes_near() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser.open(&copy.address("overshooting.html"));
    let loaded = |browser: &mut Browser| {
        browser
            .requests()
            .iter()
            .any(|address| address.ends_with("/generated/overshooting.js"))
    };
    assert!(!loaded(&mut browser));
    browser.evaluate("document.querySelector('form.knobs').scrollIntoView()");
    browser.wait_until("window.liveListings?.overshooting !== undefined");
    assert!(loaded(&mut browser));
}

#[test]
#[ignore = "needs Chromium"]
fn while_the_listings_load_the_figure_says_that_they_come() {
    let copy = live_copy();
    let server = serve(&copy.book());
    let mut browser = Browser::start();
    let listing = "overshooting/bounce";
    browser
        .open(&format!("{server}/overshooting.html"))
        .wait_until("document.readyState === 'complete'")
        .slow();
    let (before, command) = (
        drawn(&mut browser, listing),
        "document.querySelector('[data-command=\"overshooting/bounce\"]').textContent",
    );
    let told = browser.evaluate(command);
    browser.evaluate(
        "{ const control = document.querySelector('form.knobs [name]'); control.value = 3;
            control.dispatchEvent(new Event('input', { bubbles: true })); }",
    );
    browser.wait_until(
        "document.querySelector('form.knobs [role=status]').textContent
            === 'What computes this figure is on its way …'",
    );
    // Until then, what is said stays with what is drawn.
    assert_eq!(drawn(&mut browser, listing), before);
    assert_eq!(browser.evaluate(command), told);
    assert_eq!(browser.evaluate("location.hash"), "");
    browser.wait_until(IDLE);
    assert_ne!(drawn(&mut browser, listing), before);
    assert_ne!(browser.evaluate(command), told);
}

#[test]
#[ignore = "needs Chromium"]
fn on_a_phone_fingers_hit_every_control_and_see_the_figure_beside_it() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser.width(390).touch();
    for page in chapters(copy) {
        browser.open(&copy.address(&page));
        let small = browser.evaluate(
            "[...document.querySelectorAll(`.handle, .knobs :is([name], [type=text], button, .slow),
                .predict :is(input, button), .options button`)]
                .filter(control => control.getClientRects().length > 0)
                .filter(control => control.getBoundingClientRect().height < 43.9 ||
                    (control.type === 'range' && control.offsetWidth < 200))
                .map(control => `${control.name} ${control.className}:
                    ${control.offsetWidth} x ${control.offsetHeight}`)",
        );
        assert_eq!(small, json!([]), "{page}");
    }
    browser.open(&copy.address("overshooting.html"));
    let seen = browser.evaluate(
        "{ const figure = document.querySelector('figure.chart:has(form.knobs)');
            scrollTo(0, figure.getBoundingClientRect().bottom + scrollY - innerHeight);
            const knobs = figure.querySelector('form').getBoundingClientRect();
            const [top, bottom] = [knobs.top, figure.querySelector('svg').getBoundingClientRect().bottom];
            [top >= 0 && knobs.bottom < innerHeight, figure.getBoundingClientRect().height > innerHeight]; }",
    );
    assert_eq!(seen, json!([true, true]), "the knobs stay on the screen");
}

#[test]
#[ignore = "needs Chromium"]
fn on_a_phone_the_knobs_hide_nothing_of_what_is_printed_above_them() {
    let mut browser = Browser::start();
    browser.width(390).touch();
    browser.open(&live_copy().address("curvature.html"));
    let bottom = browser.evaluate(
        "(() => {
            const form = document.querySelector('form.knobs');
            const output = document.querySelector(`pre[data-listing='${form.dataset.listing}']`);
            document.querySelector('main').replaceChildren(output, form.closest('figure'));
            return output.getBoundingClientRect().bottom;
        })()",
    );
    let bottom = bottom.as_f64().unwrap() as u32;
    let seen = browser.screenshot(390, bottom);
    browser.evaluate("document.querySelector('form.knobs').style.visibility = 'hidden'");
    assert!(seen == browser.screenshot(390, bottom), "they differ");
}

#[test]
#[ignore = "needs Chromium"]
fn marks_and_choices_stay_where_colours_are_the_readers() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser
        .forced_colors()
        .open(&copy.address("overshooting.html"));
    turn(&mut browser, "overshooting/bounce", "learning_rate", 3);
    browser.evaluate("document.querySelector('.options button').click()");
    let looks = browser.evaluate(
        "[getComputedStyle(document.querySelector('[data-value].yours')).outlineStyle,
            getComputedStyle(document.querySelector('.options li')).borderTopStyle,
            getComputedStyle(document.querySelector('.options li + li')).borderTopStyle]",
    );
    assert_eq!(looks, json!(["dashed", "double", "solid"]));
}

#[test]
#[ignore = "needs Chromium"]
fn without_scripts_nothing_is_missing_but_the_knobs() {
    let copy = live_copy();
    let mut browser = Browser::start();
    for page in chapters(copy) {
        browser.scripts(false).open(&copy.address(&page));
        let count = |browser: &mut Browser, what: &str| {
            let visible = "element => element.getClientRects().length > 0";
            browser.evaluate(&format!(
                "[...document.querySelectorAll('{what}')].filter({visible}).length"
            ))
        };
        assert_eq!(count(&mut browser, "form.knobs"), 0, "{page}");
        for what in [
            "figure.chart svg",
            "figure.listing code",
            "pre.output",
            "math",
        ] {
            assert_ne!(count(&mut browser, what), 0, "{page}: {what}");
        }
        let answers = count(&mut browser, "summary");
        assert_eq!(answers == 0, is_first(&page), "{page}");
        browser.scripts(true);
    }
}

#[test]
#[ignore = "needs Chromium"]
fn a_choice_is_right_or_gets_the_reason_why_not() {
    let copy = live_copy();
    let mut browser = Browser::start();
    for page in chapters(copy) {
        browser.open(&copy.address(&page));
        let quiz = browser.evaluate("document.querySelectorAll('#quiz ~ .options').length");
        let asked = if is_first(&page) || page == "laboratory.html" {
            0
        } else {
            3
        };
        assert_eq!(quiz, asked, "{page}: every chapter asks three questions");
        let told = browser.evaluate(
            "[...document.querySelectorAll('.options')].map(options =>
                [...options.querySelectorAll('button')].map(button => {
                    button.click();
                    const pressed = options.querySelectorAll('[aria-pressed=true]');
                    if (pressed.length !== 1 || pressed[0] !== button) return 'not pressed';
                    return options.nextElementSibling.textContent;
                }))",
        );
        let told: Vec<Vec<String>> = serde_json::from_value(told).unwrap();
        for told in told {
            let (right, wrong): (Vec<_>, Vec<_>) = told.iter().partition(|told| *told == "Right.");
            assert_eq!(right.len(), 1, "{page}: {told:?}");
            for told in wrong {
                let reason = told.strip_prefix("Not this one. ");
                assert!(
                    reason.is_some_and(|reason| reason.len() > 20),
                    "{page}: {told}"
                );
            }
        }
    }
}

#[test]
#[ignore = "needs Chromium"]
fn the_names_of_options_have_their_formulas() {
    let copy = live_copy();
    let mut browser = Browser::start();
    for (page, name) in [
        ("gradients.html", "B. Only if λ=1."),
        ("overshooting.html", "B. The product ηλ is above 1."),
    ] {
        browser.open(&copy.address(page));
        let names = browser.evaluate(
            "[...document.querySelectorAll('.options button:has(math)')].map(b => b.ariaLabel)",
        );
        let names: Vec<String> = serde_json::from_value(names).unwrap();
        assert!(
            names.iter().any(|given| given.starts_with(name)),
            "{names:?}"
        );
    }
}

const NO_NUMBER: &str = "That is no number. Write one, like 1.5, 1e3, 2^10, 1/3 or 10 %.";

#[test]
#[ignore = "needs Chromium"]
fn a_prediction_is_checked_against_the_listings_number() {
    let copy = live_copy();
    let mut browser = Browser::start();
    browser.open(&copy.address("overshooting.html"));
    for (guess, verdict) in [
        ("1024", "Right: it is 1024."),
        ("1000", "Near: it is 1024."),
        ("64", "Not quite: it is 1024."),
        ("1,024", "Right: it is 1024."),
        ("1 024", "Right: it is 1024."),
        ("2^10", "Right: it is 1024."),
        ("2**10", "Right: it is 1024."),
        ("1.02e3", "Right: it is 1024."),
        ("1.024 × 10^3", "Right: it is 1024."),
        ("2048/2", "Right: it is 1024."),
        ("102400 %", "Right: it is 1024."),
        ("1,024 %", "Not quite: it is 1024."),
        ("1,02", "Not quite: it is 1024."),
        ("a thousand", NO_NUMBER),
        ("2^", NO_NUMBER),
        ("0x400", NO_NUMBER),
    ] {
        browser.evaluate(&format!(
            "{{ const form = document.querySelector('form.predict');
                form.elements.guess.value = '{guess}'; form.requestSubmit(); }}"
        ));
        let said =
            browser.evaluate("document.querySelector('form.predict [role=status]').textContent");
        assert_eq!(said, verdict, "{guess}");
    }
    // The question names its rate, so the knob does not change the answer.
    turn(&mut browser, "overshooting/overflow", "learning_rate", 0);
    let answer = "document.querySelector('form.predict').dataset.answer";
    let (shown, expected) = (browser.evaluate(answer), notebook::at(overflow(), &[]));
    let expected = expected["f64_at_three"];
    assert_eq!(shown, json!(expected.to_string()));
}

fn overflow() -> notebook::Run {
    let is_it = |listing: &&notebook::Listing| listing.id == "overshooting/overflow";
    listings::LISTINGS.iter().find(is_it).unwrap().run
}

#[test]
#[ignore = "a measurement: prints how long redraws take in Chromium"]
fn redraw_times() {
    let copy = live_copy();
    let mut browser = Browser::start();
    for page in chapters(copy) {
        browser.open(&copy.address(&page));
        let mut live = knobs(&mut browser);
        live.dedup_by(|(a, ..), (b, ..)| a == b);
        for (listing, ..) in live {
            let script = format!(
                "({LOAD})('{listing}').then(live => {{
                    const figure = document.querySelector('figure.chart[data-listing=\"{listing}\"]');
                    const times = [];
                    for (let i = 0; i < 50; i++) {{
                        const start = performance.now();
                        const made = JSON.parse(live.run('{listing}', '')).made;
                        for (const form of ['wide', 'narrow'])
                            figure.querySelector('.' + form).innerHTML = made.figure[form];
                        figure.getBoundingClientRect();
                        times.push(performance.now() - start);
                    }}
                    return times.sort((a, b) => a - b)[25];
                }})"
            );
            let [usual, slow] = [1, 4].map(|times| browser.slower(times).evaluate(&script));
            println!("{listing}: {usual} ms, with a processor four times slower {slow} ms");
        }
    }
}
