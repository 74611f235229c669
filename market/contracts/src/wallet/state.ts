/** Accounts of the double entry. Tables 20 to 22; balances stand in the balance map. */

import { type Codec, choice, hash32, moneyNano, struct, table, u32 } from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';

/**
 * The accounts: a member's free money, what its open orders hold back, what its trades hold in
 * escrow, and what it asked to have paid out; and the issuance account, whose balance is the
 * negative of all money on the ledger, so that the sum of all accounts is always zero.
 */
export const ACCOUNT_KINDS = [
  'available',
  'reserved',
  'escrow',
  'withdrawing',
  'issuance',
  'community',
] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export interface AccountKey {
  readonly owner: number;
  readonly kind: AccountKind;
}
export const accountKeyCodec: Codec<AccountKey> = struct<AccountKey>({
  owner: u32,
  kind: choice(...ACCOUNT_KINDS),
});

export const accounts = table<AccountKey, { readonly balance: Money }>(
  20,
  'accounts',
  accountKeyCodec,
  struct<{ readonly balance: Money }>({ balance: moneyNano }),
  { provable: true, compact: true },
);

export const creditLimits = table<number, { readonly limit: Money }>(
  21,
  'credit limits',
  u32,
  struct<{ readonly limit: Money }>({ limit: moneyNano }),
);

/** References of attestations that were used. */
export const attestations = table<Uint8Array, { readonly member: number }>(
  22,
  'attestations',
  hash32,
  struct<{ readonly member: number }>({ member: u32 }),
);
