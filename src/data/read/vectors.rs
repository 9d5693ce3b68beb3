//! Vectors: a matrix of `float16` or `float32` in a `NumPy` file (`.npy`).
//!
//! The format is `NumPy`'s (NEP 1), read and written by `npyz`.
//!
//! Not here: assigning the vectors to rows (`examples`).

use crate::write;
use anyhow::{Context, Result, bail, ensure};
use ndarray::Array2;
use npyz::{DType, NpyFile, Order, TypeChar, WriterBuilder};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Largest number of values in one file: 1.6 GB as `float32`.
const MAX_NUMBERS: u64 = 400_000_000;

/// Reads a matrix `[n_rows, n_dims]`.
///
/// # Errors
///
/// A file that cannot be read, is not a `NumPy` file, or has another type, shape or order; the message says which.
pub fn read(path: &Path) -> Result<Array2<f32>> {
    let named = || path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let npy = NpyFile::new(BufReader::new(file)).with_context(|| {
        format!("{}: this is not a NumPy file; write one with numpy.save", path.display())
    })?;
    let &[n_rows, n_dims] = npy.shape() else {
        bail!(
            "{}: its shape is {:?}, and (rows, numbers) is expected: one vector for each row",
            path.display(),
            npy.shape()
        )
    };
    ensure!(
        n_rows.checked_mul(n_dims).is_some_and(|n| n <= MAX_NUMBERS),
        "{}: {n_rows} × {n_dims} numbers are more than {MAX_NUMBERS}; use fewer rows",
        path.display()
    );
    ensure!(
        npy.order() == Order::C,
        "{}: it is stored by columns (Fortran order); convert it with numpy.ascontiguousarray",
        path.display()
    );
    let kind = match npy.dtype() {
        DType::Plain(kind) => (kind.type_char(), kind.size_field()),
        other => bail!("{}: it holds {}, and float16 or float32 is expected", path.display(), other.descr()),
    };
    let numbers: Vec<f32> = match kind {
        (TypeChar::Float, 2) => {
            npy.into_vec::<half::f16>().with_context(named)?.into_iter().map(f32::from).collect()
        }
        (TypeChar::Float, 4) => npy.into_vec::<f32>().with_context(named)?,
        (kind, size) => bail!(
            "{}: it holds numbers of type {kind:?}, {size} bytes each; convert them with .astype(\"float32\")",
            path.display()
        ),
    };
    Ok(Array2::from_shape_vec((n_rows as usize, n_dims as usize), numbers)?)
}

/// The vectors of a table's rows, `[n_rows, n_dims]`.
///
/// # Errors
///
/// Those of [`read`]; a number of vectors other than `n_rows`.
pub fn read_for(path: &Path, table: &Path, n_rows: usize) -> Result<Array2<f32>> {
    let vectors = read(path)?;
    ensure!(
        vectors.nrows() == n_rows,
        "{} holds {} vectors, and {} holds {n_rows} rows; give one vector for each row, in the same order",
        path.display(),
        vectors.nrows(),
        table.display()
    );
    Ok(vectors)
}

/// Writes `vectors` as `float32`, atomically.
///
/// # Errors
///
/// Those of [`write::stream`].
pub fn write(path: &Path, vectors: &Array2<f32>) -> Result<()> {
    let shape = [vectors.nrows() as u64, vectors.ncols() as u64];
    write::stream(path, |out| {
        let mut npy = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(out).begin_nd()?;
        npy.extend(vectors.iter().copied())?;
        Ok(npy.finish()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of format version 1.0 with this header and these bytes.
    fn npy(descr: &str, order: &str, shape: &str, bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
        while (10 + header.len() + 1) % 64 != 0 {
            header.push(' ');
        }
        header.push('\n');
        let mut all = b"\x93NUMPY\x01\x00".to_vec();
        all.extend((header.len() as u16).to_le_bytes());
        all.extend(header.bytes());
        all.extend(bytes);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), all).unwrap();
        file
    }

    #[test]
    fn halves_and_singles_are_read_row_by_row() {
        let halves: Vec<u8> =
            [0x3C00_u16, 0x4000, 0xC000, 0x3800].iter().flat_map(|x| x.to_le_bytes()).collect();
        let read_halves = read(npy("<f2", "False", "(2, 2)", &halves).path()).unwrap();
        assert_eq!(read_halves, ndarray::array![[1.0, 2.0], [-2.0, 0.5]]);
        let singles: Vec<u8> = [0.25_f32, -8.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(
            read(npy("<f4", "False", "(1, 2)", &singles).path()).unwrap(),
            ndarray::array![[0.25, -8.0]]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.npy");
        let vectors = ndarray::array![[1.5, -2.0, 0.1], [0.0, 1e-20, 3e30]];
        write(&path, &vectors).unwrap();
        assert_eq!(read(&path).unwrap(), vectors);
    }

    #[test]
    fn what_is_no_matrix_of_floats_is_refused_with_what_it_is() {
        let refused = |file: &tempfile::NamedTempFile| format!("{:#}", read(file.path()).unwrap_err());
        assert!(refused(&npy("<f8", "False", "(1, 2)", &[0; 16])).contains("float32"));
        assert!(refused(&npy("<f4", "False", "(2,)", &[0; 8])).contains("(rows, numbers)"));
        assert!(refused(&npy("<f4", "True", "(2, 2)", &[0; 16])).contains("ascontiguousarray"));
        assert!(!refused(&npy("<f4", "False", "(2, 2)", &[0; 9])).is_empty(), "cut off");
        assert!(refused(&npy("<f4", "False", "(99999999, 99999)", &[])).contains("more than"));
        let text = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(text.path(), "text,label\n").unwrap();
        assert!(refused(&text).contains("numpy.save"));
        assert!(format!("{:#}", read(Path::new("no.npy")).unwrap_err()).contains("cannot read no.npy"));
    }
}
