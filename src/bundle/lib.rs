//! The model file.
#![no_std]
extern crate alloc;

pub mod text;
