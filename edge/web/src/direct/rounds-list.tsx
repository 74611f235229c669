/** Every round that the reader may see, newest first, with its stage and when it ends. */

import { faultCode, refusalWords } from '../fault-words.ts';
import { dayTime, fullTime } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';

const words = en.direct.rounds;

export function RoundsList(props: { readonly isOfCentre: boolean }) {
  const rounds = useOwn('directRounds', {});
  // Who may read none is refused; that is no fault of theirs.
  if (faultCode(rounds.error) === 'not_admitted') {
    return (
      <Panel title={words.title}>
        <Empty>{props.isOfCentre ? words.empty : refusalWords('not_admitted')}</Empty>
      </Panel>
    );
  }
  return (
    <Panel title={words.title}>
      <Answer of={rounds} lines={5}>
        {(answer) =>
          answer.rounds.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <Scroll label={words.title}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.round}</th>
                    <th scope="col">{words.stage}</th>
                    <th scope="col">{words.ends}</th>
                    <th scope="col">{words.deadline}</th>
                    <th scope="col">{words.mode}</th>
                    <th scope="col" className="number">
                      {words.listings}
                    </th>
                    <th scope="col" className="number">
                      {words.contracts}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {answer.rounds.map((one) => (
                    <tr key={one.round}>
                      <td>
                        <a href={pathTo.directRound(one.round)}>
                          {one.round} {one.name}
                        </a>
                      </td>
                      <td>{en.direct.stages[one.stage]}</td>
                      <td title={one.stageUntilMs === null ? '' : fullTime(one.stageUntilMs)}>
                        {one.stageUntilMs === null ? '–' : dayTime(one.stageUntilMs)}
                      </td>
                      <td title={fullTime(one.deadlineMs)}>{dayTime(one.deadlineMs)}</td>
                      <td>
                        {en.direct.modes[one.mode]}, {en.direct.forms[one.form]}
                      </td>
                      <td className="number">{one.listings}</td>
                      <td className="number">{one.contracts}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Answer>
    </Panel>
  );
}
