//! Error messages from string pieces. `write!` with arguments would add code that pads and counts characters: 1 KB of the page's module.
//!
//! Not here: what the messages say (each error's `Display`).

use core::fmt;

/// Writes pieces one after another.
///
/// # Errors
///
/// The error of the formatter, if it returns one.
#[inline(never)]
pub fn write(f: &mut fmt::Formatter<'_>, pieces: &[&str]) -> fmt::Result {
    pieces.iter().try_for_each(|piece| f.write_str(piece))
}

/// The decimal digits of a whole number, as text.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    bytes: [u8; 20],
    first: usize,
}

/// The digits of `number`.
///
/// ```
/// assert_eq!(&*floorwalker_engine::plain::digits(4096), "4096");
/// ```
#[must_use]
#[inline(never)]
pub fn digits(mut number: usize) -> Digits {
    let mut digits = Digits { bytes: [b'0'; 20], first: 20 };
    for byte in digits.bytes.iter_mut().rev() {
        *byte = b'0' + (number % 10) as u8;
        digits.first -= 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    digits
}

impl core::ops::Deref for Digits {
    type Target = str;

    #[inline(never)]
    fn deref(&self) -> &str {
        self.bytes.get(self.first..).and_then(|digits| str::from_utf8(digits).ok()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for number in [0, 7, 10, 65_535, 4_294_967_295, usize::MAX] {
            assert_eq!(*digits(number), *number.to_string());
        }
    }
}
