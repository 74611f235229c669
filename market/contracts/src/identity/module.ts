/** The identity module: who belongs, with which keys, in which roles. The README specifies it. */

import type { BlockContext } from '@commonwatt/ledger';
import type { ContractModule } from '../execution/module.ts';
import type { Founder, GenesisParameters } from '../genesis-parameters.ts';
import { enrol } from './enrol.ts';
import { checkIdentity } from './invariants.ts';
import { cancelInvite, invite } from './invitation.ts';
import { join } from './join.ts';
import { openLane, rotateKey } from './key-change.ts';
import { endMandate, giveMandate, mandatesOfDelegate } from './mandates.ts';
import { amendMember, revokeMember } from './membership.ts';
import { ROLES_ALL } from './messages.ts';
import { endReading, grantReading } from './reading-grants.ts';
import { cancelRecovery, carryOutDueRecoveries, nextRecoveryMs, recoverKey } from './recovery.ts';
import { refuseAgreementKey, refuseKey, registerMember } from './registration.ts';
import {
  counters,
  grantsOfKey,
  grantsOfMember,
  invites,
  keys,
  keysOfMember,
  lanes,
  lanesOfKey,
  mandates,
  mandatesOfMember,
  members,
  readingGrants,
  recoveries,
  recoveryOfKey,
} from './state.ts';

export const identityModule: ContractModule = {
  name: 'identity',
  tables: [members, keys, lanes, counters, mandates, invites, recoveries, readingGrants],
  groupings: [
    keysOfMember,
    lanesOfKey,
    mandatesOfMember,
    mandatesOfDelegate,
    grantsOfKey,
    grantsOfMember,
    recoveryOfKey,
  ],
  actions: [
    enrol,
    invite,
    cancelInvite,
    join,
    openLane,
    rotateKey,
    revokeMember,
    amendMember,
    recoverKey,
    cancelRecovery,
    giveMandate,
    endMandate,
    grantReading,
    endReading,
  ],
  genesis: registerFounders,
  begin: carryOutDueRecoveries,
  nextDueMs: nextRecoveryMs,
  checkInvariants: checkIdentity,
};

/** @throws RangeError naming the founder that cannot stand in a genesis document. */
function registerFounders(context: BlockContext, genesis: GenesisParameters): void {
  for (const [at, founder] of genesis.founders.entries()) {
    requireFounder(context, founder, `genesis.founders[${at}]`);
    registerMember(context, {
      publicKey: founder.publicKey,
      agreementKey: founder.agreementKey,
      admission: founder,
      activeFromHeight: 0,
      change: 'enrolled',
    });
  }
}

function requireFounder(context: BlockContext, founder: Founder, field: string): void {
  const refusal =
    refuseKey(context.state, founder.publicKey) ?? refuseAgreementKey(founder.agreementKey);
  if (refusal !== undefined) {
    throw new RangeError(`${field}: expected acceptable keys, got ${refusal.code}`);
  }
  if ((founder.roles & ~ROLES_ALL) !== 0) {
    throw new RangeError(
      `${field}.roles: expected bits below ${ROLES_ALL + 1}, got ${founder.roles}`,
    );
  }
  if (founder.creditLimit < 0n) {
    throw new RangeError(`${field}.creditLimit: expected 0 or more, got ${founder.creditLimit}`);
  }
}
