/** Messages of the governance module: decisions that need k of n, and rule activations. */

import {
  bytesUpTo,
  type Codec,
  hash32,
  optional,
  struct,
  textUpTo,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';

/** Puts an action that needs several of the entitled to the vote; the proposer approves it. */
export interface Propose {
  readonly type: number;
  readonly body: Uint8Array;
  readonly expiresMs: number;
}
export const proposeCodec: Codec<Propose> = struct<Propose>({
  type: u16,
  body: bytesUpTo(16_384),
  expiresMs: u64,
});

/** Approves a proposal; the approval that reaches the threshold carries it out. */
export interface Approve {
  readonly proposal: Uint8Array;
}
export const approveCodec: Codec<Approve> = struct<Approve>({ proposal: hash32 });

/** Makes a version of a rule set active from a later height on. Authority: operators. */
export interface ActivateRules {
  readonly ruleSet: string;
  readonly version: number;
  readonly fromHeight: number;
}
export const activateRulesCodec: Codec<ActivateRules> = struct<ActivateRules>({
  ruleSet: textUpTo(64),
  version: u16,
  fromHeight: u64,
});

/** Says that blocks were lost in a restore, in the first block after the last that was kept. */
export interface BeginEpoch {
  readonly epoch: number;
  readonly keptHeight: number;
  readonly keptHash: Uint8Array;
  /** How many blocks the ledger is known to have had, by a checkpoint; nothing where none is known. */
  readonly lostSize: number | undefined;
}
export const beginEpochCodec: Codec<BeginEpoch> = struct<BeginEpoch>({
  epoch: u32,
  keptHeight: u64,
  keptHash: hash32,
  lostSize: optional(u64),
});
