//! Solve: whether conditions can hold, or fail, together, and for which cells.
//!
//! A backtracking search: it chooses a cell for one dimension after another, and goes back where a condition gets the wrong value. A
//! comparison of a dimension without a chosen cell is undecided.
//!
//! Not here: which conditions are asked about (`lint`, `proof`).

use super::{Cell, Space, compared, key};
use floorwalker_engine::event::Value;
use floorwalker_engine::route::{Op, Relation, Source};

/// The chosen cell of each dimension; `None`: not chosen yet.
pub(crate) type Assignment = Vec<Option<usize>>;

/// A condition, and whether it must hold or must not.
pub(crate) type Goal<'a> = (&'a [Op], bool);

/// Number of choices after which a search gives up.
const MOST: usize = 50_000;

impl Space<'_> {
    /// An assignment in which nothing is chosen.
    pub(crate) fn nothing(&self) -> Assignment {
        vec![None; self.dims.len()]
    }

    /// Whether `goals` can be met together with the choices in `assignment`, which then holds choices that meet them. `None`: the search
    /// gave up.
    pub(crate) fn solve(&self, goals: &[Goal<'_>], assignment: &mut Assignment) -> Option<bool> {
        let mut left = MOST;
        self.search(goals, assignment, &mut left)
    }

    fn search(&self, goals: &[Goal<'_>], assignment: &mut Assignment, left: &mut usize) -> Option<bool> {
        let mut open = None;
        for (ops, wanted) in goals {
            match self.holds(ops, assignment) {
                Some(found) if found != *wanted => return Some(false),
                Some(_) => {}
                None => open = open.or(Some(*ops)),
            }
        }
        let Some(ops) = open else { return Some(true) };
        let next = ops.iter().filter_map(compared).filter_map(|(source, ..)| self.dim(source));
        let Some(next) = next.into_iter().find(|dim| assignment.get(*dim) == Some(&None)) else {
            return Some(false);
        };
        let mut is_sure = true;
        for cell in 0..self.dims[next].cells.len() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return None;
            }
            assignment[next] = Some(cell);
            match self.search(goals, assignment, left) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => is_sure = false,
            }
        }
        assignment[next] = None;
        is_sure.then_some(false)
    }

    /// Whether a condition holds for all requests of the chosen cells, or for none; `None`: undecided.
    pub(crate) fn holds(&self, ops: &[Op], assignment: &Assignment) -> Option<bool> {
        // As in the engine, a condition without terms holds.
        let mut stack = vec![Some(true)];
        for op in ops {
            let next = match op {
                Op::Compare { .. } => self.compare(op, assignment),
                Op::Not => stack.pop().flatten().map(|holds| !holds),
                Op::And => match (stack.pop().flatten(), stack.pop().flatten()) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                },
                Op::Or => match (stack.pop().flatten(), stack.pop().flatten()) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                },
            };
            stack.push(next);
        }
        stack.pop().flatten()
    }

    fn compare(&self, op: &Op, assignment: &Assignment) -> Option<bool> {
        let Op::Compare { source, relation, number, symbol } = *op else { return None };
        let cell = self.cell(key(source), assignment)?;
        if symbol != 0 && matches!(source, Source::Feature(_)) {
            return Some(match cell {
                Cell::Category(category) => (category.raw() == symbol) == (relation == Relation::Equal),
                _ => false,
            });
        }
        let found = match (cell, source) {
            (Cell::Number(found), _) => *found,
            (Cell::Point(point), Source::Probability { output, .. }) => {
                point.get(usize::from(output)).copied().unwrap_or(f32::NAN)
            }
            (Cell::Point(point), Source::Top { .. }) => top(point).map_or(f32::NAN, |at| at as f32),
            _ => f32::NAN,
        };
        Some(match relation {
            Relation::Equal => found == number,
            Relation::Unequal => found != number && !found.is_nan(),
            Relation::Below => found < number,
            Relation::AtMost => found <= number,
            Relation::Above => found > number,
            Relation::AtLeast => found >= number,
        })
    }
}

/// The index of the largest number; on a tie, the first.
pub(crate) fn top(point: &[f32]) -> Option<usize> {
    (0..point.len()).reduce(|best, at| if point[at] > point[best] { at } else { best })
}

/// A feature's value as it is shown; none if it is missing.
pub(crate) fn shown(value: Value, names: &[(u32, String)]) -> Option<String> {
    match value {
        Value::Missing => None,
        Value::Number(number) => Some(number.to_string()),
        Value::Category(symbol) => {
            let known = names.iter().find(|(raw, _)| *raw == symbol.raw());
            Some(known.map_or("any other".to_owned(), |(_, name)| format!("\"{name}\"")))
        }
    }
}
