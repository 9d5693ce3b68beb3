//! Encoding: from the values of a head's inputs to the dense columns that its model reads.
//!
//! | encoding  | columns               | value                                                                      |
//! |-----------|-----------------------|----------------------------------------------------------------------------|
//! | `Number`  | 1                     | `(clamp(x, low, high) − offset) · factor`; missing: `impute` takes x's place |
//! | `Square`  | 1                     | the square of what `Number` would write                                    |
//! | `Present` | 1                     | 0 where the input is missing, else 1                                       |
//! | `OneHot`  | categories (+1 other) | 1 in the category's column; all 0 where missing                            |
//! | `Hash`    | buckets               | 1 in column `symbol mod buckets`; all 0 where missing                      |
//! | `Member`  | 1                     | 1 where the category is one of the set, 0 where not, NaN where missing     |
//!
//! Min–max scaling is `offset = min, factor = 1 / (max − min)`; standardising is `offset = mean, factor = 1 / σ`; outliers are
//! clipped by `low` and `high`. A `Number` whose `impute` is NaN stays missing, which only trees can read.
//!
//! Invariants
//! - A checked encoding writes exactly its columns. They are finite, except for the NaN of the text above and where the numbers of a
//!   definition are so large that `f32` overflows; logits are finite nevertheless (`calibration`).
//!
//! Not here: finding the numbers (`learn`).

use crate::event::Value;
use crate::list::list;
use crate::order;
use crate::symbol::Symbol;
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// A raw encoding of one of a head's inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EncodingDef {
    /// A clipped, shifted, scaled number.
    Number {
        /// Which of the head's inputs.
        input: u16,
        /// Least value let through, in the input's unit; may be −∞.
        low: f32,
        /// Largest value let through; may be ∞.
        high: f32,
        /// Taken off, in the input's unit.
        offset: f32,
        /// Column units per input unit.
        factor: f32,
        /// Stands in for a missing value, in the input's unit; NaN keeps it missing.
        impute: f32,
    },
    /// The square of a clipped, shifted, scaled number.
    Square {
        /// Which of the head's inputs.
        input: u16,
        /// Least value let through, in the input's unit; may be −∞.
        low: f32,
        /// Largest value let through; may be ∞.
        high: f32,
        /// Taken off, in the input's unit.
        offset: f32,
        /// Units per input unit, before it is squared.
        factor: f32,
        /// Stands in for a missing value, in the input's unit.
        impute: f32,
    },
    /// Whether the input is not missing.
    Present {
        /// Which of the head's inputs.
        input: u16,
    },
    /// One column per known category.
    OneHot {
        /// Which of the head's inputs.
        input: u16,
        /// Known categories, in column order.
        categories: Vec<String>,
        /// Whether a last column stands for every other category.
        other: bool,
    },
    /// One column per bucket of a hashed category.
    Hash {
        /// Which of the head's inputs.
        input: u16,
        /// Number of buckets, which is the number of columns.
        buckets: u16,
    },
    /// Whether the category is in a set.
    Member {
        /// Which of the head's inputs.
        input: u16,
        /// The set.
        categories: Vec<String>,
    },
}

/// A checked encoding, its categories sorted by symbol.
#[derive(Clone, Debug)]
pub(super) struct Encoding {
    pub(super) input: u16,
    pub(super) n_columns: usize,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Number { low: f32, high: f32, offset: f32, factor: f32, impute: f32, square: bool },
    Present,
    OneHot { columns: Vec<(Symbol, usize)>, other: Option<usize> },
    Hash { buckets: u32 },
    Member { set: Vec<Symbol> },
}

