/** The colours of things, the same in every figure; what differs by hue differs by form as well. */

export const INK = '#14211c';
export const QUIET = '#54635d';
export const LINE = '#dde4e0';

/** Of mechanisms, in their order; the forms go with them. */
export const MECHANISM_COLOURS = [
  '#0b6b62',
  '#3b5bb5',
  '#9a5b00',
  '#8a2f6f',
  '#c0392b',
  '#4f7a12',
  '#0a7fb5',
  '#4d4d4d',
] as const;
export const COMMUNITY = '#0b6b62';
export const OWN = '#d09a16';
export const SUPPLIER = '#8b9690';
export const EQUILIBRIUM = '#14211c';

/** Nothing at all: of another hue than the least of something, and than the page. */
export const NOTHING = '#efe6d3';

/** From little to much: lighter to darker, so that it is read without hue. */
export const HEAT = ['#cfe6e1', '#a3cfc6', '#6fb3a8', '#3d9186', '#0b6b62', '#06403b'];
