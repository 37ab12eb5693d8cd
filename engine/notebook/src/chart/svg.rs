//! The drawing backend: what plotters draws, as SVG.
//!
//! Elements that look the same and follow each other stand in one group. Its
//! class is for the stylesheet of a page; its attributes say the same for a
//! figure that is opened as a file of its own, and any stylesheet overrules them.

use super::text::one_line;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};
use std::convert::Infallible;
use std::fmt::{Arguments, Write};

/// Units per logical pixel: the coordinates of a backend are whole numbers.
pub(super) const UNITS: f64 = 10.0;

/// Around each text, so that it can be read in front of a curve: the colour of
/// what is behind a figure, and a width in logical pixels.
const HALO: &str = "stroke=\"#FFFFFF\" stroke-width=\"3\"";

/// A length in logical pixels.
fn pixels(units: i32) -> f64 {
    f64::from(units) / UNITS
}

/// A figure that is being drawn.
#[derive(Default)]
pub(super) struct Svg {
    size: (u32, u32),
    class: &'static str,
    dashes: &'static str,
    /// The elements so far, each on a line of its own: Markdown ends a figure at
    /// a blank line.
    elements: String,
    /// The opening tag of the group that the last one is in.
    group: String,
}

impl Svg {
    /// An empty figure of this size, in units.
    pub fn new(size: (u32, u32)) -> Svg {
        Svg {
            size,
            ..Svg::default()
        }
    }

    /// The class of what is drawn from here on, and the dashes of its paths, for
    /// which plotters has no words.
    pub fn look(&mut self, class: &'static str, dashes: &'static str) {
        self.class = class;
        self.dashes = dashes;
    }

    /// The whole file; `alt` stands for the figure where it cannot be seen.
    pub fn finish(mut self, alt: &str) -> String {
        self.close();
        let (width, height) = (pixels(self.size.0 as i32), pixels(self.size.1 as i32));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\" \
             font-family=\"sans-serif\" fill=\"none\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" paint-order=\"stroke\">\n{}</svg>\n",
            escape(alt),
            self.elements
        )
    }

    fn close(&mut self) {
        if !self.group.is_empty() {
            self.elements.push_str("</g>\n");
        }
    }

    /// Has what follows stand in a group of this colour and these attributes.
    fn group(&mut self, color: BackendColor, attributes: &str) {
        let ((red, green, blue), class) = (color.rgb, self.class);
        let color = format!("#{red:02X}{green:02X}{blue:02X}");
        let group = format!("<g class=\"{class}\" color=\"{color}\" {attributes}>\n");
        if group != self.group {
            self.close();
            self.elements.push_str(&group);
            self.group = group;
        }
    }

    fn stroke(&mut self, style: &impl BackendStyle) {
        let width = pixels(style.stroke_width() as i32);
        let mut stroke = format!("stroke=\"currentColor\" stroke-width=\"{width}\"");
        if !self.dashes.is_empty() {
            stroke += &format!(" stroke-dasharray=\"{}\"", self.dashes);
        }
        self.group(style.color(), &stroke);
    }

    fn fill(&mut self, style: &impl BackendStyle) {
        let (color, opacity) = (style.color(), style.color().alpha);
        let mut fill = "fill=\"currentColor\"".to_string();
        if opacity < 1.0 {
            fill += &format!(" fill-opacity=\"{opacity}\"");
        }
        self.group(color, &fill);
    }

    fn path(&mut self, points: impl IntoIterator<Item = BackendCoord>, end: &str) -> Drawn {
        let mut command = "<path d=\"M";
        for (x, y) in points {
            self.push(format_args!("{command}{} {}", pixels(x), pixels(y)))?;
            command = " ";
        }
        self.push(format_args!("{end}\"/>\n"))
    }

    fn push(&mut self, text: Arguments<'_>) -> Drawn {
        // Writing to a string cannot fail.
        let _ = self.elements.write_fmt(text);
        Ok(())
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Svg {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.fill_polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], &color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.stroke(style);
        self.path(path, "")
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if fill {
            self.fill(style);
        } else {
            self.stroke(style);
        }
        let (x, y, radius) = (pixels(x), pixels(y), pixels(radius as i32));
        self.push(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>\n"
        ))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.fill(style);
        self.path(corners, "Z")
    }

    /// A line of text with a halo; its position is halfway up its small letters.
    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let weight = match style.style() {
            FontStyle::Bold => " font-weight=\"bold\"",
            _ => "",
        };
        let size = pixels(style.size() as i32);
        let look = format!("fill=\"currentColor\" {HALO} font-size=\"{size}\"{anchor}{weight}");
        self.group(style.color(), &look);
        let (x, y, text) = (pixels(x), pixels(y), escape(text));
        self.push(format_args!(
            "<text x=\"{x}\" y=\"{y}\" dy=\"0.5ex\">{text}</text>\n"
        ))
    }
}

/// The text as XML has it, on one line.
fn escape(text: &str) -> String {
    let text = one_line(text).replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', "&quot;");
    // Not characters to XML.
    text.replace(['\u{fffe}', '\u{ffff}'], "")
}
