//! Tests of the book as a whole, in one program, so that it is linked once.

// They compare with what the system has.
#![allow(clippy::disallowed_methods)]

mod as_set;
mod binding;
mod browser;
mod commands;
mod epub;
mod formulas {
    mod card;
    mod formula;
    mod frameworks;
    mod schedules;
}
mod frames;
mod hints;
mod html;
mod laboratory {
    mod presets;
}
mod lighthouse;
mod live;
mod mistakes;
mod nothing_lost;
mod pages;
mod reading;
mod server;
mod settings;
mod site;
mod small_book;
mod social;
mod the_book;
mod theme;
mod tree;
