//! Tests of whole figures, as they are written.

use super::text::width;
use super::{Axis, Chart, Figure, Panel, Style};
use std::f64::consts::PI;

fn linear() -> Panel {
    Panel::new(Axis::linear("step"), Axis::linear("loss"))
}

fn framed() -> Panel {
    Panel::new(
        Axis::linear("w").range(-2.0..=2.0),
        Axis::linear("loss").range(0.0..=4.0),
    )
}

fn draw(panels: impl IntoIterator<Item = Panel>) -> Figure {
    Chart::new("a chart", panels).draw().unwrap()
}

fn error(panels: impl IntoIterator<Item = Panel>) -> String {
    let drawn = Chart::new("a chart", panels).draw();
    drawn.unwrap_err().to_string()
}

/// The values of an attribute, in logical pixels where they are numbers.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let start = element.find(&format!(" {name}=\""))? + name.len() + 3;
    element[start..].split('"').next()
}

fn number(element: &str, name: &str) -> f64 {
    attribute(element, name).unwrap().parse::<f64>().unwrap() / 8.0
}

#[test]
fn units_are_of_one_length_on_both_axes_where_a_panel_asks() {
    for count in [1, 2] {
        let figure = draw((0..count).map(|_| {
            let panel = framed().same_scale();
            panel.line("", [(-2.0, 0.0), (2.0, 4.0)], Style::Ink)
        }));
        for svg in [&figure.wide, &figure.narrow] {
            let (left, right, top, bottom) = plot(svg);
            let off = (right - left) - (bottom - top);
            assert!(off.abs() < 0.5, "{count} panels: off by {off} pixels");
        }
    }
}

/// The points of all lines of this colour.
fn lines(svg: &str, colour: &str) -> Vec<Vec<(f64, f64)>> {
    let elements = svg.lines().filter(|line| line.starts_with("<polyline"));
    let coloured = elements.filter(|line| attribute(line, "stroke") == Some(colour));
    let pixel = |pair: &str| {
        let (x, y) = pair.split_once(',').unwrap();
        (
            x.parse::<f64>().unwrap() / 8.0,
            y.parse::<f64>().unwrap() / 8.0,
        )
    };
    let points = |line| attribute(line, "points").unwrap().split(' ').map(pixel);
    coloured.map(|line| points(line).collect()).collect()
}

/// Left, right and middle height of all text.
fn texts(svg: &str) -> Vec<(f64, f64, f64, &str)> {
    let elements = svg.lines().filter(|line| line.starts_with("<text"));
    elements
        .map(|line| {
            let text = line.split(['>', '<']).nth(2).unwrap();
            let (x, wide) = (number(line, "x"), width(text));
            let left = match attribute(line, "text-anchor") {
                Some("start") => x,
                Some("middle") => x - wide / 2.0,
                _ => x - wide,
            };
            (left, left + wide, number(line, "y"), text)
        })
        .collect()
}

/// The plot: from the axes, which are the longest lines in their colour.
fn plot(svg: &str) -> (f64, f64, f64, f64) {
    let axes: Vec<_> = svg
        .lines()
        .filter(|line| line.starts_with("<line") && line.contains("#999999"))
        .take(2)
        .map(|line| ["x1", "x2", "y1", "y2"].map(|name| number(line, name)))
        .collect();
    (axes[0][0], axes[0][1], axes[1][3], axes[1][2])
}

#[test]
fn a_figure_without_words_or_anything_to_see_is_refused() {
    let wordless = Chart::new(" \n", [framed().line("", [(0.0, 1.0)], Style::Ink)]);
    assert_eq!(
        wordless.draw().unwrap_err().to_string(),
        "a figure without alternative text: say in one or two sentences what it shows"
    );
    assert_eq!(
        error([]),
        "a chart without panels: there is nothing to draw"
    );
    let beyond = framed()
        .title("far")
        .line("", [(5.0, 5.0), (6.0, 5.0)], Style::Ink);
    assert_eq!(
        error([beyond.wall("bound", 1.0)]),
        "panel \"far\", both axes: nothing to draw, no finite point lies between their ends"
    );
    let seen = framed().points("", [(0.0, 1.0)], Style::Ink);
    let unseen = linear().line("", [(f64::NAN, 1.0), (1.0, f64::INFINITY)], Style::Ink);
    assert!(
        error([seen, unseen.line("", [(f64::NAN, f64::NAN)], Style::Ink)]).starts_with("panel 2, ")
    );
    assert_eq!(
        error([linear().contours(|x, y| x + y, [1.0])]),
        "panel 1, both axes: contours and heat need ranges; give them with Axis::range"
    );
}

#[test]
fn nothing_is_drawn_outside_the_frame() {
    let zigzag = (0..40).map(|i| (f64::from(i) / 8.0 - 2.5, (-1.5f64).powi(i)));
    let wave = (0..200).map(|i| (f64::from(i) / 50.0 - 2.0, 5.0 * (f64::from(i) / PI).sin()));
    let figure =
        draw([framed()
            .line("", zigzag, Style::Diverging)
            .line("", wave, Style::Creeping)]);
    for svg in [&figure.wide, &figure.narrow] {
        let (left, right, top, bottom) = plot(svg);
        for colour in ["#D55E00", "#0072B2"] {
            let points: Vec<_> = lines(svg, colour).concat();
            assert!(points.len() > 10);
            for (x, y) in points {
                assert!(
                    (left..=right).contains(&x) && (top..=bottom).contains(&y),
                    "{x}, {y}"
                );
            }
        }
    }
}

