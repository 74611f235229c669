/** The call auctions, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { average } from './average.ts';
import { mcafee } from './mcafee.ts';
import { payAsBid } from './pay-as-bid.ts';
import { uniform } from './uniform.ts';

export const AUCTIONS: readonly Mechanism[] = [uniform, payAsBid, average, mcafee];
