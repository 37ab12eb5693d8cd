//! The three acts in candle, a framework for Rust.
#![forbid(unsafe_code)]

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::{
    Activation, AdamW, Linear, Module, Optimizer, ParamsAdamW, Sequential,
    loss::cross_entropy, seq,
};

/// Kernel, outputs × inputs, and bias of each layer, the same at every call.
fn variables() -> Result<Vec<Var>> {
    let mut variables = Vec::new();
    for (units, inputs) in [(16, 1), (32, 16), (2, 32)] {
        let entries = (0..units * inputs).map(|i| f64::from(i).sin());
        let shape = (units as usize, inputs as usize);
        let kernel =
            Tensor::from_iter(entries, &Device::Cpu)?.reshape(shape)?;
        variables.push(Var::from_tensor(&kernel)?);
        let bias = Tensor::zeros(shape.0, kernel.dtype(), &Device::Cpu)?;
        variables.push(Var::from_tensor(&bias)?);
    }
    Ok(variables)
}

/// The lesson's network.
fn network(variables: &[Var]) -> Sequential {
    let tensor = |i: usize| variables[i].as_tensor().clone();
    let layer = |i| Linear::new(tensor(i), Some(tensor(i + 1)));
    seq()
        .add(layer(0))
        .add(Activation::Relu)
        .add(layer(2))
        .add(Activation::Relu)
        .add(layer(4))
}

// ANCHOR: acts
fn main() -> Result<()> {
    let given = AdamW::new_lr(variables()?, 0.0001)?;
    println!("given:     {}", given.learning_rate());

    let left_out = AdamW::new(variables()?, ParamsAdamW::default())?;
    println!("left out:  {}", left_out.learning_rate());

    let mut optimizer = given;
    println!("before:    {}", optimizer.learning_rate());
    optimizer.set_learning_rate(0.01);
    println!("after:     {}", optimizer.learning_rate());

    let (kept, set) = (eleventh_step(None)?, eleventh_step(Some(0.01))?);
    println!("next step: {kept:.6} if kept, {set:.6} if set");
    Ok(())
}
// ANCHOR_END: acts

/// Ten steps at the rate 0.0001, then perhaps another rate, then one more step:
/// how far that one moves the weights.
fn eleventh_step(learning_rate: Option<f64>) -> Result<f64> {
    let variables = variables()?;
    let network = network(&variables);
    let mut optimizer = AdamW::new_lr(variables.clone(), 0.0001)?;
    let ages = (0..10u32).map(|i| f64::from(i) / 9.0);
    let ages = Tensor::from_iter(ages, &Device::Cpu)?.reshape((10, 1))?;
    let labels = Tensor::from_iter((0..10u32).map(|i| i / 5), &Device::Cpu)?;
    for _ in 0..10 {
        let loss = cross_entropy(&network.forward(&ages)?, &labels)?;
        optimizer.backward_step(&loss)?;
    }
    if let Some(learning_rate) = learning_rate {
        optimizer.set_learning_rate(learning_rate);
    }
    let before = copies(&variables)?;
    let loss = cross_entropy(&network.forward(&ages)?, &labels)?;
    optimizer.backward_step(&loss)?;
    let mut squares = 0.0;
    for (before, after) in before.iter().zip(&variables) {
        let moved = (after.as_tensor() - before)?;
        squares += moved.sqr()?.sum_all()?.to_scalar::<f64>()?;
    }
    Ok(squares.sqrt())
}

fn copies(variables: &[Var]) -> Result<Vec<Tensor>> {
    variables.iter().map(|var| var.as_tensor().copy()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red if `AdamW::new_lr(variables().unwrap(), 0.0001)` were
    /// `AdamW::new_lr(variables().unwrap(), 0.001)`: another rate is given.
    #[test]
    fn a_rate_that_is_given_is_kept() {
        let optimizer = AdamW::new_lr(variables().unwrap(), 0.0001).unwrap();
        assert_eq!(optimizer.learning_rate(), 0.0001);
    }

    /// Red if `let parameters = ParamsAdamW::default();` were `let parameters =
    /// ParamsAdamW { lr: 0.01, ..ParamsAdamW::default() };`: a rate is given.
    #[test]
    fn a_rate_that_is_left_out_is_a_thousandth() {
        let parameters = ParamsAdamW::default();
        let optimizer = AdamW::new(variables().unwrap(), parameters).unwrap();
        assert_eq!(optimizer.learning_rate(), 0.001);
    }

    /// Red if `optimizer.set_learning_rate(learning_rate);` were
    /// `optimizer.set_learning_rate(2.0 * learning_rate);`: twice the rate.
    #[test]
    fn a_rate_set_a_hundredfold_makes_the_next_step_a_hundredfold() {
        let (kept, set) = (eleventh_step(None), eleventh_step(Some(0.01)));
        let ratio = set.unwrap() / kept.unwrap();
        assert!((ratio - 100.0).abs() < 1e-6, "{ratio}");
    }
}
