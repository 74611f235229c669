/** How mechanisms are told apart, the same in every figure: by their place in the study, no two alike. */

import { BAR_FORMS, LINE_FORMS, type Look } from './legend.ts';
import { MECHANISM_COLOURS } from './palette.ts';

/** More mechanisms than these are told in tables, not in pictures. */
export const MECHANISMS_DRAWN_MAX = MECHANISM_COLOURS.length;

/** Lines of more mechanisms than these hide each other: they are drawn in panels below each other. */
const TOGETHER_MAX = 4;

export const lineLook = (place: number): Look => ({
  colour: colourOf(place),
  form: LINE_FORMS[place % LINE_FORMS.length]!,
});

export const barLook = (place: number): Look => ({
  colour: colourOf(place),
  form: BAR_FORMS[place % BAR_FORMS.length]!,
});

/** @throws RangeError for a place that has no look */
function colourOf(place: number): string {
  const colour = MECHANISM_COLOURS[place];
  if (colour !== undefined) return colour;
  throw new RangeError(`mechanism: expected a place below ${MECHANISMS_DRAWN_MAX}, got ${place}`);
}

/** In panels of at most `most`, as even as can be: six are three and three. */
export function inPanels<Item>(
  items: readonly Item[],
  most: number = TOGETHER_MAX,
): readonly (readonly Item[])[] {
  const panels = Math.ceil(items.length / most);
  const cut = (panel: number) => Math.round((panel * items.length) / panels);
  return Array.from({ length: panels }, (_, panel) => items.slice(cut(panel), cut(panel + 1)));
}