impl Encoding {
    /// Checks `def`. `None` for an input out of range, no columns, an offset, factor or imputed value that is not finite (except the NaN of
    /// a `Number`), an empty clipping range, or a `OneHot` category named twice.
    pub(super) fn new(def: &EncodingDef, n_inputs: usize) -> Option<Self> {
        let (input, n_columns, kind) = match def {
            &EncodingDef::Number { input, low, high, offset, factor, impute }
            | &EncodingDef::Square { input, low, high, offset, factor, impute } => {
                let square = matches!(def, EncodingDef::Square { .. });
                let fits = low <= high && offset.is_finite() && factor.is_finite() && !impute.is_infinite();
                let fits = fits && !(square && impute.is_nan());
                (input, 1, fits.then_some(Kind::Number { low, high, offset, factor, impute, square })?)
            }
            &EncodingDef::Present { input } => (input, 1, Kind::Present),
            EncodingDef::OneHot { input, categories, other } => {
                let mut columns =
                    list(categories.iter().enumerate().map(|(at, name)| (Symbol::of(name), at)));
                order::sort(&mut columns, |a, b| a < b);
                if columns.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
                    return None;
                }
                let n = columns.len();
                (*input, n + usize::from(*other), Kind::OneHot { columns, other: other.then_some(n) })
            }
            &EncodingDef::Hash { input, buckets } => {
                (input, usize::from(buckets), Kind::Hash { buckets: u32::from(buckets) })
            }
            EncodingDef::Member { input, categories } => {
                let mut set = list(categories.iter().map(|name| Symbol::of(name)));
                order::sort(&mut set, |a, b| a < b);
                (*input, 1, Kind::Member { set })
            }
        };
        (usize::from(input) < n_inputs && n_columns > 0).then_some(Self { input, n_columns, kind })
    }

    /// Writes the columns of `value` into `out`, `[n_columns]`.
    #[inline]
    pub(super) fn write(&self, value: Value, out: &mut [f32]) {
        match &self.kind {
            &Kind::Number { low, high, offset, factor, impute, square } => {
                let number = value.as_f32();
                let number = if number.is_nan() { impute } else { number };
                let number = if number < low { low } else { number };
                let number = if number > high { high } else { number };
                let scaled = (number - offset) * factor;
                out.fill(if square { scaled * scaled } else { scaled });
            }
            Kind::Present => out.fill(if value == Value::Missing { 0.0 } else { 1.0 }),
            Kind::OneHot { columns, other } => {
                out.fill(0.0);
                let Value::Category(symbol) = value else { return };
                let known = columns.binary_search_by_key(&symbol, |&(known, _)| known).ok();
                let column = known.and_then(|at| columns.get(at)).map(|&(_, column)| column).or(*other);
                if let Some(slot) = column.and_then(|column| out.get_mut(column)) {
                    *slot = 1.0;
                }
            }
            Kind::Hash { buckets } => {
                out.fill(0.0);
                let Value::Category(symbol) = value else { return };
                if let Some(slot) = out.get_mut(symbol.raw().checked_rem(*buckets).unwrap_or(0) as usize) {
                    *slot = 1.0;
                }
            }
            Kind::Member { set } => out.fill(match value {
                Value::Category(symbol) => f32::from(u8::from(set.binary_search(&symbol).is_ok())),
                _ => f32::NAN,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::holds;
    use alloc::{string::ToString, vec};
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    /// Encodes `value` and compares bits, so that NaN equals NaN.
    fn check(def: &EncodingDef, value: Value, expected: &[f32]) {
        let encoding = Encoding::new(def, 1).unwrap();
        let mut out = vec![9.0; encoding.n_columns];
        encoding.write(value, &mut out);
        let bits = |row: &[f32]| row.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&out), bits(expected), "{def:?} of {value:?}: {out:?}");
    }

    fn number(low: f32, high: f32, offset: f32, factor: f32, impute: f32) -> EncodingDef {
        EncodingDef::Number { input: 0, low, high, offset, factor, impute }
    }

    fn one_hot(other: bool) -> EncodingDef {
        EncodingDef::OneHot { input: 0, categories: vec!["shoes".to_string(), "phones".to_string()], other }
    }

    fn category(name: &str) -> Value {
        Value::Category(Symbol::of(name))
    }

    #[test]
    fn a_number_is_clipped_then_shifted_then_scaled() {
        let def = number(0.0, 10.0, 2.0, 0.5, 4.0);
        check(&def, Value::Number(6.0), &[2.0]);
        check(&def, Value::Number(100.0), &[4.0]);
        check(&def, Value::Missing, &[1.0]);
    }

    #[test]
    fn a_square_is_that_of_the_scaled_number() {
        let def =
            EncodingDef::Square { input: 0, low: 0.0, high: 10.0, offset: 2.0, factor: 0.5, impute: 4.0 };
        check(&def, Value::Number(8.0), &[9.0]);
        check(&def, Value::Missing, &[1.0]);
    }

    #[test]
    fn a_number_without_an_imputed_value_stays_missing() {
        check(&number(f32::NEG_INFINITY, f32::INFINITY, 0.0, 1.0, f32::NAN), Value::Missing, &[f32::NAN]);
    }

    #[test]
    fn a_category_lights_its_own_column_and_an_unknown_one_the_last() {
        check(&one_hot(true), category("phones"), &[0.0, 1.0, 0.0]);
        check(&one_hot(true), category("garden"), &[0.0, 0.0, 1.0]);
        check(&one_hot(false), category("garden"), &[0.0, 0.0]);
        check(&one_hot(true), Value::Missing, &[0.0, 0.0, 0.0]);
    }

    #[test]
    fn a_hashed_category_lights_one_bucket() {
        let at = (Symbol::of("phones").raw() % 4) as usize;
        let mut expected = [0.0; 4];
        expected[at] = 1.0;
        check(&EncodingDef::Hash { input: 0, buckets: 4 }, category("phones"), &expected);
    }

    #[test]
    fn membership_is_one_zero_or_missing() {
        let def = EncodingDef::Member { input: 0, categories: vec!["a".to_string(), "b".to_string()] };
        check(&def, category("b"), &[1.0]);
        check(&def, category("c"), &[0.0]);
        check(&def, Value::Missing, &[f32::NAN]);
    }

    #[test]
    fn a_missing_input_can_be_seen_as_such() {
        check(&EncodingDef::Present { input: 0 }, Value::Missing, &[0.0]);
        check(&EncodingDef::Present { input: 0 }, Value::Number(0.0), &[1.0]);
    }

    const NAMES: [&str; 5] = ["shoes", "phones", "手机", "a", "b"];

    fn name() -> impl Strategy<Value = &'static str> {
        prop_oneof![2 => select(&NAMES[..]), 1 => Just("never seen")]
    }

    /// Any finite number, of any size.
    fn finite() -> impl Strategy<Value = f32> {
        use prop::num::f32::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
        prop_oneof![3 => -100.0..100.0_f32, 1 => POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO]
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![Just(Value::Missing), finite().prop_map(Value::Number), name().prop_map(category)]
    }

    fn names() -> impl Strategy<Value = Vec<String>> {
        subsequence(&NAMES[..], 0..=NAMES.len())
            .prop_shuffle()
            .prop_map(|names| names.iter().map(ToString::to_string).collect())
    }

    fn encodings() -> impl Strategy<Value = EncodingDef> {
        let open = |end| prop_oneof![3 => finite(), 1 => Just(end)];
        let range = (open(f32::NEG_INFINITY), open(f32::INFINITY)).prop_map(|(a, b)| (a.min(b), a.max(b)));
        let impute = prop_oneof![3 => finite(), 1 => Just(f32::NAN)];
        let number = (range, finite(), finite(), impute, any::<bool>()).prop_map(
            |((low, high), offset, factor, impute, square)| match square && !impute.is_nan() {
                true => EncodingDef::Square { input: 0, low, high, offset, factor, impute },
                false => EncodingDef::Number { input: 0, low, high, offset, factor, impute },
            },
        );
        prop_oneof![
            3 => number,
            1 => Just(EncodingDef::Present { input: 0 }),
            2 => (names(), any::<bool>())
                .prop_map(|(categories, other)| EncodingDef::OneHot { input: 0, categories, other }),
            1 => (1..9_u16).prop_map(|buckets| EncodingDef::Hash { input: 0, buckets }),
            1 => names().prop_map(|categories| EncodingDef::Member { input: 0, categories }),
        ]
    }

    /// The columns of `value` by the table at the head of this file; numbers are rounded to `f32` after each step.
    fn by_the_table(def: &EncodingDef, value: Value) -> Vec<f64> {
        let rounded = |x: f64| f64::from(x as f32);
        let flag = |is: bool| f64::from(u8::from(is));
        let lit =
            |n: usize, at: Option<usize>| (0..n).map(|column| flag(Some(column) == at)).collect::<Vec<_>>();
        let is_value = |name: &String| value == category(name);
        match def {
            &EncodingDef::Number { low, high, offset, factor, impute, .. }
            | &EncodingDef::Square { low, high, offset, factor, impute, .. } => {
                let number = if value.as_f32().is_nan() { impute } else { value.as_f32() };
                let clipped = f64::from(if number.is_nan() { number } else { number.clamp(low, high) });
                let scaled = rounded(rounded(clipped - f64::from(offset)) * f64::from(factor));
                let is_square = matches!(def, EncodingDef::Square { .. });
                vec![if is_square { rounded(scaled * scaled) } else { scaled }]
            }
            EncodingDef::Present { .. } => vec![flag(value != Value::Missing)],
            EncodingDef::OneHot { categories, other, .. } => {
                let last = (*other && matches!(value, Value::Category(_))).then_some(categories.len());
                let known = categories.iter().position(is_value);
                lit(categories.len() + usize::from(*other), known.or(last))
            }
            &EncodingDef::Hash { buckets, .. } => match value {
                Value::Category(symbol) => {
                    lit(buckets.into(), Some((symbol.raw() % u32::from(buckets)) as usize))
                }
                _ => lit(buckets.into(), None),
            },
            EncodingDef::Member { categories, .. } => match value {
                Value::Category(_) => vec![flag(categories.iter().any(is_value))],
                _ => vec![f64::NAN],
            },
        }
    }

    #[test]
    fn any_encoding_of_any_value_is_that_of_the_table() {
        holds(20_000, &(encodings(), values()), |(def, value)| {
            let Some(encoding) = Encoding::new(&def, 1) else {
                let is_empty = matches!(&def, EncodingDef::OneHot { categories, other: false, .. } if categories.is_empty());
                assert!(is_empty, "{def:?} was refused");
                return;
            };
            let mut out = vec![9.0; encoding.n_columns];
            encoding.write(value, &mut out);
            let expected = by_the_table(&def, value);
            let is_same = |(&got, &wanted): (&f32, &f64)| {
                let got = f64::from(got);
                let is_near = (got - wanted).abs() <= 1e-6 * wanted.abs() + 1e-37;
                is_near || got == wanted || got.is_nan() && wanted.is_nan()
            };
            assert!(
                out.len() == expected.len() && out.iter().zip(&expected).all(is_same),
                "{out:?}, expected {expected:?}"
            );
        });
    }

    #[test]
    fn definitions_that_make_no_sense_are_refused() {
        let twice = EncodingDef::OneHot { input: 0, categories: vec!["a".to_string(); 2], other: false };
        let refused = [
            number(1.0, 0.0, 0.0, 1.0, 0.0),
            number(f32::NAN, 0.0, 0.0, 1.0, 0.0),
            number(0.0, 1.0, f32::NAN, 1.0, 0.0),
            number(0.0, 1.0, 0.0, f32::INFINITY, 0.0),
            EncodingDef::Present { input: 1 },
            EncodingDef::Hash { input: 0, buckets: 0 },
            twice,
        ];
        for def in refused {
            assert!(Encoding::new(&def, 1).is_none(), "{def:?}");
        }
    }
}
