//! Link arguments of every module. All modules share one memory and one table of functions, which JavaScript makes, and so each has a place
//! of its own in both. That they share the table lets any of them run the kernels of all.
//!
//! ```text
//! 0        STACK                                  a whole number of pages
//! | stack | constants of `all` | those of the 2nd | 3rd | … | JavaScript's, to hand out …
//! ```
//! One stack is enough for a thread: kernels call nothing outside their module, so no call begins before another has ended. Other threads'
//! instances are given stacks of their own, by the exported `__stack_pointer` (scripts/build-wasm.mjs adds it: wasm-bindgen drops it), and so
//! is every instance of `parts`, which calls kernels of all modules.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Bytes of the stack. The deepest kernel takes a quarter of it; one that took more than there is would trap.
const STACK: usize = 128 << 10;
/// Bytes for the constants of a module; `all`, the first, has twice as many. scripts/build-wasm.mjs checks that they fit, and that nothing else
/// lies in memory.
const ROOM: usize = 8 << 10;
/// Functions of a module that are called by their place in the table.
const FUNCTIONS: usize = 1 << 9;
const PAGE: usize = 64 << 10;
/// All that 32 bits can address. A memory that threads share needs a maximum.
const MOST: usize = 1 << 32;

/// The folders of the modules, in order.
fn modules(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).expect("the folder of the modules");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder").path()).collect();
    folders.retain(|path| path.join("Cargo.toml").exists());
    folders.sort();
    folders
}

fn main() {
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the module is"));
    let parent = own.parent().expect("a folder of modules");
    println!("cargo::rerun-if-changed={}", parent.display());
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    let all = modules(parent);
    let place = all.iter().position(|folder| *folder == own).expect("a module among its siblings");
    let end = (STACK + (1 + all.len()) * ROOM).next_multiple_of(PAGE);
    let base = STACK + if place == 0 { 0 } else { (1 + place) * ROOM };
    let arguments = [
        "--import-memory".into(),
        format!("--initial-memory={end}"),
        format!("--max-memory={MOST}"),
        "--stack-first".into(),
        format!("-zstack-size={STACK}"),
        format!("--global-base={base}"),
        "--import-table".into(),
        "--growable-table".into(),
        format!("--table-base={}", 1 + place * FUNCTIONS),
    ];
    for argument in arguments {
        println!("cargo::rustc-link-arg-cdylib={argument}");
    }
}
