/** Thresholds, open proposals and epochs. Tables 60 to 62. */

import {
  bytesUpTo,
  type Codec,
  choice,
  grouping,
  hash32,
  list,
  optional,
  struct,
  table,
  u8,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';

/** Who decides: the role whose holders vote. */
export const AUTHORITIES = ['registrar', 'treasurer', 'operator', 'checker'] as const;
export type Authority = (typeof AUTHORITIES)[number];
export const authorityCodec: Codec<Authority> = choice(...AUTHORITIES);

/** How many holders of the role must agree. */
export const thresholds = table<Authority, { readonly count: number }>(
  60,
  'thresholds',
  authorityCodec,
  struct<{ readonly count: number }>({ count: u8 }),
);

export interface Proposal {
  readonly authority: Authority;
  readonly type: number;
  readonly body: Uint8Array;
  readonly expiresMs: number;
  /** Members who approved, in order of approval. */
  readonly approvedBy: readonly number[];
}
export const proposals = table<Uint8Array, Proposal>(
  61,
  'proposals',
  hash32,
  struct<Proposal>({
    authority: authorityCodec,
    type: u16,
    body: bytesUpTo(16_384),
    expiresMs: u64,
    approvedBy: list(u32, 255),
  }),
);
/** The proposals a member has made; where its voice no longer counts, those of the first left. */
export const proposalsOfMember = grouping(proposals, (_id, one) => `${one.approvedBy[0]}`);

/** How many proposals may be open, and how many of one member. */
export const PROPOSALS_MAX = 4096;
export const PROPOSALS_OF_MEMBER_MAX = 16;

/** Where a ledger goes on after a restore that lost blocks. */
export interface Epoch {
  /** The last block that was kept; the next one began the epoch. */
  readonly keptHeight: number;
  readonly keptHash: Uint8Array;
  /** How many blocks there are known to have been. */
  readonly lostSize: number | undefined;
}
/** By number, from 2 on: the first epoch needs no beginning. */
export const epochs = table<number, Epoch>(
  62,
  'epochs',
  u32,
  struct<Epoch>({ keptHeight: u64, keptHash: hash32, lostSize: optional(u64) }),
);
/** How many a ledger keeps. */
export const EPOCHS_MAX = 1_000;
