//! Keeps labels in a column apart.

/// Where labels of these heights stand so that none covers another, each as
/// near to its wish as the others allow, all between `top` and `bottom`.
/// Wishes and results are middles; results are in the order of the wishes.
pub(super) fn spread(wishes: &[f64], heights: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|a, b| wishes[*a].total_cmp(&wishes[*b]));
    let mut stacks: Vec<Stack> = Vec::new();
    for &label in &order {
        let mut stack = Stack::of(label, wishes[label], heights[label]);
        stack.hold(top, bottom);
        while let Some(above) = stacks.pop_if(|above| above.bottom() > stack.top) {
            stack = above.joined(stack);
            stack.hold(top, bottom);
        }
        stacks.push(stack);
    }
    let mut middles = vec![0.0; wishes.len()];
    for stack in stacks {
        let mut top = stack.top;
        for label in stack.labels {
            middles[label] = top + heights[label] / 2.0;
            top += heights[label];
        }
    }
    middles
}

/// Labels that touch.
struct Stack {
    labels: Vec<usize>,
    height: f64,
    /// The sum, over its labels, of where each wishes the stack's top to be.
    wish: f64,
    top: f64,
}

impl Stack {
    fn of(label: usize, wish: f64, height: f64) -> Stack {
        Stack {
            labels: vec![label],
            height,
            wish: wish - height / 2.0,
            top: 0.0,
        }
    }

    fn bottom(&self) -> f64 {
        self.top + self.height
    }

    fn joined(mut self, below: Stack) -> Stack {
        self.wish += below.wish - self.height * below.labels.len() as f64;
        self.height += below.height;
        self.labels.extend(below.labels);
        self
    }

    /// Puts it where its labels wish on average, but within the column.
    fn hold(&mut self, top: f64, bottom: f64) {
        let wish = self.wish / self.labels.len() as f64;
        self.top = wish.min(bottom - self.height).max(top);
    }
}
