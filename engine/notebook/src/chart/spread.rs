//! Keeps labels in a column apart.

/// Where labels of these heights stand so that none covers another, each as
/// near to its wish as the others allow, all between `top` and `bottom`.
/// Wishes and results are middles; results are in the order of the wishes.
pub(super) fn spread(wishes: &[f64], heights: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut stacks: Vec<Stack> = Vec::new();
    for label in order(wishes) {
        let height = heights[label];
        let (labels, wish) = (vec![label], wishes[label] - height / 2.0);
        let mut stack = Stack {
            labels,
            height,
            wish,
        };
        let reaches = |above: &Stack, below: &Stack| {
            above.top(top, bottom) + above.height > below.top(top, bottom)
        };
        while let Some(above) = stacks.pop_if(|above| reaches(above, &stack)) {
            stack = above.joined(stack);
        }
        stacks.push(stack);
    }
    let mut middles = vec![0.0; wishes.len()];
    for stack in stacks {
        let mut top = stack.top(top, bottom);
        for label in stack.labels {
            middles[label] = top + heights[label] / 2.0;
            top += heights[label];
        }
    }
    middles
}

/// The places of these numbers, that of the smallest first. They are few, and
/// the sorts of the standard library would be a tenth of a page's WebAssembly.
fn order(numbers: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for (place, number) in numbers.iter().enumerate() {
        let before = |other: &usize| numbers[*other].total_cmp(number).is_le();
        order.insert(order.partition_point(before), place);
    }
    order
}

/// Labels that touch.
struct Stack {
    labels: Vec<usize>,
    height: f64,
    /// The sum, over its labels, of where each wishes the stack's top to be.
    wish: f64,
}

impl Stack {
    fn joined(mut self, below: Stack) -> Stack {
        self.wish += below.wish - self.height * below.labels.len() as f64;
        self.height += below.height;
        self.labels.extend(below.labels);
        self
    }

    /// Where its top is: as its labels wish on average, but within the column.
    fn top(&self, top: f64, bottom: f64) -> f64 {
        let wish = self.wish / self.labels.len() as f64;
        wish.min(bottom - self.height).max(top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stand_where_they_wish() {
        let middles = spread(&[80.0, 20.0], &[10.0, 10.0], 0.0, 100.0);
        assert_eq!(middles, [80.0, 20.0]);
    }

    #[test]
    fn labels_at_one_height_share_the_way() {
        let middles = spread(&[50.0, 50.0, 50.0], &[10.0; 3], 0.0, 100.0);
        assert_eq!(middles, [40.0, 50.0, 60.0]);
    }

    #[test]
    fn labels_never_overlap_nor_leave_the_column() {
        let random = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 16) / 65536.0;
        for seed in 0..500 {
            let count = 1 + seed % 7;
            let wishes: Vec<_> = (0..count)
                .map(|i| 140.0 * random(seed * 9 + i) - 20.0)
                .collect();
            let heights: Vec<_> = (0..count)
                .map(|i| 5.0 + 9.0 * random(seed * 7 + i))
                .collect();
            let middles = spread(&wishes, &heights, 0.0, 100.0);
            let mut spans: Vec<_> = middles
                .iter()
                .zip(&heights)
                .map(|(middle, height)| (middle - height / 2.0, middle + height / 2.0))
                .collect();
            spans.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(
                spans.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 1e-9),
                "{spans:?}"
            );
            assert!(
                spans
                    .iter()
                    .all(|span| span.0 >= -1e-9 && span.1 <= 100.0 + 1e-9)
            );
        }
    }
}
