//! A panel: its axes and the marks between them, as a listing gives them.

use super::mark::{Mark, Point};
use super::{Axis, Style};

/// One pair of axes with what is drawn between them.
pub struct Panel {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) marks: Vec<Mark>,
    pub(super) same_scale: bool,
}

impl Panel {
    /// Empty axes.
    pub fn new(x: Axis, y: Axis) -> Panel {
        Panel {
            title: String::new(),
            x,
            y,
            marks: Vec::new(),
            same_scale: false,
        }
    }

    /// What stands above the panel.
    pub fn title(self, title: impl Into<String>) -> Panel {
        Panel {
            title: title.into(),
            ..self
        }
    }

    /// The same panel with units of one length on both axes, so that angles look
    /// as they are. Both axes need ranges, and are linear.
    pub fn same_scale(self) -> Panel {
        Panel {
            same_scale: true,
            ..self
        }
    }

    /// A curve through `points`, labelled at its end.
    pub fn line(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = Point>,
        style: Style,
    ) -> Panel {
        self.curve(label, points, style, true, false)
    }

    /// Steps: a curve with a marker at each of `points`.
    pub fn path(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = Point>,
        style: Style,
    ) -> Panel {
        self.curve(label, points, style, true, true)
    }

    /// Markers alone.
    pub fn points(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = Point>,
        style: Style,
    ) -> Panel {
        self.curve(label, points, style, false, true)
    }

    /// The area between a low and a high edge, given as (x, low, high).
    pub fn band(
        self,
        label: impl Into<String>,
        edges: impl IntoIterator<Item = (f64, f64, f64)>,
        style: Style,
    ) -> Panel {
        let edges = edges.into_iter().collect();
        self.with(Mark::Band {
            edges,
            style,
            label: label.into(),
        })
    }

    /// Bars from the axis to each of `bars`, given as (x, height).
    pub fn bars(
        self,
        label: impl Into<String>,
        bars: impl IntoIterator<Item = Point>,
        style: Style,
    ) -> Panel {
        let bars = bars.into_iter().collect();
        self.with(Mark::Bars {
            bars,
            style,
            label: label.into(),
        })
    }

    /// The lines on which `field` has each of `levels`. Both axes need ranges.
    pub fn contours(
        self,
        field: impl Fn(f64, f64) -> f64 + 'static,
        levels: impl IntoIterator<Item = f64>,
    ) -> Panel {
        let levels = levels.into_iter().collect();
        self.with(Mark::Contours {
            field: Box::new(field),
            levels,
        })
    }

    /// `field` as shades, the largest darkest. Both axes need ranges.
    pub fn heat(
        self,
        label: impl Into<String>,
        field: impl Fn(f64, f64) -> f64 + 'static,
    ) -> Panel {
        self.with(Mark::Heat {
            field: Box::new(field),
            label: label.into(),
        })
    }

    /// An upright line across the panel: a bound.
    pub fn wall(self, label: impl Into<String>, x: f64) -> Panel {
        self.with(Mark::Wall {
            x,
            label: label.into(),
        })
    }

    /// A level line across the panel.
    pub fn level(self, label: impl Into<String>, y: f64) -> Panel {
        self.with(Mark::Level {
            y,
            label: label.into(),
        })
    }

    /// An arrow: a step, a gradient.
    pub fn arrow(self, label: impl Into<String>, from: Point, to: Point, style: Style) -> Panel {
        self.with(Mark::Arrow {
            from,
            to,
            style,
            label: label.into(),
        })
    }

    /// A few words beside a point.
    pub fn note(self, text: impl Into<String>, at: Point) -> Panel {
        self.with(Mark::Note {
            at,
            text: text.into(),
        })
    }

    fn curve(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = Point>,
        style: Style,
        line: bool,
        markers: bool,
    ) -> Panel {
        let points = points.into_iter().collect();
        self.with(Mark::Curve {
            points,
            style,
            label: label.into(),
            line,
            markers,
        })
    }

    fn with(mut self, mark: Mark) -> Panel {
        self.marks.push(mark);
        self
    }
}
