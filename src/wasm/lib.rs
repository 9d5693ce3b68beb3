//! The page door.
