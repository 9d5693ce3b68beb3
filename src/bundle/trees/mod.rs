//! Packed tree ensembles: few bytes, laid out so that brotli compresses them well.
//!
//! Numbers are little-endian. A *varint* is LEB128. *Planes* store a list of multi-byte elements as all first bytes, then all second
//! bytes, and so on. Splits and leaves are in the order of their trees, within a tree breadth first.
//!
//! | section    | bytes                                                                                             |
//! |------------|---------------------------------------------------------------------------------------------------|
//! | header     | varint columns, varint outputs, `f32` scale, `f32` base of each output, varint trees              |
//! | outputs    | varint output of each tree; absent when there is one output                                        |
//! | structure  | one bit per node, 1 for a split, low bit first; a tree ends when every split has its two children  |
//! | columns    | one byte per split                                                                                |
//! | dictionary | per column: its `Missing` rule, varint distinct thresholds; then 4 planes of all thresholds      |
//! | thresholds | per column: planes of the index in its dictionary, as many as that needs, none for one threshold   |
//! | shares     | the left share: one byte per split                                                                |
//! | missing    | one bit per split of the columns whose rule is `Missing::Each`, by column; 1 is left             |
//! | leaves     | 2 planes of the zigzag values                                                                     |
//!
//! Invariants
//! - Unpacking a packed ensemble gives an equal one, except that nodes are breadth first.
//! - An unpacked ensemble is not yet checked: `Trees::new` does that. No length is trusted here: memory is at most a constant
//!   times the number of input bytes.
//!
//! Not here: compression itself (the server's), the frame and checksum of the bundle.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::indexing_slicing, clippy::arithmetic_side_effects))]
use alloc::{vec, vec::Vec};
use core::fmt;
use floorwalker_engine::head::trees::{
    MAX_COLUMNS, MAX_NODES, MAX_TREES, NodeDef, TreeDef, Trees, TreesDef, TreesError,
};
use floorwalker_engine::list::list;
use floorwalker_engine::order::sort;
use floorwalker_engine::plain::{self, digits};

/// Memory that is counted for a tree without its nodes, in bytes.
const TREE: usize = 40;
/// Memory that is counted for a node, in bytes.
const NODE: usize = 12;
/// Memory that is counted for a split during unpacking, in bytes: the split, its sort key and index, and its threshold.
const SPLIT: usize = 32;

/// Why unpacking an ensemble failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnpackError {
    /// The bytes end inside a section.
    Truncated,
    /// Bytes follow the last section.
    Trailing {
        /// How many bytes follow.
        found: usize,
    },
    /// The ensemble would take more memory than is allowed.
    Room,
    /// A number is above the limit of its section.
    TooLarge {
        /// Name of the section.
        section: &'static str,
        /// The largest number allowed.
        limit: u32,
    },
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("packed trees end too early"),
            Self::Trailing { found } => plain::write(f, &[&digits(*found), " bytes follow the packed trees"]),
            Self::Room => f.write_str("packed trees take too much memory"),
            Self::TooLarge { section, limit } => {
                let limit = digits(*limit as usize);
                plain::write(f, &["a number in the ", section, " of packed trees is above ", &limit])
            }
        }
    }
}

impl core::error::Error for UnpackError {}

/// The rule by which a column's splits send missing values left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    /// Always right.
    Right,
    /// Always left.
    Left,
    /// To the side that had more training weight.
    Crowd,
    /// Each split has a bit of its own.
    Each,
}

impl Missing {
    const ALL: [Self; 4] = [Self::Right, Self::Left, Self::Crowd, Self::Each];

    /// Whether a missing value goes left at a split with this left share; `None` if the rule does not determine it.
    fn goes_left(self, left_share: u8) -> Option<bool> {
        match self {
            Self::Right => Some(false),
            Self::Left => Some(true),
            Self::Crowd => Some(left_share > 127),
            Self::Each => None,
        }
    }
}

/// A split without its position in the tree.
#[derive(Clone, Copy, Debug, Default)]
struct Split {
    column: u8,
    threshold: f32,
    missing_left: bool,
    left_share: u8,
}

