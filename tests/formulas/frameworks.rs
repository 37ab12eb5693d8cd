//! What the scripts in Python printed, beside what Rust computes.

use approx::assert_relative_eq;
use ndarray::{Array2, ArrayView1};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::f64::consts::PI;
use std::fs;
use std::path::Path;
use training::nn::activation::Activation::{self, Relu, Sigmoid, Softmax};
use training::nn::dataset::Dataset;
use training::nn::dense::Dense;
use training::nn::fit::Fit;
use training::nn::sequential::Sequential;
use training::optim::adam::Adam;
use training::optim::library::Library;
use training::optim::sgd::Sgd;
use training::schedule::cosine::Cosine;
use training::schedule::schedule::Schedule;
use training::schedule::warmup::LinearWarmup;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// The numbers of the lines that a script printed under this name.
fn rows(script: &str, name: &str) -> Vec<Vec<f64>> {
    let printed = read(&format!("frameworks/{script}.txt"));
    let rest = printed.lines().filter_map(|line| line.strip_prefix(name));
    let words = rest.map(|rest| rest.split([' ', ',', '[', ']']));
    let numbers = words.map(|words| words.filter_map(|word| word.parse().ok()));
    numbers.map(Iterator::collect).collect()
}

/// Those of the only such line.
#[track_caller]
fn row(script: &str, name: &str) -> Vec<f64> {
    let mut rows = rows(script, name);
    assert_eq!(rows.len(), 1, "{script}: {name}");
    rows.pop().unwrap()
}

/// Red if `"after optimizer.lr = 0.5:"` were `"left out:"`: a rate that another
/// statement made.
#[test]
fn another_name_sets_no_rate() {
    for script in ["keras/rates", "pytorch/rates"] {
        assert_eq!(row(script, "given:"), [1e-4]);
        assert_eq!(row(script, "set:"), [0.01]);
        assert_eq!(row(script, "after optimizer.lr = 0.5:"), [0.01]);
    }
    assert_eq!(
        row("pytorch/rates", "after defaults[\"lr\"] = 0.5:"),
        [0.01]
    );
    let refused = read("frameworks/keras/rates.txt");
    let refused = refused.lines().find(|line| line.starts_with("set, with a"));
    assert!(refused.unwrap().ends_with("TypeError"), "{refused:?}");
    assert_eq!(row("keras/rates", "steps counted:"), [10.0]);
    assert_eq!(
        row("keras/rates", "compiled anew, rate, steps:"),
        [0.01, 0.0]
    );
}

/// Red if `"after load_state_dict:"` were `"given:"`: the rate that the
/// constructor was given.
#[test]
fn a_loaded_state_brings_its_rate() {
    let saved = row("pytorch/rates", "set:");
    assert_eq!(row("pytorch/rates", "after load_state_dict:"), saved);
}

/// The steps whose rates the scripts print.
const STEPS: [usize; 8] = [0, 1, 5, 6, 10, 11, 35, 59];

/// Red if `LinearWarmup::new(0.01, 0.0, 10)` were
/// `LinearWarmup::new(0.01, 0.1, 10)`: another first rate.
#[test]
fn both_warm_up_and_follow_the_cosine_of_this_book() {
    let warmup = LinearWarmup::new(0.01, 0.0, 10);
    let cosine = Cosine::new(0.01, 0.0, 50);
    for script in ["keras/schedules", "pytorch/schedules"] {
        let printed = row(script, "by step");
        assert_eq!(printed.len(), STEPS.len());
        for (step, printed) in STEPS.into_iter().zip(printed) {
            let ours = match step {
                ..10 => warmup.learning_rate(step),
                _ => cosine.learning_rate(step - 10),
            };
            assert_relative_eq!(printed, ours, epsilon = 5.1e-7);
        }
        let by_epoch = row(script, "by epoch");
        assert_eq!(by_epoch.len(), STEPS.len());
        for (step, printed) in STEPS.into_iter().zip(by_epoch) {
            let ours = 0.005 * (1.0 + (PI * (step / 6) as f64 / 10.0).cos());
            assert_relative_eq!(printed, ours, epsilon = 5.1e-7);
        }
    }
}

/// Red if `0.01 * (step / 6) as` were `0.01 * step as`: a schedule that is moved at every step.
#[test]
fn a_schedule_by_step_that_is_moved_by_epoch_stays_in_its_warmup() {
    let printed = row("pytorch/schedules", "misplaced");
    assert_eq!(printed.len(), STEPS.len());
    for (step, printed) in STEPS.into_iter().zip(printed) {
        assert_relative_eq!(printed, 0.01 * (step / 6) as f64 / 10.0, epsilon = 5.1e-7);
    }
}