#[test]
fn a_curve_that_leaves_is_cut_at_the_frame_and_marked_there() {
    let leaving = framed().line("", [(0.0, 0.0), (1.0, 8.0)], Style::Converging);
    let svg = draw([leaving]).wide;
    let (left, right, top, bottom) = plot(&svg);
    let exit = (left + 0.625 * (right - left), top);
    let start = ((left + right) / 2.0, bottom);
    for (at, expected) in lines(&svg, "#009E73")[0].iter().zip([start, exit]) {
        let off = (at.0 - expected.0).hypot(at.1 - expected.1);
        assert!(off < 0.2, "{at:?}, not {expected:?}");
    }
    let marks = |svg: &str| {
        svg.lines()
            .filter(|line| line.starts_with("<polygon"))
            .count()
    };
    assert_eq!(marks(&svg), 1);
    let staying = framed().line("", [(0.0, 0.0), (1.0, 4.0)], Style::Converging);
    assert_eq!(marks(&draw([staying]).wide), 0);
}

#[test]
fn a_number_that_is_not_finite_or_not_on_the_axis_lifts_the_pen() {
    let split = [
        (0.0, 1.0),
        (1.0, 2.0),
        (2.0, f64::NAN),
        (3.0, 2.0),
        (4.0, 1.0),
    ];
    let svg = draw([linear().line("", split, Style::Ink)]).wide;
    assert_eq!(lines(&svg, "#222222").len(), 2);
    let log = Panel::new(Axis::linear("step"), Axis::log("loss"));
    let split = [(0.0, 1.0), (1.0, 2.0), (2.0, 0.0), (3.0, 2.0), (4.0, 1.0)];
    let svg = draw([log.line("", split, Style::Ink)]).wide;
    assert_eq!(lines(&svg, "#222222").len(), 2);
}

#[test]
fn points_outside_the_frame_have_no_marker() {
    let points = [(0.0, 1.0), (0.0, 5.0), (3.0, 1.0), (1.0, f64::NAN)];
    let svg = draw([framed().points("", points, Style::Ink)]).wide;
    assert_eq!(svg.matches("<circle").count(), 1);
}

#[test]
fn no_text_covers_another_or_leaves_the_figure() {
    let curves = |panel: Panel| {
        [
            "creeping, η = 0.1",
            "converging",
            "overshooting, but it converges",
            "diverging",
        ]
        .into_iter()
        .zip([
            Style::Creeping,
            Style::Converging,
            Style::Overshooting,
            Style::Diverging,
        ])
        .fold(panel, |panel, (label, style)| {
            panel.path(label, [(0.0, 1.0), (1.0, 2.0)], style)
        })
        .wall("a bound", 0.5)
        .wall("another bound", 0.6)
        .level("a minimum", 2.0)
    };
    let noted = framed().note("here", (1.9, 1.0)).note("there", (1.9, 1.1));
    let four = [
        "one",
        "two",
        "three",
        "a title long enough to be broken at this width",
    ]
    .map(|title| curves(linear()).title(title));
    for figure in [draw([curves(linear())]), draw(four), draw([noted])] {
        for (svg, right) in [(&figure.wide, 680.0), (&figure.narrow, 340.0)] {
            let texts = texts(svg);
            for (place, a) in texts.iter().enumerate() {
                assert!(a.0 >= 0.0 && a.1 <= right, "{a:?}");
                for b in &texts[place + 1..] {
                    let apart = a.1 <= b.0 || b.1 <= a.0 || (a.2 - b.2).abs() >= 12.0;
                    assert!(apart, "{a:?} covers {b:?}");
                }
            }
        }
    }
}

#[test]
fn a_figure_can_stand_in_markdown_and_is_small() {
    let noise = |i: u32| 1.0 + f64::from(i.wrapping_mul(2_654_435_761) >> 16) / 65536.0;
    let curve = (0..20_000).map(|i| (f64::from(i), noise(i)));
    let figure = draw([linear().line("loss", curve, Style::Converging)]);
    for svg in [figure.wide, figure.narrow] {
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.lines().all(|line| !line.trim().is_empty()));
        assert!(!svg.contains(" id="));
        assert!(svg.len() < 50_000, "{} bytes", svg.len());
    }
}

#[test]
fn the_numbers_behind_a_figure_are_kept() {
    let figure = draw([linear()
        .title("seeds")
        .line("median", [(0.0, 1.0), (1.0, f64::NAN)], Style::Ink)
        .band("all", [(0.0, 0.5, 1.5), (1.0, 0.4, 1.2)], Style::Ink)
        .bars("count", [(0.0, 3.0)], Style::Muted)]);
    let labels: Vec<_> = figure.data.iter().map(|series| &*series.label).collect();
    assert_eq!(labels, ["median", "all low", "all high", "count"]);
    assert!(figure.data.iter().all(|series| series.panel == "seeds"));
    assert_eq!(
        figure.data[0].points,
        [(Some(0.0), Some(1.0)), (Some(1.0), None)]
    );
    assert_eq!(figure.data[2].points[1], (Some(1.0), Some(1.2)));
    assert_eq!(figure.alt, "a chart");
}
