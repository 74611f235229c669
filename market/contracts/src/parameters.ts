/** The ledger's own parameters, one entry. Table 70. */

import { type State, table, u8 } from '@commonwatt/ledger';
import { type CertificateLedger, type Parameters, parametersCodec } from './genesis-parameters.ts';
import type { ContractRefusal } from './refusals.ts';

export const parameters = table<number, Parameters>(70, 'parameters', u8, parametersCodec);

/** What makes the ledger one of certificates; nothing on a market's. */
export function certificateLedgerOf(state: State): CertificateLedger | undefined {
  return state.get(parameters, 0)?.certificateLedger;
}

export type LedgerKind = 'market' | 'certificates';

/** Why an action of the one kind of ledger cannot stand on this one; nothing when it can. */
export function refuseLedger(state: State, expected: LedgerKind): ContractRefusal | undefined {
  const kind: LedgerKind = certificateLedgerOf(state) === undefined ? 'market' : 'certificates';
  return kind === expected ? undefined : { code: 'wrong_ledger', kind, expected };
}

/** Why money cannot come or go by attestation: all coin of the ledger came over a bridge. */
export function refusePegged(state: State): ContractRefusal | undefined {
  return certificateLedgerOf(state) === undefined ? undefined : { code: 'coin_pegged' };
}
