//! Evaluates the LaTeX of a page's formulas, so that tests can compare them
//! with code.

use std::collections::BTreeMap;
use std::f64::consts::PI;

/// A formula; it may use `+ - / ^ \frac \dfrac \sqrt \cos \min`, brackets of all
/// kinds, and letters with subscripts. A product is written without a sign.
pub struct Formula(Vec<String>);

impl Formula {
    /// Takes it apart into numbers, names and signs.
    pub fn parse(latex: &str) -> Formula {
        let mut tokens = Vec::new();
        let mut rest = latex.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_inside = |c: char| match first {
                '0'..='9' => c.is_ascii_digit() || c == '.',
                '\\' => c.is_ascii_alphabetic(),
                _ => false,
            };
            let end = rest[1..].find(|c| !is_inside(c));
            let (token, after) = rest.split_at(end.map_or(rest.len(), |i| i + 1));
            match token {
                // A space, `\,`, is a sign of its own after the backslash.
                "\\" => rest = &after[1..],
                "\\left" | "\\right" => rest = after,
                _ => {
                    tokens.push(token.to_string());
                    rest = after;
                }
            }
            rest = rest.trim_start();
        }
        Formula(tokens)
    }

    /// Its value where each name has the value given.
    ///
    /// # Panics
    ///
    /// If it does not parse, or uses a name that has no value.
    pub fn at(&self, values: &BTreeMap<&str, f64>) -> f64 {
        let mut reader = Reader {
            rest: &self.0,
            values,
        };
        let value = reader.sum();
        assert!(reader.rest.is_empty(), "left over: {:?}", reader.rest);
        value
    }
}

struct Reader<'a> {
    rest: &'a [String],
    values: &'a BTreeMap<&'a str, f64>,
}

impl Reader<'_> {
    fn next_is(&self, token: &str) -> bool {
        self.rest.first().is_some_and(|next| next == token)
    }

    fn take(&mut self) -> String {
        let (first, rest) = self.rest.split_first().expect("it ends early");
        self.rest = rest;
        first.clone()
    }

    fn expect(&mut self, token: &str) {
        assert_eq!(self.take(), token);
    }

    fn sum(&mut self) -> f64 {
        let mut sum = self.product();
        loop {
            if self.next_is("+") {
                self.take();
                sum += self.product();
            } else if self.next_is("-") {
                self.take();
                sum -= self.product();
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut product = self.power();
        loop {
            let Some(next) = self.rest.first() else {
                return product;
            };
            match next.as_str() {
                "/" => {
                    self.take();
                    product /= self.power();
                }
                "+" | "-" | ")" | "}" | "," | "\\rfloor" => return product,
                _ => product *= self.power(),
            }
        }
    }

    fn power(&mut self) -> f64 {
        let base = self.atom();
        if !self.next_is("^") {
            return base;
        }
        self.take();
        base.powf(self.atom())
    }

    fn atom(&mut self) -> f64 {
        let token = self.take();
        match token.as_str() {
            "(" => self.until(")")[0],
            "{" => self.until("}")[0],
            "\\lfloor" => self.until("\\rfloor")[0].floor(),
            "\\frac" | "\\dfrac" => {
                let above = self.atom();
                above / self.atom()
            }
            "\\sqrt" => self.atom().sqrt(),
            "\\cos" => self.power().cos(),
            "\\min" => {
                self.expect("(");
                self.until(")").into_iter().fold(f64::INFINITY, f64::min)
            }
            "\\pi" => PI,
            _ => match token.parse() {
                Ok(number) => number,
                Err(_) => self.name(token),
            },
        }
    }

    /// What stands between commas up to a closing bracket.
    fn until(&mut self, close: &str) -> Vec<f64> {
        let mut items = vec![self.sum()];
        while self.next_is(",") {
            self.take();
            items.push(self.sum());
        }
        self.expect(close);
        items
    }

    /// The value of a letter, which may have a subscript.
    fn name(&mut self, mut name: String) -> f64 {
        if self.next_is("_") {
            name += &self.take();
            let mut next = self.take();
            name += &next;
            let braced = next == "{";
            while braced && next != "}" {
                next = self.take();
                name += &next;
            }
        }
        let value = self.values.get(&*name);
        *value.unwrap_or_else(|| panic!("{name} has no value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_have_the_value_that_a_reader_finds() {
        let values = [
            ("k", 7.0),
            ("S", 2.0),
            ("\\eta", 0.5),
            ("\\eta_{\\min}", 0.1),
        ];
        let values = values.into_iter().collect();
        for (latex, expected) in [
            (r"2 + 3 \cdot 1", None),
            ("1 + 2 k / 4 - 1", Some(3.5)),
            (r"\eta\,2^{\lfloor k/S \rfloor}", Some(4.0)),
            (r"\eta\left(1 - \frac{k}{S^3}\right)", Some(0.0625)),
            (r"\eta_{\min} + \frac{\eta - \eta_{\min}}{2}", Some(0.3)),
            (r"\sqrt{\frac{k + 1}{S}} k", Some(14.0)),
            (r"\min\left(1, k, \frac{S}{4}\right)", Some(0.5)),
            (r"1 + \cos\frac{\pi k}{k}", Some(0.0)),
            (r"S k^S", Some(98.0)),
        ] {
            let evaluate = || Formula::parse(latex).at(&values);
            match expected {
                Some(expected) => {
                    assert!((evaluate() - expected).abs() < 1e-15, "{latex}")
                }
                // What it does not know it refuses.
                None => assert!(std::panic::catch_unwind(evaluate).is_err()),
            }
        }
    }
}
