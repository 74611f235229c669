/** The call auctions, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { average } from './average.ts';
import { mcafee } from './mcafee.ts';
import { muda } from './muda.ts';
import { payAsBid } from './pay-as-bid.ts';
import { sbba } from './sbba.ts';
import { uniform } from './uniform.ts';
import { vcg } from './vcg.ts';

export const AUCTIONS: readonly Mechanism[] = [uniform, payAsBid, average, mcafee, sbba, muda, vcg];
