// Stands for fast-check in the unit tests: the same, with the seed that every law draws from unless it names its own.
import fastCheck from '../node_modules/fast-check/lib/fast-check.js';
import { SEED_VARIABLE } from './laws.js';

const SEED = 1;

fastCheck.configureGlobal({ seed: Number(process.env[SEED_VARIABLE] ?? SEED) });

export * from '../node_modules/fast-check/lib/fast-check.js';
export default fastCheck;
