//! The optimizers by name.

use super::adagrad::Adagrad;
use super::adam::Adam;
use super::adamw::AdamW;
use super::amsgrad::AmsGrad;
use super::library::Library;
use super::momentum::Momentum;
use super::nesterov::Nesterov;
use super::optimizer::Optimizer;
use super::rmsprop::RmsProp;
use super::sgd::Sgd;

/// The names of all eight.
pub const NAMES: [&str; 8] = [
    "SGD", "momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AMSGrad",
    "AdamW",
];

// ANCHOR: named
/// The optimizer of this name, one of [`NAMES`], with this library's defaults.
pub fn named(name: &str, library: Library) -> Box<dyn Optimizer> {
    match name {
        "SGD" => Box::new(Sgd::of(library)),
        "momentum" => Box::new(Momentum::of(library)),
        "Nesterov" => Box::new(Nesterov::of(library)),
        "Adagrad" => Box::new(Adagrad::of(library)),
        "RMSprop" => Box::new(RmsProp::of(library)),
        "Adam" => Box::new(Adam::of(library)),
        "AMSGrad" => Box::new(AmsGrad::of(library)),
        "AdamW" => Box::new(AdamW::of(library)),
        _ => unreachable!("{name} is none of {NAMES:?}"),
    }
}
// ANCHOR_END: named

