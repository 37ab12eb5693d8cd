//! Lion in a bowl: it walks a grid whose spacing is the rate.

use crate::number::said;
use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::adam::Adam;
use training::optim::lion::Lion;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 300;

// ANCHOR: descend
/// The weights of a descent on ½λw² from 1.
fn descend(optimizer: &mut dyn Optimizer, curvature: f64) -> Vec<f64> {
    let mut weights = array![1.0];
    let mut path = vec![1.0];
    for _ in 0..STEPS {
        let gradient = [curvature * weights[0]];
        optimizer.step(weights.view_mut(), aview1(&gradient));
        path.push(weights[0]);
    }
    path
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.03, 0.01..=0.3)?;
    let curvature = cell.log_knob("curvature", 1.0, 0.01..=100.0)?;

    let lion = descend(&mut Lion::new(learning_rate), curvature);
    let adam = descend(&mut Adam::new(learning_rate), curvature);
    writeln!(cell, "step      Lion   rates gone      Adam");
    for k in [0, 1, 2, 10, 50, 100, 200, 299, 300] {
        let gone = (1.0 - lion[k]) / learning_rate;
        write!(cell, "{k:4} {:9.4} {gone:12.3}", lion[k]);
        writeln!(cell, " {:9.4}", adam[k]);
    }
    // ANCHOR_END: descend
    let nearest = lion.iter().map(|w| w.abs()).fold(f64::MAX, f64::min);
    let nearest = if nearest < 1e-12 { 0.0 } else { nearest };
    let bound = ((1.0 / learning_rate).round() * learning_rate - 1.0).abs();
    cell.value("nearest", nearest, Format::Significant(2));
    cell.value("bound", bound, Format::Significant(2));
    let comes = match nearest {
        0.0 => "and through the minimum".to_string(),
        _ => {
            format!("and never nearer to the minimum than {}", said(nearest, 2))
        }
    };
    let alt = format!(
        "Weight against step, from 1, at a rate of {learning_rate}. Lion runs \
         down, across and back, and then swings between places of its grid, \
         {comes}. Adam ends at {}.",
        said(adam[STEPS], 2)
    );
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::linear("weight w").range(-1.0..=1.0),
    )
    .line("Adam", by_step(&adam), Style::Muted)
    .line("Lion", by_step(&lion), Style::Ink);
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `Lion::new(learning_rate)` were
    /// `Adam::new(learning_rate)`: Adam's steps have all lengths.
    #[test]
    fn lion_comes_no_nearer_than_the_nearest_place_of_its_grid() {
        for learning_rate in [0.01, 0.013, 0.03, 0.07, 0.11, 0.3] {
            for curvature in [0.01, 1.0, 30.0, 100.0] {
                let settings: [(&str, &dyn std::fmt::Display); 2] = [
                    ("learning_rate", &learning_rate),
                    ("curvature", &curvature),
                ];
                let outputs = at(run, &settings);
                let lion = descend(&mut Lion::new(learning_rate), curvature);
                for (k, w) in lion.iter().enumerate() {
                    let gone = (1.0 - w) / learning_rate;
                    assert!((gone - gone.round()).abs() < 1e-4, "{k}: {gone}");
                }
                let rest = (1.0 / learning_rate).fract();
                let bound = rest.min(1.0 - rest) * learning_rate;
                assert!((outputs["bound"] - bound).abs() < 1e-12);
                assert!(outputs["nearest"] >= bound - 1e-9);
            }
        }
    }

    /// To the last bit, where the scale is a power of two; over the rates of
    /// the knob, from any curvature.
    ///
    /// Red if `curvature * weights[0]` were `weights[0] - curvature`: another
    /// bowl, not another scale.
    #[test]
    fn the_curvature_drops_out_of_lion_s_path() {
        for rate in [0.01, 0.013, 0.03, 0.11, 0.3] {
            let path = |scale| descend(&mut Lion::new(rate), scale);
            for curvature in [0.013, 1.0, 77.0] {
                for power in [-40, -5, -1, 1, 6, 40] {
                    let scale = 2f64.powi(power);
                    assert_eq!(path(curvature), path(scale * curvature));
                }
            }
        }
    }
}
