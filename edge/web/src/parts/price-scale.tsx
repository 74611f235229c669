/** Where the community's price stands between what the grid pays and what the supplier takes. */

import { centsPerKilowattHour } from '../figures.ts';
import { en } from '../words/en.ts';

export function PriceScale(props: {
  /** What buyers pay. */
  readonly price: string | undefined;
  /** What sellers get, where that is less. */
  readonly sellerPrice?: string | undefined;
  readonly feedIn: string;
  readonly supplier: string;
}) {
  const [feedIn, supplier] = [Number(props.feedIn), Number(props.supplier)];
  const percentOf = (price: string) => {
    const share = (Number(price) - feedIn) / Math.max(1, supplier - feedIn);
    return Math.min(1, Math.max(0, share)) * 100;
  };
  const at = props.price === undefined ? undefined : percentOf(props.price);
  const below = props.sellerPrice === undefined ? undefined : percentOf(props.sellerPrice);
  return (
    <div className="price-scale">
      <div className="scale-bar" aria-hidden="true">
        {at !== undefined && <i className="scale-fill" style={{ width: `${below ?? at}%` }} />}
        {at !== undefined && below !== undefined && (
          <i className="scale-spread" style={{ left: `${below}%`, width: `${at - below}%` }} />
        )}
        {below !== undefined && <i className="scale-mark" style={{ left: `${below}%` }} />}
        {at !== undefined && <i className="scale-mark" style={{ left: `${at}%` }} />}
      </div>
      <div className="scale-ends">
        <span title={en.tiles.feedInHint}>
          {en.tiles.feedIn} {centsPerKilowattHour(props.feedIn)}
        </span>
        <span title={en.tiles.supplierHint}>
          {en.tiles.supplier} {centsPerKilowattHour(props.supplier)}
        </span>
      </div>
    </div>
  );
}
