//! Rows that are compared with each other: what neighbours, clusters and margins share.
//!
//! | room    | what is there                                                    |
//! |---------|------------------------------------------------------------------|
//! | `rows`  | checks of rows, products and distances of two, stratified samples |
//! | `cells` | rows as whole numbers of one byte, as the page holds them         |

pub(in crate::kinds) mod cells;
pub(in crate::kinds) mod rows;
