//! Exact contributions of sources to a logit: path-dependent TreeSHAP.
//!
//! The game: the players are the *sources* of the columns (the inputs that were encoded). At a split on a column of a present source
//! the row decides the direction; for an absent source both directions are taken, weighted by the share of the training weight that
//! went there. The value of a set of players is the logit averaged in this way, and a contribution is the player's Shapley value.
//!
//! Each leaf is a game of its own. On its path, source `i` has `one[i]` (1 if the row takes all edges of splits on the source, else
//! 0) and `zero[i]` (the product of the shares of these edges). The Shapley value is the integral of the slope of the multilinear
//! extension (Owen 1972), a polynomial in `t`, and Gauss–Legendre quadrature gives it exactly:
//!
//! `φ[j] = leaf * (one[j] - zero[j]) * ∫₀¹ Π_{i≠j} ((1 - t) * zero[i] + t * one[i]) dt`
//!
//! | symbol | shape                | unit                          |
//! |--------|----------------------|-------------------------------|
//! | `t`    | `[n_knots]`          | share of players present      |
//! | `φ`    | `[n_sources]`        | logit                         |
//!
//! Invariants
//! - Every factor is positive at every knot (shares are never 0), so there is no cancellation, however deep the path.
//! - Contributions and the returned base add up to the logit.
//!
//! # Source
//!
//! Lundberg et al., *From local explanations to global understanding with explainable AI for trees* (Nature Machine
//! Intelligence 2020), Algorithm 2, which gives the same values. Deviations: players are sources instead of columns; the path
//! polynomial is integrated by quadrature instead of being extended and unwound, which is shorter and numerically stable.
use super::quadrature::Knot;
use super::score::{Row, Trees, column_and_share, is_leaf, keys, leaf_value, next};
use super::{MAX_COLUMNS, TreesError};
use crate::list::list;
use alloc::{vec, vec::Vec};

/// A source on the path to a node.
#[derive(Clone, Copy)]
struct Player {
    source: u16,
    zero: f64,
    one: f64,
}

impl Player {
    fn factor(&self, knot: Knot) -> f64 {
        (1.0 - knot.t) * self.zero + knot.t * self.one
    }
}

/// The state of a walk over one tree.
struct Walk<'a> {
    tree: &'a [u64],
    row: &'a Row,
    groups: &'a [u16],
    knots: &'a [Knot],
    /// Players on the path to the current node.
    path: Vec<Player>,
    /// Contribution of each source, in leaf units.
    sums: &'a mut [f64],
    /// Expected value of the leaf under the background distribution, in leaf units.
    expected: &'a mut f64,
}

impl Walk<'_> {
    /// Explains the leaves below node `at`. `products` holds the product of the path's factors at each knot.
    fn descend(&mut self, at: usize, share: f64, products: &[f64]) {
        let Some(&node) = self.tree.get(at) else { return };
        if is_leaf(node) {
            self.add_leaf(f64::from(leaf_value(node)), share, products);
            return;
        }
        let (column, left_share) = column_and_share(node);
        let Some(&source) = self.groups.get(column) else { return };
        let taken = next(node, keys(self.row));
        let left = (node & 0xff) as usize;
        let known = self.path.iter().position(|player| player.source == source);
        let before = known.and_then(|at| self.path.get(at).copied());
        let before = before.unwrap_or(Player { source, zero: 1.0, one: 1.0 });
        let slot = known.unwrap_or(self.path.len());
        if known.is_none() {
            self.path.push(before);
        }
        for (child, child_share) in [(left, left_share), (left + 1, 1.0 - left_share)] {
            let one = if child == taken { before.one } else { 0.0 };
            let player = Player { source, zero: before.zero * child_share, one };
            let factors = self.knots.iter().zip(products);
            let below =
                list(factors.map(|(knot, product)| product * (player.factor(*knot) / before.factor(*knot))));
            self.put(slot, player);
            self.descend(child, share * child_share, &below);
        }
        self.put(slot, before);
        if known.is_none() {
            self.path.pop();
        }
    }

    fn put(&mut self, slot: usize, player: Player) {
        if let Some(place) = self.path.get_mut(slot) {
            *place = player;
        }
    }

    fn add_leaf(&mut self, value: f64, share: f64, products: &[f64]) {
        *self.expected += value * share;
        for player in &self.path {
            let mut integral = 0.0;
            for (knot, product) in self.knots.iter().zip(products) {
                integral += knot.weight * product / player.factor(*knot);
            }
            if let Some(sum) = self.sums.get_mut(usize::from(player.source)) {
                *sum += value * (player.one - player.zero) * integral;
            }
        }
    }
}

impl Trees {
    /// Writes the contribution of each source to one output's logit. Returns the base: the expected logit when no source is known.
    ///
    /// - `x`: `[n_columns]` as in [`Trees::logits`].
    /// - `output`: below `n_outputs`.
    /// - `groups`: `[n_columns]`, the source of each column; columns of one source are one player.
    /// - `out`: `[n_sources]`, logit; a source without columns gets 0. The returned base and the contributions add up to
    ///   the logit within `1e-6 * (1 + Σ |contribution|)`.
    ///
    /// Cost: `O(leaves * depth²)`; allocates.
    ///
    /// # Errors
    ///
    /// [`TreesError::NoOutput`] if `output` does not exist; [`TreesError::Groups`] if `groups` does not give each column an index into
    /// `out`. `out` is then unchanged.
    ///
    /// # Source
    ///
    /// Lundberg et al. (2020), Algorithm 2, with the deviations described at the head of this file.
    pub fn explain(
        &self,
        x: &[f32],
        output: usize,
        groups: &[u16],
        out: &mut [f32],
    ) -> Result<f32, TreesError> {
        if output >= self.n_outputs() {
            return Err(TreesError::NoOutput { found: output });
        }
        let inside = groups.iter().all(|source| usize::from(*source) < out.len());
        if groups.len() != self.n_columns() || !inside {
            return Err(TreesError::Groups { columns: self.n_columns(), found: groups.len() });
        }
        let mut row = Row::new();
        row.fill(x.get(..self.n_columns()).unwrap_or(x));
        let mut sums = vec![0.0; out.len()];
        let mut expected = 0.0;
        let start = vec![1.0; self.knots.len()];
        let mut path = Vec::with_capacity(MAX_COLUMNS.min(self.knots.len() * 2));
        self.each_tree(output, |tree| {
            let spare = core::mem::take(&mut path);
            let (row, knots) = (&row, &self.knots);
            let mut walk =
                Walk { tree, row, groups, knots, path: spare, sums: &mut sums, expected: &mut expected };
            walk.descend(0, 1.0, &start);
            path = walk.path;
        });
        let (base, scale) = self.base_and_scale(output);
        for (to, sum) in out.iter_mut().zip(&sums) {
            *to = (sum * scale) as f32;
        }
        Ok((base + expected * scale) as f32)
    }
}
