//! The canvas as a drawing backend: what plotters draws, as SVG.
//!
//! Elements that look the same and follow each other stand in one group. Its
//! class is for the stylesheet of a page; its attributes say the same for a
//! figure that is opened as a file of its own, and any stylesheet overrules them.

use super::canvas::Canvas;
use super::text::one_line;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};
use std::convert::Infallible;
use std::fmt::{self, Write};

/// Around each text, so that it can be read in front of a curve: the colour of
/// what is behind a figure, and a width in logical pixels.
const HALO: &str = "stroke=\"#FFFFFF\" stroke-width=\"3\"";

/// A length in units, written in logical pixels: by whole numbers, which is fast.
pub(super) struct Pixels(pub i32);

impl fmt::Display for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        match (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10) {
            (whole, 0) => write!(f, "{sign}{whole}"),
            (whole, tenths) => write!(f, "{sign}{whole}.{tenths}"),
        }
    }
}

impl Canvas {
    /// The whole file; `alt` stands for the figure where it cannot be seen.
    pub fn finish(mut self, alt: &str) -> String {
        self.close();
        let (width, height) = (Pixels(self.size.0), Pixels(self.size.1));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\" \
             font-family=\"sans-serif\" fill=\"none\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" paint-order=\"stroke\">\n{}</svg>\n",
            escape(alt),
            self.elements
        )
    }

    /// Ends the group that the last element is in.
    pub(super) fn close(&mut self) {
        if !std::mem::take(&mut self.group).is_empty() {
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

    /// Has what follows be filled, or else be a line.
    fn look(&mut self, style: &impl BackendStyle, is_filled: bool) {
        let (color, width) = (style.color(), Pixels(style.stroke_width() as i32));
        let line = format!(r#"stroke="currentColor" stroke-width="{width}""#);
        let look = match (is_filled, color.alpha, self.dashes) {
            (true, 1.0, _) => r#"fill="currentColor""#.to_string(),
            (true, alpha, _) => format!(r#"fill="currentColor" fill-opacity="{alpha}""#),
            (false, _, "") => line,
            (false, _, dashes) => format!(r#"{line} stroke-dasharray="{dashes}""#),
        };
        self.group(color, &look);
    }

    fn path(&mut self, points: impl IntoIterator<Item = BackendCoord>, end: &str) -> Drawn {
        let mut command = "<path d=\"M";
        for (x, y) in points {
            self.push(format_args!("{command}{} {}", Pixels(x), Pixels(y)))?;
            command = " ";
        }
        self.push(format_args!("{end}\"/>\n"))
    }

    fn push(&mut self, text: fmt::Arguments<'_>) -> Drawn {
        // Writing to a string cannot fail.
        let _ = self.elements.write_fmt(text);
        Ok(())
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Canvas {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0 as u32, self.size.1 as u32)
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
        self.look(style, false);
        self.path(path, "")
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.look(style, fill);
        let (x, y, radius) = (Pixels(x), Pixels(y), Pixels(radius as i32));
        self.push(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>\n"
        ))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.look(style, true);
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
        let size = Pixels(style.size() as i32);
        let look = format!("fill=\"currentColor\" {HALO} font-size=\"{size}\"{anchor}{weight}");
        self.group(style.color(), &look);
        let (x, y, text) = (Pixels(x), Pixels(y), escape(text));
        self.push(format_args!(
            "<text x=\"{x}\" y=\"{y}\" dy=\"0.5ex\">{text}</text>\n"
        ))
    }
}

/// The text as XML has it, on one line.
pub(super) fn escape(text: &str) -> String {
    let text = one_line(text).replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', "&quot;");
    // Not characters to XML.
    text.replace(['\u{fffe}', '\u{ffff}'], "")
}
