/** The number that a reader takes along: the price, or what buyers pay beside what sellers get. */

import { centsPerKilowattHour } from '../figures.ts';
import { type SlotPrices, twoPrices } from '../slot-prices.ts';
import { en } from '../words/en.ts';

export function PriceHeadline(props: {
  readonly prices: SlotPrices;
  /** Each trade has its own. */
  readonly isMean: boolean;
  /** What stands instead of a price where there is none. */
  readonly without: string;
  readonly className?: string;
  /** What stands behind it. */
  readonly beside: string;
}) {
  const { prices, isMean, without, className = '', beside } = props;
  const figures = ownPrices(prices, isMean);
  if (figures === undefined) {
    return (
      <p className={`headline ${className}`}>
        {prices.price === null ? without : centsPerKilowattHour(prices.price, 2)}
        <small>{beside}</small>
      </p>
    );
  }
  return (
    <>
      <dl className="two-prices">
        {figures.map(([words, price]) => (
          <div key={words}>
            <dt>{words}</dt>
            <dd className={`headline ${className}`}>{centsPerKilowattHour(price, 2)}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{beside}</p>
    </>
  );
}

/** The figures of a slot whose trades have prices of their own, each with what it is; nothing where all have one. */
function ownPrices(
  prices: SlotPrices,
  isMean: boolean,
): readonly (readonly [words: string, price: string])[] | undefined {
  const two = twoPrices(prices);
  if (two !== undefined) {
    return [
      [en.slot.buyersPay, two.price],
      [en.slot.sellersGet, two.sellerPrice],
    ];
  }
  if (!isMean || prices.price === null) return undefined;
  return [[en.slot.onAverage, prices.price]];
}
