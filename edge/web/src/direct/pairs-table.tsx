/** The matrix line by line: every part of every pair's converted value. */

import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours, tokensPerKilowattHour } from './direct-figures.ts';
import type { Pair, PairRow } from './pairs.ts';

const words = en.direct.matrix;
/** Lines of the table; more buyers are on further pages. */
const LINES = 500;

export function PairsTable({ rows }: { readonly rows: readonly PairRow[] }) {
  const pairs = rows.flatMap((row) => row.pairs);
  return (
    <>
      <Scroll label={words.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.buyer}</th>
              <th scope="col">{words.seller}</th>
              {words.columns.map((name) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
              <th scope="col">{words.state}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.slice(0, LINES).map((pair) => (
              <Line key={`${pair.buyer.member} ${pair.seller.member}`} pair={pair} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {pairs.length > LINES && <p className="quiet">{words.cut(LINES, pairs.length)}</p>}
    </>
  );
}

function Line({ pair }: { readonly pair: Pair }) {
  const { buyer, seller, parts, value, state, matched } = pair;
  const figures = [
    buyer.price,
    parts?.sellerAtMeter,
    parts?.transmissionPrice,
    parts?.fees,
    parts?.difference,
    value?.certificateAtMeter,
    value?.value,
  ];
  return (
    <tr>
      <td>{buyer.member}</td>
      <td>
        {seller.member} {en.direct.types[seller.type]}
      </td>
      {figures.map((figure, at) => (
        <td key={words.columns[at]} className="number">
          {figure === undefined ? '–' : tokensPerKilowattHour(figure, 4)}
        </td>
      ))}
      <td>{state === 'matched' ? `✓ ${megawattHours(matched)} MWh` : words.states[state]}</td>
    </tr>
  );
}
