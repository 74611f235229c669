/**
 * What a meter's counters showed last, so that a restart costs no slot. Counters are personal data:
 * they lie in the vault, under the key of the meter's member.
 */

import type { RegisterState } from '@commonwatt/api';
import { readStrictJson } from '@commonwatt/api';
import { utf8Bytes } from '@commonwatt/ledger';
import type { PersonalVault } from '../personal/personal-vault.ts';

export interface RegisterMemory {
  /** Nothing when there is none, or it is of other counters than these. */
  read(member: number, meter: number, counters: number): RegisterState | undefined;
  write(member: number, meter: number, state: RegisterState): void;
}

export function registerMemory(
  vault: Pick<PersonalVault, 'read' | 'write' | 'isErased'>,
): RegisterMemory {
  return {
    read: (member, meter, counters) => {
      const content = vault.read(member, recordName(meter));
      const state = content && stateOf(content);
      return state?.sample.values.length === counters ? state : undefined;
    },
    write: (member, meter, state) => {
      if (vault.isErased(member)) return;
      vault.write([{ person: member, name: recordName(meter), content: contentOf(state) }]);
    },
  };
}

const recordName = (meter: number): string => `register/${`${meter}`.padStart(10, '0')}`;

function contentOf(state: RegisterState): Uint8Array {
  return utf8Bytes(
    JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
  );
}

interface Written {
  readonly sample: { readonly atMs: number; readonly values: readonly string[] };
  readonly turned: readonly string[];
  readonly boundary?: {
    readonly atMs: number;
    readonly whole: readonly string[];
    readonly isMeasured: boolean;
  };
}

/** The vault has proven that these are the bytes that were written. */
function stateOf(content: Uint8Array): RegisterState {
  const json = readStrictJson(content);
  if (!json.ok) throw new Error(`register: expected JSON, got ${json.reason}`);
  const { sample, turned, boundary } = json.value as unknown as Written;
  return {
    sample: { atMs: sample.atMs, values: sample.values.map(BigInt) },
    turned: turned.map(BigInt),
    boundary: boundary && { ...boundary, whole: boundary.whole.map(BigInt) },
  };
}
