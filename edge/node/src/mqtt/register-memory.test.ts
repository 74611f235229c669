import { FINE_PER_WH, RegisterSlots } from '@commonwatt/api';
import { NodeCrypto } from '@commonwatt/consensus';
import { expect, test } from 'vitest';
import { openVault } from '../personal/open-vault.ts';
import { SLOT_MS } from '../testing/community.ts';
import { registerMemory } from './register-memory.ts';

const RULES = { slotLengthMs: SLOT_MS, sampleGapMs: SLOT_MS, gapMs: 96 * SLOT_MS };
const at = (slot: number, wh: bigint) => ({ atMs: slot * SLOT_MS, values: [wh * FINE_PER_WH] });

test('counters are taken up where they were left, until the member is erased', () => {
  const failed = (fault: unknown) => {
    throw fault;
  };
  const vault = openVault(undefined, new NodeCrypto(), failed);
  const memory = registerMemory(vault);
  expect(memory.read(7, 1, 1)).toBeUndefined();
  const registers = new RegisterSlots({ ...RULES, wrapAt: 1000n * FINE_PER_WH });
  for (const sample of [at(0, 950n), at(1, 990n), at(2, 20n)]) registers.take(sample);
  const { state } = registers;
  if (state === undefined) throw new Error('no state');
  memory.write(7, 1, state);
  expect(memory.read(7, 1, 1)).toEqual(state);
  // Of another number of counters, or of another meter, it says nothing.
  expect(memory.read(7, 1, 2)).toBeUndefined();
  expect(memory.read(7, 2, 1)).toBeUndefined();
  const again = new RegisterSlots(RULES, memory.read(7, 1, 1));
  expect(again.take(at(3, 25n)).slots).toEqual([
    { slotMs: 2 * SLOT_MS, energies: [5n], quality: 'measured' },
  ]);
  vault.erase(7);
  memory.write(7, 1, state);
  expect(memory.read(7, 1, 1)).toBeUndefined();
});
