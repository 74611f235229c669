import { ruleBook } from '@commonwatt/contracts';
import { decode, encode } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { SeededRandom } from '../households/seeded-random.ts';
import { drawValue } from './samples.ts';

const codecs = [...(ruleBook.executions.get(1)?.actions.values() ?? [])];

test('every message can be drawn, written and read again', () => {
  const random = new SeededRandom(1);
  expect(codecs.length).toBeGreaterThan(30);
  for (const { codec, name } of codecs) {
    for (let time = 0; time < 20; time++) {
      const bytes = encode(codec, drawValue(codec, random));
      expect(encode(codec, decode(codec, bytes, name))).toEqual(bytes);
    }
  }
});

test('a field that is given is taken as it is', () => {
  const transfer = codecs.find((one) => one.name === 'transfer');
  if (transfer === undefined) throw new Error('no transfer');
  const given = (field: string) => ({ to: 7, amount: '5' })[field];
  expect(drawValue(transfer.codec, new SeededRandom(1), given)).toEqual({ to: 7, amount: 5n });
});
