/** The bridge: its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { claim, release } from './claim.ts';
import { advance, reportFork } from './heads.ts';
import { checkPegs } from './invariants.ts';
import { burn, lock } from './lock.ts';
import { namePeer, refusePeer, setPeerOpen, writePeer } from './peers.ts';
import { arrivals, forks, heads, peers, pegs } from './state.ts';

export const bridgeModule: ContractModule = {
  name: 'bridge',
  tables: [peers, pegs, heads, arrivals, forks],
  groupings: [],
  actions: [namePeer, setPeerOpen, lock, advance, claim, burn, release, reportFork],
  genesis(context, { peers: named = [] }) {
    named.forEach((peer, at) => {
      const refusal = refusePeer(context, peer);
      if (refusal !== undefined) {
        const { code, flaw = code } = refusal;
        throw new RangeError(`peers[${at}]: ${flaw}`);
      }
      writePeer(context.state, peer);
    });
  },
  checkInvariants: checkPegs,
};
