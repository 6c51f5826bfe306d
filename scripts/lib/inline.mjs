/**
 * What the package carries of a module: its bytes as text, in ASCII that neither quotes nor HTML nor any charset change.
 *
 * A third of all byte values, those that WebAssembly has most, are one character, the others two. So gzip sees bytes where they are
 * (base64 shifts them against each other, which makes 45 % more of them), and the text is hardly longer than the bytes (hexadecimal
 * digits are twice as many, and 10 % more when packed). ts/core/wasm/source/inlined.ts reads it.
 */

/** Digits are the characters from here on; two that mean something in a string or in HTML have stand-ins. */
const FIRST = 40;
const STAND_INS = { '\\': '!', '<': '#' };
const DIGITS = 87;
/** Bytes below this, counted from 253 on, are one digit. What digits are left begin the pairs of the others. */
const SHORT = 85;
const TURN = 3;

function digit(value) {
  const character = String.fromCharCode(FIRST + value);
  return STAND_INS[character] ?? character;
}

/** Bytes as text. */
export function textOf(bytes) {
  const one = (byte) => {
    const value = (byte + TURN) % 256;
    const rest = value - SHORT;
    return rest < 0 ? digit(value) : digit(SHORT + Math.floor(rest / DIGITS)) + digit(rest % DIGITS);
  };
  return Array.from(bytes, one).join('');
}
