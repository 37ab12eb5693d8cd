//! How a formula is read: by recursive descent, into the steps that compute it.

use super::op::{FUNCTIONS, Op};
use anyhow::{Result, bail, ensure};
use std::f64::consts::{E, PI};

/// The longest text that is read; a deeper one might not end well.
const LONGEST: usize = 200;

/// The steps of a formula. Errors have the column, counted from 1.
pub(super) fn parse(text: &str) -> Result<Vec<Op>> {
    let text: Vec<char> = text.chars().collect();
    ensure!(
        text.len() <= LONGEST,
        "it is longer than {LONGEST} characters"
    );
    let (at, code) = (0, Vec::new());
    let mut parser = Parser { text, at, code };
    parser.sum()?;
    if let Some(c) = parser.peek() {
        bail!("{}: {c} is not expected here", parser.place());
    }
    let is_weight = |op: &Op| matches!(op, Op::Weight(_));
    ensure!(
        parser.code.iter().any(is_weight),
        "it has no weight; use x, or x and y"
    );
    Ok(parser.code)
}

/// What is read, how far, and the steps so far.
struct Parser {
    text: Vec<char>,
    at: usize,
    code: Vec<Op>,
}

impl Parser {
    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn takes(&mut self, sign: char) -> bool {
        let is_next = self.peek() == Some(sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn place(&self) -> String {
        format!("at column {}", self.at + 1)
    }

    // ANCHOR: grammar
    /// Products with plus or minus between them.
    fn sum(&mut self) -> Result<()> {
        self.product()?;
        loop {
            let op = match self.peek() {
                Some('+') => Op::Add,
                Some('-') => Op::Subtract,
                _ => return Ok(()),
            };
            self.at += 1;
            self.product()?;
            self.code.push(op);
        }
    }

    /// Factors with a sign between them, or with none.
    fn product(&mut self) -> Result<()> {
        self.factor()?;
        let mut divides = false;
        loop {
            let op = match self.peek() {
                Some('*') => Op::Multiply,
                Some('/') => Op::Divide,
                Some(c) if c == '(' || c.is_alphabetic() => {
                    ensure!(
                        !divides,
                        "{}: is what follows divided by, too? Write (1/2)x or \
                         1/(2x)",
                        self.place()
                    );
                    self.power()?;
                    self.code.push(Op::Multiply);
                    continue;
                }
                _ => return Ok(()),
            };
            self.at += 1;
            divides = op == Op::Divide;
            self.factor()?;
            self.code.push(op);
        }
    }
    // ANCHOR_END: grammar

    fn factor(&mut self) -> Result<()> {
        if !self.takes('-') {
            return self.power();
        }
        self.factor()?;
        self.code.push(Op::Negate);
        Ok(())
    }

    /// Powers bind from the right, and closer than a minus before them.
    fn power(&mut self) -> Result<()> {
        self.atom()?;
        if self.takes('^') {
            self.factor()?;
            self.code.push(Op::Power);
        }
        if let Some(c) = self.peek().filter(|c| c.is_ascii_digit()) {
            bail!(
                "{}: what is {c} to what stands before it? Write ^ or * \
                 between them",
                self.place()
            );
        }
        Ok(())
    }

    fn atom(&mut self) -> Result<()> {
        match self.peek() {
            Some('(') => self.parenthesis(),
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() => self.name(),
            Some(c) => bail!(
                "{}: {c} stands where a number, a weight, a function or ( is \
                 expected",
                self.place()
            ),
            None => bail!("{}: the formula ends too soon", self.place()),
        }
    }

    fn parenthesis(&mut self) -> Result<()> {
        self.at += 1;
        self.sum()?;
        ensure!(self.takes(')'), "{}: a ) is missing", self.place());
        Ok(())
    }

    /// The characters from here on that are of a kind.
    fn run_of(&self, is_its: impl Fn(&char) -> bool) -> String {
        let rest = self.text[self.at..].iter().copied();
        rest.take_while(is_its).collect()
    }

    fn number(&mut self) -> Result<()> {
        let digits = self.run_of(|c| c.is_ascii_digit() || *c == '.');
        let Ok(number) = digits.parse() else {
            bail!("{}: {digits} is no number", self.place());
        };
        self.at += digits.len();
        let is_digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
        if let ['e' | 'E', '+' | '-', rest @ ..] = &self.text[self.at..]
            && is_digit(rest.first())
        {
            bail!(
                "{}: a power of ten? Write it out, as 0.001; or put a space \
                 before e, which is a number",
                self.place()
            );
        }
        self.code.push(Op::Number(number));
        Ok(())
    }

    fn name(&mut self) -> Result<()> {
        let name = self.run_of(|c| c.is_alphabetic());
        if let Some(which) = "xy".find(self.text[self.at])
            && name.chars().all(|c| "xy".contains(c))
        {
            self.at += 1;
            self.code.push(Op::Weight(which));
            return Ok(());
        }
        let constants = [("pi", PI), ("e", E)];
        if let Some((_, value)) = constants.iter().find(|(n, _)| *n == name) {
            self.at += name.chars().count();
            self.code.push(Op::Number(*value));
            return Ok(());
        }
        let Some((_, function)) = FUNCTIONS.iter().find(|(n, _)| *n == name)
        else {
            let names = FUNCTIONS.map(|(name, _)| name).join(", ");
            bail!(
                "{}: no {name}; there are x, y, {names}, pi, e",
                self.place()
            );
        };
        self.at += name.chars().count();
        ensure!(
            self.peek() == Some('('),
            "{}: ( is missing after {name}",
            self.place()
        );
        self.parenthesis()?;
        self.code.push(Op::Call(*function));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::expression::Expression;

    fn value(text: &str) -> f64 {
        Expression::parse(text).unwrap().at([3.0, 5.0]).value
    }

    fn error(text: &str) -> String {
        Expression::parse(text).unwrap_err().to_string()
    }

    /// By hand, at x = 3 and y = 5.
    ///
    /// Red if `self.power()?; self.code.push(Op::Multiply);` were
    /// `self.power()?; self.code.push(Op::Add);`: a product without a sign
    /// would be a sum.
    #[test]
    fn products_need_no_sign_and_powers_bind_closest() {
        for (text, expected) in [
            ("x^4 - 3x^2 + x", 81.0 - 27.0 + 3.0),
            ("0.5(x^2 + 20y^2)", 0.5 * (9.0 + 500.0)),
            ("-x^2", -9.0),
            ("2^-x", 0.125),
            ("x^2^0", 3.0),
            ("2xy", 30.0),
            ("xy^2", 75.0),
            ("x - y - 1", -3.0),
            ("x/y/2", 0.3),
            ("(1/2)x", 1.5),
            ("1/(2x)", 1.0 / 6.0),
            ("2 sqrt(y^2)x", 30.0),
            ("abs(-x) + ln(e^y)", 8.0),
            ("cos(2pi*x)exp(0)", 1.0),
            ("x cos(0)y e^0", 15.0),
            ("2 e - 3 + x", 2.0 * 1f64.exp()),
            ("x--y", 8.0),
            (".5x", 1.5),
        ] {
            let off = (value(text) - expected).abs();
            assert!(off < 1e-12, "{text}: {}", value(text));
        }
        for text in [
            "1/2x",
            "x/3(y + 1)",
            "x/y y",
            "2x^2 3",
            "x2",
            "3 4x",
            "xcos(0)",
            "2pix",
            "xe^x",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }

    /// Red if `self.at + 1)` were `self.at)`: columns counted from 0.
    #[test]
    fn what_cannot_be_read_is_told_with_its_column() {
        for (text, told) in [
            (
                "x^4 - 3y2",
                "at column 9: what is 2 to what stands before it? Write ^ or \
                 * between them",
            ),
            (
                "x + $",
                "at column 5: $ stands where a number, a weight, a function \
                 or ( is expected",
            ),
            ("x + ", "at column 5: the formula ends too soon"),
            ("", "at column 1: the formula ends too soon"),
            ("(x + y", "at column 7: a ) is missing"),
            ("x)", "at column 2: ) is not expected here"),
            ("sin x", "at column 5: ( is missing after sin"),
            (
                "1/2x",
                "at column 4: is what follows divided by, too? Write (1/2)x \
                 or 1/(2x)",
            ),
            ("1.2.3x", "at column 1: 1.2.3 is no number"),
            (
                "1e-3x^2",
                "at column 2: a power of ten? Write it out, as 0.001; or put \
                 a space before e, which is a number",
            ),
            ("3 + 4", "it has no weight; use x, or x and y"),
            (
                "x + w",
                "at column 5: no w; there are x, y, sin, cos, exp, ln, sqrt, \
                 tanh, abs, pi, e",
            ),
        ] {
            assert_eq!(error(text), told, "{text}");
        }
        let deep = "(".repeat(100_000);
        assert_eq!(error(&deep), "it is longer than 200 characters");
    }
}
