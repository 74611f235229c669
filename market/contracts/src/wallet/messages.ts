/** Messages of the wallet module: energy coin in, out and across. */

import { type Codec, hash32, moneyNano, struct, u32 } from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';

/** Brings attested money onto the ledger. Authority: treasurers. */
export interface Deposit {
  readonly member: number;
  readonly amount: Money;
  /** Hash of the attestation, a bank entry for instance: each is used once. */
  readonly reference: Uint8Array;
}
export const depositCodec: Codec<Deposit> = struct<Deposit>({
  member: u32,
  amount: moneyNano,
  reference: hash32,
});

/** Asks for money to be paid out; it is set aside at once. */
export interface RequestWithdrawal {
  readonly amount: Money;
}
export const requestWithdrawalCodec: Codec<RequestWithdrawal> = struct<RequestWithdrawal>({
  amount: moneyNano,
});

/** Attests that set-aside money was paid out. Authority: treasurers. */
export interface ConfirmWithdrawal {
  readonly member: number;
  readonly amount: Money;
  readonly reference: Uint8Array;
}
export const confirmWithdrawalCodec: Codec<ConfirmWithdrawal> = struct<ConfirmWithdrawal>({
  member: u32,
  amount: moneyNano,
  reference: hash32,
});

/** Gives set-aside money back to the member. Authority: treasurers. */
export interface RejectWithdrawal {
  readonly member: number;
  readonly amount: Money;
}
export const rejectWithdrawalCodec: Codec<RejectWithdrawal> = struct<RejectWithdrawal>({
  member: u32,
  amount: moneyNano,
});

/** Pays another member. */
export interface Transfer {
  readonly to: number;
  readonly amount: Money;
}
export const transferCodec: Codec<Transfer> = struct<Transfer>({ to: u32, amount: moneyNano });

/** How far below zero a member's free balance may go. Authority: operators. */
export interface SetCreditLimit {
  readonly member: number;
  readonly limit: Money;
}
export const setCreditLimitCodec: Codec<SetCreditLimit> = struct<SetCreditLimit>({
  member: u32,
  limit: moneyNano,
});
