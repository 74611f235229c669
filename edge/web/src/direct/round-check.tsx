/** The security check: what every corridor was asked for and granted beside its limit, and which limit bound. */

import type { RouteAnswer } from '@commonwatt/client';
import { Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours } from './direct-figures.ts';

const words = en.direct.check;
type Check = NonNullable<RouteAnswer<'directRound'>['check']>;
type Corridor = Check['corridors'][number];

export function RoundCheck({ check }: { readonly check: Check | null }) {
  return (
    <Panel title={words.title} className="wide-6">
      {check === null ? <Empty>{words.notYet}</Empty> : <Checked check={check} />}
    </Panel>
  );
}

function Checked({ check }: { readonly check: Check }) {
  const { checkedBy, reason, rounds, corridors } = check;
  const binding = corridors.filter((one) => one.binding).map(nameOf);
  return (
    <>
      <p className={binding.length > 0 ? 'attention' : 'ok'}>
        {binding.length > 0 ? `⚠ ${words.binds(binding.join(', '))}` : `✓ ${words.holds}`}
      </p>
      <p>
        {checkedBy === null ? words.byTime : words.by(checkedBy)}{' '}
        {reason !== '' && words.reason(reason)}{' '}
        <span className="quiet">{words.rounds(rounds)}</span>
      </p>
      {corridors.length === 0 ? <Empty>{words.none}</Empty> : <Corridors corridors={corridors} />}
    </>
  );
}

function nameOf({ from, to }: Corridor): string {
  return `${from}–${to}`;
}

function Corridors({ corridors }: { readonly corridors: readonly Corridor[] }) {
  const { units } = en.direct;
  return (
    <Scroll label={words.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.corridor}</th>
            <th scope="col">{words.drawn}</th>
            {[words.limit, words.requested, words.granted].map((name) => (
              <th key={name} scope="col" className="number">
                {name}, {units.energy}
              </th>
            ))}
            <th scope="col">{words.state}</th>
          </tr>
        </thead>
        <tbody>
          {corridors.map((one) => (
            <tr key={nameOf(one)}>
              <td>{nameOf(one)}</td>
              <td>
                <Bar of={one} />
              </td>
              <td className="number">{megawattHours(one.limit)}</td>
              <td className="number">{megawattHours(one.requested)}</td>
              <td className="number">{megawattHours(one.granted)}</td>
              <td className={one.binding ? 'no' : 'ok'}>
                {one.binding ? words.binding : words.free}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The numbers beside it say the same. */
function Bar({ of }: { readonly of: Corridor }) {
  const [limit, requested, granted] = [Number(of.limit), Number(of.requested), Number(of.granted)];
  const most = Math.max(limit, requested, granted, 1);
  const wide = (value: number) => (value / most) * 160;
  return (
    <svg className="corridor" viewBox="0 0 162 16" role="img" aria-label={words.bar(nameOf(of))}>
      <rect className="asked" x="0" y="3" width={wide(requested)} height="10" />
      <rect className="granted" x="0" y="3" width={wide(granted)} height="10" />
      <line className="limit" x1={wide(limit)} x2={wide(limit)} y1="0" y2="16" />
    </svg>
  );
}
