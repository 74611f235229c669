/** What happened, what was kept and what to do, in words. The code stands behind for programs. */

import {
  ClientError,
  JoinRefusedError,
  KeystoreError,
  UnprovenAnswerError,
} from '@commonwatt/client';
import { QuantityTextError } from '@commonwatt/units';
import { en } from './words/en.ts';

/** The code that decides what is said of a fault. */
export function faultCode(fault: unknown): string | undefined {
  if (fault instanceof ClientError) {
    // The door's code says that the ledger refused; the ledger's own says why.
    const { code } = fault.facts;
    return fault.code === 'refused' && typeof code === 'string' ? code : fault.code;
  }
  if (fault instanceof JoinRefusedError || fault instanceof KeystoreError) return fault.code;
  if (fault instanceof UnprovenAnswerError) return 'answer_unproven';
  return undefined;
}

export function faultWords(fault: unknown): string {
  if (fault instanceof QuantityTextError) return en.faults.number(fault.message);
  const code = faultCode(fault);
  if (fault instanceof ClientError && code === 'market_rules_invalid') {
    const { field, expected } = fault.facts;
    if (typeof field === 'string') return en.faults.field(field, `${expected}`);
  }
  if (code !== undefined) return refusalWords(code);
  return fault instanceof Error ? fault.message : String(fault);
}

export function refusalWords(code: string): string {
  const known: Readonly<Record<string, string>> = en.faults.codes;
  return known[code] ?? en.faults.other(code);
}
