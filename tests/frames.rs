//! Frames: the panels of a figure stay where they are while a knob is turned.

use listings::LISTINGS;
use notebook::{Figure, Knob, Listing, Outputs, Setting, run};
use std::thread;

/// At about how many positions each knob is tried, besides its last.
const POSITIONS: usize = 12;

/// Where the panels of a figure stand, in both forms.
#[derive(Debug, PartialEq)]
struct Frames {
    sizes: Vec<String>,
    /// Left, top, right and bottom of each panel.
    panels: Vec<Vec<f64>>,
    /// The ends of its upright axes.
    axes: Vec<String>,
}

impl Frames {
    fn of(figure: &Figure) -> Frames {
        let svg = [&*figure.wide, &*figure.narrow].concat();
        let all = |name: &str| {
            let before = format!(" {name}=\"");
            let found = svg.split(&*before).skip(1);
            let found = found.map(|rest| rest.split('"').next().unwrap().to_string());
            found.collect::<Vec<_>>()
        };
        let edges = |panel: &String| {
            let edges = panel.split(' ');
            edges.map(|edge| edge.parse().unwrap()).collect()
        };
        Frames {
            sizes: all("viewBox"),
            panels: all("data-box").iter().map(edges).collect(),
            axes: all("data-y"),
        }
    }

    /// Whether it stands as the other does, but for the left edges of panels where
    /// the numbers beside them are others.
    fn stays(&self, other: &Frames) -> bool {
        let first = usize::from(self.axes != other.axes);
        let edges = |frames: &Frames| {
            let panels = frames.panels.iter();
            panels
                .flat_map(|panel| panel[first..].to_vec())
                .collect::<Vec<_>>()
        };
        self.sizes == other.sizes && edges(self) == edges(other)
    }
}

/// At which of its positions a knob moves a panel.
fn moves(listing: &Listing, knob: &Knob, before: &Frames) -> Vec<String> {
    let positions = knob.positions();
    let step = (positions.len() / POSITIONS).max(1);
    let tried = positions.iter().step_by(step).chain(positions.last());
    let moves = |text: &&String| {
        let made = run(listing.run, vec![Setting::new(&knob.name, text)]).unwrap();
        !Frames::of(&made.figure.unwrap()).stays(before)
    };
    let moving = tried.filter(moves);
    let told = moving.map(|text| format!("{} {}={text}", listing.id, knob.name));
    told.collect()
}

#[test]
fn no_knob_moves_a_panel_or_changes_its_size() {
    let moving = |listing: &Listing| {
        let Outputs { figure, knobs, .. } = run(listing.run, Vec::new()).unwrap();
        let Some(figure) = figure else {
            return Vec::new();
        };
        let before = Frames::of(&figure);
        let knobs = knobs.iter();
        let moving: Vec<_> = knobs
            .flat_map(|knob| moves(listing, knob, &before))
            .collect();
        moving
    };
    let moving: Vec<String> = thread::scope(|scope| {
        let listings = LISTINGS
            .iter()
            .map(|listing| scope.spawn(move || moving(listing)));
        let listings: Vec<_> = listings.collect();
        listings
            .into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect()
    });
    assert!(moving.is_empty(), "{}", moving.join("\n"));
}
