/** Making elements. */

type Child = Node | string | null;

/** Attributes; `on…` are listeners, booleans are set or left out. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | ((event: Event) => void);
}

/** Sets attributes and listeners. */
function set(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false) node.setAttribute(name, String(value));
  }
}

/** An element with attributes and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  set(node, attributes);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** The element of index.html with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`index.html has no #${id}`);
  return node as T;
}

/** Options of a select, in groups. */
export function fill(
  select: HTMLSelectElement,
  groups: readonly (readonly [string, readonly (readonly [string, string])[]])[],
): void {
  const option = ([value, text]: readonly [string, string]) => el('option', { value }, text);
  select.replaceChildren(
    ...groups
      .filter(([, options]) => options.length > 0)
      .flatMap(([label, options]) =>
        label === '' ? options.map(option) : [el('optgroup', { label }, ...options.map(option))],
      ),
  );
}

/** A button that copies what `text` gives, and says so. */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const button = el('button', { type: 'button' }, label);
  const say = (words: string) => {
    button.textContent = words;
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  };
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text()).then(
      () => say('Copied'),
      () => say('Select the text and copy it by hand'),
    );
  });
  return button;
}

/** Runs `draw` once in the next frame, however often it is asked for. */
export function inFrame(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/** Numbers as people read them. */
export function shown(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'undefined' : x > 0 ? '+∞' : '−∞';
  const size = Math.abs(x);
  const text = size !== 0 && (size >= 1e5 || size < 1e-3) ? x.toExponential(2) : String(Number(x.toPrecision(4)));
  return text.replace('-', '−');
}
