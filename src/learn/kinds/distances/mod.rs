//! Distances between rows: what neighbours, clusters and support vector machines share.
//!
//! | module  | contents                                                       |
//! |---------|----------------------------------------------------------------|
//! | `rows`  | checks of rows, dot products and distances, stratified samples |
//! | `cells` | rows quantised to one byte per value, as the page stores them  |

pub(in crate::kinds) mod cells;
pub(in crate::kinds) mod rows;
