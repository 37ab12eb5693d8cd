//! Charts: what a listing says is to be drawn, without how it is drawn.

mod canvas;
mod clip;
mod contour;
mod data;
mod draw;
mod heat;
mod key;
mod layout;
mod marks;
mod notes;
mod palette;
mod scale;
mod scene;
mod shapes;
mod spread;
mod svg;
mod text;
mod thin;
mod ticks;
mod walls;

use crate::Result;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A figure to be: panels side by side (one below the other in the narrow
/// form), and the text that stands for them where they cannot be seen.
pub struct Chart {
    alt: String,
    panels: Vec<Panel>,
}

/// One pair of axes with what is drawn between them.
pub struct Panel {
    title: String,
    x: Axis,
    y: Axis,
    marks: Vec<Mark>,
}

/// An axis: what it measures, its scale, its ends.
#[derive(Clone, Debug)]
pub struct Axis {
    label: String,
    log: bool,
    /// The ends; found from the data where none are given.
    range: Option<(f64, f64)>,
}

/// The look of a curve or marker. A regime keeps its colour, line style and
/// marker in every figure; the colours are those of Okabe and Ito (2008).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Blue, dotted, squares: on one side of the minimum, slowly.
    Creeping,
    /// Green, solid, discs: to the minimum.
    Converging,
    /// Orange, dashed, triangles: across the minimum, and closer all the same.
    Overshooting,
    /// Vermilion, dash-dotted, crosses: away from the minimum.
    Diverging,
    /// The colour of text, solid: the curve that a figure is about.
    Ink,
    /// Grey and thin: what stands in the background.
    Muted,
}

/// A function of the two variables of a panel.
type Field = Box<dyn Fn(f64, f64) -> f64>;

/// A point, in the units of the axes.
type Point = (f64, f64);

/// Something drawn in a panel.
enum Mark {
    Curve {
        points: Vec<Point>,
        style: Style,
        label: String,
        line: bool,
        markers: bool,
    },
    Band {
        edges: Vec<(f64, f64, f64)>,
        style: Style,
        label: String,
    },
    Bars {
        bars: Vec<Point>,
        style: Style,
        label: String,
    },
    Contours {
        field: Field,
        levels: Vec<f64>,
    },
    Heat {
        field: Field,
        label: String,
    },
    Wall {
        x: f64,
        label: String,
    },
    Level {
        y: f64,
        label: String,
    },
    Arrow {
        from: Point,
        to: Point,
        style: Style,
        label: String,
    },
    Note {
        at: Point,
        text: String,
    },
}

/// What was drawn: two forms of one chart, the text that stands for it, its data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What the figure shows, in words.
    pub alt: String,
    /// The form for a page, as SVG.
    #[serde(default)]
    pub wide: String,
    /// The form for a phone, as SVG.
    #[serde(default)]
    pub narrow: String,
    /// The points that were drawn, by panel and label.
    pub data: Vec<Series>,
}

/// The points of one curve of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The panel's title; empty if it has none.
    pub panel: String,
    /// What the curve is labelled; empty if it is not.
    pub label: String,
    /// Its points; a number that is not finite is `null` in JSON.
    pub points: Vec<(Option<f64>, Option<f64>)>,
}

impl Axis {
    /// An axis on which equal distances are equal differences.
    pub fn linear(label: &str) -> Axis {
        Axis {
            label: label.to_string(),
            log: false,
            range: None,
        }
    }

    /// An axis on which equal distances are equal factors.
    pub fn log(label: &str) -> Axis {
        Axis {
            label: label.to_string(),
            log: true,
            range: None,
        }
    }

    /// The same axis with its ends fixed; curves are cut there.
    pub fn range(self, range: RangeInclusive<f64>) -> Axis {
        Axis {
            range: Some(range.into_inner()),
            ..self
        }
    }
}

impl Chart {
    /// A chart of these panels; `alt` says in one or two sentences what it
    /// shows, with its computed numbers.
    pub fn new(alt: impl Into<String>, panels: impl IntoIterator<Item = Panel>) -> Chart {
        Chart {
            alt: alt.into(),
            panels: panels.into_iter().collect(),
        }
    }
}

impl Panel {
    /// Empty axes.
    pub fn new(x: Axis, y: Axis) -> Panel {
        Panel {
            title: String::new(),
            x,
            y,
            marks: Vec::new(),
        }
    }

    /// What stands above the panel.
    pub fn title(self, title: impl Into<String>) -> Panel {
        Panel {
            title: title.into(),
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
