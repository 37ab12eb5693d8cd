//! The canvas: plotters' SVG backend, in logical pixels.

use super::palette::Marker;
use super::{Style, svg};
use crate::Result;
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

/// A point of the figure, in logical pixels from its upper left corner.
pub(super) type Pixel = (f64, f64);

/// Units of the canvas per logical pixel: plotters rounds every coordinate to a
/// whole unit.
pub const UNITS: f64 = 8.0;
/// The size of all text, in logical pixels.
pub(super) const FONT_SIZE: f64 = 13.0;
/// What the SVG backend divides the size of a font by.
const FONT_FACTOR: f64 = 1.24;
/// The radius of a marker, in logical pixels.
pub(super) const MARKER: f64 = 3.5;

/// Draws on behalf of a figure; lengths are in logical pixels.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

/// Has `draw` draw on a canvas of this size, and returns the SVG.
pub(super) fn paint(
    size: Pixel,
    alt: &str,
    draw: impl FnOnce(&mut Canvas<'_>) -> Result<()>,
) -> Result<String> {
    let mut written = String::new();
    let (width, height) = unit(size);
    let mut canvas = Canvas {
        backend: SVGBackend::with_string(&mut written, (width as u32, height as u32)),
    };
    draw(&mut canvas)?;
    canvas.backend.present()?;
    drop(canvas);
    Ok(svg::finish(&written, size, alt))
}

impl Canvas<'_> {
    /// A line through `points`, in the line style of its colour.
    pub fn path(&mut self, points: &[Pixel], stroke: ShapeStyle) -> Result<()> {
        let points = points.iter().copied().map(unit);
        Ok(self.backend.draw_path(points, &stroke)?)
    }

    /// A straight solid line, whatever its colour.
    pub fn line(&mut self, from: Pixel, to: Pixel, stroke: ShapeStyle) -> Result<()> {
        Ok(self.backend.draw_line(unit(from), unit(to), &stroke)?)
    }

    pub fn polygon(&mut self, corners: &[Pixel], fill: ShapeStyle) -> Result<()> {
        let corners = corners.iter().copied().map(unit);
        Ok(self.backend.fill_polygon(corners, &fill)?)
    }

    pub fn rectangle(&mut self, from: Pixel, to: Pixel, fill: ShapeStyle) -> Result<()> {
        let (from, to) = (unit(from), unit(to));
        Ok(self.backend.draw_rect(from, to, &fill, true)?)
    }

    /// The marker of a style.
    pub fn marker(&mut self, (x, y): Pixel, style: Style) -> Result<()> {
        let around = |corners: &[Pixel]| -> Vec<Pixel> {
            let corners = corners.iter();
            corners
                .map(|(dx, dy)| (x + MARKER * dx, y + MARKER * dy))
                .collect()
        };
        let fill = fill(style.colour(), 1.0);
        match style.marker() {
            Marker::Disc => self.disc((x, y), MARKER, fill),
            Marker::Dot => self.disc((x, y), MARKER / 2.0, fill),
            Marker::Square => self.polygon(&around(&SQUARE), fill),
            Marker::Triangle => self.polygon(&around(&TRIANGLE), fill),
            Marker::Cross => {
                let stroke = stroke(style.colour(), 2.0);
                let ends = around(&SQUARE);
                self.line(ends[0], ends[2], stroke)?;
                self.line(ends[1], ends[3], stroke)
            }
        }
    }

    fn disc(&mut self, centre: Pixel, radius: f64, fill: ShapeStyle) -> Result<()> {
        let radius = (radius * UNITS).round() as u32;
        Ok(self
            .backend
            .draw_circle(unit(centre), radius, &fill, true)?)
    }

    /// A line of text; `at` is halfway up its small letters, and at its left
    /// end, middle or right end.
    pub fn text(&mut self, text: &str, at: Pixel, end: HPos, colour: RGBColor) -> Result<()> {
        self.write(text, at, end, colour, FontStyle::Normal)
    }

    /// A line of bold text from `at` to the right.
    pub fn heading(&mut self, text: &str, at: Pixel, colour: RGBColor) -> Result<()> {
        self.write(text, at, HPos::Left, colour, FontStyle::Bold)
    }

    fn write(
        &mut self,
        text: &str,
        at: Pixel,
        end: HPos,
        colour: RGBColor,
        weight: FontStyle,
    ) -> Result<()> {
        let size = FONT_SIZE * UNITS * FONT_FACTOR;
        let style = TextStyle::from(FontDesc::new(FontFamily::SansSerif, size, weight))
            .color(&colour)
            .pos(Pos::new(end, VPos::Center));
        Ok(self.backend.draw_text(text, &style, unit(at))?)
    }
}

const SQUARE: [Pixel; 4] = [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)];
const TRIANGLE: [Pixel; 3] = [(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)];

/// A line of this width, in logical pixels.
pub(super) fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle::from(&colour).stroke_width((width * UNITS).round() as u32)
}

/// A filled area; its tint is made with opacity.
pub(super) fn fill(colour: RGBColor, opacity: f64) -> ShapeStyle {
    ShapeStyle::from(&colour.mix(opacity)).filled()
}

fn unit((x, y): Pixel) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}
