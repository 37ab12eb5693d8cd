//! The picture that stands for the book where somebody shares its address.

use crate::browser::Browser;
use crate::the_book::shared;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::fs;
use std::path::Path;

/// Makes of a chapter's page the title over its first figure.
const COMPOSE: &str = "(async () => {
    const figure = document.querySelector('.chart .wide svg');
    const title = document.querySelector('.menu-title').textContent;
    document.body.className = 'chart';
    document.body.style = 'margin: 0; background: white';
    document.body.innerHTML = `<h1 style='margin: 0; font-size: 56px; line-height: 95px;
        text-align: center; color: #202020'>${title}</h1>`;
    Object.assign(figure.style, { display: 'block', blockSize: '525px', inlineSize: '1000px',
        maxWidth: 'none', margin: 'auto' });
    document.body.append(figure);
    await document.fonts.ready;
})()";

/// The mean difference of two pictures, per channel, from 0 to 255.
const DIFFERENCE: &str = "(async (...pictures) => {
    const [a, b] = await Promise.all(pictures.map(async picture => {
        const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + picture)).blob());
        const canvas = new OffscreenCanvas(1200, 630).getContext('2d');
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, 1200, 630).data;
    }));
    return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
})";

#[test]
#[ignore = "needs Chromium"]
fn the_social_picture_shows_the_title_over_the_figure_of_overshooting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut browser = Browser::start();
    browser.width(1200);
    browser.open(&shared().address("overshooting.html"));
    browser.evaluate(COMPOSE);
    let drawn = browser.screenshot(1200, 630);
    let committed = fs::read(root.join("src/social.png")).unwrap();
    let committed = BASE64_STANDARD.encode(committed);
    let difference = browser.evaluate(&format!("{DIFFERENCE}('{drawn}', '{committed}')"));
    // Chromium smooths edges by its version and machine.
    if difference.as_f64().unwrap() > 1.0 {
        let new = root.join("target/social.png");
        fs::write(&new, BASE64_STANDARD.decode(drawn).unwrap()).unwrap();
        panic!(
            "src/social.png differs by {difference}; look at {} and put it in its place",
            new.display()
        );
    }
}
