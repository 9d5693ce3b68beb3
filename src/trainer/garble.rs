//! Garble: texts that nobody would write, for readers that must not panic.
//!
//! Not here: what a reader must make of them (the tests of each room).

/// Cuts pieces out of texts and puts others there, by a generator of Lehmer's: same seed, same texts.
pub(crate) struct Garbler {
    state: u64,
}

impl Garbler {
    /// A garbler; `seed` is above 0.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self, below: usize) -> usize {
        self.state = self.state * 48_271 % 0x7fff_ffff;
        self.state as usize % below
    }

    /// `text` with from one to `most` stretches, each shorter than `length` bytes or a little longer where a letter has several,
    /// replaced by some of `pieces`.
    pub(crate) fn garbled(&mut self, text: &str, pieces: &[&str], most: usize, length: usize) -> String {
        let mut text = text.to_owned();
        for _ in 0..=self.next(most) {
            let mut at = self.next(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let mut end = (at + self.next(length)).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(at..end, pieces[self.next(pieces.len())]);
        }
        text
    }
}
