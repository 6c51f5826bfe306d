/** What canvases need of the style sheet, which knows light from dark. */

/** The value of a custom property. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Red, green and blue of a custom property in #rrggbb. */
export function channels(name: string): [number, number, number] {
  const number = Number.parseInt(colour(name).slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** Calls back when the system changes between light and dark. */
export function onTheme(listener: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener);
}

/** True where the visitor asked for less motion. */
export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
