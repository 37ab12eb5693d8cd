//! The steps of which a formula is made.

/// A step of the computation: a number or a weight, or what is made of the last
/// results.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    Number(f64),
    Weight(usize),
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Call(Function),
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    Sin,
    Cos,
    Exp,
    Ln,
    Sqrt,
    Tanh,
    Abs,
}

/// The functions by name.
pub const FUNCTIONS: [(&str, Function); 7] = [
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("sqrt", Function::Sqrt),
    ("tanh", Function::Tanh),
    ("abs", Function::Abs),
];