/// The optimizer of this name with Keras' defaults, but for momentum, which is
/// β₁ of the Adams; those without one have none.
pub fn with_momentum(name: &str, momentum: f64) -> Box<dyn Optimizer> {
    let mut adam = Adam::default();
    adam.beta_1 = momentum;
    let mut amsgrad = AmsGrad::default();
    amsgrad.adam = adam.clone();
    match name {
        "momentum" => Box::new(Momentum::new(0.01, momentum)),
        "Nesterov" => Box::new(Nesterov::new(0.01, momentum)),
        "Adam" => Box::new(adam),
        "AMSGrad" => Box::new(amsgrad),
        "AdamW" => Box::new(AdamW {
            adam,
            ..AdamW::default()
        }),
        _ => named(name, Library::Keras),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array1;
    use serde_json::Value;
    use std::collections::BTreeMap;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    const REFERENCE: &str = include_str!("../reference/optimizers.json");

    /// The parameters of an entry, each of which has to be taken.
    struct Parameters(BTreeMap<String, f64>);

    impl Parameters {
        fn take(&mut self, name: &str) -> f64 {
            self.0.remove(name).unwrap_or_else(|| panic!("no {name}"))
        }

        fn adam(&mut self, library: Library) -> Adam {
            let mut adam = Adam::of(library);
            adam.learning_rate = self.take("lr");
            adam.beta_1 = self.take("beta1");
            adam.beta_2 = self.take("beta2");
            adam.epsilon = self.take("eps");
            adam
        }

        fn optimizer(
            &mut self,
            name: &str,
            library: Library,
        ) -> Box<dyn Optimizer> {
            match name {
                "sgd" => Box::new(Sgd::new(self.take("lr"))),
                "momentum" => {
                    let mut momentum = Momentum::of(library);
                    momentum.learning_rate = self.take("lr");
                    momentum.momentum = self.take("momentum");
                    Box::new(momentum)
                }
                "nesterov" => {
                    let mut nesterov = Nesterov::of(library);
                    nesterov.learning_rate = self.take("lr");
                    nesterov.momentum = self.take("momentum");
                    Box::new(nesterov)
                }
                "adagrad" => {
                    let mut adagrad = Adagrad::of(library);
                    adagrad.learning_rate = self.take("lr");
                    adagrad.initial_accumulator =
                        self.take("initial_accumulator");
                    adagrad.epsilon = self.take("eps");
                    Box::new(adagrad)
                }
                "rmsprop" => {
                    let mut rmsprop = RmsProp::of(library);
                    rmsprop.learning_rate = self.take("lr");
                    rmsprop.rho = self.take("rho");
                    rmsprop.epsilon = self.take("eps");
                    Box::new(rmsprop)
                }
                "adam" => Box::new(self.adam(library)),
                "amsgrad" => {
                    let mut amsgrad = AmsGrad::of(library);
                    amsgrad.adam = self.adam(library);
                    Box::new(amsgrad)
                }
                "adamw" => Box::new(AdamW {
                    adam: self.adam(library),
                    weight_decay: self.take("weight_decay"),
                }),
                _ => panic!("no optimizer {name}"),
            }
        }
    }

    fn numbers(list: &Value) -> Vec<f64> {
        let list = list.as_array().unwrap().iter();
        list.map(|number| number.as_f64().unwrap()).collect()
    }

    /// The gradient before each step of an entry.
    fn gradient(entry: &Value, step: usize, w: &Array1<f64>) -> Array1<f64> {
        match entry["function"].as_str() {
            Some("half_square") => w.clone(),
            Some("quadratic_1_25") => w * &ndarray::array![1.0, 25.0],
            Some(function) => panic!("no function {function}"),
            None => ndarray::array![numbers(&entry["gradients"])[step]],
        }
    }

    /// Follows one path of the file and compares every weight of it.
    fn meets(entry: &Value, library: Library) {
        let parameters = entry["parameters"].as_object().unwrap().iter();
        let parameters = parameters
            .map(|(name, value)| (name.clone(), value.as_f64().unwrap()));
        let mut parameters = Parameters(parameters.collect());
        let name = entry["optimizer"].as_str().unwrap();
        let mut optimizer = parameters.optimizer(name, library);
        let mut change = None;
        if parameters.0.contains_key("lr_set_to") {
            let step = parameters.take("before_step");
            change = Some((step as usize, parameters.take("lr_set_to")));
        }
        assert!(parameters.0.is_empty(), "not taken: {:?}", parameters.0);

        let path = entry["path"].as_array().unwrap();
        assert!(path.len() > 10, "a path of {} places", path.len());
        let mut w = Array1::from(numbers(&entry["start"]));
        assert_eq!(numbers(&path[0]), w.to_vec());
        for (step, expected) in path.iter().skip(1).enumerate() {
            if let Some((_, rate)) = change.filter(|(at, _)| *at == step + 1) {
                optimizer.set_learning_rate(rate);
            }
            let gradient = gradient(entry, step, &w);
            optimizer.step(w.view_mut(), gradient.view());
            for (ours, theirs) in w.iter().zip(numbers(expected)) {
                let place = format!("{entry:.200}, step {}", step + 1);
                assert!(
                    approx::relative_eq!(
                        *ours,
                        theirs,
                        max_relative = 1e-9,
                        epsilon = 1e-12
                    ),
                    "{place}: {ours} is not {theirs}"
                );
            }
        }
    }

    /// Red if `"keras" => Library::Keras` were `"keras" => Library::PyTorch`:
    /// the other library's formulas.
    #[test]
    fn every_path_of_keras_and_of_pytorch_is_met() {
        let entries: Vec<Value> = serde_json::from_str(REFERENCE).unwrap();
        for entry in &entries {
            let library = match entry["library"].as_str().unwrap() {
                "keras" => Library::Keras,
                "torch" => Library::PyTorch,
                library => panic!("no library {library}"),
            };
            meets(entry, library);
        }
        // Both libraries have all eight.
        for library in ["keras", "torch"] {
            let of_it = entries.iter().filter(|e| e["library"] == library);
            let mut names: Vec<_> =
                of_it.map(|e| e["optimizer"].as_str().unwrap()).collect();
            names.sort_unstable();
            names.dedup();
            let ours = NAMES.map(str::to_lowercase);
            assert!(ours.iter().all(|name| names.contains(&&**name)));
            assert_eq!(names.len(), ours.len());
        }
    }

    /// Red if `optimizer.set_learning_rate(0.123);` were ``: the rate of the
    /// library, kept.
    #[test]
    fn a_rate_is_what_it_was_set_to() {
        for name in NAMES {
            let mut optimizer = named(name, Library::Keras);
            optimizer.set_learning_rate(0.123);
            assert_eq!(optimizer.learning_rate(), 0.123, "{name}");
        }
    }

    #[test]
    fn a_rate_that_is_none_is_refused() {
        for bad in [-0.1, f64::NAN, f64::INFINITY] {
            let refused = |make: &dyn Fn() -> Box<dyn Optimizer>| {
                let made = catch_unwind(AssertUnwindSafe(make));
                let message = made.err().expect("it is refused");
                let message = message.downcast_ref::<String>().unwrap();
                assert!(message.contains("which is not in"), "{message}");
            };
            for name in NAMES {
                refused(&|| {
                    let mut optimizer = named(name, Library::Keras);
                    optimizer.set_learning_rate(bad);
                    optimizer
                });
            }
            refused(&|| Box::new(Sgd::new(bad)));
            refused(&|| Box::new(Momentum::new(bad, 0.9)));
            refused(&|| Box::new(Momentum::new(0.1, bad)));
            refused(&|| Box::new(Nesterov::new(bad, 0.9)));
            refused(&|| Box::new(Nesterov::new(0.1, bad)));
            refused(&|| Box::new(Adagrad::new(bad)));
            refused(&|| Box::new(RmsProp::new(bad)));
            refused(&|| Box::new(Adam::new(bad)));
            refused(&|| Box::new(AmsGrad::new(bad)));
            refused(&|| Box::new(AdamW::new(bad)));
        }
    }
}
