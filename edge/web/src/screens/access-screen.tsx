/** Who else read the member's rows: by what right, what, when and how often. */

import type { RouteAnswer } from '@commonwatt/client';
import { useState } from 'react';
import { dayTime, fullTime } from '../figures.ts';
import { useLive, useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { SignedOut } from './me-screen.tsx';

type Read = RouteAnswer<'accessLog'>['reads'][number];

const ROWS_FIRST = '100';
const ROWS_MOST = '500';

export function AccessScreen() {
  const { own } = useLive();
  const [limit, setLimit] = useState(ROWS_FIRST);
  const log = useOwn('accessLog', { query: { limit } });
  if (own === undefined) return <SignedOut />;
  return (
    <>
      <header className="page-head row">
        <h1>{en.access.title}</h1>
        <a href={pathTo.me()}>{en.access.back}</a>
      </header>
      <Panel title={en.access.panel}>
        <p className="quiet">{en.access.about}</p>
        <Answer of={log} lines={6}>
          {({ reads }) =>
            reads.length === 0 ? (
              <Empty>{en.access.empty}</Empty>
            ) : (
              <>
                <Reads reads={reads.toReversed()} />
                {`${reads.length}` === ROWS_FIRST && (
                  <button type="button" onClick={() => setLimit(ROWS_MOST)}>
                    {en.access.more}
                  </button>
                )}
              </>
            )
          }
        </Answer>
      </Panel>
    </>
  );
}

function Reads({ reads }: { readonly reads: readonly Read[] }) {
  return (
    <Scroll label={en.access.panel}>
      <table className="reads">
        <thead>
          <tr>
            <th scope="col">{en.access.when}</th>
            <th scope="col">{en.access.who}</th>
            <th scope="col">{en.access.what}</th>
            <th scope="col" className="number">
              {en.access.times}
            </th>
          </tr>
        </thead>
        <tbody>
          {reads.map((one) => (
            <tr key={`${one.firstMs} ${one.key} ${one.what} ${one.as} ${one.fromMs}`}>
              <td title={`${fullTime(one.firstMs)} – ${fullTime(one.lastMs)}`}>
                {dayTime(one.lastMs)}
              </td>
              <td title={one.as === 'export' ? undefined : one.key}>
                {readerOf(one)} <small className="quiet">{en.access.rights[one.as]}</small>
              </td>
              <td title={spanOf(one)}>{whatOf(one)}</td>
              <td className="number">{one.count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function readerOf({ as, reader, key }: Read): string {
  if (as === 'export') return en.access.operator;
  return reader === null ? en.access.key(key.slice(0, 8)) : en.access.member(reader);
}

/** In words where the route is known here. */
function whatOf({ what }: Read): string {
  const known: Readonly<Record<string, string>> = en.access.routes;
  return known[what] ?? what;
}

/** All of it where no end was given: the largest instant there is. */
function spanOf({ fromMs, untilMs }: Read): string | undefined {
  if (untilMs >= Number.MAX_SAFE_INTEGER) return undefined;
  return en.access.span(fullTime(fromMs), fullTime(untilMs));
}
