/** The markets that trade as orders come, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { continuous } from './continuous.ts';
import { twoStage } from './two-stage.ts';

export const CONTINUOUS_MECHANISMS: readonly Mechanism[] = [continuous, twoStage];
