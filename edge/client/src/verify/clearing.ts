/** Why a slot has its price, computed again from the book's lines as its receipt carries them. */
import {
  type Cleared,
  callMechanism,
  isByTime,
  linesCallOf,
  MECHANISM_VERSIONS,
  readSettings,
} from '@commonwatt/contracts';
import { equalBytes, toHex } from '@commonwatt/ledger';
import { type Clearing, checkClearing } from '@commonwatt/mechanisms';

export type ClearingCheck =
  /** Without a clearing where the rule refuses a call of so many orders, and nothing was traded. */
  | { readonly ok: true; readonly clearing: Clearing | undefined }
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
  const { mechanism: name, mechanismVersion: version } = cleared;
  if (name === 'negotiation' || !MECHANISM_VERSIONS.get(name)?.includes(version)) {
    return no(`mechanism: '${name}' version ${version} cannot be computed here`);
  }
  const mechanism = callMechanism(name, version);
  const settings = readSettings(mechanism, cleared);
  if ('field' in settings) return no(`${settings.field}: expected ${settings.expected}`);
  const fills = cleared.lines
    .filter((line) => line.filled > 0n)
    .map((line) => ({ lot: toHex(line.lot), energy: line.filled }));
  const call = linesCallOf(cleared);
  if (isByTime(mechanism) && call.lines.some(({ time }) => time === undefined)) {
    return no(`lines: '${name}' goes by time, and a line has none`);
  }
  const claim = { price: cleared.price ?? null, volume: cleared.volume, fills };
  const verdict = checkClearing(call, claim);
  if (!verdict.ok) return no(differenceText(verdict));
  const interval = verdict.clearing?.priceInterval;
  if (interval?.low !== cleared.low || interval?.high !== cleared.high) {
    return no(`interval: expected ${interval?.low ?? 'none'} to ${interval?.high ?? 'none'}`);
  }
  return { ok: true, clearing: verdict.clearing };
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
