//! Take it along: a link, the command, the drawing, its data.

use crate::browser::Browser;
use crate::figures::{IDLE, in_every_engine, turn};
use crate::site::Site;
use serde_json::{Value as Json, json};

/// Keeps what is copied, and the files that are saved.
const KEEP: &str = "(() => {
    window.kept = [];
    const copy = { writeText: async (text) => kept.push([text]) };
    Object.defineProperty(navigator, 'clipboard', { value: copy, configurable: true });
    HTMLAnchorElement.prototype.click = function () {
        kept.push([this.download, fetch(this.href).then(file => file.blob())]);
    };
})()";

/// Takes an item of the menu of a figure, and returns what was kept.
const TAKE: &str = r#"async (listing, item) => {
    kept.length = 0;
    const menu = document.querySelector(`figure.chart[data-listing="${listing}"] .take`);
    menu.open = true;
    [...menu.querySelectorAll("button")].find(button => button.textContent === item).click();
    const status = menu.querySelector("[role=status]");
    while (status.textContent === "") await new Promise(requestAnimationFrame);
    const [name, file] = kept[0];
    if (!file) return [name, status.textContent];
    const blob = await file;
    if (blob.type !== "image/png") return [name, await blob.text(), status.textContent];
    const { width, height } = await createImageBitmap(blob);
    return [name, width, height, status.textContent];
}"#;

fn take(browser: &mut Browser, listing: &str, item: &str) -> Json {
    browser.evaluate(&format!("({TAKE})('{listing}', '{item}')"))
}

#[test]
fn what_is_seen_can_be_taken_along() {
    let site = Site::copy("take");
    for root in [site.serve(), site.file_address()] {
        in_every_engine(|browser| {
            let listing = "overshooting/bounce";
            let page = format!("{root}/overshooting.html");
            browser.open(&page);
            browser.evaluate(KEEP);
            let link = "Copy a link to what is seen";
            let said = json!([format!("{page}#figure:{listing}"), "Copied."]);
            assert_eq!(take(browser, listing, link), said, "{:?}", browser.engine);
            turn(browser, listing, "learning_rate", 0);
            browser.wait_until(IDLE);
            let said = json!([format!("{page}#{listing}?learning_rate=0.05"), "Copied."]);
            assert_eq!(take(browser, listing, link), said);
            let command = format!("cargo run -- run {listing} --learning-rate=0.05");
            let said = take(browser, listing, "Copy its command");
            assert_eq!(said, json!([command, "Copied."]));
            let file = take(browser, listing, "Save as SVG");
            assert_eq!(
                (&file[0], &file[2]),
                (&json!("bounce.svg"), &json!("Saved as bounce.svg."))
            );
            let drawing = file[1].as_str().unwrap();
            let shown = browser.evaluate(
                "new XMLSerializer().serializeToString(document.querySelector('.wide > svg'))",
            );
            assert_eq!(shown, drawing);
            let picture = take(browser, listing, "Save as PNG");
            let size = browser.evaluate(
                "(({ width, height }) => [3 * width, Math.floor(3 * height)])
                    (document.querySelector('.wide > svg').viewBox.baseVal)",
            );
            assert_eq!(picture[0], "bounce.png");
            assert_eq!(picture[1], size[0]);
            let off = picture[2].as_f64().unwrap() - size[1].as_f64().unwrap();
            assert!(off.abs() <= 3.0, "{picture}, not {size}");
            let data = browser.evaluate(
                "fetch(document.querySelector('.take .data').href).then(file => file.text())",
            );
            assert!(data.as_str().unwrap().starts_with("panel,label,x,y\n\"1\""));
            assert_eq!(browser.evaluate("said"), json!([]));
        });
    }
}
