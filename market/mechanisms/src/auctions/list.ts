/** The call auctions, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { uniform } from './uniform.ts';

export const AUCTIONS: readonly Mechanism[] = [uniform];
