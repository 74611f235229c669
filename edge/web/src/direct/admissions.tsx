/** The admission queue: who waits for the centre's review, and what was decided of the others. */

import type { RouteAnswer } from '@commonwatt/client';
import { dayTime, fullTime } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours, tokens } from './direct-figures.ts';
import { typeWords } from './round-listings.tsx';

const words = en.direct.admissions;
const { units } = en.direct;
type Admission = RouteAnswer<'directAdmissions'>['admissions'][number];

export function Admissions() {
  const answer = useOwn('directAdmissions', {});
  return (
    <Answer of={answer} lines={6}>
      {({ admissions, needed, cut }) => {
        const waiting = admissions.filter(({ status }) => status === 'applied');
        const decided = admissions.filter(({ status }) => status !== 'applied');
        return (
          <div className="stack">
            <Panel title={words.waiting}>
              {waiting.length === 0 ? (
                <Empty>{words.queueEmpty}</Empty>
              ) : (
                <>
                  <p className="attention">
                    {words.queue(waiting.length)} {words.voices(needed)}
                  </p>
                  <Waiting of={waiting} />
                </>
              )}
            </Panel>
            {decided.length > 0 && (
              <Panel title={words.decided}>
                <Decided of={decided} />
              </Panel>
            )}
            {cut && <p className="quiet">{words.cut}</p>}
          </div>
        );
      }}
    </Answer>
  );
}

function Waiting({ of }: { readonly of: readonly Admission[] }) {
  return (
    <Scroll label={words.waiting}>
      <table>
        <thead>
          <tr>
            {[words.member, words.side, words.region, words.applied, words.papers].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.map((one) => (
            <tr key={one.member}>
              <td>{one.member}</td>
              <td>{typeWords(one)}</td>
              <td>{one.region}</td>
              <td title={fullTime(one.appliedMs)}>{dayTime(one.appliedMs)}</td>
              <td>
                <code title={one.papersCommitment}>{one.papersCommitment.slice(0, 16)}…</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Decided({ of }: { readonly of: readonly Admission[] }) {
  return (
    <Scroll label={words.decided}>
      <table>
        <thead>
          <tr>
            {[words.member, words.side, words.region, words.status, words.code].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {[
              `${words.energyMost}, ${units.energy}`,
              `${words.valueMost}, ${units.tokens}`,
              words.defaults,
            ].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
            <th scope="col">{words.reason}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((one) => (
            <tr key={one.member}>
              <td>{one.member}</td>
              <td>{typeWords(one)}</td>
              <td>{one.region}</td>
              <td className={one.status === 'admitted' ? 'ok' : 'no'}>
                {words.statuses[one.status]}
              </td>
              <td>{one.status === 'admitted' && <span title={one.address}>{one.code}</span>}</td>
              <td className="number">{megawattHours(one.energyMost, 0)}</td>
              <td className="number">{tokens(one.valueMost)}</td>
              <td className={one.defaults > 0 ? 'number no' : 'number'}>{one.defaults}</td>
              <td>{one.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