/// Packs an ensemble.
///
/// # Errors
///
/// [`TreesError`] if the definition is not a valid ensemble.
///
/// # Source
///
/// Herrmann et al., *Boosted Trees on a Diet* (arXiv:2510.26557), for a layout without pointers and with a threshold table. Deviation:
/// planes of whole bytes, which brotli compresses, instead of packed bits.
pub fn pack(def: &TreesDef) -> Result<Vec<u8>, TreesError> {
    Trees::new(def.clone())?;
    let (mut structure, mut splits, mut leaves) = (Vec::new(), Vec::new(), Vec::new());
    for tree in &def.trees {
        for node in breadth_first(&tree.nodes) {
            structure.push(matches!(node, NodeDef::Split { .. }));
            match node {
                NodeDef::Split { column, threshold, missing_left, left_share, left: _ } => {
                    splits.push(Split { column, threshold, missing_left, left_share });
                }
                NodeDef::Leaf { value } => leaves.push(value),
            }
        }
    }
    let mut out = Vec::new();
    write_varint(&mut out, def.n_columns.into());
    write_varint(&mut out, def.base.len() as u32);
    out.extend(def.scale.to_le_bytes());
    out.extend(def.base.iter().flat_map(|base| base.to_le_bytes()));
    write_varint(&mut out, def.trees.len() as u32);
    if def.base.len() > 1 {
        def.trees.iter().for_each(|tree| write_varint(&mut out, tree.output.into()));
    }
    write_bits(&mut out, &structure);
    out.extend(splits.iter().map(|split| split.column));
    write_splits(&mut out, &splits, def.n_columns);
    let leaves: Vec<[u8; 2]> = leaves.iter().map(|value| zigzag(*value).to_le_bytes()).collect();
    write_planes(&mut out, &leaves);
    Ok(out)
}

/// Writes the splits without their columns: dictionary, thresholds, shares, missing.
fn write_splits(out: &mut Vec<u8>, splits: &[Split], n_columns: u16) {
    let (mut dictionary, mut indices, mut own) = (Vec::new(), Vec::<u8>::new(), Vec::new());
    for column in 0..n_columns {
        let mine: Vec<&Split> = splits.iter().filter(|split| u16::from(split.column) == column).collect();
        let follows = |rule: &Missing| {
            mine.iter()
                .all(|split| rule.goes_left(split.left_share).is_none_or(|left| left == split.missing_left))
        };
        let rule = Missing::ALL.into_iter().find(follows).unwrap_or(Missing::Each);
        if rule == Missing::Each {
            own.extend(mine.iter().map(|split| split.missing_left));
        }
        let mut thresholds: Vec<f32> = mine.iter().map(|split| split.threshold).collect();
        thresholds.sort_by(f32::total_cmp);
        thresholds.dedup_by_key(|threshold| threshold.to_bits());
        out.push(rule as u8);
        write_varint(out, thresholds.len() as u32);
        let index =
            |split: &&Split| thresholds.partition_point(|t| t.total_cmp(&split.threshold).is_lt()) as u32;
        let places: Vec<[u8; 4]> = mine.iter().map(|split| index(split).to_le_bytes()).collect();
        for plane in 0..index_planes(thresholds.len()) {
            indices.extend(places.iter().filter_map(|place| place.get(plane)));
        }
        dictionary.extend(thresholds.iter().map(|threshold| threshold.to_le_bytes()));
    }
    write_planes(out, &dictionary);
    out.extend(indices);
    out.extend(splits.iter().map(|split| split.left_share));
    write_bits(out, &own);
}

/// Unpacks an ensemble, which is not yet checked.
///
/// Cost: `O(bytes)`, and `O(s log s)` in the number of splits.
///
/// # Errors
///
/// [`UnpackError`] if the bytes end inside a section, if bytes follow the last section, or if a number is above its limit.
pub fn unpack(bytes: &[u8]) -> Result<TreesDef, UnpackError> {
    let mut room = usize::MAX;
    unpack_into(bytes, &mut room)
}

