//! What trains: networks, optimizers, schedules, searches for a rate, and the
//! data. The listings use it, and the pages quote it.
//!
//! It is optimised as a whole and compiled seldom, so that a listing is quick
//! to run and quick to compile. The crate compiles for WebAssembly too, so it
//! knows no files, threads, clocks or environment.

// Tests compare with what the system has.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod checked;
pub mod digits;
pub mod nn {
    pub mod activation;
    pub mod dataset;
    pub mod dense;
    pub mod fit;
    mod layer;
    pub mod loss;
    pub mod models;
    pub mod product;
    pub mod sequential;
}
pub mod optim {
    pub mod adagrad;
    pub mod adam;
    pub mod adamw;
    pub mod amsgrad;
    pub mod clipped;
    pub mod dadaptation;
    pub mod dog;
    pub mod hypergradient;
    pub mod lamb;
    pub mod lars;
    pub mod library;
    pub mod lion;
    pub mod momentum;
    pub mod muon;
    pub mod nesterov;
    pub mod newer;
    pub mod optimizer;
    pub mod optimizers;
    pub mod polyak;
    pub mod prodigy;
    pub mod rmsprop;
    pub mod schedule_free;
    pub mod sgd;
}
pub mod bench {
    mod made;
    pub mod practice;
    pub mod rules;
    pub mod runs;
    pub mod task;
    pub mod tasks;
    pub mod trial;
    pub mod truth;
}
pub mod bowls {
    pub mod noisy;
    pub mod quadratic;
}
pub mod calculus {
    pub mod dual;
    pub mod singular;
}
pub mod growth {
    pub mod batches;
    pub mod finetuning;
    pub mod lengths;
    pub mod lowest;
    pub mod mup;
    pub mod widths;
}
pub mod expression {
    #[expect(clippy::module_inception, reason = "named as what it holds")]
    pub mod expression;
    pub mod jet;
    mod op;
    mod parse;
}
pub mod normal;
pub mod patients;
pub mod race {
    mod averaged;
    pub mod bowl;
    mod entrant;
    pub mod forecast;
    mod lattice;
    pub mod outcome;
    pub mod racer;
    pub mod rule;
}
pub mod schedule {
    pub mod cosine;
    pub mod decay;
    pub mod plateau;
    #[expect(clippy::module_inception, reason = "named as what it holds")]
    pub mod schedule;
    pub mod schedules;
    pub mod warmup;
}
pub mod search {
    pub mod card;
    pub mod grid;
    pub mod range_test;
    pub mod rivals;
}
pub mod spread;
pub mod task;
mod wide;
