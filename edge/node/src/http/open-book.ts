/** The open book of a slot as it would clear if the gate closed now, without a name in it. */

import { bookOf, callMechanism, type Market, MECHANISM_VERSIONS } from '@commonwatt/contracts';
import type { Ledger } from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';

const LINES_MAX = 5000;

export interface OpenLine {
  readonly side: 'buy' | 'sell';
  readonly limit: Price;
  readonly energy: Energy;
}

export interface OpenBook {
  /** Orders that were sent, and those the standing ones would become: by side, then by merit. */
  readonly lines: readonly OpenLine[];
  readonly price: Price | null;
  readonly volume: bigint;
}

/** Reads the book of a slot. Whoever reads it learns no order's name, member or arrival. */
export function readOpenBook(
  ledger: Ledger,
  slot: { readonly market: number; readonly rules: Market['rules']; readonly slotMs: number },
  timeMs: number,
): OpenBook {
  const { market, rules, slotMs } = slot;
  const height = (ledger.head?.height ?? -1) + 1;
  const entries = bookOf(ledger.state, { market, slotMs }, { height, timeMs });
  const lines: OpenLine[] = [];
  const orders = [];
  for (const [at, { order }] of entries.entries()) {
    const { member, side, limit, energy } = order;
    if (limit === undefined) continue;
    lines.push({ side, limit, energy });
    orders.push({ id: `${at}`, member: `${member}`, side, limit, energy });
  }
  lines.sort(byMerit);
  return { lines: lines.slice(0, LINES_MAX), ...indication(orders, rules) };
}

type Clear = ReturnType<typeof callMechanism>;
type MechanismOrder = Parameters<Clear>[0]['orders'][number];

/** What a call would give. Nobody has drawn a lot yet, so equal limits share anyhow. */
function indication(orders: readonly MechanismOrder[], rules: Market['rules']) {
  const version = MECHANISM_VERSIONS.get(rules.mechanism)?.at(-1);
  if (rules.kind !== 'call auction' || version === undefined || orders.length === 0) {
    return { price: null, volume: 0n };
  }
  const lots = (id: string) => Number(id).toString(16).padStart(64, '0');
  const clear = callMechanism(rules.mechanism, version);
  const { price, volume } = clear({ orders, lots, kThousandths: rules.kThousandths });
  return { price, volume };
}

function byMerit(a: OpenLine, b: OpenLine): number {
  if (a.side !== b.side) return a.side === 'buy' ? -1 : 1;
  if (a.limit !== b.limit) {
    const rising = a.limit > b.limit ? 1 : -1;
    return a.side === 'buy' ? -rising : rising;
  }
  return a.energy === b.energy ? 0 : a.energy > b.energy ? -1 : 1;
}
