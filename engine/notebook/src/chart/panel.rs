//! A panel: its axes and the marks between them, as a listing gives them.

use super::axis::Axis;
use super::style::Style;

/// One pair of axes with what is drawn between them.
pub struct Panel {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// What is drawn, with its label.
    pub(super) marks: Vec<(String, Mark)>,
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

    /// The curve of a function over the whole of the x axis, which needs a range.
    pub fn function(
        self,
        label: impl Into<String>,
        mut function: impl FnMut(f64) -> f64,
        style: Style,
    ) -> Panel {
        let points: Vec<_> = self.x.grid().map(|x| (x, function(x))).collect();
        self.line(label, points, style)
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
        self.with(label, Mark::Band { edges, style })
    }

    /// The lines on which `field` has each of `levels`. Both axes need ranges.
    pub fn contours(
        self,
        field: impl Fn(f64, f64) -> f64 + 'static,
        levels: impl IntoIterator<Item = f64>,
    ) -> Panel {
        let (field, levels) = (Box::new(field), levels.into_iter().collect());
        self.with("", Mark::Contours { field, levels })
    }

    /// An upright line across the panel: a bound.
    pub fn wall(self, label: impl Into<String>, x: f64) -> Panel {
        self.with(label, Mark::Wall(x))
    }

    /// A level line across the panel.
    pub fn level(self, label: impl Into<String>, y: f64) -> Panel {
        self.with(label, Mark::Level(y))
    }

    /// An arrow: a step, a gradient.
    pub fn arrow(self, label: impl Into<String>, from: Point, to: Point, style: Style) -> Panel {
        self.with(label, Mark::Arrow { from, to, style })
    }

    /// A few words beside a point.
    pub fn note(self, text: impl Into<String>, at: Point) -> Panel {
        self.with(text, Mark::Note(at))
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
        self.with(
            label,
            Mark::Curve {
                points,
                style,
                line,
                markers,
            },
        )
    }

    fn with(mut self, label: impl Into<String>, mark: Mark) -> Panel {
        self.marks.push((label.into(), mark));
        self
    }
}

/// A point, in the units of the axes.
pub(super) type Point = (f64, f64);

/// Something drawn in a panel.
pub(super) enum Mark {
    Curve {
        points: Vec<Point>,
        style: Style,
        line: bool,
        markers: bool,
    },
    Band {
        edges: Vec<(f64, f64, f64)>,
        style: Style,
    },
    Contours {
        /// A function of the two variables of the panel.
        field: Box<dyn Fn(f64, f64) -> f64>,
        levels: Vec<f64>,
    },
    Wall(f64),
    Level(f64),
    Arrow {
        from: Point,
        to: Point,
        style: Style,
    },
    Note(Point),
}

/// The numbers with their steps, from 0: (0, first), (1, second), …
pub fn by_step<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> impl Iterator<Item = Point> {
    let numbers = numbers.into_iter().enumerate();
    numbers.map(|(step, number)| (step as f64, *number))
}

impl Mark {
    /// The values that an axis without ends must have room for.
    pub fn xs(&self) -> Vec<f64> {
        match self {
            Mark::Curve { points, .. } => points.iter().map(|(x, _)| *x).collect(),
            Mark::Band { edges, .. } => edges.iter().map(|(x, ..)| *x).collect(),
            Mark::Wall(x) | Mark::Note((x, _)) => vec![*x],
            Mark::Arrow { from, to, .. } => vec![from.0, to.0],
            Mark::Level(_) | Mark::Contours { .. } => Vec::new(),
        }
    }

    pub fn ys(&self) -> Vec<f64> {
        match self {
            Mark::Curve { points, .. } => points.iter().map(|(_, y)| *y).collect(),
            Mark::Band { edges, .. } => edges.iter().flat_map(|(_, l, h)| [*l, *h]).collect(),
            Mark::Level(y) | Mark::Note((_, y)) => vec![*y],
            Mark::Arrow { from, to, .. } => vec![from.1, to.1],
            Mark::Wall(_) | Mark::Contours { .. } => Vec::new(),
        }
    }
}
