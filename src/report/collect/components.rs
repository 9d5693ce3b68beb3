//! Principal components: the two directions of largest variance, used to draw rows with many columns in a plane.
//!
//! | symbol | shape      | unit                                              |
//! |--------|------------|---------------------------------------------------|
//! | `X`    | `[n, p]`   | columns of mean 0                                 |
//! | `C`    | `[p, p]`   | `XᵀX / n`                                         |
//! | `v`    | `[p]`      | an eigenvector of `C`, of length 1                |
//!
//! Invariants
//! - The entry of each direction with the largest absolute value is positive, since the sign of an eigenvector is arbitrary.
//! - Sums are taken in a fixed order: the same rows give the same bits.
//!
//! Not here: scaling of columns (`clusters`).

use ndarray::Array2;

/// Largest number of sweeps over all pairs of axes; about six suffice.
const MAX_SWEEPS: usize = 50;
/// The matrix counts as diagonal when the squares off the diagonal are at most this share of all squares.
const ENOUGH: f64 = 1e-22;

/// Coordinates of the rows on the first two components, and the share of the variance that each explains.
pub(super) struct Components {
    /// `[n]`.
    pub(super) points: Vec<(f64, f64)>,
    pub(super) explained: (f64, f64),
}

/// The first two components of the rows of `x`, `[n, p]`, whose columns have mean 0. `None` for fewer than two columns, or if no
/// column varies.
///
/// Cost: `O(n p² + p³)`.
///
/// # Source
///
/// Golub & Van Loan, *Matrix Computations* (1996), section 8.4: cyclic Jacobi.
pub(super) fn components(x: &Array2<f32>) -> Option<Components> {
    let (n, p) = x.dim();
    let mut covariance = Array2::<f64>::zeros((p, p));
    for row in x.outer_iter() {
        for i in 0..p {
            for j in 0..=i {
                covariance[[i, j]] += f64::from(row[i]) * f64::from(row[j]);
            }
        }
    }
    for i in 0..p {
        for j in 0..=i {
            covariance[[i, j]] /= n as f64;
            covariance[[j, i]] = covariance[[i, j]];
        }
    }
    let total: f64 = covariance.diag().iter().sum();
    if p < 2 || total.is_nan() || total <= 0.0 {
        return None;
    }
    let (values, vectors) = eigen(covariance);
    let mut order: Vec<usize> = (0..p).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let direction = |at: usize| -> Vec<f64> {
        let v: Vec<f64> = vectors.column(order[at]).to_vec();
        let largest = v.iter().fold(0.0_f64, |most, v| if v.abs() > most.abs() { *v } else { most });
        v.into_iter().map(|v| if largest < 0.0 { -v } else { v }).collect()
    };
    let axes = [direction(0), direction(1)];
    let on = |row: &ndarray::ArrayView1<'_, f32>, axis: &[f64]| -> f64 {
        row.iter().zip(axis).map(|(x, v)| f64::from(*x) * v).sum()
    };
    let points = x.outer_iter().map(|row| (on(&row, &axes[0]), on(&row, &axes[1]))).collect();
    Some(Components { points, explained: (values[order[0]] / total, values[order[1]] / total) })
}

/// Eigenvalues of a symmetric matrix, unsorted, and their eigenvectors as columns.
fn eigen(mut a: Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    let p = a.nrows();
    let mut vectors = Array2::<f64>::eye(p);
    let whole: f64 = a.iter().map(|a| a * a).sum();
    for _ in 0..MAX_SWEEPS {
        let off: f64 = a.indexed_iter().filter(|((i, j), _)| i != j).map(|(_, a)| a * a).sum();
        if off <= ENOUGH * whole {
            break;
        }
        for i in 0..p {
            for j in i + 1..p {
                rotate(&mut a, &mut vectors, i, j);
            }
        }
    }
    (a.diag().to_vec(), vectors)
}

/// Rotates axes `i` and `j` so that `a[i, j]` becomes 0 (a Jacobi rotation).
fn rotate(a: &mut Array2<f64>, vectors: &mut Array2<f64>, i: usize, j: usize) {
    if a[[i, j]] == 0.0 {
        return;
    }
    let tau = (a[[j, j]] - a[[i, i]]) / (2.0 * a[[i, j]]);
    let t = tau.signum() / (tau.abs() + (1.0 + tau * tau).sqrt());
    let c = 1.0 / (1.0 + t * t).sqrt();
    let s = t * c;
    for k in 0..a.nrows() {
        let (ki, kj) = (a[[k, i]], a[[k, j]]);
        (a[[k, i]], a[[k, j]]) = (c * ki - s * kj, s * ki + c * kj);
    }
    for k in 0..a.nrows() {
        let (ik, jk) = (a[[i, k]], a[[j, k]]);
        (a[[i, k]], a[[j, k]]) = (c * ik - s * jk, s * ik + c * jk);
        let (ki, kj) = (vectors[[k, i]], vectors[[k, j]]);
        (vectors[[k, i]], vectors[[k, j]]) = (c * ki - s * kj, s * ki + c * kj);
    }
}
