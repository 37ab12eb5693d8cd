//! The newer optimizers by name: those that are given a rate, and those that
//! are given a guess of it.

use super::adam::Adam;
use super::dadaptation::DAdaptation;
use super::dog::{Dog, FirstStep};
use super::lamb::Lamb;
use super::lion::Lion;
use super::muon::Muon;
use super::optimizer::Optimizer;
use super::prodigy::Prodigy;
use super::sgd::Sgd;

/// Rules that are given a rate.
pub const KNOWN: [&str; 5] = ["SGD", "Adam", "Lion", "Muon", "LAMB"];

/// Rules that are given a first guess.
pub const FOUND: [&str; 3] = ["D-Adaptation", "Prodigy", "DoG"];

// ANCHOR: named
/// The rule of this name, one of [`KNOWN`], for weights that are matrices of
/// these shapes, one after the other.
pub fn known(
    name: &str,
    rate: f64,
    shapes: &[(usize, usize)],
) -> Box<dyn Optimizer> {
    match name {
        "SGD" => Box::new(Sgd::new(rate)),
        "Adam" => Box::new(Adam::new(rate)),
        "Lion" => Box::new(Lion::new(rate)),
        "Muon" => Box::new(Muon::new(rate, shapes)),
        "LAMB" => Box::new(Lamb::new(rate)),
        _ => unreachable!("{name} is none of {KNOWN:?}"),
    }
}

