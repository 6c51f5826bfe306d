/** What the docstrings say, gathered by rollup from ts/losses/ (docs.plugin.mjs). */
declare module 'virtual:docs' {
  export interface LossDocs {
    readonly summary: string;
    /** Lines of plain text; '' if the docstring has none. */
    readonly formula: string;
    /** 'Shapes', 'Domain', 'Edges', 'Accuracy', 'PyTorch'. */
    readonly notes: { readonly [title: string]: string };
    readonly options: { readonly [name: string]: string };
    readonly see: readonly string[];
  }
  export const docs: { readonly [loss: string]: LossDocs | undefined };
}

/** The tables of docs/migration.md, a row for each name of another library. */
declare module 'virtual:names' {
  export interface ForeignName {
    /** 'PyTorch', 'Keras', 'Optax', 'tf.js'. */
    readonly library: string;
    readonly name: string;
    /** The losses that do the same; none where there is no counterpart. */
    readonly losses: readonly string[];
    /** How it is written here. */
    readonly how: string;
    /** What differs; '' if nothing does. */
    readonly note: string;
  }
  export const names: readonly ForeignName[];
}
