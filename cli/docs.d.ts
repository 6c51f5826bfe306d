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
