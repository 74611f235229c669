/** What a pair's converted value is made of: each part takes its piece away from the buyer's limit. */

import { en } from '../words/en.ts';
import { megawattHours, percentOfMillionths, tokensPerKilowattHour } from './direct-figures.ts';
import type { Pair } from './pairs.ts';

const words = en.direct.matrix;

interface Bar {
  readonly name: string;
  readonly amount: bigint;
  /** Where the bar begins and ends on the scale of prices. */
  readonly from: bigint;
  readonly to: bigint;
  readonly kind: 'limit' | 'part' | 'result';
}

/** F_B, less the seller's limit, S and W: df; less X: q. Each bar begins where the one before ended. */
export function barsOf({ buyer, parts, value }: Required<Pair>): readonly Bar[] {
  const limit = BigInt(buyer.price);
  const seller = BigInt(parts.sellerAtMeter);
  const transmission = BigInt(parts.transmissionPrice);
  const fees = BigInt(parts.fees);
  const difference = BigInt(parts.difference);
  const certificate = BigInt(value.certificateAtMeter);
  const converted = BigInt(value.value);
  const { parts: names } = words;
  const afterSeller = limit - seller;
  const afterTransmission = afterSeller - transmission;
  const part = (name: string, amount: bigint, from: bigint, to: bigint): Bar => {
    return { name, amount, from, to, kind: 'part' };
  };
  const result = (name: string, amount: bigint): Bar => {
    return { name, amount, from: 0n, to: amount, kind: 'result' };
  };
  return [
    { name: names.buyerLimit, amount: limit, from: 0n, to: limit, kind: 'limit' },
    part(names.sellerLimit, -seller, limit, afterSeller),
    part(names.transmission, -transmission, afterSeller, afterTransmission),
    part(names.fees, -fees, afterTransmission, difference),
    result(names.difference, difference),
    part(names.certificate, -certificate, difference, converted),
    result(names.converted, converted),
  ];
}

export function PairParts({ pair }: { readonly pair: Pair }) {
  const { buyer, seller, parts, value, state, matched } = pair;
  const title = words.pair(`${buyer.member}`, `${seller.member}`);
  return (
    <div className="pair-parts" aria-live="polite">
      <h3>{title}</h3>
      {parts === undefined || value === undefined ? (
        <p>{words.why['no corridor']}</p>
      ) : (
        <>
          <Bars bars={barsOf({ ...pair, parts, value })} />
          <p className="quiet note">
            {words.lossNote(
              tokensPerKilowattHour(seller.price),
              percentOfMillionths(parts.lossMillionths),
            )}
          </p>
          {state === 'price' || state === 'certificate' ? (
            <p>{words.why[state]}</p>
          ) : (
            <p>
              {words.prices(
                tokensPerKilowattHour(parts.buyerPrice),
                tokensPerKilowattHour(parts.sellerPrice),
              )}{' '}
              {matched > 0n && <b>{words.energy(megawattHours(matched))}</b>}
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Bars({ bars }: { readonly bars: readonly Bar[] }) {
  // Display only: a double is exact enough for a pixel.
  const ends = bars.flatMap(({ from, to }) => [Number(from), Number(to)]);
  const least = Math.min(0, ...ends);
  const most = Math.max(1, ...ends);
  const place = (value: bigint) => ((Number(value) - least) / (most - least)) * 100;
  return (
    <table className="parts-table">
      <tbody>
        {bars.map(({ name, amount, from, to, kind }) => {
          const [left, right] = from < to ? [place(from), place(to)] : [place(to), place(from)];
          return (
            <tr key={name} className={`is-${kind}`}>
              <th scope="row">{name}</th>
              <td className="number">{tokensPerKilowattHour(amount, 4)}</td>
              <td className="part-place" aria-hidden="true">
                <i style={{ left: `${left}%`, width: `${Math.max(0.5, right - left)}%` }} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
