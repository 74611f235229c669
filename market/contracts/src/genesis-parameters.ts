/** What a Commonwatt ledger begins with: its officers, their thresholds and its markets. */

import {
  type Codec,
  fixedBytes,
  hash32,
  list,
  moneyNano,
  optional,
  powerW,
  struct,
  textUpTo,
  u8,
  u16,
  u64,
} from '@commonwatt/ledger';
import type { Money, Power } from '@commonwatt/units';
import { type NamePeer, namePeerCodec, PEERS_MAX } from './bridge/messages.ts';
import { type Kind, kindCodec, rolesCodec } from './identity/messages.ts';
import { type DefineMarket, defineMarketCodec } from './market/messages.ts';
import { type SettlementPolicy, settlementPolicyCodec } from './settlement/policy.ts';

/** A member from the first block on, numbered from 1 in the order given. */
export interface Founder {
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly kind: Kind;
  readonly roles: number;
  readonly recordCommitment: Uint8Array;
  readonly importLimitW: Power;
  readonly exportLimitW: Power;
  readonly creditLimit: Money;
}

export interface GenesisParameters {
  /** Three letters, such as EUR. */
  readonly currency: string;
  readonly founders: readonly Founder[];
  readonly registrarThreshold: number;
  readonly treasurerThreshold: number;
  readonly operatorThreshold: number;
  readonly checkerThreshold: number;
  /** How long a recovery stands open before the new key takes over. */
  readonly recoveryDelayMs: number;
  readonly markets: readonly DefineMarket[];
  /** The version of the settlement rules that it begins with: the newest unless given. */
  readonly settlementVersion?: number | undefined;
  /** What the community decided about settlement: policy.ts's defaults unless given. */
  readonly settlementPolicy?: SettlementPolicy | undefined;
  /** What makes it a ledger of certificates, whose coin is pegged to another's; else it is a market's. */
  readonly certificateLedger?: CertificateLedger | undefined;
  /** The ledgers that assets may cross to and from; more are named later. */
  readonly peers?: readonly NamePeer[] | undefined;
}

/** Duties are counted by period: the one of index 0 begins here, and all have one length. */
export interface CertificateLedger {
  readonly periodOriginMs: number;
  readonly periodLengthMs: number;
}
const certificateLedgerCodec: Codec<CertificateLedger> = struct<CertificateLedger>({
  periodOriginMs: u64,
  periodLengthMs: u64,
});

export const genesisParametersCodec: Codec<GenesisParameters> = struct<GenesisParameters>({
  currency: textUpTo(8),
  founders: list(
    struct<Founder>({
      publicKey: fixedBytes(32),
      agreementKey: fixedBytes(32),
      kind: kindCodec,
      roles: rolesCodec,
      recordCommitment: hash32,
      importLimitW: powerW,
      exportLimitW: powerW,
      creditLimit: moneyNano,
    }),
    1000,
  ),
  registrarThreshold: u8,
  treasurerThreshold: u8,
  operatorThreshold: u8,
  checkerThreshold: u8,
  recoveryDelayMs: u64,
  markets: list(defineMarketCodec, 100),
  settlementVersion: optional(u16),
  settlementPolicy: optional(settlementPolicyCodec),
  certificateLedger: optional(certificateLedgerCodec),
  peers: optional(list(namePeerCodec, PEERS_MAX)),
});

/** The parameters as the ledger keeps them besides founders and markets. */
export interface Parameters {
  readonly currency: string;
  readonly recoveryDelayMs: number;
  /** Nothing on the ledger of a market. */
  readonly certificateLedger?: CertificateLedger | undefined;
}
export const parametersCodec: Codec<Parameters> = struct<Parameters>({
  currency: textUpTo(8),
  recoveryDelayMs: u64,
  certificateLedger: optional(certificateLedgerCodec),
});
