//! Tests of the book as a whole, in one program, so that it is linked once.

mod binding;
mod commands;
mod mistakes;
mod small_book;
mod the_book;
