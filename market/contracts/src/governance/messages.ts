/** Messages of the governance module: decisions that need k of n, and rule activations. */

import { bytesUpTo, type Codec, hash32, struct, textUpTo, u16, u64 } from '@commonwatt/ledger';

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
