/** The limit of the first standing order, under a thumb: from feed-in price to supplier price. */

import { type Price, price } from '@commonwatt/units';
import { previewOf } from '../account/standing-form.tsx';
import { centsPerKilowattHour } from '../figures.ts';
import { en } from '../words/en.ts';
import type { DefaultTerms } from './use-default-terms.ts';

/** A tenth of a cent. */
const STEP = 1000;

export function StandingChoice(props: {
  readonly terms: DefaultTerms;
  readonly currency: string;
  readonly choose: (limit: Price) => void;
}) {
  const { terms, currency, choose } = props;
  return (
    <fieldset className="choice">
      <legend>{terms.side === 'buy' ? en.join.choiceBuy : en.join.choiceSell}</legend>
      <output className="headline">{centsPerKilowattHour(terms.limit)}</output>
      <input
        type="range"
        aria-label={terms.side === 'buy' ? en.join.choiceBuy : en.join.choiceSell}
        aria-valuetext={centsPerKilowattHour(terms.limit)}
        min={Number(terms.least)}
        max={Number(terms.most)}
        step={STEP}
        value={Number(terms.limit)}
        onChange={(event) => choose(price(BigInt(event.target.value)))}
      />
      <div className="scale-ends">
        <span>
          {en.tiles.feedIn} {centsPerKilowattHour(terms.least)}
        </span>
        <span>
          {en.tiles.supplier} {centsPerKilowattHour(terms.most)}
        </span>
      </div>
      <p className="preview">{previewOf(terms, terms.slotLengthMs, currency)}</p>
    </fieldset>
  );
}
