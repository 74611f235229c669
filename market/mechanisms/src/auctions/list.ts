/** The call auctions, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { ascendingIncrement } from './ascending-increment.ts';
import { average } from './average.ts';
import { iterativeDoubleAuction } from './iterative-double-auction.ts';
import { kelly } from './kelly.ts';
import { mcafee } from './mcafee.ts';
import { muda } from './muda.ts';
import { payAsBid } from './pay-as-bid.ts';
import { proportionalTwoSided } from './proportional-two-sided.ts';
import { sbba } from './sbba.ts';
import { uniform } from './uniform.ts';
import { vcg } from './vcg.ts';
import { willingness } from './willingness.ts';

export const AUCTIONS: readonly Mechanism[] = [
  uniform,
  payAsBid,
  average,
  mcafee,
  sbba,
  muda,
  vcg,
  kelly,
  proportionalTwoSided,
  ascendingIncrement,
  iterativeDoubleAuction,
  willingness,
];
