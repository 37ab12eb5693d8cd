//! The book holds in every engine: it says nothing on any console, its figures
//! agree with their knobs, and nothing moves under the hand.

mod browser;
mod figures;
mod hands;
mod pages;
#[path = "../tests/server.rs"]
mod server;
mod site;
mod take;
#[path = "../tests/tree.rs"]
mod tree;
