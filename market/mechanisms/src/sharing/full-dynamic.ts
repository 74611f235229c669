/**
 * The market after delivery: standing orders whose energy is the metered one are cleared at a uniform
 * price once the meters have counted. Who has no standing order takes no part.
 */

import type { Price } from '@commonwatt/units';
import type { Order, Side } from '../order.ts';
import { clearUniformPrice } from '../uniform-price.ts';
import type { SharedPart, SharingInterval, SharingParty, SharingRule } from './sharing.ts';

/** What the market gives, and its price; nothing where no two orders meet. */
export function clearedAfterDelivery({ producers, consumers }: SharingInterval): SharedPart {
  const orders: Order[] = [];
  const lots = new Map<string, string>();
  const enter = (parties: readonly SharingParty[], side: Side): void => {
    for (const { member, energy, lot, limit } of parties) {
      if (limit === undefined || energy === 0n) continue;
      const id = `${side}/${lot}`;
      orders.push({ id, member: `${member}`, side, limit, energy });
      lots.set(id, lotOfSide(lot, side));
    }
  };
  enter(producers, 'sell');
  enter(consumers, 'buy');
  const cleared = clearUniformPrice({ orders, lots: (id) => lots.get(id) as string });
  const fills = (parties: readonly SharingParty[], side: Side): readonly bigint[] =>
    parties.map(({ lot }) => cleared.fills.get(`${side}/${lot}`) ?? 0n);
  return {
    price: (cleared.price ?? undefined) as Price | undefined,
    received: fills(consumers, 'buy'),
    given: fills(producers, 'sell'),
  };
}

/** Lots differ within a side; the call wants them different over both. */
function lotOfSide(lot: string, side: Side): string {
  return `${side === 'buy' ? '0' : '1'}${lot.slice(0, 63)}`;
}

export const fullDynamicSharing: SharingRule = {
  name: 'full dynamic',
  version: 1,
  rule: 'Standing orders over the metered energy are cleared at one price after delivery (uniform 1)',
  ties: 'As in the call auction: pro rata at the margin, equal remainders by lowest lot',
  share(interval) {
    const part = clearedAfterDelivery(interval);
    return { parts: [part], allotted: part.received };
  },
};
