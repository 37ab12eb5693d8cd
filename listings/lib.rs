//! The list of listings, in reading order.
//!
//! One folder a chapter, one file a listing; the other files draw or print for
//! several of them. The crate compiles for WebAssembly too, so it knows no files,
//! threads, clocks or environment.
#![forbid(unsafe_code)]

use notebook::{Build, Listing, listings};
use std::any::TypeId;
use std::hash::{DefaultHasher, Hash, Hasher};

pub mod regime;
#[cfg(not(target_family = "wasm"))]
pub mod sweep_report;

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
    #[cfg(not(target_family = "wasm"))]
    pub mod exercises;
    pub mod line_search;
    #[cfg(not(target_family = "wasm"))]
    pub mod two_rates;
    pub mod zigzag;
}

pub mod noise {
    #[cfg(not(target_family = "wasm"))]
    pub mod batches;
    pub mod cloud;
    pub mod decay;
    #[cfg(not(target_family = "wasm"))]
    pub mod exercises;
    #[cfg(not(target_family = "wasm"))]
    pub mod floor;
    pub mod scaling;
}

pub mod network {
    #[cfg(not(target_family = "wasm"))]
    pub mod curves;
    #[cfg(not(target_family = "wasm"))]
    pub mod exercises;
    pub mod living;
    #[cfg(not(target_family = "wasm"))]
    pub mod overfitting;
    #[cfg(not(target_family = "wasm"))]
    pub mod start;
    #[cfg(not(target_family = "wasm"))]
    pub mod start_digits;
    #[cfg(not(target_family = "wasm"))]
    pub mod sweep_digits;
    #[cfg(not(target_family = "wasm"))]
    pub mod sweep_patients;
}

pub mod optimizers {
    pub mod adam;
    pub mod adam_edge;
    pub mod condition;
    #[cfg(not(target_family = "wasm"))]
    pub mod defaults;
    pub mod descent;
    #[cfg(not(target_family = "wasm"))]
    pub mod exercises;
    pub mod momentum;
    pub mod stability;
    #[cfg(not(target_family = "wasm"))]
    pub mod three_acts;
}

pub mod schedules {
    pub mod bowl;
    #[cfg(not(target_family = "wasm"))]
    pub mod exercises;
    #[cfg(not(target_family = "wasm"))]
    pub mod network;
    #[cfg(not(target_family = "wasm"))]
    pub mod warm;
    pub mod width;
}

pub mod tuning {
    pub mod backtracking;
    #[cfg(not(target_family = "wasm"))]
    pub mod exercises;
    pub mod grid;
    pub mod polyak;
    pub mod range;
    #[cfg(not(target_family = "wasm"))]
    pub mod range_seeds;
    #[cfg(not(target_family = "wasm"))]
    pub mod recipe;
}

pub mod beyond {
    #[cfg(not(target_family = "wasm"))]
    pub mod bifurcation;
    pub mod catapult;
    pub mod double_well;
    #[cfg(not(target_family = "wasm"))]
    pub mod edge_of_stability;
    #[cfg(not(target_family = "wasm"))]
    pub mod exercises;
    pub mod quartic;
}

/// The listings, in the order in which a reader meets them.
pub const LISTINGS: &[Listing] = listings![
    gradients::slope,
    gradients::central_difference,
    gradients::two_weights,
    gradients::chain_rule,
    gradients::backpropagation,
    #[cfg(not(target_family = "wasm"))]
    gradients::exercises,
    updates::one_step,
    updates::ten_steps,
    updates::in_place,
    updates::units,
    updates::many_weights,
    #[cfg(not(target_family = "wasm"))]
    updates::exercises,
    #[cfg(not(target_family = "wasm"))]
    overshooting::regimes,
    overshooting::bounce,
    overshooting::steps_needed,
    overshooting::overflow,
    overshooting::trade_off,
    #[cfg(not(target_family = "wasm"))]
    overshooting::exercises,
    #[cfg(not(target_family = "wasm"))]
    curvature::two_rates,
    curvature::zigzag,
    curvature::best_rate,
    curvature::line_search,
    curvature::ages,
    #[cfg(not(target_family = "wasm"))]
    curvature::exercises,
    #[cfg(not(target_family = "wasm"))]
    noise::batches,
    noise::cloud,
    #[cfg(not(target_family = "wasm"))]
    noise::floor,
    noise::scaling,
    noise::decay,
    #[cfg(not(target_family = "wasm"))]
    noise::exercises,
    #[cfg(not(target_family = "wasm"))]
    network::start,
    #[cfg(not(target_family = "wasm"))]
    network::curves,
    network::living,
    #[cfg(not(target_family = "wasm"))]
    network::sweep_patients,
    #[cfg(not(target_family = "wasm"))]
    network::start_digits,
    #[cfg(not(target_family = "wasm"))]
    network::sweep_digits,
    #[cfg(not(target_family = "wasm"))]
    network::overfitting,
    #[cfg(not(target_family = "wasm"))]
    network::exercises,
    optimizers::descent,
    optimizers::momentum,
    optimizers::stability,
    optimizers::condition,
    optimizers::adam,
    optimizers::adam_edge,
    #[cfg(not(target_family = "wasm"))]
    optimizers::defaults,
    #[cfg(not(target_family = "wasm"))]
    optimizers::three_acts,
    #[cfg(not(target_family = "wasm"))]
    optimizers::exercises,
    schedules::bowl,
    schedules::width,
    #[cfg(not(target_family = "wasm"))]
    schedules::network,
    #[cfg(not(target_family = "wasm"))]
    schedules::warm,
    #[cfg(not(target_family = "wasm"))]
    schedules::exercises,
    tuning::grid,
    tuning::range,
    #[cfg(not(target_family = "wasm"))]
    tuning::range_seeds,
    tuning::backtracking,
    tuning::polyak,
    #[cfg(not(target_family = "wasm"))]
    tuning::recipe,
    #[cfg(not(target_family = "wasm"))]
    tuning::exercises,
    beyond::quartic,
    beyond::double_well,
    #[cfg(not(target_family = "wasm"))]
    beyond::bifurcation,
    beyond::catapult,
    #[cfg(not(target_family = "wasm"))]
    beyond::edge_of_stability,
    #[cfg(not(target_family = "wasm"))]
    beyond::exercises,
];

/// What the listings were compiled from.
pub fn build() -> Build {
    /// A type whose id changes whenever Cargo would build this crate anew for
    /// another compiler, profile, feature or version of a dependency: all these
    /// go into the `-C metadata` that Cargo gives to rustc, and rustc puts them
    /// into every type's id.
    struct ThisBuild;
    let mut hasher = DefaultHasher::new();
    TypeId::of::<ThisBuild>().hash(&mut hasher);
    Build {
        identity: hasher.finish(),
        files: include!(concat!(env!("OUT_DIR"), "/files.rs")),
    }
}
