//! Tests of whole figures, as they are written.

use super::text::width;
use super::{Axis, Figure, Panel, Style};
use proptest::collection;
use proptest::prelude::*;
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
    super::figure("a chart", &Vec::from_iter(panels)).unwrap()
}

fn error(panels: impl IntoIterator<Item = Panel>) -> String {
    let drawn = super::figure("a chart", &Vec::from_iter(panels));
    drawn.unwrap_err().to_string()
}

/// An element of an SVG with the group that it stands in.
struct Element {
    name: String,
    /// Its own attributes, then those of its group.
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    fn number(&self, name: &str) -> f64 {
        self.get(name).parse().unwrap()
    }

    /// The points of a path.
    fn points(&self) -> Vec<(f64, f64)> {
        let numbers = self.get("d").trim_start_matches('M').trim_end_matches('Z');
        let numbers = numbers.split(' ').map(|number| number.parse().unwrap());
        let numbers: Vec<f64> = numbers.collect();
        numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    }
}

/// What is drawn, in order, as a parser that is not ours reads it.
fn elements(svg: &str) -> Vec<Element> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let elements = document.descendants().filter(|node| {
        let name = node.tag_name().name();
        node.is_element() && name != "svg" && name != "g"
    });
    let element = |node: roxmltree::Node<'_, '_>| {
        let group = node.parent_element().unwrap();
        let attributes = node.attributes().chain(group.attributes());
        let owned = |a: roxmltree::Attribute<'_, '_>| (a.name().into(), a.value().into());
        Element {
            name: node.tag_name().name().into(),
            attributes: attributes.map(owned).collect(),
            text: node.text().unwrap_or_default().into(),
        }
    };
    elements.map(element).collect()
}

