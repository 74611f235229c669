/** Why a slot has its price, computed again from the book's lines as its receipt carries them. */
import type { Cleared } from '@commonwatt/contracts';
import { equalBytes, toHex } from '@commonwatt/ledger';
import { checkClearing, type Line, type LinesClearing } from '@commonwatt/mechanisms';

export type ClearingCheck =
  | { readonly ok: true; readonly clearing: LinesClearing }
  | { readonly ok: false; readonly reason: string };

const no = (reason: string): ClearingCheck => ({ ok: false, reason });

/**
 * Clears the lines again by the rule and version that the receipt names, and compares price,
 * interval, volume and every fill. `parent` is the block before: the seed of the lots is its hash,
 * which nobody knew while orders could still be sent.
 */
export function checkCleared(cleared: Cleared, parent: Uint8Array): ClearingCheck {
  if (!equalBytes(cleared.seed, parent)) {
    return no(`seed: expected the hash of the block before, got ${toHex(cleared.seed)}`);
  }
  const { mechanism, mechanismVersion: version, kThousandths } = cleared;
  if (mechanism !== 'uniform' || version !== 1) {
    return no(`mechanism: '${mechanism}' version ${version} cannot be computed here`);
  }
  const k = { numerator: BigInt(kThousandths), denominator: 1000n };
  const fills = cleared.lines
    .filter((line) => line.filled > 0n)
    .map((line) => ({ lot: toHex(line.lot), energy: line.filled }));
  const claim = { price: cleared.price ?? null, volume: cleared.volume, fills };
  const verdict = checkClearing(linesOf(cleared), { k }, claim);
  if (!verdict.ok) return no(differenceText(verdict));
  const { priceInterval } = verdict.clearing;
  if (priceInterval?.low !== cleared.low || priceInterval?.high !== cleared.high) {
    return no(
      `interval: expected ${priceInterval?.low ?? 'none'} to ${priceInterval?.high ?? 'none'}`,
    );
  }
  return { ok: true, clearing: verdict.clearing };
}

function linesOf(cleared: Cleared): readonly Line[] {
  return cleared.lines.map(({ lot, side, limit, energy }) => ({
    lot: toHex(lot),
    side,
    limit,
    energy,
  }));
}

type Difference = Exclude<ReturnType<typeof checkClearing>, { readonly ok: true }>;

function differenceText(difference: Difference): string {
  switch (difference.code) {
    case 'lines_refused':
      return `lines: ${difference.refusal.code}`;
    case 'fill_twice':
      return `lines: the lot ${difference.lot} stands twice`;
    case 'fill_differs': {
      const { lot, expected, claimed } = difference;
      return `fill of ${lot}: expected ${expected} Wh, got ${claimed}`;
    }
    case 'volume_differs':
      return `volume: expected ${difference.expected} Wh, got ${difference.claimed}`;
    case 'price_differs':
      return `price: expected ${difference.expected ?? 'none'}, got ${difference.claimed ?? 'none'}`;
  }
}