/// [`unpack`] into at most `room` bytes of memory. The memory taken is subtracted from `room`; if it is too little, `room` becomes 0.
pub(crate) fn unpack_into(bytes: &[u8], room: &mut usize) -> Result<TreesDef, UnpackError> {
    let mut from = Reader { bytes, room };
    let n_columns = from.varint("columns", MAX_COLUMNS as u32)? as u16;
    let n_outputs = from.varint("outputs", u16::MAX.into())?;
    let scale = f32::from_le_bytes(from.array()?);
    let base = list(from.take(n_outputs as usize, 4)?.chunks_exact(4).map(float));
    let n_trees = from.varint("trees", MAX_TREES as u32)?;
    from.take_room(n_trees as usize, TREE)?;
    let mut outputs = Vec::new();
    for _ in 0..n_trees {
        outputs.push(if n_outputs > 1 {
            from.varint("tree outputs", n_outputs.saturating_sub(1))? as u16
        } else {
            0
        });
        if n_outputs <= 1 && outputs.len() > from.bytes.len().saturating_mul(8) {
            return Err(UnpackError::Truncated); // a tree is at least one bit
        }
    }
    let mut trees = from.structure(&outputs)?;
    let n_nodes: usize = trees.iter().map(|tree| tree.nodes.len()).sum();
    let n_leaves = n_nodes.saturating_add(trees.len()) / 2; // a tree has one leaf more than splits
    let splits = from.splits(n_nodes.saturating_sub(n_leaves), n_columns)?;
    let low = from.take(n_leaves, 1)?;
    let high = from.take(n_leaves, 1)?;
    if !from.bytes.is_empty() {
        return Err(UnpackError::Trailing { found: from.bytes.len() });
    }
    let mut splits = splits.into_iter();
    let mut leaves = low.iter().zip(high).map(|(low, high)| unzigzag(u16::from_le_bytes([*low, *high])));
    for node in trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
        match node {
            NodeDef::Split { column, threshold, missing_left, left_share, left: _ } => {
                let split = splits.next().ok_or(UnpackError::Truncated)?;
                (*column, *threshold) = (split.column, split.threshold);
                (*missing_left, *left_share) = (split.missing_left, split.left_share);
            }
            NodeDef::Leaf { value } => *value = leaves.next().ok_or(UnpackError::Truncated)?,
        }
    }
    Ok(TreesDef { n_columns, base, scale, trees })
}

/// The bytes that are still to be read, and the memory that may still be taken.
struct Reader<'a> {
    bytes: &'a [u8],
    room: &'a mut usize,
}

impl<'a> Reader<'a> {
    /// Counts the memory of `count` elements of `size` bytes, before it is allocated.
    fn take_room(&mut self, count: usize, size: usize) -> Result<(), UnpackError> {
        let left = self.room.checked_sub(count.saturating_mul(size));
        *self.room = left.unwrap_or(0);
        left.map(|_| ()).ok_or(UnpackError::Room)
    }

    fn take(&mut self, count: usize, size: usize) -> Result<&'a [u8], UnpackError> {
        let length = count.checked_mul(size).ok_or(UnpackError::Truncated)?;
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(UnpackError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], UnpackError> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(UnpackError::Truncated)?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn varint(&mut self, section: &'static str, limit: u32) -> Result<u32, UnpackError> {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = self.array()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                let value = u32::try_from(value).ok().filter(|value| *value <= limit);
                return value.ok_or(UnpackError::TooLarge { section, limit });
            }
        }
        Err(UnpackError::TooLarge { section, limit })
    }

    /// Reads the shape of the trees: splits and leaves are in place, but have no values yet.
    fn structure(&mut self, outputs: &[u16]) -> Result<Vec<TreeDef>, UnpackError> {
        let mut bits = Bits::default();
        let mut trees = Vec::with_capacity(outputs.len());
        for output in outputs {
            let mut nodes = Vec::new();
            let mut placed = 1; // nodes seen or announced by a split, and the root
            while nodes.len() < placed {
                nodes.push(if bits.next(self)? {
                    let left = placed as u8;
                    placed = placed.saturating_add(2);
                    if placed > MAX_NODES {
                        return Err(UnpackError::TooLarge { section: "structure", limit: MAX_NODES as u32 });
                    }
                    NodeDef::Split { column: 0, threshold: 0.0, missing_left: false, left, left_share: 0 }
                } else {
                    NodeDef::Leaf { value: 0 }
                });
            }
            self.take_room(nodes.capacity(), NODE)?;
            trees.push(TreeDef { output: *output, nodes });
        }
        Ok(trees)
    }

    fn splits(&mut self, n: usize, n_columns: u16) -> Result<Vec<Split>, UnpackError> {
        self.take_room(n, SPLIT)?;
        let columns = self.take(n, 1)?;
        if columns.iter().any(|column| u16::from(*column) >= n_columns) {
            let limit = u32::from(n_columns).saturating_sub(1);
            return Err(UnpackError::TooLarge { section: "columns", limit });
        }
        let mut splits = list(columns.iter().map(|column| Split { column: *column, ..Split::default() }));
        let (mut rules, mut counts, mut n_thresholds) = (Vec::new(), Vec::new(), 0_usize);
        for _ in 0..n_columns {
            let rule = self.varint("missing rules", 3)? as usize;
            rules.push(Missing::ALL.get(rule).copied().unwrap_or(Missing::Each));
            let count = self.varint("dictionary", n as u32)? as usize;
            counts.push(count);
            n_thresholds = n_thresholds.saturating_add(count);
        }
        let planes = [(); 4].map(|()| self.take(n_thresholds, 1));
        let [p0, p1, p2, p3] = planes;
        let bytes = p0?.iter().zip(p1?).zip(p2?.iter().zip(p3?));
        let dictionary = list(bytes.map(|((b0, b1), (b2, b3))| f32::from_le_bytes([*b0, *b1, *b2, *b3])));
        // Splits sorted by column, and by position within a column.
        let mut keys = list((0_u64..).zip(columns).map(|(at, column)| u64::from(*column) << 32 | at));
        sort(&mut keys, |a, b| a < b);
        let mut rest = dictionary.as_slice();
        let mut others = keys.as_slice();
        for (column, count) in (0_u64..).zip(&counts) {
            let (thresholds, after) = rest.split_at_checked(*count).ok_or(UnpackError::Truncated)?;
            rest = after;
            let run;
            (run, others) = others
                .split_at_checked(others.partition_point(|key| key >> 32 <= column))
                .unwrap_or_default();
            let mut index = vec![0_u32; run.len()];
            for plane in 0..index_planes(*count) {
                for (index, byte) in index.iter_mut().zip(self.take(run.len(), 1)?) {
                    *index |= u32::from(*byte) << (8_usize.saturating_mul(plane));
                }
            }
            let too_large =
                || UnpackError::TooLarge { section: "thresholds", limit: (*count as u32).saturating_sub(1) };
            for (key, index) in run.iter().zip(index) {
                let threshold = thresholds.get(index as usize).ok_or_else(too_large)?;
                splits.get_mut(*key as u32 as usize).ok_or(UnpackError::Truncated)?.threshold = *threshold;
            }
        }
        let shares = self.take(n, 1)?;
        let mut bits = Bits::default();
        for (split, share) in splits.iter_mut().zip(shares) {
            split.left_share = *share;
        }
        for key in keys {
            let split = splits.get_mut(key as u32 as usize).ok_or(UnpackError::Truncated)?;
            let rule = rules.get(usize::from(split.column)).copied().unwrap_or(Missing::Each);
            split.missing_left = match rule.goes_left(split.left_share) {
                Some(left) => left,
                None => bits.next(self)?,
            };
        }
        Ok(splits)
    }
}

