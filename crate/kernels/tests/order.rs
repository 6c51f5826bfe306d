//! The order of lists: that of a stable sort, for every length up to several runs, with few different numbers and with many.

use losskit_kernels::loops::list::order::by_falling;
use losskit_kernels::simd::Float;

fn check<T: Float>(y: &[T]) {
    let mut expected: Vec<u32> = (0..y.len() as u32).collect();
    expected.sort_by(|&i, &j| y[j as usize].partial_cmp(&y[i as usize]).expect("numbers"));
    let mut places = vec![0; 2 * y.len()];
    // SAFETY: there are as many numbers, none of them NaN, and room for two places of each.
    let order = unsafe { std::slice::from_raw_parts(by_falling(y.as_ptr(), y.len(), places.as_mut_ptr()), y.len()) };
    assert_eq!(order, expected);
}

#[test]
fn lists_are_in_the_order_of_a_stable_sort() {
    let mut state = 1u64;
    let mut next = |kinds: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % kinds
    };
    for n in (1..300).chain([1000, 4097]) {
        for kinds in [1, 2, 5, 1 << 20] {
            let y: Vec<f64> = (0..n).map(|_| next(kinds) as f64 - 1.0).collect();
            check(&y);
            check(&y.iter().map(|&x| x as f32).collect::<Vec<f32>>());
        }
    }
    for y in [vec![f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, f64::INFINITY], vec![-0.0, 0.0, -0.0]] {
        check(&y);
    }
}
