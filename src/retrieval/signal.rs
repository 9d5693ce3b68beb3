//! Signals: the numbers that say how well an item fits, and their weights.

/// One of the numbers that a candidate is scored by.
///
/// `c(a → b)` is the weight of the pair in the index, as a share of all pairs of `a` (see [`pairs`](crate::PairsDef)); an item of the trail that is `k`
/// steps back counts with `w = e^(−k / 3)`, for the last 8 items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Often next after the last item: `ln(1 + 100 c)` of the share of what came after it (first-order Markov, skips counted by 1 / distance).
    NextLast,
    /// Often in one session with the last item: `ln(1 + 100 c)`.
    TogetherLast,
    /// Next after the items of the trail: `ln(1 + 100 Σ w c)`.
    Next,
    /// In one session with the items of the trail: `ln(1 + 100 Σ w c)` (item–item collaborative filtering).
    Together,
    /// Weight of the sessions most alike that hold it (VSTAN), relative to the best candidate: `1 + ln(weight / best) / 13.8`, 0 to 1.
    Neighbours,
    /// Alike in title and attributes to the items of the trail: `Σ w s`.
    Similar,
    /// Seen in sessions like those of the items of the trail, though perhaps never with them: `Σ w s` (matrix factorisation).
    Factors,
    /// Seen often in the whole log: `ln(1 + count)`.
    Popular,
    /// Seen often lately: `ln(1 + decayed count)`.
    Trending,
    /// 1 if it is in the trail.
    Seen,
    /// 1 / (steps back), if it is in the trail.
    SeenLately,
    /// `ln(1 + times)` that it is in the trail.
    SeenOften,
    /// 1 if it is the last item.
    Current,
    /// How much more the shopper looks at its attributes than shoppers do on average: see `taste`.
    Taste,
    /// Bought together with an item in the cart: the largest confidence, 0 to 1.
    Bought,
}

/// How many signals there are.
pub const SIGNALS: usize = 15;

/// One weight for each signal, in the order of [`Signal::ALL`].
pub type Weights = [f32; SIGNALS];

impl Signal {
    /// All signals, in the order of their numbers.
    pub const ALL: [Self; SIGNALS] = [
        Self::NextLast,
        Self::TogetherLast,
        Self::Next,
        Self::Together,
        Self::Neighbours,
        Self::Similar,
        Self::Factors,
        Self::Popular,
        Self::Trending,
        Self::Seen,
        Self::SeenLately,
        Self::SeenOften,
        Self::Current,
        Self::Taste,
        Self::Bought,
    ];

    /// Its name in files and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NextLast => "next_last",
            Self::TogetherLast => "together_last",
            Self::Next => "next",
            Self::Together => "together",
            Self::Neighbours => "neighbours",
            Self::Similar => "similar",
            Self::Factors => "factors",
            Self::Popular => "popular",
            Self::Trending => "trending",
            Self::Seen => "seen",
            Self::SeenLately => "seen_lately",
            Self::SeenOften => "seen_often",
            Self::Current => "current",
            Self::Taste => "taste",
            Self::Bought => "bought",
        }
    }
}
