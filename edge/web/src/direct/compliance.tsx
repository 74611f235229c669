/** Who owes certificates of a period and has met it: quotas of consumers, obligations of thermal producers. */

import type { RouteAnswer } from '@commonwatt/client';
import { useState } from 'react';
import { daysText } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours } from './direct-figures.ts';
import { DutyCell } from './duty-bar.tsx';

type Report = RouteAnswer<'certificateCompliance'>;
const words = en.direct.certificates;
const HELD = ['live', 'offered', 'green', 'counted', 'surrendered', 'retired'] as const;

export function Compliance() {
  const [period, setPeriod] = useState<number>();
  const query = period === undefined ? {} : { period: `${period}` };
  const answer = useOwn('certificateCompliance', { query });
  return (
    <Panel title={words.compliance}>
      <Answer of={answer} lines={6}>
        {(report) => (
          <>
            <div className="row">
              <button
                type="button"
                disabled={report.period === 0}
                onClick={() => setPeriod(report.period - 1)}
              >
                ← {words.before}
              </button>
              <b>{words.period(report.period, daysText(report.fromMs, report.untilMs))}</b>
              <button type="button" onClick={() => setPeriod(report.period + 1)}>
                {words.after} →
              </button>
            </div>
            <p className="quiet">{words.standing(megawattHours(report.standing, 3))}</p>
            {report.members.length === 0 ? (
              <Empty>{words.nobodyOwes}</Empty>
            ) : (
              <Members of={report.members} />
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}

function Members({ of }: { readonly of: Report['members'] }) {
  return (
    <Scroll label={words.compliance}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.member}</th>
            <th scope="col">{words.dutyNames.quota}, MWh</th>
            <th scope="col">{words.dutyNames.obligation}, MWh</th>
            {HELD.map((name) => (
              <th key={name} scope="col" className="number">
                {words.statuses[name]}
              </th>
            ))}
            <th scope="col" className="number">
              {words.debtColumn}
            </th>
          </tr>
        </thead>
        <tbody>
          {of.map((one) => (
            <tr key={one.there}>
              <td>
                {one.member ?? '–'} <small className="quiet">{words.there(one.there)}</small>
              </td>
              <td>
                <DutyCell of={one.quota} />
              </td>
              <td>
                <DutyCell of={one.obligation} />
              </td>
              {HELD.map((name) => (
                <td key={name} className="number">
                  {one.held[name] === '0' ? '' : megawattHours(one.held[name])}
                </td>
              ))}
              <td className={one.debt === '0' ? 'number' : 'number no'}>
                {one.debt === '0' ? '' : megawattHours(one.debt)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
