//! A panel: its axes and the marks between them, as a listing gives them.

use super::axis::Axis;
use super::style::{Stroke, Style};
use super::text::one_line;

/// A point, in the units of the axes.
pub(super) type Point = (f64, f64);

/// One pair of axes with what is drawn between them.
pub struct Panel {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) marks: Vec<Mark>,
    pub(super) same_scale: bool,
    /// Labels that it has at other settings.
    pub(super) other_labels: Vec<String>,
}

/// Something drawn in a panel.
pub(super) struct Mark {
    pub label: String,
    pub kind: MarkKind,
    /// A number that the mark has not, as a wall its height, is NaN.
    pub points: Vec<Point>,
    pub style: Style,
    /// The knobs that the x and the y of its first point set, in a reader's hand.
    pub sets: [Option<&'static str>; 2],
}

/// What a mark is, and what its points are.
pub(super) enum MarkKind {
    Line,
    Path,
    Points,
    /// Points of the low and of the high edge by turns.
    Band,
    /// No points, but a function of the two variables of the panel.
    Contours {
        field: Box<dyn Fn(f64, f64) -> f64>,
        levels: Vec<f64>,
    },
    Wall,
    Level,
    /// Where it begins and where it leads.
    Arrow,
    Note,
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
            other_labels: Vec::new(),
        }
    }

    /// What stands above the panel.
    pub fn title(mut self, title: impl Into<String>) -> Panel {
        self.title = title.into();
        self
    }

    /// The same panel with units of one length on both axes, so that angles look
    /// as they are. Both axes need ranges, and are linear.
    pub fn same_scale(mut self) -> Panel {
        self.same_scale = true;
        self
    }

    /// The same panel with room for labels that its curves have at other settings,
    /// so that it keeps its width when a knob is turned.
    pub fn room_for(mut self, labels: impl IntoIterator<Item: Into<String>>) -> Panel {
        self.other_labels.extend(labels.into_iter().map(Into::into));
        self
    }

    /// A curve through `points`, labelled at its end.
    pub fn line(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = Point>,
        style: Style,
    ) -> Panel {
        self.with(label, MarkKind::Line, points, style)
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
        self.with(label, MarkKind::Path, points, style)
    }

    /// Markers alone.
    pub fn points(
        self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = Point>,
        style: Style,
    ) -> Panel {
        self.with(label, MarkKind::Points, points, style)
    }

    /// The area between a low and a high edge, given as (x, low, high).
    pub fn band(
        self,
        label: impl Into<String>,
        edges: impl IntoIterator<Item = (f64, f64, f64)>,
        style: Style,
    ) -> Panel {
        let edges = edges.into_iter();
        let points = edges.flat_map(|(x, low, high)| [(x, low), (x, high)]);
        self.with(label, MarkKind::Band, points, style)
    }

    /// The lines on which `field` has each of `levels`. Both axes need ranges.
    pub fn contours(
        self,
        field: impl Fn(f64, f64) -> f64 + 'static,
        levels: impl IntoIterator<Item = f64>,
    ) -> Panel {
        let (field, levels) = (Box::new(field), levels.into_iter().collect());
        self.with("", MarkKind::Contours { field, levels }, [], Style::Muted)
    }

    /// An upright line across the panel: a bound.
    pub fn wall(self, label: impl Into<String>, x: f64) -> Panel {
        self.with(label, MarkKind::Wall, [(x, f64::NAN)], Style::Ink)
    }

    /// A level line across the panel.
    pub fn level(self, label: impl Into<String>, y: f64) -> Panel {
        self.with(label, MarkKind::Level, [(f64::NAN, y)], Style::Ink)
    }

    /// An arrow: a step, a gradient.
    pub fn arrow(self, label: impl Into<String>, from: Point, to: Point, style: Style) -> Panel {
        self.with(label, MarkKind::Arrow, [from, to], style)
    }

    /// A few words beside a point.
    pub fn note(self, text: impl Into<String>, at: Point) -> Panel {
        self.with(text, MarkKind::Note, [at], Style::Ink)
    }

    /// Makes the last mark a handle: who drags its first point sideways sets this
    /// knob to the x that it gets.
    ///
    /// ```
    /// # use notebook::{Axis, Panel, Style};
    /// # let (w, loss, rate) = (1.0, |w: f64| w * w, 0.1);
    /// # let panel = Panel::new(Axis::linear("w"), Axis::linear("loss"));
    /// panel
    ///     .points("", [(w, loss(w))], Style::Ink)
    ///     .sets_x("start")
    ///     .wall("rate", rate)
    ///     .sets_x("learning_rate");
    /// ```
    pub fn sets_x(self, knob: &'static str) -> Panel {
        self.sets(0, knob)
    }

    /// The same upwards and downwards: the knob gets the y of the point.
    pub fn sets_y(self, knob: &'static str) -> Panel {
        self.sets(1, knob)
    }

    fn sets(mut self, coordinate: usize, knob: &'static str) -> Panel {
        if let Some(mark) = self.marks.last_mut() {
            mark.sets[coordinate] = Some(knob);
        }
        self
    }

    /// What it is called in the data of the figure: its title, or its place in the
    /// chart, from 1.
    pub(super) fn name(&self, number: usize) -> String {
        match one_line(self.title.trim()) {
            title if title.is_empty() => number.to_string(),
            title => title,
        }
    }

    /// The knobs that its handles set.
    pub(crate) fn knobs(&self) -> impl Iterator<Item = &'static str> {
        self.marks.iter().flat_map(|mark| mark.sets).flatten()
    }

    fn with(
        mut self,
        label: impl Into<String>,
        kind: MarkKind,
        points: impl IntoIterator<Item = Point>,
        style: Style,
    ) -> Panel {
        self.marks.push(Mark {
            label: label.into(),
            kind,
            points: points.into_iter().collect(),
            style,
            sets: [None; 2],
        });
        self
    }
}

/// The numbers with their steps, from 0: (0, first), (1, second), …
pub fn by_step<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> impl Iterator<Item = Point> {
    let numbers = numbers.into_iter().enumerate();
    numbers.map(|(step, number)| (step as f64, *number))
}

impl Mark {
    /// How its lines are drawn.
    pub fn stroke(&self) -> Stroke {
        let width = match self.kind {
            MarkKind::Contours { .. } => 0.75,
            MarkKind::Wall | MarkKind::Level => 1.0,
            MarkKind::Arrow => 1.75,
            _ => return self.style.stroke(),
        };
        Stroke::solid(self.style.colour(), width)
    }

    /// Whether each of its points has a marker.
    pub fn has_markers(&self) -> bool {
        matches!(self.kind, MarkKind::Path | MarkKind::Points)
    }
}
