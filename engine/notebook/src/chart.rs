//! Charts: what a listing says is to be drawn, without how it is drawn.

mod area;
mod axis;
mod canvas;
mod clip;
mod contour;
mod draw;
mod figure;
mod handles;
mod layout;
mod legend;
mod notes;
mod panel;
mod scene;
mod spread;
mod style;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod thin;
mod ticks;
mod walls;

use crate::Result;
use anyhow::ensure;
pub use axis::Axis;
pub use figure::Figure;
pub use panel::{Panel, by_step};
use scene::Scene;
pub use style::Style;

/// Draws panels side by side (one below the other in the narrow form); `alt`
/// stands for them where they cannot be seen.
///
/// # Errors
///
/// No alternative text or panels; a panel with a range that is none, or in which
/// nothing would be seen.
pub(crate) fn figure(alt: &str, panels: &[Panel]) -> Result<Figure> {
    ensure!(
        !alt.trim().is_empty(),
        "a figure without alternative text: say in one or two sentences what it shows"
    );
    ensure!(
        !panels.is_empty(),
        "a chart without panels: there is nothing to draw"
    );
    let scenes = panels.iter().zip(1..);
    let scenes = scenes.map(|(panel, number)| Scene::of(panel, number));
    let scenes = scenes.collect::<Result<Vec<_>>>()?;
    Ok(Figure {
        wide: draw::render(&layout::WIDE, &scenes, alt),
        narrow: draw::render(&layout::NARROW, &scenes, alt),
        csv: figure::csv(panels),
    })
}
