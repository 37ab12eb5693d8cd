//! The canvas: plotters' elements on our backend, in logical pixels.

use super::area::Pixel;
use super::style::{Colour, INK, Stroke, Style};
use super::svg::{Svg, UNITS};
use super::text::FONT_SIZE;
use plotters::element::{Circle, Cross, Drawable, PathElement, PointCollection, Polygon, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, TextStyle};
use plotters_backend::{BackendCoord, DrawingBackend};
use std::borrow::Borrow;

/// Half the width of a marker, in logical pixels.
const MARKER: f64 = 3.5;
/// The corners of a triangle around its middle, in halves of its width.
const TRIANGLE: [Pixel; 3] = [(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)];
/// Half the side of a square, and of that around a cross, in the same.
const SIDE: f64 = 0.85;
const SQUARE: [Pixel; 4] = [(-SIDE, -SIDE), (SIDE, -SIDE), (SIDE, SIDE), (-SIDE, SIDE)];
/// How much of its colour the tint of an area takes.
pub(super) const TINT: f64 = 0.25;

/// Draws on behalf of a figure; lengths are in logical pixels.
pub(super) struct Canvas {
    svg: Svg,
}

impl Canvas {
    pub fn new((width, height): Pixel) -> Canvas {
        let size = (length(width) as u32, length(height) as u32);
        Canvas {
            svg: Svg::new(size),
        }
    }

    /// The figure as SVG; `alt` stands for it where it cannot be seen.
    pub fn finish(self, alt: &str) -> String {
        self.svg.finish(alt)
    }

    /// A line through `points`; through one alone it has no length, and its round
    /// ends make a dot.
    pub fn line(&mut self, points: &[Pixel], stroke: Stroke) {
        let style = stroke.colour.rgb.stroke_width(length(stroke.width) as u32);
        let mut points = units(points);
        if let [lone] = *points {
            points.push(lone);
        }
        let path = PathElement::new(points, style);
        self.draw(stroke.colour, stroke.dashes, &path);
    }

    /// An area filled with a colour.
    pub fn area(&mut self, corners: &[Pixel], colour: Colour, opacity: f64) {
        let polygon = Polygon::new(units(corners), colour.rgb.mix(opacity));
        self.draw(colour, "", &polygon);
    }

    /// The marker of a style.
    pub fn marker(&mut self, (x, y): Pixel, style: Style) {
        let (at, colour) = (unit((x, y)), style.colour());
        let disc = |radius| Circle::new(at, length(radius), colour.rgb.filled());
        let around = |(dx, dy): &Pixel| (x + MARKER * dx, y + MARKER * dy);
        match style {
            Style::Green | Style::Ink => self.draw(colour, "", &disc(MARKER)),
            Style::Muted => self.draw(colour, "", &disc(MARKER / 2.0)),
            Style::Blue => self.area(&SQUARE.each_ref().map(around), colour, 1.0),
            Style::Orange => self.area(&TRIANGLE.each_ref().map(around), colour, 1.0),
            Style::Vermilion => {
                let stroke = colour.rgb.stroke_width(length(2.0) as u32);
                self.draw(colour, "", &Cross::new(at, length(SIDE * MARKER), stroke));
            }
        }
    }

    /// A line of text; `at` is halfway up its small letters, and at its left
    /// end, middle or right end.
    pub fn text(&mut self, text: &str, at: Pixel, end: HPos, colour: Colour) {
        self.write(text, at, end, colour, FontStyle::Normal);
    }

    /// A line of bold text from `at` to the right.
    pub fn heading(&mut self, text: &str, at: Pixel) {
        self.write(text, at, HPos::Left, INK, FontStyle::Bold);
    }

    fn write(&mut self, text: &str, at: Pixel, end: HPos, colour: Colour, weight: FontStyle) {
        let size = f64::from(length(FONT_SIZE));
        let style = TextStyle::from(FontDesc::new(FontFamily::SansSerif, size, weight))
            .color(&colour.rgb)
            .pos(Pos::new(end, VPos::Center));
        self.draw(colour, "", &Text::new(text, unit(at), style));
    }

    fn draw<'b, E>(&mut self, colour: Colour, dashes: &'static str, element: &'b E)
    where
        E: Drawable<Svg>,
        &'b E: PointCollection<'b, BackendCoord>,
    {
        self.svg.look(colour.class, dashes);
        let points = element.point_iter().into_iter();
        let (points, size) = (points.map(|point| *point.borrow()), self.svg.get_size());
        // The backend writes to memory, which cannot fail.
        let _ = element.draw(points, &mut self.svg, size);
    }
}

fn units(points: &[Pixel]) -> Vec<BackendCoord> {
    points.iter().copied().map(unit).collect()
}

fn unit((x, y): Pixel) -> BackendCoord {
    (length(x), length(y))
}

fn length(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}
