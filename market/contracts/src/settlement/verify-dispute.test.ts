import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import type { SettledLine } from './lines.ts';
import { computeRun } from './run.ts';
import { hashOf, runInput, sha256 } from './testing/street.ts';
import { disputedLineOf, evidenceOf, verifyEvidence } from './verify-dispute.ts';

const { members } = computeRun(sha256, {
  ...runInput({
    slots: 1,
    trades: [1, 2, 3].map((at) => ({
      name: `${at}`,
      slot: 0,
      seller: 1,
      buyer: 1 + at,
      energy: 10 * at,
    })),
    meters: { 1: { member: 1, counted: [[0, 50]] } },
  }),
  version: 3,
});
const ana = members[0] as (typeof members)[number];

describe('the evidence of a disputed line', () => {
  const line = ana.lines[1] as SettledLine;
  const disputed = disputedLineOf(sha256, line);
  const evidence = evidenceOf(sha256, ana.lines, 1);
  const places = (
    ...given: Parameters<typeof verifyEvidence> extends [unknown, ...infer R] ? R : never
  ) => verifyEvidence(sha256, ...given).map(({ place }) => place);

  test('proves it alone', () => {
    expect(places(disputed, evidence, ana)).toEqual([]);
  });

  test.each<[string, Parameters<typeof places>]>([
    ['trade', [{ ...disputed, trade: hashOf('other') }, evidence, ana]],
    ['amount', [{ ...disputed, amount: money(disputed.amount + 1n) }, evidence, ana]],
    ['lineLeaf', [{ ...disputed, lineLeaf: hashOf('other') }, evidence, ana]],
    ['proof', [disputed, { ...evidence, index: 2 }, ana]],
    ['proof', [disputed, evidence, { linesRoot: hashOf('other') }]],
  ])('another %s is found', (place, given) => {
    expect(places(...given)).toEqual([place]);
  });

  test('one changed digit of the line is found', () => {
    const changed = { ...line, delivered: (line.delivered + 1n) as typeof line.delivered };
    expect(places(disputed, { ...evidence, line: changed }, ana)).toEqual(['lineLeaf', 'proof']);
  });
});
