//! The arguments of a kernel, found by their names in the registry: the same for every loss.

use crate::call::{call, count, kernel, pointer};
use losskit_kernels::abi::Entry;

/// What a kernel is given. Pointers are null where something is absent.
#[derive(Clone)]
pub struct Given<T> {
    /// Rows, or elements in rows of `width`.
    pub rows: usize,
    pub width: usize,
    /// Rows of the second input, where it may have others.
    pub columns: usize,
    pub scale: f64,
    pub values: *mut T,
    pub weight: *const T,
    pub inputs: Vec<*const T>,
    pub labels: *const i32,
    /// Of sequences the steps and the labels that there is room for, and how many of them each has.
    pub steps: usize,
    pub count: usize,
    pub lengths: [*const i32; 2],
    /// One number a class; of a pointwise loss one an element.
    pub vector: *const T,
    /// Gradients, then second derivatives, as many as the kernel writes.
    pub outputs: Vec<*mut T>,
    /// The address of scratch memory, and of what regions have beside it.
    pub work: usize,
    pub states: usize,
    /// What a kernel of regions does of its work.
    pub phases: usize,
    pub params: Vec<f64>,
}

/// The names of the gradients and second derivatives that a kernel writes, in order.
pub fn outputs(entry: &Entry) -> impl Iterator<Item = &'static str> {
    entry.arguments.iter().copied().filter(|name| name.starts_with("grad") || name.starts_with("hess"))
}

/// The derivatives by parameters in the record of a call that has run.
pub fn slopes(entry: &Entry, record: &[f64]) -> Vec<f64> {
    entry.arguments.iter().zip(record).filter(|(name, _)| name.starts_with("slope")).map(|(_, x)| *x).collect()
}

/// How many bytes the kernel of a batch works in.
pub fn work_size<T>(entry: &Entry, given: &Given<T>) -> usize {
    let name = entry.name.replace("_f32", "_work_f32").replace("_f64", "_work_f64");
    let mut arguments = [0.0, 0.0, count(given.rows), count(given.columns), count(given.width), count(1)];
    // SAFETY: these are its arguments.
    unsafe { call(kernel(&name), &mut arguments) }.expect("a size") as usize
}

/// Labels numbered from 0 in the order in which they come, as the facade numbers those of a batch.
pub fn numbered(labels: &[i32]) -> Vec<i32> {
    let mut known = vec![];
    let mut number = |label: &i32| {
        known.iter().position(|x| x == label).unwrap_or_else(|| {
            known.push(*label);
            known.len() - 1
        })
    };
    labels.iter().map(|label| number(label) as i32).collect()
}

/// The record of a call.
pub fn record<T>(entry: &Entry, given: &Given<T>) -> Vec<f64> {
    let names = &entry.arguments[..entry.count - given.params.len()];
    let (mut inputs, mut outputs) = (given.inputs.iter(), given.outputs.iter());
    let is_batch = names.contains(&"dim");
    let mut argument = |name: &str| match name {
        "sum" | "excess" => 0.0,
        // Written there.
        _ if name.starts_with("slope") => 0.0,
        "scale" => given.scale,
        "n" if !is_batch => count(given.rows * given.width),
        "n" | "rows" => count(given.rows),
        "m" => count(given.columns),
        "width" | "dim" => count(given.width),
        "values" => pointer(given.values),
        "weight" => pointer(given.weight),
        "labels" => pointer(given.labels),
        // Of a batch all is done, by one.
        "tasks" | "first" | "step" => count(0),
        "threads" => count(1),
        "steps" => count(given.steps),
        "count" | "pixels" => count(given.count),
        // Images lie whole, and their classes last.
        "images" => count(given.rows),
        "classes" => count(given.width),
        "inner" => count(1),
        "start" => count(0),
        "phases" => count(given.phases),
        "states" => count(given.states),
        "class_weight" => pointer(given.vector),
        "input_lengths" | "lengths" => pointer(given.lengths[0]),
        "label_lengths" => pointer(given.lengths[1]),
        "work" => count(given.work),
        _ if name.starts_with("grad") || name.starts_with("hess") => pointer(*outputs.next().expect("an output")),
        // Inputs, and after them the vector.
        _ => pointer(inputs.next().copied().unwrap_or(given.vector)),
    };
    let first: Vec<f64> = names.iter().map(|name| argument(name)).collect();
    [first, given.params.clone()].concat()
}
