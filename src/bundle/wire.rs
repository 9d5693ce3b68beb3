//! How the definitions in a bundle's body are read and written. Each type lists its fields once, in the order in which they are written;
//! the list makes both directions.
//!
//! | type            | bytes                                                                                                    |
//! |-----------------|----------------------------------------------------------------------------------------------------------|
//! | `u8`, `i8`      | one byte                                                                                                 |
//! | `bool`, option  | one byte, 0 or 1; then the value, if there is one                                                        |
//! | `u16`, `u32`    | LEB128                                                                                                   |
//! | `i16`, `i32`    | zigzag coding, then LEB128                                                                               |
//! | `f32`           | four bytes, little-endian                                                                                |
//! | text, list      | length in LEB128, then the bytes or items                                                                |
//! | array, struct   | its items or fields                                                                                      |
//! | enum            | number of the variant in LEB128, then its fields                                                         |
//!
//! This is the wire format of postcard.
//!
//! Not here: the lists themselves (`body`, `policy`), the primitives (`reader`, `writer`).

use crate::reader::{ITEM, Reader, TEXT};
use crate::writer::Writer;
use alloc::{string::String, vec::Vec};

/// A value in the body of a bundle.
pub(crate) trait Wire: Sized {
    /// Memory that is counted for it as an item of a list, in bytes.
    const SIZE: usize = ITEM;

    /// Reads a value; after a failure it is an arbitrary one.
    fn read(from: &mut Reader<'_>) -> Self;

    /// Writes the value.
    fn write(&self, to: &mut Writer);

    /// Reads a list of values.
    fn list(from: &mut Reader<'_>) -> Vec<Self> {
        from.list(Self::SIZE, Self::read)
    }
}

/// Writes a variant of an enum that holds `value`.
pub(crate) fn variant(to: &mut Writer, number: u32, value: &impl Wire) {
    to.u32(number);
    value.write(to);
}

/// Implements [`Wire`] for structs from their fields. `of` gives their size as items of lists.
macro_rules! fields {
    ($($(#[$how:meta])* $type:ty $(, of $size:literal)? { $($field:tt),* $(,)? })*) => {$(
        impl Wire for $type {
            $(const SIZE: usize = $size;)?

            $(#[$how])*
            fn read(from: &mut Reader<'_>) -> Self {
                Self { $($field: Wire::read(from)),* }
            }

            fn write(&self, to: &mut Writer) {
                $(self.$field.write(to);)*
            }
        }
    )*};
}

/// Implements [`Wire`] for an enum from its variants and their numbers. `else` is the value after a failure.
macro_rules! variants {
    ($($(#[$how:meta])* $type:ty $(, of $size:literal)?, else $instead:ident $(($first:expr))? $({ $($key:ident: $value:expr),* })? {
        $($number:literal = $name:ident $(($item:ident))? $({ $($field:ident),* })?,)*
    })*) => {$(
        impl Wire for $type {
            $(const SIZE: usize = $size;)?

            $(#[$how])*
            fn read(from: &mut Reader<'_>) -> Self {
                match from.u32() {
                    $($number => Self::$name $(({ let $item = Wire::read(from); $item }))? $({ $($field: Wire::read(from)),* })?,)*
                    _ => from.fail(Self::$instead $(($first))? $({ $($key: $value),* })?),
                }
            }

            fn write(&self, to: &mut Writer) {
                match self {
                    $(Self::$name $(($item))? $({ $($field),* })? => {
                        to.u32($number);
                        $($item.write(to);)?
                        $($($field.write(to);)*)?
                    })*
                }
            }
        }
    )*};
}

/// Implements [`Wire`] for pairs.
macro_rules! pairs {
    ($($a:ident, $b:ident, of $size:expr;)*) => {$(
        impl Wire for ($a, $b) {
            const SIZE: usize = $size;

            fn read(from: &mut Reader<'_>) -> Self {
                (Wire::read(from), Wire::read(from))
            }

            fn write(&self, to: &mut Writer) {
                self.0.write(to);
                self.1.write(to);
            }
        }
    )*};
}

pub(crate) use {fields, pairs, variants};

pairs! {
    f32, f32, of 8;
    String, String, of ITEM;
}

/// Implements [`Wire`] for primitives by the functions of reader and writer that have their names.
macro_rules! primitives {
    ($($type:ident, of $size:expr;)*) => {$(
        impl Wire for $type {
            const SIZE: usize = $size;

            #[inline(always)]
            fn read(from: &mut Reader<'_>) -> Self {
                from.$type()
            }

            fn write(&self, to: &mut Writer) {
                to.$type(*self);
            }
        }
    )*};
}

primitives! {
    bool, of ITEM;
    u8, of 1;
    u16, of ITEM;
    i16, of ITEM;
    u32, of 4;
    i32, of ITEM;
}

impl Wire for f32 {
    const SIZE: usize = 4;

    #[inline(always)]
    fn read(from: &mut Reader<'_>) -> Self {
        from.f32()
    }

    fn write(&self, to: &mut Writer) {
        to.f32(*self);
    }

    #[inline(always)]
    fn list(from: &mut Reader<'_>) -> Vec<Self> {
        from.numbers()
    }
}

impl Wire for i8 {
    const SIZE: usize = 1;

    fn read(from: &mut Reader<'_>) -> Self {
        from.u8() as Self
    }

    fn write(&self, to: &mut Writer) {
        to.u8(*self as u8);
    }

    #[inline(always)]
    fn list(from: &mut Reader<'_>) -> Vec<Self> {
        from.cells()
    }
}

impl Wire for String {
    const SIZE: usize = TEXT;

    #[inline(always)]
    fn read(from: &mut Reader<'_>) -> Self {
        from.text()
    }

    fn write(&self, to: &mut Writer) {
        to.bytes(self.as_bytes());
    }

    #[inline(always)]
    fn list(from: &mut Reader<'_>) -> Vec<Self> {
        from.texts()
    }
}

impl<T: Wire> Wire for Vec<T> {
    #[inline(always)]
    fn read(from: &mut Reader<'_>) -> Self {
        T::list(from)
    }

    fn write(&self, to: &mut Writer) {
        to.length(self.len());
        self.iter().for_each(|item| item.write(to));
    }
}

impl<T: Wire> Wire for Option<T> {
    #[inline(always)]
    fn read(from: &mut Reader<'_>) -> Self {
        from.bool().then(|| T::read(from))
    }

    fn write(&self, to: &mut Writer) {
        to.bool(self.is_some());
        self.iter().for_each(|value| value.write(to));
    }
}

impl<T: Wire, const N: usize> Wire for [T; N] {
    #[inline(always)]
    fn read(from: &mut Reader<'_>) -> Self {
        [(); N].map(|()| T::read(from))
    }

    fn write(&self, to: &mut Writer) {
        self.iter().for_each(|item| item.write(to));
    }
}