/// Red if `"clip_grad_norm_"), [0.6, 0.8]` were
/// `"clip_grad_norm_"), [1.0, 1.0]`: each by itself.
#[test]
fn only_the_global_norm_keeps_the_direction() {
    let step = |length: [f64; 2]| length.map(|length| 1.0 - 0.1 * length).to_vec();
    let close = |(script, name): (&str, &str), length| {
        for (printed, expected) in row(script, name).into_iter().zip(step(length)) {
            assert_relative_eq!(printed, expected, epsilon = 1e-4);
        }
    };
    close(("keras/step", "plain"), [3.0, 4.0]);
    close(("pytorch/step", "plain"), [3.0, 4.0]);
    // (3, 4) has the length 5.
    close(("keras/step", "global_clipnorm=1"), [0.6, 0.8]);
    close(("pytorch/step", "clip_grad_norm_"), [0.6, 0.8]);
    for one_by_one in ["clipnorm=1", "clipvalue=1", "Adam, global"] {
        close(("keras/step", one_by_one), [1.0, 1.0]);
    }
    close(("pytorch/step", "clip_grad_value_"), [1.0, 1.0]);
    close(("pytorch/step", "Adam, the same"), [1.0, 1.0]);
}

/// Red if `1.0 - 0.1 * 0.5` were `1.0 - 0.1`: a step of the rate.
#[test]
fn decay_is_a_share_of_the_weight_but_under_pytorch_s_adam() {
    let share = 1.0 - 0.1 * 0.5;
    for script in ["keras/step", "pytorch/step"] {
        assert_eq!(row(script, "SGD, decay"), [share, share]);
        assert_eq!(row(script, "AdamW, decay"), [share, share]);
        let share = 1.0 - 0.2 * 0.05;
        assert_eq!(row(script, "AdamW, other rate"), [share, share]);
    }
    assert_eq!(row("keras/step", "Adam, decay"), [share, share]);
    // By the rate, at two decays.
    assert_eq!(row("pytorch/step", "Adam, decay"), [0.9, 0.9]);
    assert_eq!(row("pytorch/step", "Adam, a 500th"), [0.9, 0.9]);
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

/// The first and the last loss of the lesson, from the start that the scripts
/// use; the optimizer has the rate of that run.
fn lesson(run: &Value, last: Activation, library: Library) -> [f64; 2] {
    let ages = numbers(&run["ages"]);
    let labels = numbers(&run["labels"]);
    let data = Dataset {
        x: Array2::from_shape_fn((ages.len(), 1), |(i, _)| (ages[i] - 13.0) / 87.0),
        labels: labels.iter().map(|label| *label as usize).collect(),
    };
    let layers = [
        Dense::new(16, Relu),
        Dense::new(32, Relu).kernel_regularizer(0.01),
        Dense::new(2, last),
    ];
    let mut model = Sequential::new(1, layers, &mut ChaCha8Rng::seed_from_u64(0));
    let start = numbers(&run["initial_weights"]);
    model.weights_mut().assign(&ArrayView1::from(&start));
    let learning_rate = run["learning_rate"].as_f64().unwrap();
    match run["optimizer"].as_str().unwrap() {
        "adam" => {
            let mut adam = Adam::of(library);
            adam.learning_rate = learning_rate;
            model.compile(adam);
        }
        _ => model.compile(Sgd::new(learning_rate)),
    }
    let plan = Fit {
        epochs: 3,
        batch_size: 10,
        shuffle: None,
    };
    let losses = model.fit(&data, plan).unwrap().batch_losses;
    assert_eq!(losses.len(), 18);
    [losses[0], losses[17]]
}

/// Red if `Library::PyTorch)` were `Library::Keras)`: another ε.
#[test]
fn the_losses_of_the_lesson_are_this_books() {
    let reference = read("training/reference/seed_model.json");
    let runs: Vec<Value> = serde_json::from_str(&reference).unwrap();
    assert_eq!(runs.len(), 2);
    for run in &runs {
        let name = run["optimizer"].as_str().unwrap();
        let keras = rows("keras/lesson", name);
        let on_jax = lesson(run, Sigmoid, Library::Keras);
        // TensorFlow takes the sums: softmax in place of the sigmoids.
        let on_tensorflow = lesson(run, Softmax, Library::Keras);
        let in_pytorch = lesson(run, Sigmoid, Library::PyTorch);
        let ours = [(on_jax, 1e-9), (on_tensorflow, 1e-7), (in_pytorch, 1e-9)];
        let theirs = [&keras[..], &[row("pytorch/lesson", name)]].concat();
        assert_eq!(theirs.len(), ours.len());
        for (theirs, (ours, epsilon)) in theirs.iter().zip(ours) {
            assert_eq!(theirs.len(), 2);
            for (theirs, ours) in theirs.iter().zip(ours) {
                assert_relative_eq!(*theirs, ours, epsilon = epsilon, max_relative = 0.0);
            }
        }
    }
}

/// Red if `f64::total_cmp` were `|a, b| b.total_cmp(a)`: the worst.
#[test]
fn both_sweeps_are_best_at_the_same_rate_and_both_range_tests_in_its_decade() {
    let least = |rows: Vec<Vec<f64>>, count: usize| {
        assert_eq!(rows.len(), count);
        let losses: Vec<f64> = rows.iter().map(|row| row[1]).collect();
        let mut sorted = losses.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted[0] < sorted[1], "one is best");
        let best = losses.iter().position(|loss| *loss == sorted[0]);
        rows[best.unwrap()][0]
    };
    for script in ["keras/digits", "pytorch/digits"] {
        assert_eq!(least(rows(script, "rate"), 8), 0.03);
        let decade = least(rows(script, "up to"), 5);
        assert!((0.09..0.1).contains(&decade), "{decade}");
    }
}
