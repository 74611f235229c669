/**
 * The order a new member begins with: 1 kW, half way between what the grid pays and what the
 * supplier takes, so that the next slot already trades. The limit can be moved before joining.
 */

import { type Price, price } from '@commonwatt/units';
import {
  midwayPrice,
  powerOverSlot,
  type Side,
  type StandingTerms,
} from '../account/standing-terms.ts';
import { useOpen } from '../live.tsx';
import { useStreetMarket } from '../market-clock.tsx';

const DEFAULT_DAYS = 30;

export interface DefaultTerms extends StandingTerms {
  /** Between these the limit may be moved. */
  readonly least: Price;
  readonly most: Price;
  readonly slotLengthMs: number;
}

/** Nothing for a member who may neither buy nor sell. */
export function sideOf(roles: readonly string[]): Side | undefined {
  if (roles.includes('consumer')) return 'buy';
  return roles.includes('producer') ? 'sell' : undefined;
}

/** Nothing while the market is not known yet, or where nothing may be ordered. */
export function useDefaultTerms(
  roles: readonly string[] | undefined,
  limit: Price | undefined,
): DefaultTerms | undefined {
  const community = useOpen('communityTotals', {});
  const { market } = useStreetMarket();
  const side = sideOf(roles ?? []);
  if (community.data === undefined || market === undefined || side === undefined) return undefined;
  const { feedInPrice, supplierPrice } = community.data;
  return {
    side,
    limit: limit ?? midwayPrice(feedInPrice, supplierPrice),
    energy: powerOverSlot(market.slotLengthMs),
    days: DEFAULT_DAYS,
    least: price(BigInt(feedInPrice ?? market.priceLeast)),
    most: price(BigInt(supplierPrice ?? market.priceMost)),
    slotLengthMs: market.slotLengthMs,
  };
}
