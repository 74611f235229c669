/** Where the community's price stands between what the grid pays and what the supplier takes. */

import { centsPerKilowattHour } from '../figures.ts';
import { en } from '../words/en.ts';

export function PriceScale(props: {
  readonly price: string | undefined;
  readonly feedIn: string;
  readonly supplier: string;
}) {
  const [feedIn, supplier] = [Number(props.feedIn), Number(props.supplier)];
  const share =
    props.price === undefined
      ? undefined
      : (Number(props.price) - feedIn) / Math.max(1, supplier - feedIn);
  const at = share === undefined ? undefined : Math.min(1, Math.max(0, share)) * 100;
  return (
    <div className="price-scale">
      <div className="scale-bar" aria-hidden="true">
        {at !== undefined && <i className="scale-fill" style={{ width: `${at}%` }} />}
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
