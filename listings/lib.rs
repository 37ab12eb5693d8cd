//! The listings.
//!
//! One folder a chapter, one file a listing; the other files draw or print for
//! several of them. The crate compiles for WebAssembly too, so it knows no
//! files, threads, clocks or environment.

// Tests compare with what the system has.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

#[cfg(test)]
mod committed;
pub mod number;
pub mod regime;
pub mod sweep_report;

pub mod introduction {
    pub mod marble;
}

pub mod gradients {
    pub mod backpropagation;
    pub mod central_difference;
    pub mod chain_rule;
    pub mod exercises;
    pub mod slope;
    pub mod two_weights;
}

pub mod updates {
    pub mod exercises;
    pub mod in_place;
    pub mod many_weights;
    pub mod never_reset;
    pub mod one_step;
    pub mod ten_steps;
    pub mod units;
}

pub mod overshooting {
    pub mod bounce;
    pub mod exercises;
    pub mod overflow;
    pub mod regimes;
    pub mod steps_needed;
    pub mod trade_off;
}

pub mod curvature {
    pub mod ages;
    pub mod best_rate;
    pub mod exercises;
    pub mod line_search;
    pub mod two_rates;
    pub mod zigzag;
}

pub mod noise {
    pub mod batches;
    pub mod cloud;
    pub mod decay;
    pub mod exercises;
    pub mod floor;
    pub mod scaling;
    pub mod unequal;
}

pub mod network {
    pub mod curves;
    pub mod exercises;
    pub mod living;
    pub mod overfitting;
    pub mod start;
    pub mod start_digits;
    pub mod sweep_digits;
    pub mod sweep_patients;
}

pub mod optimizers {
    pub mod adam;
    pub mod adam_edge;
    pub mod adam_noise;
    pub mod batch;
    pub mod condition;
    pub mod defaults;
    pub mod descent;
    pub mod exercises;
    pub mod momentum;
    pub mod nesterov;
    pub mod stability;
    pub mod three_acts;
}

pub mod schedules {
    pub mod bowl;
    pub mod exercises;
    pub mod network;
    pub mod warm;
    pub mod width;
}

pub mod tuning {
    pub mod backtracking;
    pub mod exercises;
    pub mod grid;
    pub mod polyak;
    pub mod range;
    pub mod range_seeds;
    pub mod recipe;
    pub mod tasks;
    pub mod trial;
}

pub mod beyond {
    pub mod bifurcation;
    pub mod catapult;
    pub mod double_well;
    pub mod edge_of_stability;
    pub mod exercises;
    pub mod quartic;
}

pub mod scale {
    pub mod batch;
    pub mod branches;
    pub mod clipping;
    pub mod coordinates;
    pub mod digits;
    pub mod exercises;
    pub mod finetuning;
    pub mod invariant;
    pub mod length;
    pub mod lengths;
    pub mod memory;
    pub mod width;
}

pub mod laboratory {
    pub mod race;
}

pub mod newer {
    pub mod digits;
    pub mod exercises;
    pub mod first_step;
    pub mod found;
    pub mod free;
    pub mod hyper_rates;
    pub mod hypergradient;
    pub mod lion;
    pub mod muon;
    pub mod near;
    pub mod noise;
}

include!(concat!(env!("OUT_DIR"), "/listings.rs"));
