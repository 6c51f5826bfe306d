//! Dual numbers as a register: the shipped kernels, run on these, differentiate themselves.
//!
//! A dual number a + b·ε with ε² = 0 carries a value and its derivative through every operation. Where a kernel works on
//! bits (exponents, rounding to integers) the derivative is that of the function meant: 0 for `nearest` and `pow2` of an
//! integer, 2⁻ᵉ for the mantissa.

use super::Vector;
use super::portable::{F64x2, Lanes};
use crate::loops::element::Pointwise;
use core::array::from_fn;
use core::ops::{Add, Div, Mul, Neg, Sub};

/// a + b·ε in each lane.
#[derive(Clone, Copy, Debug)]
pub struct Dual {
    /// The value, a.
    pub re: F64x2,
    /// The derivative, b.
    pub eps: F64x2,
}

impl Dual {
    /// `x` in every lane, with derivative `eps`.
    pub fn new(x: f64, eps: f64) -> Self {
        Dual { re: F64x2::c(x), eps: F64x2::c(eps) }
    }
    fn map(self, f: impl Fn(F64x2) -> F64x2) -> Self {
        Dual { re: f(self.re), eps: f(self.eps) }
    }
    fn constant(re: F64x2) -> Self {
        Dual { re, eps: F64x2::zero() }
    }
}

impl Add for Dual {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Dual { re: self.re + o.re, eps: self.eps + o.eps }
    }
}
impl Sub for Dual {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Dual { re: self.re - o.re, eps: self.eps - o.eps }
    }
}
impl Mul for Dual {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Dual { re: self.re * o.re, eps: self.eps * o.re + self.re * o.eps }
    }
}
impl Div for Dual {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let re = self.re / o.re;
        Dual { re, eps: (self.eps - re * o.eps) / o.re }
    }
}
impl Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        self.map(|x| -x)
    }
}

impl Vector for Dual {
    type Elem = f64;
    type Mask = Lanes<2>;
    type Wide = F64x2;
    const LANES: usize = 2;
    const DOUBLE: bool = true;

    fn c(x: f64) -> Self {
        Dual::new(x, 0.0)
    }
    unsafe fn load(p: *const f64) -> Self {
        // SAFETY: the caller's guarantee.
        Dual::constant(unsafe { F64x2::load(p) })
    }
    unsafe fn store(self, p: *mut f64) {
        // SAFETY: the caller's guarantee.
        unsafe { self.re.store(p) }
    }
    unsafe fn load_first(p: *const f64, n: usize) -> Self {
        // SAFETY: the caller's guarantee.
        Dual::constant(unsafe { F64x2::load_first(p, n) })
    }
    unsafe fn store_first(self, p: *mut f64, n: usize) {
        // SAFETY: the caller's guarantee.
        unsafe { self.re.store_first(p, n) }
    }
    fn index() -> Self {
        Dual::constant(F64x2::index())
    }
    fn first(n: usize) -> Lanes<2> {
        F64x2::first(n)
    }
    fn lane(self, i: usize) -> f64 {
        self.re.lane(i)
    }
    fn transpose(rows: [Self; 4]) -> [Self; 4] {
        let (re, eps) = (F64x2::transpose(rows.map(|row| row.re)), F64x2::transpose(rows.map(|row| row.eps)));
        from_fn(|i| Dual { re: re[i], eps: eps[i] })
    }
    fn widen(self) -> [F64x2; 2] {
        self.re.widen()
    }
    fn narrow(halves: [F64x2; 2]) -> Self {
        Dual::constant(F64x2::narrow(halves))
    }

    fn abs(self) -> Self {
        Dual { re: self.re.abs(), eps: self.eps.flip_sign_of(self.re) }
    }
    fn sqrt(self) -> Self {
        let re = self.re.sqrt();
        Dual { re, eps: self.eps / (re + re) }
    }
    fn nearest(self) -> Self {
        Dual::constant(self.re.nearest())
    }
    fn pmin(self, o: Self) -> Self {
        Self::select(o.lt(self), o, self)
    }
    fn pmax(self, o: Self) -> Self {
        Self::select(self.lt(o), o, self)
    }
    fn with_sign_of(self, sign: Self) -> Self {
        self.flip_sign_of(sign)
    }
    fn flip_sign_of(self, sign: Self) -> Self {
        self.map(|x| x.flip_sign_of(sign.re))
    }

    // Bits have no derivative.
    fn and(self, o: Self) -> Self {
        Dual::constant(self.re.and(o.re))
    }
    fn and_not(self, o: Self) -> Self {
        Dual::constant(self.re.and_not(o.re))
    }
    fn or(self, o: Self) -> Self {
        Dual::constant(self.re.or(o.re))
    }
    fn xor(self, o: Self) -> Self {
        Dual::constant(self.re.xor(o.re))
    }
    fn max_bits(self, o: Self) -> Self {
        Dual::constant(self.re.max_bits(o.re))
    }

    fn lt(self, o: Self) -> Lanes<2> {
        self.re.lt(o.re)
    }
    fn le(self, o: Self) -> Lanes<2> {
        self.re.le(o.re)
    }
    fn eq(self, o: Self) -> Lanes<2> {
        self.re.eq(o.re)
    }
    fn select(mask: Lanes<2>, yes: Self, no: Self) -> Self {
        Dual { re: F64x2::select(mask, yes.re, no.re), eps: F64x2::select(mask, yes.eps, no.eps) }
    }
    fn keep(self, mask: Lanes<2>) -> Self {
        self.map(|x| x.keep(mask))
    }
    fn drop(self, mask: Lanes<2>) -> Self {
        self.map(|x| x.drop(mask))
    }
    fn poison(self, mask: Lanes<2>) -> Self {
        self.map(|x| x.poison(mask))
    }

    fn pow2(self) -> Self {
        Dual::constant(self.re.pow2())
    }
    fn split(self) -> (Self, Self) {
        let (m, e) = self.re.split();
        (Dual { re: m, eps: self.eps * (m / self.re) }, Dual::constant(e))
    }

    fn total(self) -> f64 {
        self.re.total()
    }
    fn accumulate(self, sums: &mut [F64x2; 2]) {
        self.re.accumulate(sums);
    }
    fn accumulate_weighted(self, weight: Self, sums: &mut [F64x2; 2]) {
        self.re.accumulate_weighted(weight.re, sums);
    }
    fn times(self, factor: f64) -> Self {
        self.map(|x| x.times(factor))
    }
    fn largest(self) -> f64 {
        self.re.largest()
    }
}

/// The derivatives of a loss at `x` in the input with this place: that of its value, and gradient `g`; that of gradient `g`, and the
/// second derivative `g`. The two of a pair are equal where the loss is smooth.
pub fn differentiate<L: Pointwise<I, G>, const I: usize, const G: usize>(
    loss: &L,
    x: &[f64],
    input: usize,
    g: usize,
) -> [[f64; 2]; 2] {
    let seeded = from_fn(|i| Dual::new(x[i], if i == input { 1.0 } else { 0.0 }));
    let staged = (0..L::STEPS.len()).fold([Dual::zero(); 2], |staged, step| loss.step(step, seeded, staged));
    let terms = loss.eval(seeded, staged);
    let (derivative, gradient) = (terms.value.eps.lane(0), terms.grad[g].re.lane(0) * loss.factor());
    let (second, hess) = (terms.grad[g].eps.lane(0), terms.hess[g].re.lane(0));
    [[derivative, gradient], [second, hess]]
}
