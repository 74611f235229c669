/** The mechanisms that price and share a community's energy, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { billSharing } from './bill-sharing.ts';
import { midMarketRate } from './mid-market-rate.ts';
import { nucleolus } from './nucleolus.ts';
import { shapley } from './shapley.ts';
import { compensatingPrice, supplyDemandRatio } from './supply-demand-ratio.ts';

export const SHARING_MECHANISMS: readonly Mechanism[] = [
  midMarketRate,
  supplyDemandRatio,
  billSharing,
  compensatingPrice,
  shapley,
  nucleolus,
];
