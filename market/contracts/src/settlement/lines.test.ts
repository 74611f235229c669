import { equalBytes, toHex, verifyInclusion } from '@commonwatt/ledger';
import { energy, money, price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import {
  amountOf,
  type EnergyOpening,
  energyCommitmentOf,
  lineLeafHash,
  lineProof,
  linesRootOf,
  opensEnergy,
  type SettledLine,
} from './lines.ts';
import { FROM_MS, hashOf, sha256 } from './testing/street.ts';

const lines: readonly SettledLine[] = Array.from({ length: 5 }, (_, at) => ({
  trade: hashOf(`trade ${at}`),
  slotMs: FROM_MS,
  counterparty: at + 2,
  side: at % 2 === 0 ? 'sell' : 'buy',
  traded: energy(100n),
  delivered: energy(BigInt(at * 10)),
  price: price(7n),
  money: money(BigInt((at % 2 === 0 ? 70 : -70) * at)),
  salt: hashOf(`salt ${at}`).slice(0, 16),
}));

const opening: EnergyOpening = {
  member: 1,
  periodFromMs: FROM_MS,
  periodUntilMs: FROM_MS + 900_000,
  bought: energy(10n),
  sold: energy(20n),
  renewable: energy(5n),
  salt: hashOf('salt').slice(0, 16),
};

test('each line stands under the root by its own proof', () => {
  const root = linesRootOf(sha256, lines);
  lines.forEach((line, index) => {
    const proof = lineProof(sha256, lines, index);
    const claim = { index, size: lines.length, proof, root };
    expect(verifyInclusion(sha256, { ...claim, leafHash: lineLeafHash(sha256, line) })).toBe(true);
    const other = lineLeafHash(sha256, { ...line, delivered: energy(line.delivered + 1n) });
    expect(verifyInclusion(sha256, { ...claim, leafHash: other })).toBe(false);
  });
});

test('the amount is the sum of what the lines pay and receive', () => {
  expect(amountOf(lines)).toBe(0n - 70n + 140n - 210n + 280n);
  expect(amountOf([])).toBe(0n);
});

test('an energy commitment opens to its own figures and to no others', () => {
  const commitment = energyCommitmentOf(sha256, opening);
  expect(opensEnergy(sha256, opening, commitment)).toBe(true);
  for (const place of ['bought', 'sold', 'renewable'] as const) {
    const other = { ...opening, [place]: energy(opening[place] + 1n) };
    expect(opensEnergy(sha256, other, commitment)).toBe(false);
  }
  for (const place of ['member', 'periodFromMs', 'periodUntilMs'] as const) {
    const other = { ...opening, [place]: opening[place] + 1 };
    expect(opensEnergy(sha256, other, commitment)).toBe(false);
  }
});

test('ME-4: an energy commitment cannot be guessed without its salt', () => {
  const commitment = energyCommitmentOf(sha256, opening);
  const hits = (salt: Uint8Array) =>
    Array.from({ length: 1000 }, (_, wh) => ({ ...opening, bought: energy(BigInt(wh)), salt }))
      .filter((one) => equalBytes(energyCommitmentOf(sha256, one), commitment))
      .map((one) => one.bought);
  expect(hits(new Uint8Array(16))).toEqual([]);
  expect(hits(opening.salt)).toEqual([10n]);
});

test('the layout of lines and openings does not change unseen', () => {
  expect(toHex(linesRootOf(sha256, lines))).toMatchInlineSnapshot(
    `"7db1544db8aa7a353f26eb85cf970d5ef4cb42ee6d19050380a2f6d52962d9b9"`,
  );
  expect(toHex(energyCommitmentOf(sha256, opening))).toMatchInlineSnapshot(
    `"b3eed22ba1f7c5c07ef49223bc1939aacbd349cc3e36d4d58e44cf3c20d0d65e"`,
  );
});
