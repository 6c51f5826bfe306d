/** The places of a list by falling relevance, those of equal relevance in their order. */
export const byFalling = (relevance: Float64Array): number[] =>
  Array.from(relevance.keys()).sort(
    (i, j) => Number(relevance[j]! > relevance[i]!) - Number(relevance[i]! > relevance[j]!),
  );

/** Makes everything NaN. */
export function nothing(grad: Float64Array | null): number {
  grad?.fill(Number.NaN);
  return Number.NaN;
}
