/** Where a recomputed bill first differs from the stated one, as the verification names it. */

export interface Difference {
  readonly number: string;
  /** Such as `lines[0].netCents`. */
  readonly field: string;
  readonly computed: string;
  readonly stated: string;
}

/** Of the detail of a step that failed; nothing where it failed by something else. */
export function differenceIn(detail: string): Difference | undefined {
  const match =
    /^bills\[\d+\]: ([A-Za-z0-9_-]+)\.([A-Za-z0-9_.[\]]+): expected (.*), got (.*)$/.exec(detail);
  const [, number, field, computed, stated] = match ?? [];
  if (number === undefined || field === undefined) return undefined;
  return { number, field, computed: computed ?? '', stated: stated ?? '' };
}
