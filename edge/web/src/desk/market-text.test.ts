import { marketRules } from '@commonwatt/client';
import { expect, test } from 'vitest';
import { type MarketText, marketOf } from './market-text.ts';

const TEXT: MarketText = {
  ...{ number: '2', name: ' Lindenhof ', mechanism: 'average', gateLead: '5', horizonHours: '48' },
  ...{ priceLeast: '0', priceMost: '100', kThousandths: '500', rounds: '10', settings: {} },
};
const read = (changes: Partial<MarketText>) => {
  const text = { ...TEXT, ...changes };
  const rule = marketRules().find(({ mechanism }) => mechanism === text.mechanism);
  if (rule === undefined) throw new Error(`no rule ${text.mechanism}`);
  return marketOf(text, rule, 900_000);
};

test('a market is founded with the quantities of the ledger', () => {
  expect(read({ settings: { reserve: '14,5' } })).toEqual({
    ...{ market: 2, name: 'Lindenhof', kind: 'call auction', mechanism: 'average' },
    ...{ slotLengthMs: 900_000, gateLeadMs: 300_000, horizonMs: 172_800_000 },
    ...{ priceLeast: 0n, priceMost: 1_000_000n, kThousandths: 500, roundsMax: 1 },
    settings: [{ name: 'reserve', value: '145' }],
  });
});

test('the first round of two ends some minutes before the slot', () => {
  const settings = { gate: '60', second: 'uniform' };
  expect(read({ mechanism: 'two-stage', settings }).settings).toEqual([
    { name: 'gate', value: '-3600000' },
    { name: 'second', value: 'uniform' },
  ]);
});

test('what is not said is the rule’s own, and what another rule was told is forgotten', () => {
  expect(read({ settings: { reserve: ' ', step: '3' } }).settings).toEqual([]);
  expect(read({ mechanism: 'negotiation', rounds: '7' })).toMatchObject({
    kind: 'negotiated',
    roundsMax: 7,
  });
});

test.each<[Partial<MarketText>, string]>([
  [{ number: '70000' }, 'number'],
  [{ name: '  ' }, 'name'],
  [{ gateLead: '1.5' }, 'gateLead'],
  [{ gateLead: '120', horizonHours: '2' }, 'horizonHours'],
  [{ priceLeast: 'free' }, 'priceLeast'],
  [{ priceLeast: '10', priceMost: '9' }, 'priceMost'],
  [{ mechanism: 'uniform', kThousandths: '1001' }, 'kThousandths'],
  [{ mechanism: 'negotiation', rounds: '0' }, 'rounds'],
  [{ settings: { reserve: 'dear' } }, 'settings.reserve'],
  [{ mechanism: 'ascending-increment', settings: { increment: '-1' } }, 'settings.increment'],
  [{ mechanism: 'two-stage', settings: { gate: 'noon' } }, 'settings.gate'],
  [{ mechanism: 'microgrid-exchange', settings: { rounds: '0' } }, 'settings.rounds'],
])('the field that is wrong is named, case %#', (changes, field) => {
  expect(() => read(changes)).toThrow(expect.objectContaining({ field }));
});
