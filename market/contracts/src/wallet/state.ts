/** Accounts of the double entry. Tables 20 to 22; balances stand in the balance map. */

import {
  type Codec,
  choice,
  fieldPaths,
  hash32,
  moneyNano,
  struct,
  table,
  u32,
  unrolled,
} from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';

/**
 * The accounts: a member's free money, what its open orders hold back, what its trades hold in
 * escrow, what it asked to have paid out, and what it is due to pay; and the issuance account, whose
 * balance is the negative of all money on the ledger, so that the sum of all accounts is always
 * zero. The others are the community's own (owner 0): where settlement posts deviations, and where
 * the community is itself the supplier, supply, grid fees, levies and taxes; `pegged`, what went to
 * another ledger and is held here until it comes back; `exchange`, the coin behind exchange tokens;
 * and `spread`, what buyers of a call with two prices paid beyond what sellers got.
 */
export const ACCOUNT_KINDS = [
  'available',
  'reserved',
  'escrow',
  'withdrawing',
  'issuance',
  'community',
  'due',
  'deviations',
  'supply',
  'grid',
  'levies',
  'taxes',
  'pegged',
  'exchange',
  'spread',
] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export interface AccountKey {
  readonly owner: number;
  readonly kind: AccountKind;
}
const accountKindCodec = choice(...ACCOUNT_KINDS);
const accountKeyPaths = fieldPaths(['owner', 'kind']);
export const accountKeyCodec: Codec<AccountKey> = unrolled(
  struct<AccountKey>({ owner: u32, kind: accountKindCodec }),
  {
    write(writer, value) {
      u32.write(writer, value.owner);
      accountKindCodec.write(writer, value.kind);
    },
    read(reader, field) {
      const paths = accountKeyPaths(field);
      return {
        owner: u32.read(reader, paths[0] as string),
        kind: accountKindCodec.read(reader, paths[1] as string),
      };
    },
  },
);

interface Account {
  readonly balance: Money;
}
const accountPaths = fieldPaths(['balance']);
const accountCodec: Codec<Account> = unrolled(struct<Account>({ balance: moneyNano }), {
  write(writer, value) {
    writer.bigI128(value.balance);
  },
  read(reader, field) {
    const paths = accountPaths(field);
    return {
      balance: moneyNano.read(reader, paths[0] as string),
    };
  },
});

export const accounts = table<AccountKey, Account>(20, 'accounts', accountKeyCodec, accountCodec, {
  provable: true,
  compact: true,
});

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
