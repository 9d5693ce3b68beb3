//! Points: the probabilities of a head that a policy can tell apart: by which output is the most probable one, and by the cell in which
//! each probability lies, between the numbers that it is compared with.
//!
//! Each combination that can occur is represented by the point whose most probable output is as probable as possible: where nothing is
//! compared, its probability is 1.
//!
//! Not here: cells of numbers that do not depend on others (`cells`).

use floorwalker_engine::head::Link;

/// Largest number of points of a head.
const MOST: usize = 8_192;
/// Tolerance by which a sum of rounded probabilities may miss 1.
const ROUNDING: f32 = 1e-5;
/// How far an output without bounds is taken to reach beyond the numbers that it is compared with.
const FAR: f32 = 1e3;

/// The closed interval of a cell.
type Cell = (f32, f32);

/// Points of a head with `numbers.len()` outputs, each of which is compared with some numbers. `None`: there are too many.
pub(super) fn of(numbers: &[Vec<f32>], link: Link) -> Option<Vec<Vec<f32>>> {
    let n = numbers.len();
    let cells: Vec<Vec<Cell>> = numbers.iter().map(|named| intervals(named, link)).collect();
    let mut boxes: Vec<Vec<Cell>> = vec![Vec::with_capacity(n)];
    for cells in &cells {
        let mut wider = Vec::with_capacity(boxes.len() * cells.len());
        for (known, cell) in boxes.iter().flat_map(|known| cells.iter().map(move |cell| (known, cell))) {
            let low: f32 = known.iter().map(|(low, _)| low).sum::<f32>() + cell.0;
            if link != Link::Softmax || n == 1 || low <= 1.0 + ROUNDING {
                wider.push([&known[..], &[*cell]].concat());
            }
        }
        if wider.len() * n > MOST {
            return None;
        }
        boxes = wider;
    }
    let sums = link == Link::Softmax && n > 1;
    let points = boxes.iter().flat_map(|of| (0..n).filter_map(move |top| surest(of, top, sums)));
    Some(points.collect())
}

/// Cells as closed intervals.
fn intervals(named: &[f32], link: Link) -> Vec<Cell> {
    let mut ends: Vec<f32> = named.iter().copied().filter(|number| number.is_finite()).collect();
    ends.sort_by(f32::total_cmp);
    ends.dedup_by(|a, b| a == b);
    let (low, high) = match link {
        Link::Identity => {
            let most = ends.iter().fold(0.0_f32, |most, end| most.max(end.abs()));
            (-most - FAR, most + FAR)
        }
        Link::Sigmoid | Link::Softmax => (0.0, 1.0),
    };
    ends.retain(|end| (low..=high).contains(end));
    let mut cells = Vec::with_capacity(2 * ends.len() + 1);
    let mut from = low;
    for end in ends {
        if from < end {
            cells.push((from, end.next_down()));
        }
        cells.push((end, end));
        from = end.next_up();
    }
    if from <= high {
        cells.push((from, high));
    }
    cells
}

/// The point within `cells` whose most probable output is `top`, as probable as possible. On a tie, the first output counts as the most
/// probable. `None` where there is no such point; `sums`: whether the outputs sum to 1.
fn surest(cells: &[Cell], top: usize, sums: bool) -> Option<Vec<f32>> {
    let (low, high) = *cells.get(top)?;
    let others = || cells.iter().enumerate().filter(|(at, _)| *at != top);
    let least: f32 = others().map(|(_, (low, _))| low).sum();
    let most = if sums { high.min(1.0 - least) } else { high };
    let most = if most < low && most >= low - ROUNDING { low } else { most };
    let fits = |(at, (low, _)): (usize, &Cell)| if at < top { *low < most } else { *low <= most };
    if most < low || !others().all(fits) {
        return None;
    }
    let mut point: Vec<f32> = cells.iter().map(|(low, _)| *low).collect();
    *point.get_mut(top)? = most;
    if !sums {
        return Some(point);
    }
    let mut left = 1.0 - most - least;
    for (at, (low, high)) in others() {
        let ceiling = high.min(if at < top { most.next_down() } else { most });
        let more = left.min(ceiling - low).max(0.0);
        // The sum is rounded, and must not become a tie with the top.
        *point.get_mut(at)? = (low + more).min(ceiling);
        left -= more;
    }
    (left <= ROUNDING).then_some(point)
}
