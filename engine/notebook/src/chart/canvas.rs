//! The canvas: plotters' elements, in logical pixels.

use super::area::Pixel;
use super::style::{Colour, INK, Stroke, Style};
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

/// Units per logical pixel: the coordinates of a backend are whole numbers.
pub(super) const UNITS: f64 = 10.0;

/// A figure that is being drawn.
#[derive(Default)]
pub(super) struct Canvas {
    /// In units.
    pub(super) size: BackendCoord,
    /// The class of what is drawn next, and the dashes of its lines: plotters has
    /// no words for them.
    pub(super) class: &'static str,
    pub(super) dashes: &'static str,
    /// The elements so far, each on a line of its own: Markdown ends a figure at
    /// a blank line.
    pub(super) elements: String,
    /// The opening tag of the group that the last one is in.
    pub(super) group: String,
}

impl Canvas {
    /// An empty figure.
    pub fn new(size: Pixel) -> Canvas {
        Canvas {
            size: unit(size),
            ..Canvas::default()
        }
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
        E: Drawable<Canvas>,
        &'b E: PointCollection<'b, BackendCoord>,
    {
        (self.class, self.dashes) = (colour.class, dashes);
        let points = element.point_iter().into_iter();
        let (points, size) = (points.map(|point| *point.borrow()), self.get_size());
        // The canvas is in memory, where drawing cannot fail.
        let _ = element.draw(points, self, size);
    }
}

fn units(points: &[Pixel]) -> Vec<BackendCoord> {
    points.iter().copied().map(unit).collect()
}

/// A length in units.
fn length(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

/// A point in units.
fn unit((x, y): Pixel) -> BackendCoord {
    (length(x), length(y))
}
