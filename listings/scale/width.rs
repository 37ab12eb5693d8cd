//! The loss of networks of five widths against the rate: in the usual way,
//! with rates times a power of the width, and in μP.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::growth::mup::{BASE, Scaling};
use training::growth::widths::{RATES, WIDTHS, losses, rate};

// ANCHOR: width
/// The place of the rate with the lowest loss.
fn best(losses: &[f64]) -> usize {
    let places = 0..losses.len();
    let best = places.min_by(|a, b| losses[*a].total_cmp(&losses[*b]));
    best.expect("there are rates")
}

/// The lowest rate that comes to a loss of 1, between those of the grid.
fn flank(losses: &[f64]) -> f64 {
    let below = losses.iter().position(|loss| *loss <= 1.0);
    let below = below.expect("some rate comes there");
    let above = below - 1;
    let logarithm = |place: usize| libm::log(losses[place]);
    let part = logarithm(above) / (logarithm(above) - logarithm(below));
    rate(above) * libm::pow(rate(below) / rate(above), part)
}
// ANCHOR_END: width

/// The curves of one scaling: a width, and its losses.
type Curves = Vec<(usize, Vec<f64>)>;

fn curves(scaling: Scaling, group: usize) -> Result<Curves> {
    let curve = |width| Ok((width, losses(scaling, width, group)?));
    WIDTHS.into_iter().map(curve).collect()
}

/// The power of the width as which the left flank moves.
fn power(curves: &Curves) -> f64 {
    let [first, last] = [0, WIDTHS.len() - 1];
    let flanks = flank(&curves[last].1) / flank(&curves[first].1);
    let widths = WIDTHS[last] as f64 / WIDTHS[first] as f64;
    libm::log(flanks) / libm::log(widths)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let exponent = cell.knob("exponent", 0.0, 0.0..=1.5)?;

    let usual = curves(Scaling::Usual, 0)?;
    let mup = curves(Scaling::Mup, 0)?;
    writeln!(cell, "       as usual                     muP");
    writeln!(cell, "width  loss 1 at   best at   loss   best at   loss");
    for ((width, usual), (_, mup)) in usual.iter().zip(&mup) {
        write!(cell, "{width:5} {:10.5}", flank(usual));
        for losses in [usual, mup] {
            let best = best(losses);
            write!(cell, " {:9.4} {:6.2}", rate(best), losses[best]);
        }
        writeln!(cell);
    }
    let two = Format::Significant(2);
    let [narrow, wide] = [&usual[0].1, &usual[4].1];
    cell.value("flank_power", power(&usual), Format::Decimals(2));
    cell.value("narrow", rate(best(narrow)), two);
    cell.value("wide", rate(best(wide)), two);
    cell.value("mup", rate(best(&mup[0].1)), two);
    let alt = format!(
        "The training loss after an epoch against the rate, for widths from \
         16 to 256. Left, as usual, the rates times the width over {BASE} to \
         the power {exponent}: without it, the widest have their valley at \
         lower rates than the narrowest. Right, in μP: all have it at {:.3}.",
        rate(best(&mup[0].1))
    );
    let label = match exponent {
        0.0 => "rate η".to_string(),
        _ => format!("η · (n/{BASE})^{exponent}"),
    };
    let times = |width| libm::pow(width as f64 / BASE as f64, exponent);
    let usual = panel("as usual", &label, &usual, times);
    cell.chart(alt, [usual, panel("μP", "rate η", &mup, |_| 1.0)]);
    Ok(())
}

