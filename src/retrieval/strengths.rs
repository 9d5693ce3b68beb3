//! Strengths: how much each kind of evidence says of what a shopper likes.
//!
//! Not here: what is made of it (`taste`), learning them (`ranking`).

/// How much each kind of evidence says, in looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strengths {
    /// A favourite. A dislike counts as much against.
    pub like: f32,
    /// An item that was put into the cart.
    pub cart: f32,
    /// An item that was bought.
    pub buy: f32,
    /// A rating: strength of a preference of 1, from which that of 3 stars is subtracted.
    pub rating: f32,
    /// An answer of the shopper to what they like or do not want.
    pub answer: f32,
}

impl Default for Strengths {
    fn default() -> Self {
        Self { like: 2.0, cart: 3.0, buy: 4.0, rating: 10.0, answer: 10.0 }
    }
}

impl Strengths {
    /// The largest strength that is accepted.
    pub const MOST: f32 = 100.0;

    /// The strengths, in the order of the file.
    pub(crate) fn all(&self) -> [f32; 5] {
        [self.like, self.cart, self.buy, self.rating, self.answer]
    }
}
