import type { Inputs } from '../testing/inputs.ts';

/** Inputs of mechanisms whose columns or tables must hang together, for random calls. */
export const SHARING_INPUTS: Inputs = {};