/// The elements of this name and class, filled or not.
fn drawn(svg: &str, name: &str, class: &str, filled: bool) -> Vec<Element> {
    let mut elements = elements(svg);
    elements.retain(|element| {
        let is_filled = !element.get("fill").is_empty();
        element.name == name && element.get("class") == class && is_filled == filled
    });
    elements
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

/// The points of all lines of this class.
fn lines(svg: &str, class: &str) -> Vec<Vec<(f64, f64)>> {
    let paths = drawn(svg, "path", class, false);
    paths.iter().map(Element::points).collect()
}

/// Left, right and middle height of all text.
fn texts(svg: &str) -> Vec<(f64, f64, f64, String)> {
    let mut elements = elements(svg);
    elements.retain(|element| element.name == "text");
    let place = |element: Element| {
        let (x, wide) = (element.number("x"), width(&element.text));
        let left = match element.get("text-anchor") {
            "" => x,
            "middle" => x - wide / 2.0,
            _ => x - wide,
        };
        (left, left + wide, element.number("y"), element.text)
    };
    elements.into_iter().map(place).collect()
}

/// The plot: left, right, top, bottom; the axes are the first lines of their
/// class.
fn plot(svg: &str) -> (f64, f64, f64, f64) {
    let axes = lines(svg, "axis");
    (axes[0][0].0, axes[0][1].0, axes[1][1].1, axes[1][0].1)
}

#[test]
fn a_figure_without_words_or_anything_to_see_is_refused() {
    let seen = [framed().line("", [(0.0, 1.0)], Style::Ink)];
    let wordless = super::figure(" \n", &seen);
    assert_eq!(
        wordless.unwrap_err().to_string(),
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
        "panel 1, both axes: contours need ranges; give them with Axis::range"
    );
}

#[test]
fn nothing_is_drawn_outside_the_frame() {
    let zigzag = (0..40).map(|i| (f64::from(i) / 8.0 - 2.5, (-1.5f64).powi(i)));
    let wave = (0..200).map(|i| (f64::from(i) / 50.0 - 2.0, 5.0 * (f64::from(i) / PI).sin()));
    let figure = draw([framed()
        .line("", zigzag, Style::Vermilion)
        .line("", wave, Style::Blue)]);
    for svg in [&figure.wide, &figure.narrow] {
        let (left, right, top, bottom) = plot(svg);
        for class in ["vermilion", "blue"] {
            let points: Vec<_> = lines(svg, class).concat();
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
    let leaving = framed().line("", [(0.0, 0.0), (1.0, 8.0)], Style::Green);
    let svg = draw([leaving]).wide;
    let (left, right, top, bottom) = plot(&svg);
    let exit = (left + 0.625 * (right - left), top);
    let start = ((left + right) / 2.0, bottom);
    for (at, expected) in lines(&svg, "green")[0].iter().zip([start, exit]) {
        let off = (at.0 - expected.0).hypot(at.1 - expected.1);
        assert!(off < 0.2, "{at:?}, not {expected:?}");
    }
    let marks = |svg: &str| drawn(svg, "path", "green", true).len();
    assert_eq!(marks(&svg), 1);
    let staying = framed().line("", [(0.0, 0.0), (1.0, 4.0)], Style::Green);
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
    assert_eq!(lines(&svg, "ink").len(), 2);
    let log = Panel::new(Axis::linear("step"), Axis::log("loss"));
    let split = [(0.0, 1.0), (1.0, 2.0), (2.0, 0.0), (3.0, 2.0), (4.0, 1.0)];
    let svg = draw([log.line("", split, Style::Ink)]).wide;
    assert_eq!(lines(&svg, "ink").len(), 2);
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
        .zip([Style::Blue, Style::Green, Style::Orange, Style::Vermilion])
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
    let broken = Panel::new(
        Axis::linear("a label below the axis that is long enough to be broken at this width"),
        Axis::linear("a label above the axis that is long enough to be broken at this width"),
    )
    .line("", [(0.0, 1.0), (1.0, 2.0)], Style::Ink);
    let figures = [
        draw([curves(linear())]),
        draw(four),
        draw([noted]),
        draw([broken]),
    ];
    for figure in figures {
        for (svg, right) in [(&figure.wide, 680.0), (&figure.narrow, 340.0)] {
            let texts = texts(svg);
            let document = roxmltree::Document::parse(svg).unwrap();
            let frame = document.root_element().attribute("viewBox").unwrap();
            let bottom: f64 = frame.rsplit(' ').next().unwrap().parse().unwrap();
            for (place, a) in texts.iter().enumerate() {
                assert!(a.0 >= 0.0 && a.1 <= right, "{a:?}");
                assert!(a.2 > 0.0 && a.2 < bottom, "{a:?}");
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
    let figure = draw([linear().line("loss", curve, Style::Green)]);
    for svg in [figure.wide, figure.narrow] {
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.lines().all(|line| !line.trim().is_empty()));
        assert!(!svg.contains(" id=") && !svg.contains("<style"));
        assert!(svg.len() < 50_000, "{} bytes", svg.len());
    }
}

#[test]
fn a_figure_has_its_colours_on_a_page_and_as_a_file() {
    let styles = [
        (Style::Blue, "blue", "#0072B2", "2.3", "0 4"),
        (Style::Green, "green", "#009E73", "1.8", ""),
        (Style::Orange, "orange", "#E69F00", "1.8", "6 5"),
        (
            Style::Vermilion,
            "vermilion",
            "#D55E00",
            "1.8",
            "7 4.5 0 4.5",
        ),
        (Style::Ink, "ink", "#222222", "1.8", ""),
        (Style::Muted, "muted", "#666666", "1", ""),
    ];
    for (style, class, colour, width, dashes) in styles {
        let panel = framed().band("", [(-2.0, 0.5, 1.5), (2.0, 0.4, 1.2)], style);
        let svg = draw([panel.path("", [(0.0, 1.0), (1.0, 2.0)], style)]).wide;
        let line = &drawn(&svg, "path", class, false)[0];
        assert_eq!(
            (line.get("color"), line.get("stroke")),
            (colour, "currentColor")
        );
        assert_eq!(line.get("stroke-width"), width);
        assert_eq!(line.get("stroke-dasharray"), dashes);
        let band = &drawn(&svg, "path", class, true)[0];
        assert_eq!(
            (band.get("color"), band.get("fill-opacity")),
            (colour, "0.25")
        );
        let markers = elements(&svg).into_iter().rev();
        let markers = markers.skip_while(|element| element.name == "text").take(2);
        assert!(
            markers
                .into_iter()
                .all(|marker| marker.get("color") == colour)
        );
    }
}

proptest! {
    #[test]
    fn every_svg_parses_whatever_its_words_and_says_them(
        words in collection::vec("[ -~\t\n\r\u{0}-\u{9f}ηλ\u{2028}\u{fffe}\u{ffff}]{0,12}", 6)
    ) {
        // A word of its own, as labels that are empty have no place.
        let words = words.iter().map(|word| format!("{word} <svg bytes=\"&\">"));
        let [alt, title, x, y, label, note] = words.collect::<Vec<_>>().try_into().unwrap();
        let panel = Panel::new(Axis::linear(&x), Axis::linear(&y));
        let panel = panel.title(title.clone()).line(label.clone(), [(0.0, 1.0), (1.0, 2.0)], Style::Ink);
        let panel = panel.note(note.clone(), (0.5, 1.5)).wall(note.clone(), 0.5);
        let figure = super::figure(&alt, &[panel]).unwrap();
        let seen = |text: &str| -> String {
            text.chars().filter(|c| !c.is_whitespace() && !c.is_control())
                .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
        };
        for svg in [figure.wide, figure.narrow] {
            let parsed = roxmltree::Document::parse(&svg).unwrap();
            let root = parsed.root_element();
            prop_assert_eq!(seen(root.attribute("aria-label").unwrap()), seen(&alt));
            let written: String = elements(&svg).iter().map(|element| seen(&element.text)).collect();
            for text in [&title, &x, &y, &label, &note] {
                prop_assert!(written.contains(&seen(text)), "{:?} in {:?}", text, written);
            }
            prop_assert!(svg.lines().all(|line| line.starts_with('<') && line.ends_with('>')));
            prop_assert!(!svg.contains('\r'));
        }
    }
}

/// The panels that a script finds in a drawing: the attributes of each, and of its
/// handles.
fn found(svg: &str) -> Vec<(Vec<String>, Vec<[String; 2]>)> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let get = |node: roxmltree::Node<'_, '_>, name| node.attribute(name).unwrap().to_string();
    let panels = document
        .descendants()
        .filter(|node| node.has_attribute("data-box"));
    let panel = |node: roxmltree::Node<'_, '_>| {
        let names = [
            "data-box",
            "data-x",
            "data-x-label",
            "data-y",
            "data-y-label",
        ];
        let handles = node.children().filter(|node| node.has_attribute("data-at"));
        let handle = |node| ["data-at", "data-sets"].map(|name| get(node, name));
        (
            names.map(|name| get(node, name)).to_vec(),
            handles.map(handle).collect(),
        )
    };
    panels.map(panel).collect()
}

#[test]
fn a_script_finds_the_scales_of_each_panel_and_its_handles() {
    let panel = Panel::new(
        Axis::linear("w").range(-2.0..=2.0),
        Axis::log("a \"b\"").range(0.01..=100.0),
    )
    .points("", [(1.0, 1.0), (0.0, 10.0)], Style::Ink)
    .sets_x("start")
    .sets_y("rate")
    .wall("", 0.0)
    .sets_x("start")
    .points("", [(3.0, 1e-9)], Style::Ink)
    .sets_y("rate");
    let figure = draw([
        panel,
        linear().line("", [(0.0, 0.0), (1.0, 1.0)], Style::Ink),
    ]);
    for svg in [&figure.wide, &figure.narrow] {
        let found = found(svg);
        let [(panel, handles), (other, none)] = &*found else {
            panic!("{found:?}");
        };
        let ends = [
            "-2.00000000e0 2.00000000e0",
            "1.00000000e-2 1.00000000e2 log",
        ];
        assert_eq!(panel[1..], [ends[0], "w", ends[1], "a \"b\""]);
        assert_eq!((&*other[2], none.len()), ("step", 0));
        // What is drawn at a point is where the box says that the point is.
        let edges: Vec<f64> = panel[0].split(' ').map(|n| n.parse().unwrap()).collect();
        let [left, top, right, bottom] = edges[..] else {
            panic!("{edges:?}");
        };
        let marker = &drawn(svg, "circle", "ink", true)[0];
        let (x, y) = (marker.number("cx"), marker.number("cy"));
        assert!((x - (left + 0.75 * (right - left))).abs() < 0.11, "{x}");
        assert!((y - (top + 0.5 * (bottom - top))).abs() < 0.11, "{y}");
        let wall = drawn(svg, "path", "ink", false)[0].points()[0].0;
        assert!((wall - (left + right) / 2.0).abs() < 0.11, "{wall}");
        let expected = [
            [format!("{x} {y}"), "start rate".into()],
            [format!("{wall} -"), "start ".into()],
            [format!("{right} {bottom}"), " rate".into()],
        ];
        assert_eq!(*handles, expected);
    }
}
