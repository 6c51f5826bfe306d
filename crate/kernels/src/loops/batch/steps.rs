//! A batch in steps, of which each is tasks that threads take in any order: all are done before the next step begins.
//!
//! Tiles are computed by whoever comes first. What they add to embeddings is then added by blocks of these, each of which has one task, or a
//! task for some of its panels: it goes through the tiles in their order.

use super::order::{Order, Pass};
use super::passes::{finish, pack, settle, unpack};
use super::{Batch, Rule};
use crate::loops::Total;
use crate::simd::Float;
use core::num::NonZeroUsize;

/// Panels of a block's gradients that are a task.
const PANELS: usize = 4;

/// What a step does, of a wave of tiles where there is a number.
#[derive(Clone, Copy)]
enum Step {
    Begin,
    Pack,
    Prepare(usize),
    Gather(usize),
    Settle,
    Weigh(usize),
    Multiply(usize),
    Unpack,
    Finish,
}

/// The steps of a batch.
#[derive(Clone, Copy)]
struct Plan {
    order: Order,
    pass: Pass,
    wants_gradient: bool,
    /// Whether gradients have a pass of their own.
    again: bool,
    /// Tasks of a block's gradients.
    slices: NonZeroUsize,
}

impl Plan {
    fn of<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>) -> Self {
        let (scores, wants_gradient) = (rule.scores(), batch.wants_gradient());
        let again = wants_gradient && rule.has_two_passes();
        let slices = NonZeroUsize::new(scores.sides[0].panels.div_ceil(PANELS)).unwrap_or(NonZeroUsize::MIN);
        Plan { order: scores.order, pass: scores.order.together(again), wants_gradient, again, slices }
    }

    /// What the step with this number does.
    #[inline(never)]
    fn step(&self, number: usize) -> Step {
        let waves = self.order.waves(self.pass);
        // Where there is one pass, gradients are part of it.
        let each = if self.wants_gradient && !self.again { 3 } else { 2 };
        let settle = 2 + each * waves;
        let last = settle + 1 + if self.again { 2 * waves } else { 0 };
        match number {
            0 => Step::Begin,
            1 => Step::Pack,
            _ if number < settle => {
                let [wave, part] = [(number - 2) / each, (number - 2) % each];
                match part {
                    0 => Step::Prepare(wave),
                    1 => Step::Gather(wave),
                    _ => Step::Multiply(wave),
                }
            }
            _ if number == settle => Step::Settle,
            _ if number < last => {
                let [wave, half] = [(number - settle - 1) / 2, (number - settle - 1) % 2];
                if half == 0 { Step::Weigh(wave) } else { Step::Multiply(wave) }
            }
            _ if number == last && self.wants_gradient => Step::Unpack,
            _ => Step::Finish,
        }
    }

    /// How many tasks it has.
    #[inline(never)]
    fn tasks(&self, step: Step) -> usize {
        match step {
            Step::Begin | Step::Finish => 1,
            Step::Pack | Step::Gather(_) | Step::Unpack => self.blocks(),
            Step::Settle => self.order.blocks[0],
            Step::Prepare(wave) | Step::Weigh(wave) => self.order.wave(self.pass, wave).len(),
            Step::Multiply(_) => self.blocks() * self.slices.get(),
        }
    }

    /// Blocks of all sides.
    fn blocks(&self) -> usize {
        self.order.blocks[0] + if self.order.is_square { 0 } else { self.order.blocks[1] }
    }

    /// The side and the number of a block.
    fn place(&self, block: usize) -> [usize; 2] {
        let first = self.order.blocks[0];
        if block < first { [0, block] } else { [1, block - first] }
    }
}

/// Runs some tasks of a step, or counts them.
///
/// # Safety
/// - The batch is as the loss says, and all steps before are done.
#[inline(never)]
pub unsafe fn run<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>) -> (Total, [f64; 2]) {
    let (plan, tasks) = (Plan::of(rule, batch), batch.tasks);
    let step = plan.step(tasks.step - 1);
    let is_last = matches!(step, Step::Finish);
    if tasks.count == 0 {
        let count = if is_last { -1.0 } else { plan.tasks(step) as f64 };
        return (Total { sum: count, excess: 0.0 }, [0.0; 2]);
    }
    // SAFETY: the caller's guarantee.
    unsafe {
        if is_last {
            return finish(rule, batch.wants_gradient());
        }
        for task in tasks.first - 1..tasks.first - 1 + tasks.count {
            run_task(rule, batch, &plan, step, task);
        }
    }
    (Total::default(), [0.0; 2])
}

/// Runs a task.
///
/// # Safety
/// - That of [`run`]; there is such a task.
unsafe fn run_task<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>, plan: &Plan, step: Step, task: usize) {
    let (scores, pass) = (rule.scores(), plan.pass);
    let wave = |number: usize| plan.order.wave(pass, number);
    let tile = |number: usize| scores.tile(pass, wave(number).start + task);
    let [side, block] = plan.place(task);
    // SAFETY: the caller's guarantee. A tile, a block, and panels of a block are one task's alone; what else is read was written in steps before.
    unsafe {
        match step {
            Step::Begin => rule.begin(),
            Step::Pack => pack(rule, batch, side, block),
            Step::Prepare(number) => rule.prepare(&tile(number)),
            Step::Gather(number) => plan.order.with_block(&wave(number), [side, block], &mut |number, rows| {
                rule.gather(&scores.tile(pass, number), [rows, !rows]);
            }),
            Step::Settle => {
                let block = scores.sides[0].block(task);
                settle(rule, batch, block.start..block.end.min(scores.sides[0].count));
            }
            Step::Weigh(number) => rule.weigh(&tile(number)),
            Step::Multiply(number) => {
                let (block, first) = (task / plan.slices, task % plan.slices * PANELS);
                plan.order.with_block(&wave(number), plan.place(block), &mut |number, rows| {
                    scores.multiply(&scores.tile(pass, number), [rows, !rows], first..first + PANELS);
                });
            }
            Step::Unpack => unpack(rule, batch, side, block),
            Step::Finish => {}
        }
    }
}
