//! The rate that an optimizer has when none is given, in two libraries.

use notebook::{Cell, Result};
use training::optim::library::Library;
use training::optim::optimizers::{NAMES, named};

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(cell, "              Keras  PyTorch");
    for name in NAMES {
        let keras = named(name, Library::Keras).learning_rate();
        let pytorch = named(name, Library::PyTorch).learning_rate();
        writeln!(cell, "{name:<9} {keras:9} {pytorch:8}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;
    use training::optim::adagrad::Adagrad;
    use training::optim::adam::Adam;
    use training::optim::adamw::AdamW;
    use training::optim::rmsprop::RmsProp;

    /// The signatures of the constructors in Keras 3.15.1 and PyTorch 2.15,
    /// read in November 2026: name, rate in Keras, rate in PyTorch. (Momentum
    /// and Nesterov are options of SGD in both.)
    const DOCUMENTED: [(&str, f64, f64); 8] = [
        ("SGD", 0.01, 0.001),
        ("momentum", 0.01, 0.001),
        ("Nesterov", 0.01, 0.001),
        ("Adagrad", 0.001, 0.01),
        ("RMSprop", 0.001, 0.01),
        ("Adam", 0.001, 0.001),
        ("AMSGrad", 0.001, 0.001),
        ("AdamW", 0.001, 0.001),
    ];

    #[test]
    fn the_table_is_that_of_the_two_libraries() {
        let text = at(run, &[]).text;
        let rows = text.lines().skip(1).map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            let rate = |word: usize| words[word].parse().unwrap();
            (words[0], rate(1), rate(2))
        });
        assert_eq!(rows.collect::<Vec<(&str, f64, f64)>>(), DOCUMENTED);
    }

    #[test]
    fn an_optimizer_without_a_rate_has_that_of_keras() {
        use training::optim::momentum::Momentum;
        use training::optim::nesterov::Nesterov;
        use training::optim::{
            amsgrad::AmsGrad, optimizer::Optimizer, sgd::Sgd,
        };
        let defaults: [Box<dyn Optimizer>; 8] = [
            Box::new(Sgd::default()),
            Box::new(Momentum::default()),
            Box::new(Nesterov::default()),
            Box::new(Adagrad::default()),
            Box::new(RmsProp::default()),
            Box::new(Adam::default()),
            Box::new(AmsGrad::default()),
            Box::new(AdamW::default()),
        ];
        for (default, (name, keras, _)) in defaults.iter().zip(DOCUMENTED) {
            assert_eq!(default.learning_rate(), keras, "{name}");
        }
    }

    #[test]
    fn the_other_defaults_differ_as_the_page_says() {
        use Library::{Keras, PyTorch};
        let both = [Keras, PyTorch];
        assert_eq!(both.map(|of| Adam::of(of).epsilon), [1e-7, 1e-8]);
        assert_eq!(both.map(|of| RmsProp::of(of).epsilon), [1e-7, 1e-8]);
        assert_eq!(both.map(|of| Adagrad::of(of).epsilon), [1e-7, 1e-10]);
        let first = both.map(|of| Adagrad::of(of).initial_accumulator);
        assert_eq!(first, [0.1, 0.0]);
        assert_eq!(both.map(|of| RmsProp::of(of).rho), [0.9, 0.99]);
        assert_eq!(both.map(|of| AdamW::of(of).weight_decay), [0.004, 0.01]);
        assert_eq!(both.map(|of| Adam::of(of).beta_1), [0.9, 0.9]);
        assert_eq!(both.map(|of| Adam::of(of).beta_2), [0.999, 0.999]);
    }
}
