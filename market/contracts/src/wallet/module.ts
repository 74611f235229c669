/** The wallet: energy coin in double entry. Its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { checkAccounts, refuseCreditLimit, writeCreditLimit } from './accounts.ts';
import {
  confirmWithdrawal,
  deposit,
  rejectWithdrawal,
  requestWithdrawal,
  setCreditLimit,
  transfer,
} from './actions.ts';
import { owing } from './dues.ts';
import { accounts, attestations, creditLimits } from './state.ts';

export const walletModule: ContractModule = {
  name: 'wallet',
  tables: [accounts, creditLimits, attestations, owing],
  groupings: [],
  actions: [
    deposit,
    requestWithdrawal,
    confirmWithdrawal,
    rejectWithdrawal,
    transfer,
    setCreditLimit,
  ],
  genesis({ state }, { founders }) {
    founders.forEach(({ creditLimit }, at) => {
      const refusal = refuseCreditLimit(creditLimit);
      if (refusal !== undefined) {
        throw new RangeError(
          `founders[${at}].creditLimit: expected 0 to 2^90 nano, got ${creditLimit}`,
        );
      }
      writeCreditLimit(state, at + 1, creditLimit);
    });
  },
  checkInvariants: checkAccounts,
};