fn panel(
    title: &str,
    label: &str,
    curves: &Curves,
    times: impl Fn(usize) -> f64,
) -> Panel {
    let panel = Panel::new(
        Axis::log(label).range(1e-4..=1.0),
        Axis::log("training loss").range(0.1..=3.0),
    )
    .title(title);
    curves.iter().fold(panel, |panel, (width, losses)| {
        let points = (0..RATES).map(|place| rate(place) * times(*width));
        let points = points.zip(losses.iter().copied());
        match *width {
            16 => panel.line("n = 16", points, Style::Muted),
            256 => panel.line("n = 256", points, Style::Ink),
            _ => panel.line("", points, Style::Muted),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// With the seeds of the page and with the others.
    ///
    /// Red if `flank(&curves[last].1) / flank` were
    /// `flank(&curves[first].1) / flank`: no width.
    #[test]
    fn the_left_flank_moves_about_as_one_over_the_width() {
        for group in [0, 1] {
            let usual = curves(Scaling::Usual, group).unwrap();
            let power = power(&usual);
            assert!((-1.2..-1.0).contains(&power), "{power}");
            // From 32 on each loss of 1 stands within a fifth of where a power
            // of one would have it; at 16 it is a little higher.
            let moved = usual
                .iter()
                .map(|(n, losses)| flank(losses) * *n as f64 / BASE as f64);
            let moved = Vec::from_iter(moved);
            for place in 1..5 {
                let off = moved[place] / moved[2];
                assert!((0.8..1.2).contains(&off), "{place}: {off}");
            }
            assert!((1.1..1.4).contains(&(moved[0] / moved[2])));
            // The losses on both sides of the place it finds.
            for (_, losses) in &usual {
                let places = (0..RATES).filter(|p| rate(*p) < flank(losses));
                let above = places.max().unwrap();
                assert!(losses[above] > 1.0 && losses[above + 1] <= 1.0);
            }
        }
        assert!(at(run, &[])["flank_power"] < -1.0);
    }

    /// The walls: the lowest rate right of the valley with a loss above 1.
    ///
    /// Red if `Ok((width, losses(scaling, width, group)?))` were
    /// `Ok((width, losses(Scaling::Mup, width, group)?))`: the other way.
    #[test]
    fn where_the_left_flanks_meet_the_walls_are_far_apart() {
        for group in [0, 1] {
            let usual = curves(Scaling::Usual, group).unwrap();
            let wall = |(n, losses): &(usize, Vec<f64>)| {
                let places = best(losses)..RATES;
                let place = places.into_iter().find(|p| losses[*p] > 1.0);
                rate(place.unwrap()) * *n as f64 / BASE as f64
            };
            let walls = wall(&usual[4]) / wall(&usual[0]);
            assert!((5.0..20.0).contains(&walls), "{walls}");
        }
    }

    /// With the seeds of the page and with the others, on a grid of four rates
    /// to a power of ten.
    ///
    /// Red if `total_cmp(&losses[*b])` were `total_cmp(&-losses[*b])`: no
    /// lowest loss would be found.
    #[test]
    fn as_usual_the_best_rate_falls_with_the_width_and_in_mup_it_stays() {
        for group in [0, 1] {
            let rates = |scaling| {
                let curves = curves(scaling, group).unwrap();
                Vec::from_iter(curves.iter().map(|(_, l)| best(l)))
            };
            let usual = rates(Scaling::Usual);
            assert!(usual[4] + 2 <= usual[0], "{usual:?}");
            let mup = rates(Scaling::Mup);
            let (low, high) = (mup.iter().min(), mup.iter().max());
            assert!(high.unwrap() - low.unwrap() <= 1, "{mup:?}");
            assert!(group == 1 || high == low, "{mup:?}");
        }
    }

    /// For both groups of seeds, by a tenth or more.
    ///
    /// Red if `lowest(Scaling::Usual) < 0.9` were
    /// `lowest(Scaling::Mup) < 0.9`: the same network.
    #[test]
    fn at_the_largest_width_a_usual_network_at_its_best_rate_ends_lower() {
        for group in [0, 1] {
            let lowest = |scaling| {
                let curves = curves(scaling, group).unwrap();
                let losses = &curves[4].1;
                losses[best(losses)]
            };
            let mup = lowest(Scaling::Mup);
            assert!(lowest(Scaling::Usual) < 0.9 * mup, "{mup}");
        }
    }
}
