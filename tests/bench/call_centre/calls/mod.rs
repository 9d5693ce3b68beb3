//! Calls: the log of a real call centre, and the staffing that can be inferred from it.
//!
//! The log is the Technion's "Anonymous Bank" data of February 1999: one line for each call, 17 columns separated by tabs.
//!
//! | room       | what is there                                                              |
//! |------------|----------------------------------------------------------------------------|
//! | `read`     | parsing lines into calls, and which lines are dropped                      |
//! | `survival` | the Kaplan-Meier curve of patience                                         |
//! | `presence` | which agents were present when, and which types they serve                 |
//! | `replay`   | a day of the log as a scenario, and the log's own figures                  |
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
