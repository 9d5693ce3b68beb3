//! Calls: the log of a real call centre, and the floor that it shows.
//!
//! The log is that of the Technion's "Anonymous Bank", February 1999: one line a call, 17 columns, TAB between them.
//!
//! | room       | what is there                                                              |
//! |------------|----------------------------------------------------------------------------|
//! | `read`     | lines into calls, and which lines are dropped                              |
//! | `survival` | Kaplan and Meier's curve of patience                                       |
//! | `presence` | which agents were there when, and what they serve                          |
//! | `replay`   | a day of the log as a scenario, and what the log itself came to            |
//!
//! Not here: simulating (`simulator`), messages for the calls (`main`).
//!
//! # Source
//!
//! Brown, Gans, Mandelbaum, Sakov, Shen, Zeltyn and Zhao, *Statistical analysis of a telephone call center* (2005).

mod presence;
mod read;
mod replay;
mod survival;

pub(crate) use presence::{Away, presence, skills};
pub(crate) use read::{CallLog, TYPES};
pub(crate) use replay::{Figures, Replay, logged, month};
