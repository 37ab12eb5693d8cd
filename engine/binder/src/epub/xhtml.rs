//! XHTML: a rendered page as XML, without what needs a script.

use super::links::Targets;
use crate::html::{attribute, escape};
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ParseOpts, QualName, local_name, ns, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What needs a script, a server or a player.
const LEFT_OUT: [&str; 14] = [
    "audio", "base", "button", "embed", "form", "iframe", "link", "meta", "object", "script",
    "source", "style", "template", "video",
];

/// What the binder and mdBook put on a page for the browser: the form of a figure
/// for narrow screens, the command that runs a listing, the link to a figure's
/// data, code that is hidden until asked for.
const FOR_BROWSERS: [(&str, &str); 4] = [
    ("div", "narrow"),
    ("p", "run"),
    ("a", "data"),
    ("span", "boring"),
];

/// Elements that never have content, and no end.
const VOID: [&str; 7] = ["area", "br", "col", "hr", "img", "input", "wbr"];

/// What an `a` that leads nowhere has no use for.
const OF_LINKS: [&str; 6] = [
    "aria-label",
    "download",
    "href",
    "hreflang",
    "rel",
    "target",
];

/// What a page says: its `<main>`.
pub struct Main {
    main: Handle,
    /// The document that it is a part of, which it does not outlive.
    _document: RcDom,
}

impl Main {
    /// Reads a page as browsers without scripts do.
    pub fn parse(html: &str) -> Option<Main> {
        let options = ParseOpts {
            tree_builder: TreeBuilderOpts {
                scripting_enabled: false,
                ..Default::default()
            },
            ..Default::default()
        };
        let document = parse_document(RcDom::default(), options).one(html);
        Some(Main {
            main: find_main(&document.document)?,
            _document: document,
        })
    }

    /// The ids of what an EPUB shows of it.
    pub fn ids(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        add_ids(&self.main, &mut ids);
        ids
    }
}

fn find_main(node: &Handle) -> Option<Handle> {
    let is_main = matches!(&node.data, NodeData::Element { name, .. } if &*name.local == "main");
    if is_main {
        return Some(node.clone());
    }
    node.children.borrow().iter().find_map(find_main)
}

fn add_ids(node: &Handle, ids: &mut BTreeSet<String>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow();
        if is_left_out(name, &attributes) {
            return;
        }
        ids.extend(value(&attributes, "id").map(str::to_string));
    }
    let children = node.children.borrow();
    children.iter().for_each(|child| add_ids(child, ids));
}

/// The page as XHTML, without the `<main>` around it, and what a package has to
/// say of it.
pub fn write(main: &Main, targets: &mut Targets<'_>) -> (String, Vec<&'static str>) {
    let mut writer = Writer {
        out: String::new(),
        properties: BTreeSet::new(),
        targets,
    };
    writer.children(&main.main, &ns!(html));
    (writer.out, writer.properties.into_iter().collect())
}

struct Writer<'a, 'b> {
    out: String,
    properties: BTreeSet<&'static str>,
    targets: &'a mut Targets<'b>,
}

impl Writer<'_, '_> {
    fn children(&mut self, node: &Handle, namespace: &html5ever::Namespace) {
        for child in node.children.borrow().iter() {
            match &child.data {
                NodeData::Text { contents } => self.out += &escape(&legal(&contents.borrow())),
                NodeData::Element { name, attrs, .. } => {
                    self.element(child, name, &attrs.borrow(), namespace);
                }
                _ => {}
            }
        }
    }

