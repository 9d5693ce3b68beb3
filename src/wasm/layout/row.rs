//! A row of numbers in a shared buffer, declared once: from one list of fields come the struct, its two conversions, and the names that
//! `pkg-template/layout.js` is written from.
//!
//! Not here: which rows there are.

/// Declares a row. `LEN` numbers, in the order of `FIELDS`.
macro_rules! row {
    ($(#[$doc:meta])* $row:ident { $($field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        #[allow(dead_code, reason = "a side that only writes a row, or only counts its numbers, reads no field of it")]
        pub(crate) struct $row {
            $(pub(crate) $field: f64,)+
        }

        #[allow(dead_code, reason = "each row is read on one side of the buffer and written on the other")]
        impl $row {
            /// The fields' names, in their order.
            pub(crate) const FIELDS: &[&str] = &[$(stringify!($field)),+];
            /// How many numbers a row is.
            pub(crate) const LEN: usize = Self::FIELDS.len();

            /// The row that these numbers are.
            #[inline]
            pub(crate) fn of(&[$($field),+]: &[f64; Self::LEN]) -> Self {
                Self { $($field),+ }
            }

            /// Its numbers.
            #[inline]
            pub(crate) fn numbers(self) -> [f64; Self::LEN] {
                [$(self.$field),+]
            }
        }
    };
}

pub(super) use row;