/// The rule of this name, one of [`FOUND`], with this first guess of the
/// distance to go.
pub fn found(name: &str, first_guess: f64) -> Box<dyn Optimizer> {
    match name {
        "D-Adaptation" => Box::new(DAdaptation::new(first_guess)),
        "Prodigy" => Box::new(Prodigy::new(first_guess)),
        "DoG" => Box::new(Dog::new(FirstStep::Distance(first_guess))),
        _ => unreachable!("{name} is none of {FOUND:?}"),
    }
}
// ANCHOR_END: named

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calculus::singular::singular_values;
    use crate::optim::adamw::AdamW;
    use crate::optim::clipped::Clipped;
    use crate::optim::dog::DoWg;
    use crate::optim::hypergradient::Hypergradient;
    use crate::optim::lars::Lars;
    use crate::optim::library::Library;
    use crate::optim::muon::{COEFFICIENTS, ITERATIONS, Scale, iterated};
    use crate::optim::polyak::Polyak;
    use crate::optim::schedule_free::{ScheduleFree, SecondMoment};
    use crate::schedule::cosine::Cosine;
    use crate::schedule::schedule::Schedule;
    use ndarray::{Array1, Array2, array};
    use serde_json::Value;
    use std::cell::RefCell;
    use std::collections::BTreeSet;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    const REFERENCE: &str = include_str!("../reference/newer.json");

    fn numbers(value: &Value) -> Vec<f64> {
        match value {
            Value::Array(items) => items.iter().flat_map(numbers).collect(),
            number => vec![number.as_f64().unwrap()],
        }
    }

    fn matrix(value: &Value) -> Array2<f64> {
        let rows = value.as_array().unwrap().len();
        let entries = numbers(value);
        let columns = entries.len() / rows;
        Array2::from_shape_vec((rows, columns), entries).unwrap()
    }

    fn equal(ours: f64, theirs: f64, place: &str) {
        let equal = approx::relative_eq!(
            ours,
            theirs,
            max_relative = 1e-9,
            epsilon = 1e-12
        );
        assert!(equal, "{place}: {ours} is not {theirs}");
    }

    /// The name of a list beside a path, and the number it lists.
    type Beside<'a, O> = (&'a str, fn(&O) -> f64);

    /// An entry of the file, and which of its keys were looked at.
    struct Entry<'a> {
        value: &'a Value,
        taken: RefCell<BTreeSet<String>>,
    }

    impl Entry<'_> {
        fn given(&self, name: &str) -> &Value {
            self.taken.borrow_mut().insert(name.to_string());
            &self.value["parameters"][name]
        }

        fn number(&self, name: &str) -> f64 {
            let number = self.given(name).as_f64();
            number.unwrap_or_else(|| panic!("no {name}: {:.200}", self.value))
        }

        fn is(&self, name: &str) -> bool {
            self.given(name).as_bool().unwrap()
        }

        fn text(&self, name: &str) -> &str {
            self.value[name].as_str().unwrap()
        }

        /// Every parameter was looked at, and every list of numbers compared.
        fn is_taken(&self) {
            let parameters = self.value["parameters"].as_object().unwrap();
            for name in parameters.keys() {
                assert!(self.taken.borrow().contains(name), "{name} not taken");
            }
        }

        /// The loss and the gradient before each step.
        fn slope(&self, step: usize, w: &Array1<f64>) -> (f64, Array1<f64>) {
            let entry = self.value;
            match entry["function"].as_str() {
                Some("half_square") => (0.5 * w.dot(w), w.clone()),
                Some("quadratic_1_25") => {
                    let g = w * &array![1.0, 25.0];
                    (0.5 * w.dot(&g), g)
                }
                Some("matrix_least_squares") => {
                    let (a, b) = (matrix(&entry["a"]), matrix(&entry["b"]));
                    let w = w.to_shape((a.ncols(), b.ncols())).unwrap();
                    let off = a.dot(&w) - b;
                    let g = a.t().dot(&off);
                    (0.5 * (&off * &off).sum(), Array1::from_iter(g))
                }
                Some(function) => panic!("no function {function}"),
                None => {
                    let g = numbers(&entry["gradients"])[step];
                    let loss = entry["values"][step].as_f64();
                    (loss.unwrap_or(f64::NAN), array![g])
                }
            }
        }

        /// Follows the path by this step, and compares; `look` is shown each
        /// place, the start as 0.
        fn follow(
            &self,
            mut step: impl FnMut(usize, f64, &mut Array1<f64>, &Array1<f64>),
        ) {
            let path = self.value["path"].as_array().unwrap();
            assert!(path.len() > 10, "a path of {} places", path.len());
            let mut w = Array1::from(numbers(&self.value["start"]));
            assert_eq!(numbers(&path[0]), w.to_vec());
            for (k, expected) in path.iter().skip(1).enumerate() {
                let (loss, gradient) = self.slope(k, &w);
                step(k, loss, &mut w, &gradient);
                let place = format!("{:.300}, step {}", self.value, k + 1);
                for (ours, theirs) in w.iter().zip(numbers(expected)) {
                    equal(*ours, theirs, &place);
                }
            }
            self.is_taken();
        }

        /// The same, with a list beside the path: `name[k]` after step k.
        fn follow_with<O: Optimizer>(
            &self,
            optimizer: &mut O,
            beside: &[Beside<O>],
        ) {
            self.follow(|k, _, w, g| {
                optimizer.step(w.view_mut(), g.view());
                for (name, of) in beside {
                    let list = numbers(&self.value[name]);
                    // The lists of DoG begin with the first step.
                    let place = list.len() - 30 + k;
                    equal(of(optimizer), list[place], name);
                }
            });
        }
    }

    fn prodigy(entry: &Entry) {
        let mut prodigy = Prodigy::new(entry.number("d0"));
        prodigy.learning_rate = entry.number("lr");
        prodigy.beta_1 = entry.number("beta1");
        prodigy.beta_2 = entry.number("beta2");
        prodigy.epsilon = entry.number("eps");
        prodigy.weight_decay = entry.number("weight_decay");
        prodigy.coefficient = entry.number("d_coef");
        prodigy.bias_correction = entry.is("bias_correction");
        entry.follow_with(&mut prodigy, &[("d", |o| o.distance)]);
    }

    fn dadaptation(entry: &Entry) {
        let mut adapted = DAdaptation::new(entry.number("d0"));
        adapted.learning_rate = entry.number("lr");
        adapted.beta_1 = entry.number("beta1");
        adapted.beta_2 = entry.number("beta2");
        adapted.epsilon = entry.number("eps");
        adapted.weight_decay = entry.number("weight_decay");
        adapted.bias_correction = entry.is("bias_correction");
        entry.follow_with(&mut adapted, &[("d", |o| o.distance)]);
    }

    fn lion(entry: &Entry) {
        let mut lion = Lion::new(entry.number("lr"));
        lion.beta_1 = entry.number("beta1");
        lion.beta_2 = entry.number("beta2");
        lion.weight_decay = entry.number("weight_decay");
        entry.follow_with(&mut lion, &[]);
    }

    fn dog(entry: &Entry) {
        let value = entry.number("init_value");
        let mut dog = Dog::new(match entry.given("init").as_str().unwrap() {
            "heuristic" => FirstStep::Heuristic(value),
            "distance" => FirstStep::Distance(value),
            "learning_rate" => FirstStep::Rate(value),
            other => panic!("{other}"),
        });
        dog.learning_rate = entry.number("lr");
        dog.epsilon = entry.number("eps");
        let beside: [Beside<Dog>; 2] = [
            ("max_distance", |o| o.distance),
            ("sum_of_squares", |o| o.squares),
        ];
        entry.follow_with(&mut dog, &beside);
    }

    fn dowg(entry: &Entry) {
        let epsilon = entry.number("eps");
        let first = entry.given("init_squared_distance").as_f64();
        let mut dowg = DoWg::new(first.unwrap_or(epsilon));
        dowg.learning_rate = entry.number("lr");
        dowg.epsilon = epsilon;
        let beside: [Beside<DoWg>; 2] = [
            ("max_squared_distance", |o| o.squared_distance),
            ("sum_of_squares", |o| o.squares),
        ];
        entry.follow_with(&mut dowg, &beside);
    }

    /// Warm-up is the caller's, and differs between the libraries.
    fn schedule_free(entry: &Entry) {
        let rate = entry.number("lr");
        let mut free = ScheduleFree::new(rate, entry.number("beta1"));
        let library = entry.text("library");
        if library == "keras" {
            free.weight_power = 0;
        } else {
            free.weight_power = entry.number("weight_lr_power") as i32;
            free.weight_decay = entry.number("weight_decay");
        }
        let rule = entry.text("optimizer");
        if rule != "schedule_free_sgd" {
            let [beta_2, epsilon] = ["beta2", "eps"].map(|n| entry.number(n));
            let mut second = SecondMoment::new(beta_2, epsilon);
            second.is_in_rate = rule == "schedule_free_adamw_paper";
            free.second_moment = Some(second);
        }
        let warmup = entry.number("warmup_steps");
        let warmed = |t: f64| match warmup {
            0.0 => rate,
            steps => rate * (t / steps).min(1.0),
        };
        let means = entry.value["eval_path"].as_array();
        entry.follow(|k, _, w, g| {
            let t = k as f64 + 1.0;
            let steps_at = if library == "optax" { t - 1.0 } else { t };
            free.set_learning_rate(warmed(steps_at));
            free.step_counted(w.view_mut(), g.view(), warmed(t));
            if let Some(means) = means {
                let mean = numbers(&means[k + 1]);
                for (ours, theirs) in free.mean().iter().zip(mean) {
                    equal(*ours, theirs, "eval_path");
                }
            }
        });
        assert_eq!(means.is_none(), library == "keras");
    }

    fn clipped(entry: &Entry) {
        let mut clipped = Clipped {
            optimizer: Sgd::new(entry.number("lr")),
            max_norm: entry.number("max_norm"),
            epsilon: match entry.text("library") {
                "torch" => entry.number("clip_eps"),
                _ => 0.0,
            },
        };
        entry.follow_with(&mut clipped, &[]);
    }

    fn adam(entry: &Entry) -> Adam {
        let mut adam = Adam::of(Library::PyTorch);
        adam.beta_1 = entry.number("beta1");
        adam.beta_2 = entry.number("beta2");
        adam.epsilon = entry.number("eps");
        adam
    }

    fn adamw_cosine(entry: &Entry, is_decoupled: bool) {
        let (rate, decay) = (entry.number("lr"), entry.number("weight_decay"));
        let mut adamw = AdamW {
            adam: adam(entry),
            // Decoupled, it follows the schedule but not the rate.
            weight_decay: if is_decoupled { decay / rate } else { decay },
        };
        let steps = entry.number("decay_steps") as usize;
        let cosine = Cosine::new(rate, entry.number("alpha") * rate, steps);
        entry.follow(|k, _, w, g| {
            adamw.set_learning_rate(cosine.learning_rate(k));
            adamw.step(w.view_mut(), g.view());
            if let Some(rates) = entry.value["rates"].as_array() {
                let theirs = rates[k].as_f64().unwrap();
                equal(cosine.learning_rate(k), theirs, "rates");
            }
        });
    }

    fn lamb(entry: &Entry) {
        let mut lamb = Lamb::new(entry.number("lr"));
        lamb.direction = adam(entry);
        lamb.direction.learning_rate = 1.0;
        lamb.weight_decay = entry.number("weight_decay");
        lamb.is_decay_inside = entry.text("library") == "optax";
        entry.follow_with(&mut lamb, &[]);
    }

    fn lars(entry: &Entry) {
        let momentum = entry.number("momentum");
        let mut lars = Lars::new(entry.number("lr"), momentum);
        lars.weight_decay = entry.number("weight_decay");
        lars.trust_coefficient = entry.number("trust_coefficient");
        assert_eq!(entry.number("eps"), 0.0);
        entry.follow_with(&mut lars, &[]);
    }

    fn polyak(entry: &Entry) {
        let mut polyak = Polyak::new(entry.number("max_lr"));
        polyak.learning_rate = entry.number("lr");
        polyak.least = entry.number("f_min");
        assert_eq!(entry.number("eps"), 0.0);
        let clamps = entry.given("variant") == "sps+";
        entry.follow(|_, loss, w, g| {
            // The other variant differs where a loss is below the least.
            assert!(clamps || loss >= polyak.least);
            polyak.step(w.view_mut(), loss, g.view());
        });
    }

    fn muon(entry: &Entry) {
        let start = matrix(&entry.value["start"]);
        let shapes = [start.dim()];
        let mut muon = Muon::new(entry.number("lr"), &shapes);
        muon.momentum = entry.number("momentum");
        muon.is_nesterov = entry.is("nesterov");
        muon.bias_correction = entry.is("bias_correction");
        muon.epsilon = entry.number("eps");
        muon.weight_decay = entry.number("weight_decay");
        muon.scale = match entry.given("scale").as_str().unwrap() {
            "width" => Scale::Width,
            "rms" => Scale::Rms(entry.number("rms")),
            other => panic!("{other}"),
        };
        assert_eq!(numbers(entry.given("ns_coefficients")), COEFFICIENTS);
        assert_eq!(entry.number("ns_steps"), ITERATIONS as f64);
        entry.follow(|k, _, w, g| {
            let mut step = w.clone();
            muon.step(w.view_mut(), g.view());
            let rate = muon.learning_rate;
            step *= 1.0 - rate * muon.weight_decay;
            step = (step - &*w) / rate;
            let step = step.to_shape(shapes[0]).unwrap();
            let values = numbers(&entry.value["singular_values"][k]);
            assert_eq!(values.len(), 3);
            for (ours, theirs) in
                singular_values(step.view()).iter().zip(values)
            {
                equal(*ours, theirs, "singular values");
            }
        });
    }

    fn newton_schulz(entry: &Entry) {
        assert_eq!(numbers(entry.given("ns_coefficients")), COEFFICIENTS);
        assert_eq!(entry.number("ns_steps"), ITERATIONS as f64);
        let start = matrix(&entry.value["start"]);
        let length = start.iter().map(|x| x * x).sum::<f64>().sqrt();
        let mut x = start / (length + entry.number("eps"));
        let is_tall = x.nrows() > x.ncols();
        let path = entry.value["path"].as_array().unwrap();
        assert_eq!(path.len(), 1 + ITERATIONS);
        for (k, expected) in path.iter().enumerate() {
            if k > 0 {
                x = if is_tall {
                    let wide = x.t().as_standard_layout().into_owned();
                    iterated(&wide).t().as_standard_layout().into_owned()
                } else {
                    iterated(&x)
                };
            }
            for (ours, theirs) in x.iter().zip(numbers(expected)) {
                equal(*ours, theirs, "iterate");
            }
            let values = numbers(&entry.value["singular_values"][k]);
            for (ours, theirs) in singular_values(x.view()).iter().zip(values) {
                equal(*ours, theirs, "singular values");
            }
        }
        entry.is_taken();
    }

    /// Red if `"adamw_cosine_decoupled" => adamw_cosine(entry, true)` were
    /// `"adamw_cosine_decoupled" => adamw_cosine(entry, false)`: the decay would
    /// be multiplied by the rate.
    #[test]
    fn every_series_of_the_libraries_is_met() {
        let entries: Vec<Value> = serde_json::from_str(REFERENCE).unwrap();
        let mut met = BTreeSet::new();
        for value in &entries {
            let entry = &Entry {
                value,
                taken: RefCell::default(),
            };
            let name = entry.text("optimizer");
            met.insert(name.to_string());
            match name {
                "lion" => lion(entry),
                "prodigy" => prodigy(entry),
                "dadapt_adamw" => dadaptation(entry),
                "dog" => dog(entry),
                "dowg" => dowg(entry),
                "clip_sgd" => clipped(entry),
                "adamw_cosine" => adamw_cosine(entry, false),
                "adamw_cosine_decoupled" => adamw_cosine(entry, true),
                "lamb" => lamb(entry),
                "lars" => lars(entry),
                "polyak_sgd" => polyak(entry),
                "muon" => muon(entry),
                "newton_schulz" => newton_schulz(entry),
                _ => schedule_free(entry),
            }
        }
        assert_eq!((entries.len(), met.len()), (106, 16));
    }

    #[test]
    fn a_rate_is_what_it_was_set_to() {
        let known = KNOWN.map(|name| known(name, 0.1, &[(2, 3)]));
        let found = FOUND.map(|name| found(name, 0.1));
        let free: [Box<dyn Optimizer>; 4] = [
            Box::new(ScheduleFree::new(0.1, 0.9)),
            Box::new(Hypergradient::new(0.1, 0.9)),
            Box::new(DoWg::new(0.1)),
            Box::new(Lars::new(0.1, 0.9)),
        ];
        for mut optimizer in known.into_iter().chain(found).chain(free) {
            optimizer.set_learning_rate(0.123);
            assert_eq!(optimizer.learning_rate(), 0.123);
            let set = AssertUnwindSafe(|| optimizer.set_learning_rate(-1.0));
            assert!(catch_unwind(set).is_err());
        }
    }
}
