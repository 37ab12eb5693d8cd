use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::normal::normal;
use training::optim::newer::*;
fn path(
    name: &str,
    d0: f64,
    steps: usize,
    lam: f64,
    noise: f64,
    seed: u64,
) -> Vec<f64> {
    let mut o = found(name, d0);
    let mut w = array![1.0];
    let mut out = vec![1.0];
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..steps {
        let g = lam * w[0]
            + if noise > 0.0 {
                noise * normal(&mut rng)
            } else {
                0.0
            };
        o.step(w.view_mut(), array![g].view());
        out.push(w[0]);
    }
    out
}
fn first(p: &[f64]) -> Option<usize> {
    p.iter().position(|w| w.abs() <= 0.1)
}
fn main() {
    for n in FOUND {
        print!("{n:13}");
        for e in 0..15 {
            print!(
                " {:?}",
                first(&path(n, 10f64.powi(-e), 3000, 1.0, 0.0, 0))
                    .unwrap_or(99999)
            );
        }
        println!();
    }
    for n in FOUND {
        for d0 in [1.0, 3.0, 10.0, 100.0, 1000.0] {
            let p = path(n, d0, 3000, 1.0, 0.0, 0);
            let m = |i: usize| {
                p[i..i + 50].iter().fold(0.0f64, |a, w| a.max(w.abs()))
            };
            println!(
                "{n} {d0} first {:?} {:.2e} {:.2e} {:.2e} {:.2e} {:.2e}",
                first(&p),
                m(50),
                m(100),
                m(300),
                m(1000),
                m(2900)
            );
        }
    }
    for n in FOUND {
        for d0 in [1e-2, 1e-6, 1e-12] {
            let p = path(n, d0, 3000, 1.0, 0.0, 0);
            println!(
                "{n} {d0} end {:.2e} max {:.3}",
                p[2950..].iter().fold(0.0f64, |a, w| a.max(w.abs())),
                p.iter().fold(0.0f64, |a, w| a.max(w.abs()))
            );
        }
    }
    for n in FOUND {
        for lam in [1e-2, 1.0, 100.0] {
            println!(
                "{n} lam {lam} {:?}",
                first(&path(n, 1e-6, 3000, lam, 0.0, 0))
            );
        }
    }
    for t in [300usize, 1000, 3000] {
        for n in FOUND {
            let mut l: Vec<f64> = (0..40)
                .map(|s| {
                    let p = path(n, 1e-6, t, 1.0, 1.0, s);
                    0.5 * p[t] * p[t]
                })
                .collect();
            l.sort_by(f64::total_cmp);
            let mean = l.iter().sum::<f64>() / 40.0;
            // mean over last tenth
            let tail: f64 = (0..40)
                .map(|s| {
                    let p = path(n, 1e-6, t, 1.0, 1.0, s);
                    p[t - t / 10..].iter().map(|w| 0.5 * w * w).sum::<f64>()
                        / (t / 10 + 1) as f64
                })
                .sum::<f64>()
                / 40.0;
            println!(
                "noise T {t} {n} median {:.4} mean {mean:.4} tail {tail:.4} min {:.5} max {:.4}",
                l[20], l[0], l[39]
            );
        }
        let best = (0..400)
            .map(|i| {
                let e = 10f64.powf(-4.0 + i as f64 / 100.0);
                let a = (1.0 - e).powi(2 * t as i32);
                (0.5 * (a + e / (2.0 - e) * (1.0 - a)), e)
            })
            .min_by(|a, b| a.0.total_cmp(&b.0));
        println!("best {best:?}");
    }
}
