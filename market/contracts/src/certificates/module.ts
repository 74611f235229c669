/** The certificates module: its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { checkCertificates } from './invariants.ts';
import { endOpenings, openRenewable } from './open-renewable.ts';
import {
  debts,
  duties,
  dutiesOfMember,
  entitlements,
  entitlementsOfMember,
  entitlementsToCarry,
  issuances,
  openings,
  openingsOfDay,
  ranges,
  rangesByStatus,
  rangesOfIssuance,
  rangesOfMember,
  sources,
} from './state.ts';
import {
  buyCertificates,
  offerCertificates,
  transferCertificates,
  withdrawOffer,
} from './trade.ts';
import { countCertificates, freeExcess, retireCertificates, settleDebt } from './use.ts';

export const certificatesModule: ContractModule = {
  name: 'certificates',
  tables: [entitlements, openings, sources, issuances, ranges, duties, debts],
  groupings: [
    entitlementsOfMember,
    entitlementsToCarry,
    openingsOfDay,
    rangesOfIssuance,
    rangesOfMember,
    rangesByStatus,
    dutiesOfMember,
  ],
  actions: [
    openRenewable,
    transferCertificates,
    offerCertificates,
    withdrawOffer,
    buyCertificates,
    retireCertificates,
    countCertificates,
    freeExcess,
    settleDebt,
  ],
  genesis(_context, { certificateLedger }) {
    if (certificateLedger !== undefined && certificateLedger.periodLengthMs < 1) {
      throw new RangeError('certificateLedger.periodLengthMs: expected 1 or more, got 0');
    }
  },
  begin: endOpenings,
  checkInvariants: checkCertificates,
};
