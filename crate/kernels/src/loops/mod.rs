//! Loops: each walks memory for one shape of loss and calls the loss on registers.
//! Losses hold formulas, loops hold loads, tails, weights, scale, sums and stores.
//!
//! | folder      | walks                                                                                     |
//! | ----------- | ----------------------------------------------------------------------------------------- |
//! | [`element`] | elements, of losses that depend on one element of each input                              |
//! | [`row`]     | rows, one by one, many at once, or as sums over their elements                            |
//! | [`softmax`] | rows of losses that need a softmax, one by one; short rows four at once                   |
//! | [`pair`]    | rows of embeddings, which are compared                                                    |
//! | [`batch`]   | all rows with all others, in tiles, by the products of [`matrix`]                         |
//! | [`linear`]  | the products of a linear layer and of its gradients, by those of [`matrix`]               |
//! | [`list`]    | lists of lengths of their own, one by one, and their order                                 |
//! | [`lattice`] | the alignments of a sequence of steps with one of labels, forwards and backwards             |
//! | [`region`]  | the pixels of images, once for each class, for sums and then for gradients                |
//! | [`walk`]    | along a row: what the loops of rows are made of                                           |
//! | [`transpose`] | matrices, for rows whose elements lie apart                                             |
//! | [`kept`]    | targets, for the weights of those that aren't left out                                     |
//! | [`widen`]   | numbers of other types, which become floats                                               |
//! | [`cells`]   | arrays of either type as doubles, a strip at a time                                       |
//!
//! What all of them hold to:
//!
//! - **Order of work.** Losses are added up strip by strip ([`STRIP`]) and chunk by chunk ([`CHUNK`]): a call may be cut between any two
//!   chunks and the bits stay the same. An element's or a row's result depends on nothing but its own inputs: not on its place, its
//!   neighbours, or whether something else is computed as well.
//! - **Precision.** An element's loss is rounded to the element type, a row's is a double. Four registers of losses are added pairwise
//!   in the element type; all further sums are of doubles. Where such a sum isn't finite, its terms are added as doubles one by one, and
//!   what would overflow goes to [`Total::excess`]. Weights are applied in double precision, and rounded once. Derivatives are
//!   multiplied by the scale and the weight in one product that is rounded once.
//! - **Padding.** What is left after whole registers is filled up with values that every domain holds, or overlaps the register before
//!   it. Padding reaches neither a sum nor memory.
//! - **In place.** A gradient may take the place of its own input: what is needed of the input is read before. Data that is out of its
//!   domain is found before anything is written there, so that it can be named.
//!
//! Words:
//!
//! - **lane**: a number in a register. **group**: four registers. **strip**: what is added up in registers, 512 elements.
//!   **chunk**: what is added up by itself, 8192 elements or as many rows as have about as many.
//! - **light**: of a loss, a few instructions an element, worth a loop with nothing else in it. **general**: the loop for all else.
//! - **step**: a part of a formula with a loop of its own over a strip. What it computes for the next one is **staged**.
//! - **usual**: parameters that most calls have, with a loop in which they are constants.
//! - **term**: what one element adds to the loss of its row.
//! - **scratch**: memory of a loop's own. **spare**: the scratch for a step's second result.
//! - **held**: of a constant, kept in a register.
//! - **invalid**: out of the domain of the loss.

/// What a loop returns: the new running sum, or the index of the first element or row whose data is out of its domain.
pub type Outcome = Result<Total, usize>;

pub mod batch;
pub mod cells;
pub mod element;
pub mod kept;
pub mod lattice;
pub mod linear;
pub mod list;
pub mod matrix;
pub mod pair;
pub mod region;
pub mod row;
pub mod scaled;
pub mod shift;
pub mod softmax;
mod total;
pub mod transpose;
pub mod walk;
pub mod widen;

pub use total::{CHUNK, Chunks, STRIP, Total, by_chunks, chunk_rows};
