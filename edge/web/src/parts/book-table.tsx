/** The book as rows without names; a member's own rows are marked on its own device alone. */

import { cents, kilowattHours } from '../figures.ts';
import { en } from '../words/en.ts';
import type { BookLine } from './book-line.ts';
import { Scroll } from './scroll.tsx';

/** Offers from the cheapest up, then requests from the dearest down: the order of the curves. */
export function byMerit(lines: readonly BookLine[]): readonly BookLine[] {
  return lines.toSorted((a, b) => {
    if (a.side !== b.side) return a.side === 'sell' ? -1 : 1;
    return (a.side === 'sell' ? 1 : -1) * (Number(a.limit) - Number(b.limit));
  });
}

export function BookTable(props: {
  readonly lines: readonly BookLine[];
  readonly ownLots?: ReadonlySet<string>;
}) {
  const { ownLots } = props;
  const lines = byMerit(props.lines);
  const filled = lines.some((line) => line.filled !== undefined);
  return (
    <Scroll label={en.slot.lines}>
      <table>
        <thead>
          <tr>
            <th scope="col">{en.slot.order}</th>
            <th scope="col" className="number">
              {en.slot.limit}
            </th>
            <th scope="col" className="number">
              {en.slot.energy}
            </th>
            {filled && (
              <th scope="col" className="number">
                {en.slot.filled}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, at) => {
            const isOwn = line.lot !== undefined && ownLots?.has(line.lot) === true;
            return (
              // A book has no names: the position is all that tells two equal lines apart.
              // biome-ignore lint/suspicious/noArrayIndexKey: lines are anonymous
              <tr key={at} className={isOwn ? 'own' : undefined}>
                <td className={line.side}>
                  {line.side === 'sell' ? '▲' : '▼'} {en.slot.side[line.side]}
                  {line.zone && <small> {line.zone}</small>}
                  {isOwn && <strong className="own-mark">{en.slot.yours}</strong>}
                </td>
                <td className="number">{cents(line.limit, 2)}</td>
                <td className="number">{kilowattHours(line.energy, 3)}</td>
                {filled && (
                  <td className={line.filled === '0' ? 'number quiet' : 'number'}>
                    {line.filled === '0' ? '–' : kilowattHours(line.filled ?? '0', 3)}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