    /// Writes an element that stands in one of the namespace `around`.
    fn element(
        &mut self,
        node: &Handle,
        name: &QualName,
        attributes: &[Attribute],
        around: &html5ever::Namespace,
    ) {
        if is_left_out(name, attributes) {
            return;
        }
        if is_unwrapped(name, attributes) {
            return self.children(node, around);
        }
        // MathML 3 knows these of `mstyle`, browsers of all.
        let (style, others) = attributes
            .iter()
            .partition(|attr| is_math_style(name, attr));
        let is_styled = !Vec::is_empty(&style);
        if is_styled {
            self.out += "<mstyle";
            self.attributes(name, &style);
            self.out.push('>');
        }
        self.out += &format!("<{}", name.local);
        if name.ns != *around {
            // A `String` takes all that is written to it.
            let _ = write!(self.out, " xmlns=\"{}\"", name.ns);
        }
        self.attributes(name, &others);
        self.properties.extend(property(name));
        if VOID.contains(&&*name.local) && name.ns == ns!(html) {
            self.out += "/>";
            return;
        }
        self.out.push('>');
        self.children(node, &name.ns);
        self.out += &format!("</{}>", name.local);
        if is_styled {
            self.out += "</mstyle>";
        }
    }

    fn attributes(&mut self, name: &QualName, attributes: &[&Attribute]) {
        let is_link = &*name.local == "a";
        let mut href = attributes.iter().filter(|attr| &*attr.name.local == "href");
        let leads = href.next().map(|attr| self.targets.follow(&attr.value));
        for attr in attributes {
            let known = &*attr.name.local;
            let has_no_use = is_link && leads == Some(None) && OF_LINKS.contains(&known);
            if has_no_use || !is_kept(known) {
                continue;
            }
            let value = match (known, &leads) {
                ("href", Some(Some(to))) if is_link => to.clone(),
                ("src", _) => self.targets.load(&attr.value),
                _ => attr.value.to_string(),
            };
            let value = attribute(&legal(&value));
            let _ = write!(self.out, " {known}=\"{value}\"");
        }
    }
}

fn is_left_out(name: &QualName, attributes: &[Attribute]) -> bool {
    let known = &*name.local;
    let classes = value(attributes, "class").unwrap_or_default();
    let has = |class: &str| classes.split_whitespace().any(|word| word == class);
    known == "script"
        || name.ns == ns!(html)
            && (LEFT_OUT.contains(&known)
                || FOR_BROWSERS
                    .iter()
                    .any(|(name, class)| *name == known && has(class)))
}

/// A heading is a link to itself, for the browser. Without scripts, what stands
/// in for them shows. What has no name in XML has none here.
fn is_unwrapped(name: &QualName, attributes: &[Attribute]) -> bool {
    let is_header = name.local == local_name!("a") && value(attributes, "class") == Some("header");
    is_header || name.local == local_name!("noscript") || !is_name(&name.local)
}

/// Not what scripts read or are, other sizes of an image, and the order of paint
/// of a drawing, which SVG knows since 2 and the style sheet says.
fn is_kept(attribute: &str) -> bool {
    let is_of_scripts = attribute.starts_with("data-") || attribute.starts_with("on");
    !is_of_scripts && !["srcset", "paint-order"].contains(&attribute) && is_name(attribute)
}

/// Whether it sets the size of a formula's part; `math` and tables have it as
/// their own.
fn is_math_style(name: &QualName, attr: &Attribute) -> bool {
    let known = &*attr.name.local;
    match (&name.ns, &*name.local) {
        (&ns!(mathml), "math" | "mstyle") => false,
        (&ns!(mathml), "mtable") => known == "scriptlevel",
        (&ns!(mathml), _) => ["displaystyle", "scriptlevel"].contains(&known),
        _ => false,
    }
}

/// What a package has to say of a page that holds such an element.
fn property(name: &QualName) -> Option<&'static str> {
    match name.ns {
        ns!(mathml) => Some("mathml"),
        ns!(svg) => Some("svg"),
        _ => None,
    }
}

/// Whether XML takes it as a name without a namespace.
fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.chars().all(is_letter)
        && name != "xmlns"
}

fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let mut attributes = attributes.iter();
    let found = attributes.find(|attr| &*attr.name.local == name);
    found.map(|attr| &*attr.value)
}

/// The text with U+FFFD for what XML has no way to write.
fn legal(text: &str) -> String {
    let legal = |letter: char| match letter {
        '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'.. => letter,
        _ => '\u{fffd}',
    };
    text.chars().map(legal).collect()
}

/// Text within an element or an attribute.
pub fn text(text: &str) -> String {
    escape(&legal(text)).replace('"', "&quot;")
}
