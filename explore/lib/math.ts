/**
 * Formulas in MathML, from a notation close to TeX: `_` and `^` with `{…}`, `\frac{a}{b}`, `\sqrt{a}`, `\text{words}`,
 * `\cases{a & if b ; c & d}`, `\sum`, `\prod`, `\mid`, a thin space `\,` and names of functions such as `\ln`.
 */

const space = 'http://www.w3.org/1998/Math/MathML';

function node(tag: string, ...children: (Node | string)[]): Element {
  const made = document.createElementNS(space, tag);
  made.append(...children);
  return made;
}

const operators = /[=+−·≤≥<>≠∈∑∏≈∝−/(),[\]|‖∂:;∇~′]/u;

/** Reads from `text`, moving on. */
class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** All atoms up to the end. */
  all(): Element[] {
    const atoms: Element[] = [];
    while (this.#at < this.#text.length) {
      const atom = this.#scripted();
      if (atom !== null) atoms.push(atom);
    }
    return atoms;
  }

  /** The raw text between the braces that come next, or the next character. */
  #group(): string {
    if (this.#text[this.#at] !== '{') return this.#text[this.#at++] ?? '';
    const from = ++this.#at;
    for (let depth = 1; depth > 0 && this.#at < this.#text.length; this.#at++) {
      if (this.#text[this.#at] === '{') depth++;
      else if (this.#text[this.#at] === '}') depth--;
    }
    return this.#text.slice(from, this.#at - 1);
  }

  #scripted(): Element | null {
    const base = this.#atom();
    if (base === null) return null;
    const scripts: { [mark: string]: Element } = {};
    while (this.#text[this.#at] === '_' || this.#text[this.#at] === '^') {
      const mark = this.#text[this.#at++]!;
      scripts[mark] = row(this.#group());
    }
    const { _: below, '^': above } = scripts;
    const stacked = '∑∏'.includes(base.textContent!) || base.textContent === 'max';
    const tag = `m${below ? (stacked ? 'under' : 'sub') : ''}${above ? (stacked ? 'over' : 'sup') : ''}`;
    return tag === 'm' ? base : node(tag, base, ...[below, above].filter((script) => script !== undefined));
  }

  #atom(): Element | null {
    const char = this.#text[this.#at]!;
    if (char === '\\') return this.#command();
    if (char === '{') return row(this.#group());
    this.#at++;
    if (char === ' ') return null;
    if (char === '~') return spaced('1em');
    if (/[\d.½]/.test(char)) {
      let digits = char;
      while (/[\d.]/.test(this.#text[this.#at] ?? '')) digits += this.#text[this.#at++];
      return node('mn', digits);
    }
    if (char === 'ŷ') return hat('y');
    if (!operators.test(char)) return node('mi', char);
    const made = node('mo', char);
    if ('|‖()[]'.includes(char)) made.setAttribute('stretchy', 'false');
    // Upright bars would be spaced like operators, and so would a sign.
    const sign = char === '−' && /(^|[(,=[{~&])\s*$/.test(this.#text.slice(0, this.#at - 1));
    if (char === '|' || char === '/' || sign) {
      made.setAttribute('lspace', '0');
      made.setAttribute('rspace', '0');
    }
    return made;
  }

  #command(): Element {
    if (this.#text[this.#at + 1] === ',') {
      this.#at += 2;
      return spaced('0.17em');
    }
    const name = /^\\[a-z]+/i.exec(this.#text.slice(this.#at))![0].slice(1);
    this.#at += name.length + 1;
    if (name === 'frac') return node('mfrac', row(this.#group()), row(this.#group()));
    if (name === 'sqrt') return node('msqrt', row(this.#group()));
    if (name === 'text') return node('mtext', this.#group().replace(/^ | $/g, '\u00a0'));
    if (name === 'sum') return node('mo', '∑');
    if (name === 'prod') return node('mo', '∏');
    if (name === 'mid') return node('mo', '|');
    if (name === 'cases') return cases(this.#group());
    // A thin space on either side, but none before a bracket.
    const after = /^(\s*[([]|_)/.test(this.#text.slice(this.#at)) ? [] : [spaced('0.17em')];
    const before = /(^|[(=[{~−])\s*$/.test(this.#text.slice(0, this.#at - name.length - 1)) ? [] : [spaced('0.17em')];
    const scripted = this.#text[this.#at] === '_' ? null : node('mrow', ...before, node('mi', name), ...after);
    return scripted ?? node('mi', name);
  }
}

function spaced(width: string): Element {
  const made = node('mspace');
  made.setAttribute('width', width);
  return made;
}

function hat(letter: string): Element {
  const accent = node('mo', '^');
  accent.setAttribute('stretchy', 'false');
  const made = node('mover', node('mi', letter), accent);
  made.setAttribute('accent', 'true');
  return made;
}

const row = (text: string): Element => node('mrow', ...new Reader(text).all());

function cases(text: string): Element {
  const lines = text.split(';').map((line) => node('mtr', ...line.split('&').map((cell) => node('mtd', row(cell)))));
  const table = node('mtable', ...lines);
  table.setAttribute('columnalign', 'left');
  table.setAttribute('class', 'cases');
  return table;
}

/** A displayed formula. */
export function formula(text: string): Element {
  const math = node('math', row(text));
  math.setAttribute('display', 'block');
  return math;
}
