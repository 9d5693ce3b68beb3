//! Sequential minimal optimisation (SMO): updates two multipliers at a time, selected by second-order information.
//!
//! | symbol | shape      | unit                                                     |
//! |--------|------------|----------------------------------------------------------|
//! | `α`    | `[n_rows]` | multiplier, `0 ≤ α_i ≤ C_i`, with `Σ y_i α_i = 0`        |
//! | `s`    | `[n_rows]` | `Σ_j α_j y_j k(x_i, x_j)`: the decision without its bias |
//! | `e`    | `[n_rows]` | `y − s`, in the literature `−y ∇f`                       |
//!
//! ```text
//! minimise ½ Σ_ij α_i α_j y_i y_j k_ij − Σ α_i
//! optimal where the largest e of rows that can go up is no more than the least e of rows that can go down
//! ```
//!
//! Invariants
//! - Every step lowers the objective and keeps the bounds and the balance `Σ y α = 0`.
//!
//! Not here: kernel values (`cache`), what becomes of the support vectors (`prune`).

use super::cache::Cache;

/// Curvature that stands in for one that is not positive.
const TAU: f64 = 1e-12;

/// The solution of the optimisation.
pub(super) struct Solution {
    /// `[n_rows]`.
    pub(super) alpha: Vec<f64>,
    /// Bias, which is added to `s`.
    pub(super) bias: f64,
    /// `s` of each row: Multipliers, `[n_rows]`.
    pub(super) sums: Vec<f64>,
    /// Violation of the optimality (KKT) conditions, in units of the decision.
    pub(super) violation: f64,
}

/// Solves the dual of the hinge loss for sides `y` (±1) and `costs` (`C_i`, positive), to `tolerance` or until
/// `max_steps`.
///
/// # Source
///
/// Fan, Chen & Lin, *Working Set Selection Using Second Order Information for Training Support Vector Machines* (2005), WSS 2;
/// stop and bias as in Chang & Lin, *LIBSVM* (2011), sections 4.1.2 and 4.1.5. Deviation: no shrinking, because there are few
/// enough rows to cache.
pub(super) fn solve(
    kernel: &mut Cache<'_>,
    y: &[f64],
    costs: &[f64],
    tolerance: f64,
    max_steps: usize,
) -> Solution {
    let diagonal = kernel.diagonal().to_vec();
    let mut state = State::new(y, costs);
    let mut violation = f64::INFINITY;
    let mut top = state.highest();
    for _ in 0..max_steps {
        let Some(i) = top else {
            violation = 0.0;
            break;
        };
        let (j, bottom) = state.partner(i, kernel.one(i), &diagonal);
        violation = (state.e[i] - bottom).max(0.0);
        let Some(j) = j.filter(|_| violation > tolerance) else { break };
        let (k_i, k_j) = kernel.pair(i, j);
        let curve = diagonal[i] + diagonal[j] - 2.0 * f64::from(k_i[j]);
        let step = state.advance(i, j, (state.e[i] - state.e[j]) / if curve > 0.0 { curve } else { TAU });
        top = state.update(step, k_i, k_j);
    }
    let sums = y.iter().zip(&state.e).map(|(y, e)| y - e).collect();
    Solution { bias: state.bias(), alpha: state.alpha, sums, violation }
}

/// The state of the optimisation.
struct State<'a> {
    y: &'a [f64],
    costs: &'a [f64],
    alpha: Vec<f64>,
    /// `y − s`.
    e: Vec<f64>,
    /// Whether `y·α` of each row can go up, and whether it can go down.
    can: Vec<(bool, bool)>,
}

impl<'a> State<'a> {
    fn new(y: &'a [f64], costs: &'a [f64]) -> Self {
        let can = y.iter().map(|&y| (y > 0.0, y < 0.0)).collect();
        Self { y, costs, alpha: vec![0.0; y.len()], e: y.to_vec(), can }
    }

    /// Among the rows that can go up, the one with the largest `e`; the first one in a tie.
    fn highest(&self) -> Option<usize> {
        let higher = |best: Option<usize>, t: usize| match best {
            Some(best) if self.e[t] <= self.e[best] => Some(best),
            _ => Some(t),
        };
        (0..self.e.len()).filter(|&t| self.can[t].0).fold(None, higher)
    }

    /// Among the rows that can go down, the one that together with `i` lowers the objective most; and the least `e` of all of them.
    fn partner(&self, i: usize, k_i: &[f32], diagonal: &[f64]) -> (Option<usize>, f64) {
        let (top, own) = (self.e[i], diagonal[i]);
        let (mut j, mut bottom, mut best) = (None, f64::INFINITY, 0.0);
        let rows = self.e.iter().zip(&self.can).zip(k_i.iter().zip(diagonal)).enumerate();
        for (t, ((&e, &(_, down)), (&k, &other))) in rows {
            if !down {
                continue;
            }
            bottom = if e < bottom { e } else { bottom };
            let slope = top - e;
            if slope > 0.0 {
                let curve = own + other - 2.0 * f64::from(k);
                let gain = slope * slope / if curve > 0.0 { curve } else { TAU };
                if gain > best {
                    (j, best) = (Some(t), gain);
                }
            }
        }
        (j, bottom)
    }

    /// Moves `y·α` of `i` up and of `j` down by `wanted`, or as far as the bounds allow; returns the step taken.
    fn advance(&mut self, i: usize, j: usize, wanted: f64) -> f64 {
        let room = |y: f64, alpha: f64, cost: f64| if y > 0.0 { cost - alpha } else { alpha };
        let ends = [(i, self.y[i]), (j, -self.y[j])];
        let rooms = ends.map(|(t, y)| room(y, self.alpha[t], self.costs[t]));
        let step = wanted.min(rooms[0]).min(rooms[1]);
        for ((t, y), room) in ends.into_iter().zip(rooms) {
            // A multiplier that reaches its bound is set to it exactly.
            self.alpha[t] = match (step >= room, y > 0.0) {
                (true, true) => self.costs[t],
                (true, false) => 0.0,
                (false, _) => (self.alpha[t] + y * step).clamp(0.0, self.costs[t]),
            };
            let (low, high) = (self.alpha[t] > 0.0, self.alpha[t] < self.costs[t]);
            self.can[t] = if self.y[t] > 0.0 { (high, low) } else { (low, high) };
        }
        step
    }

    /// Updates `e` after a step, and returns what [`State::highest`] would.
    fn update(&mut self, step: f64, k_i: &[f32], k_j: &[f32]) -> Option<usize> {
        let (mut top, mut most) = (None, f64::NEG_INFINITY);
        let rows = self.e.iter_mut().zip(&self.can).zip(k_i.iter().zip(k_j)).enumerate();
        for (t, ((e, &(up, _)), (&k_i, &k_j))) in rows {
            *e -= step * (f64::from(k_i) - f64::from(k_j));
            if up && *e > most {
                (top, most) = (Some(t), *e);
            }
        }
        top
    }

    /// Mean `e` of the rows strictly between their bounds; without any, the middle of the interval that the others allow.
    fn bias(&self) -> f64 {
        let (mut sum, mut count, mut low, mut high) = (0.0, 0.0, f64::NEG_INFINITY, f64::INFINITY);
        for (&e, &can) in self.e.iter().zip(&self.can) {
            match can {
                (true, true) => (sum, count) = (sum + e, count + 1.0),
                (true, false) => low = low.max(e),
                (false, true) => high = high.min(e),
                (false, false) => {}
            }
        }
        if count > 0.0 { sum / count } else { 0.5 * (low + high) }
    }
}
