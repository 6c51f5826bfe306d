/** A module that counts: threads show each other with it that each sees what the other's WebAssembly has written. */

/** Its bytes: one function of an address, `f`, which adds 1 to the number there; it imports the memory of others, of at most 4 GiB. */
export const handshake = (): number[] =>
  [
    [0, 97, 115, 109, 1, 0, 0, 0],
    // A function of a number; the memory 'm' of 'm', shared; the function, and its name.
    [1, 5, 1, 96, 1, 127, 0],
    [2, 11, 1, 1, 109, 1, 109, 2, 3, 1, 128, 128, 4],
    [3, 2, 1, 0],
    [7, 5, 1, 1, 102, 0, 0],
    // local.get 0, local.get 0, i32.load, i32.const 1, i32.add, i32.store
    [10, 17, 1, 15, 0, 32, 0, 32, 0, 40, 2, 0, 65, 1, 106, 54, 2, 0, 11],
  ].flat();
