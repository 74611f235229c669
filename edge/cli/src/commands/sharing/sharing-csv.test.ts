import { describe, expect, test } from 'vitest';
import { readSharing } from './sharing-csv.ts';

const SLOT = '2026-03-21T13:00:00Z';
const SLOT_MS = Date.parse(SLOT);

test('every kind of file becomes entries, with the line that each stands on', () => {
  const shares = readSharing('share', 's.csv', `slot,member,share_millionths\n${SLOT},3,250000\n`);
  expect(shares).toEqual([
    { line: 2, entry: { kind: 'share', slotMs: SLOT_MS, member: 3, shareMillionths: 250_000 } },
  ]);
  const limits = readSharing(
    'limit',
    'l.csv',
    `member,sell_price,buy_price,from\n3,,120.5,${SLOT}\n`,
  );
  expect(limits[0]?.entry).toEqual({
    kind: 'limit',
    slotMs: SLOT_MS,
    member: 3,
    buy: '120500',
    sell: null,
  });
  const values = readSharing(
    'allocated',
    'a.csv',
    `slot,member,received_wh,given_wh\n${SLOT},3,310,0\n`,
  );
  expect(values[0]?.entry).toMatchObject({ received: '310', given: '0' });
});

describe('a fault is named by file, line and column', () => {
  test.each([
    ['share', 'slot,member,share\n', /s\.csv.*share/],
    [
      'share',
      `slot,member,share_millionths\n${SLOT},3,1000001\n`,
      /line 2, column share_millionths.*1000000.*"1000001"/,
    ],
    ['share', `slot,member,share_millionths\n${SLOT},0,1\n`, /line 2, column member/],
    ['share', `slot,member,share_millionths\n21.3.2026,3,1\n`, /line 2, column slot.*ISO 8601/],
    [
      'share',
      `slot,member,share_millionths\n${SLOT},3,1\n${SLOT},3,2\n`,
      /line 3.*one row per member.*line 2/,
    ],
    [
      'limit',
      `from,member,buy_price,sell_price\n${SLOT},3,1.2345,\n`,
      /line 2, column buy_price.*3 decimals/,
    ],
    [
      'allocated',
      `slot,member,received_wh,given_wh\n${SLOT},3,-1,0\n`,
      /line 2, column received_wh/,
    ],
    [
      'allocated',
      `slot,member,received_wh,given_wh\n${SLOT},3,1.5,0\n`,
      /line 2, column received_wh/,
    ],
  ] as const)('%s %j', (kind, text, message) => {
    expect(() => readSharing(kind, 's.csv', text)).toThrow(message);
  });
});
