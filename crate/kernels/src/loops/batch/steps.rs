//! A batch in steps, of which each is tasks that threads take in any order: all are done before the next step begins.
//!
//! Tiles are computed by whoever comes first. What they add to embeddings is then added by blocks of these, each of which has one task, or a
//! task for some of its panels: it goes through the tiles in their order.

use super::order::{Order, Pass};
use super::passes::{finish, pack, settle, unpack};
use super::{Batch, Rule};
use crate::loops::Total;
use crate::simd::Float;

/// Panels of a block's gradients that are a task.
const PANELS: usize = 4;

/// What is done in a step, of a wave of tiles where there is a number.
#[derive(Clone, Copy)]
enum Work {
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
    slices: usize,
}

impl Plan {
    fn of<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>) -> Self {
        let (scores, wants_gradient) = (rule.scores(), batch.wants_gradient());
        let again = wants_gradient && rule.has_two_passes();
        let slices = scores.sides[0].panels.div_ceil(PANELS).max(1);
        Plan { order: scores.order, pass: scores.order.together(again), wants_gradient, again, slices }
    }

    /// What the step with this number does.
    #[inline(never)]
    fn work(&self, step: usize) -> Work {
        let waves = self.order.waves(self.pass);
        // Where there is one pass, gradients are part of it.
        let each = if self.wants_gradient && !self.again { 3 } else { 2 };
        let settle = 2 + each * waves;
        let last = settle + 1 + if self.again { 2 * waves } else { 0 };
        match step {
            0 => Work::Begin,
            1 => Work::Pack,
            _ if step < settle => {
                let [wave, part] = [(step - 2) / each, (step - 2) % each];
                match part {
                    0 => Work::Prepare(wave),
                    1 => Work::Gather(wave),
                    _ => Work::Multiply(wave),
                }
            }
            _ if step == settle => Work::Settle,
            _ if step < last => {
                let [wave, half] = [(step - settle - 1) / 2, (step - settle - 1) % 2];
                if half == 0 { Work::Weigh(wave) } else { Work::Multiply(wave) }
            }
            _ if step == last && self.wants_gradient => Work::Unpack,
            _ => Work::Finish,
        }
    }

    /// How many tasks it has.
    #[inline(never)]
    fn tasks(&self, work: Work) -> usize {
        match work {
            Work::Begin | Work::Finish => 1,
            Work::Pack | Work::Gather(_) | Work::Unpack => self.blocks(),
            Work::Settle => self.order.blocks[0],
            Work::Prepare(wave) | Work::Weigh(wave) => self.order.wave(self.pass, wave).len(),
            Work::Multiply(_) => self.blocks() * self.slices,
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
    let (plan, part) = (Plan::of(rule, batch), batch.part);
    let work = plan.work(part.step - 1);
    let is_last = matches!(work, Work::Finish);
    if part.tasks == 0 {
        let count = if is_last { -1.0 } else { plan.tasks(work) as f64 };
        return (Total { sum: count, excess: 0.0 }, [0.0; 2]);
    }
    // SAFETY: the caller's guarantee.
    unsafe {
        if is_last {
            return finish(rule, batch.wants_gradient());
        }
        for task in part.first - 1..part.first - 1 + part.tasks {
            run_task(rule, batch, &plan, work, task);
        }
    }
    (Total::default(), [0.0; 2])
}

/// Runs a task.
///
/// # Safety
/// - That of [`run`]; there is such a task.
unsafe fn run_task<T: Float>(rule: &dyn Rule<T>, batch: &Batch<T>, plan: &Plan, work: Work, task: usize) {
    let (scores, pass) = (rule.scores(), plan.pass);
    let wave = |number: usize| plan.order.wave(pass, number);
    let tile = |number: usize| scores.tile(pass, wave(number).start + task);
    let [side, block] = plan.place(task);
    // SAFETY: the caller's guarantee. A tile, a block, and panels of a block are one task's alone; what else is read was written in steps before.
    unsafe {
        match work {
            Work::Begin => rule.begin(),
            Work::Pack => pack(rule, batch, side, block),
            Work::Prepare(number) => rule.prepare(&tile(number)),
            Work::Gather(number) => plan.order.with_block(&wave(number), [side, block], &mut |number, rows| {
                rule.gather(&scores.tile(pass, number), [rows, !rows]);
            }),
            Work::Settle => {
                let block = scores.sides[0].block(task);
                settle(rule, batch, block.start..block.end.min(scores.sides[0].count));
            }
            Work::Weigh(number) => rule.weigh(&tile(number)),
            Work::Multiply(number) => {
                let (block, first) = (task / plan.slices.max(1), task % plan.slices.max(1) * PANELS);
                plan.order.with_block(&wave(number), plan.place(block), &mut |number, rows| {
                    scores.multiply(&scores.tile(pass, number), [rows, !rows], first..first + PANELS);
                });
            }
            Work::Unpack => unpack(rule, batch, side, block),
            Work::Finish => {}
        }
    }
}