/// Reads single bits, low bit first, from the current byte.
#[derive(Default)]
struct Bits {
    byte: u8,
    left: u8,
}

impl Bits {
    fn next(&mut self, from: &mut Reader<'_>) -> Result<bool, UnpackError> {
        if self.left == 0 {
            [self.byte] = from.array()?;
            self.left = 8;
        }
        let bit = self.byte & 1 == 1;
        self.byte >>= 1;
        self.left = self.left.saturating_sub(1);
        Ok(bit)
    }
}

/// How many bytes an index into a dictionary of `n` thresholds needs.
fn index_planes(n: usize) -> usize {
    match n {
        0..=1 => 0,
        2..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        0x1_0001..=0x100_0000 => 3,
        _ => 4,
    }
}

/// The nodes of a checked tree, level by level.
fn breadth_first(nodes: &[NodeDef]) -> Vec<NodeDef> {
    let mut order = vec![0_usize];
    let mut sorted = Vec::with_capacity(nodes.len());
    while let Some(node) = order.get(sorted.len()).and_then(|at| nodes.get(*at)) {
        sorted.push(*node);
        if let NodeDef::Split { left, .. } = node {
            let left = usize::from(*left);
            order.extend([left, left.saturating_add(1)]);
        }
    }
    sorted
}

fn write_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn write_bits(out: &mut Vec<u8>, bits: &[bool]) {
    let byte = |bits: &[bool]| bits.iter().rev().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit));
    out.extend(bits.chunks(8).map(byte));
}

fn write_planes<const N: usize>(out: &mut Vec<u8>, elements: &[[u8; N]]) {
    for plane in 0..N {
        out.extend(elements.iter().filter_map(|element| element.get(plane)));
    }
}

fn float(bytes: &[u8]) -> f32 {
    bytes.first_chunk().map_or(0.0, |bytes| f32::from_le_bytes(*bytes))
}

fn zigzag(value: i16) -> u16 {
    ((value << 1) ^ (value >> 15)).cast_unsigned()
}

fn unzigzag(value: u16) -> i16 {
    (value >> 1).cast_signed() ^ 0_i16.wrapping_sub((value & 1).cast_signed())
}

#[cfg(test)]
mod tests;
