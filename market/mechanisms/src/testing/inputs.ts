import type fc from 'fast-check';
import type { Call } from '../mechanism.ts';

/** By mechanism name: what is added to a random call so that its inputs hang together. */
export type Inputs = Readonly<Record<string, (call: Call) => fc.Arbitrary<Call>>>;
