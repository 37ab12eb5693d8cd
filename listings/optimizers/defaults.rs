//! The rate that an optimizer has when none is given, in two libraries.

use notebook::{Cell, Format, Result};
use training::optim::adagrad::Adagrad;
use training::optim::adam::Adam;
use training::optim::adamw::AdamW;
use training::optim::library::Library;
use training::optim::optimizers::{NAMES, named};
use training::optim::rmsprop::RmsProp;

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(cell, "              Keras  PyTorch");
    for name in NAMES {
        let keras = named(name, Library::Keras).learning_rate();
        let pytorch = named(name, Library::PyTorch).learning_rate();
        writeln!(cell, "{name:<9} {keras:9} {pytorch:8}");
    }
    leave(cell, "keras", Library::Keras);
    leave(cell, "pytorch", Library::PyTorch);
    Ok(())
}

fn leave(cell: &mut Cell, name: &str, library: Library) {
    let mut of = cell.of(name);
    let adagrad = Adagrad::of(library);
    of.value("epsilon", Adam::of(library).epsilon, Format::Scientific(0));
    of.value("adagrad", adagrad.epsilon, Format::Scientific(0));
    of.value("sum", adagrad.initial_accumulator, Format::Exact);
    of.value("rho", RmsProp::of(library).rho, Format::Exact);
    of.value("decay", AdamW::of(library).weight_decay, Format::Exact);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use notebook::at;
    use serde_json::Value;

    /// The constructors' defaults, read from the sources of both libraries.
    const REFERENCE: &str =
        include_str!("../../training/reference/defaults.json");

    /// The default of a parameter in a class of "keras" or "torch".
    fn recorded(library: &str, class: &str, parameter: &str) -> f64 {
        let entries: Vec<Value> = serde_json::from_str(REFERENCE).unwrap();
        let entry = entries.iter().find(|entry| {
            entry["library"] == library && entry["class"] == class
        });
        entry.unwrap()["defaults"][parameter].as_f64().unwrap()
    }

    /// Momentum and Nesterov are options of SGD, AMSGrad is one of Adam.
    fn class(name: &str) -> &str {
        match name {
            "momentum" | "Nesterov" => "SGD",
            "AMSGrad" => "Adam",
            name => name,
        }
    }

    /// Red if `named(name, Library::PyTorch)` were `named(name,
    /// Library::Keras)`: Keras's defaults in both columns.
    #[test]
    fn the_table_is_that_of_the_two_libraries() {
        let text = at(run, &[]).text;
        let rows = text.lines().skip(1);
        assert!(rows.clone().map(|row| row[..9].trim()).eq(NAMES));
        for row in rows {
            let words: Vec<_> = row.split_whitespace().collect();
            for (library, word) in [("keras", words[1]), ("torch", words[2])] {
                let rate = recorded(library, class(words[0]), "learning_rate");
                assert_eq!(word.parse(), Ok(rate), "{row}");
            }
        }
    }

    /// Red if `named(name, Library::Keras)` were `named(name,
    /// Library::PyTorch)`: the listing's first column is not what a default
    /// has.
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
        // Of these two the β is ours: in Keras it is 0 unless given.
        assert_eq!(Momentum::default().momentum, 0.9);
        assert_eq!(Nesterov::default().momentum, 0.9);
        let text = at(run, &[]).text;
        let rows: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), defaults.len());
        for (default, row) in defaults.iter().zip(rows) {
            let keras = row.split_whitespace().nth(1).unwrap();
            assert_eq!(keras.parse(), Ok(default.learning_rate()), "{row}");
        }
    }

    /// The second steps at gradients of 1, with an ε of 1, in rates: what there
    /// is of ε, and where it stands, shows.
    fn second_steps(library: Library) -> [f64; 3] {
        let (mut adagrad, mut rmsprop, mut adam) = (
            Adagrad::of(library),
            RmsProp::of(library),
            Adam::of(library),
        );
        adagrad.epsilon = 1.0;
        rmsprop.epsilon = 1.0;
        adam.epsilon = 1.0;
        let optimizers: [Box<dyn training::optim::optimizer::Optimizer>; 3] =
            [Box::new(adagrad), Box::new(rmsprop), Box::new(adam)];
        optimizers.map(|mut optimizer| {
            let mut w = array![0.0];
            optimizer.step(w.view_mut(), array![1.0].view());
            let first = w[0];
            optimizer.step(w.view_mut(), array![1.0].view());
            (first - w[0]) / optimizer.learning_rate()
        })
    }

    /// Red if `leave(cell, "pytorch", Library::PyTorch);` were `leave(cell,
    /// "pytorch", Library::Keras);`: Keras's values in both columns.
    #[test]
    fn the_other_defaults_differ_as_the_page_says() {
        let values = at(run, &[]);
        for (name, class, parameter) in [
            ("epsilon", "Adam", "epsilon"),
            ("epsilon", "RMSprop", "epsilon"),
            ("adagrad", "Adagrad", "epsilon"),
            ("sum", "Adagrad", "initial_accumulator"),
            ("rho", "RMSprop", "rho"),
            ("decay", "AdamW", "weight_decay"),
        ] {
            let of = |column: &str| values[&*format!("{column}_{name}")];
            assert_eq!(of("keras"), recorded("keras", class, parameter));
            assert_eq!(of("pytorch"), recorded("torch", class, parameter));
            assert_ne!(of("keras"), of("pytorch"));
        }
        // In Keras Adagrad's ε is that of the others.
        assert_eq!(values["keras_adagrad"], values["keras_epsilon"]);
        let both = [Library::Keras, Library::PyTorch];
        // ε under the root or after it; before v is unbiased or after.
        let v = 1.0 - 0.999f64.powi(2);
        let unbias = v.sqrt();
        for (steps, expected) in both.map(second_steps).iter().zip([
            [
                1.0 / (2.1f64 + 1.0).sqrt(),
                1.0 / (1.0 - 0.9f64.powi(2) + 1.0).sqrt(),
                unbias / (v.sqrt() + 1.0),
            ],
            [
                1.0 / (2.0f64.sqrt() + 1.0),
                1.0 / ((1.0 - 0.99f64.powi(2)).sqrt() + 1.0),
                1.0 / (1.0 + 1.0),
            ],
        ]) {
            for (step, expected) in steps.iter().zip(expected) {
                assert!((step - expected).abs() < 1e-9, "{step} {expected}");
            }
        }
    }
}
