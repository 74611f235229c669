/** A member's account of certificates: what it holds, what it owes, and what has not crossed yet. */

import type { RouteAnswer } from '@commonwatt/client';
import { daysText, dayTime, moneyText } from '../figures.ts';
import { shortHex } from '../hex.ts';
import { useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { CertificateRanges } from './certificate-ranges.tsx';
import { megawattHours } from './direct-figures.ts';
import { DutyCell } from './duty-bar.tsx';

type Own = RouteAnswer<'memberCertificates'>;
const words = en.direct.certificates;

export function OwnCertificates(props: { readonly member: number; readonly currency: string }) {
  const { member, currency } = props;
  const answer = useOwn('memberCertificates', { params: { member: `${member}` } });
  return (
    <Answer of={answer} lines={6}>
      {(own) => (
        <>
          <Panel title={words.account}>
            {own.there === null ? (
              <Empty>{words.notThere}</Empty>
            ) : (
              <p>
                {words.holder(own.there)} {words.coin(moneyText(own.coin, currency))}
              </p>
            )}
            {own.debt !== '0' && <p className="attention">{words.debt(megawattHours(own.debt))}</p>}
            {own.there !== null && own.certificates.length === 0 && <Empty>{words.empty}</Empty>}
            {own.certificates.length > 0 && (
              <CertificateRanges
                label={words.account}
                certificates={own.certificates}
                currency={currency}
              />
            )}
            {own.cut && <p className="quiet">{words.cut}</p>}
          </Panel>
          <Panel title={words.duties}>
            <OwnDuties of={own} />
          </Panel>
          <Panel title={words.entitlements}>
            <Entitlements of={own} />
          </Panel>
        </>
      )}
    </Answer>
  );
}

function OwnDuties({ of }: { readonly of: Own }) {
  if (of.duties.length === 0) return <Empty>{words.noDuties}</Empty>;
  return (
    <ul className="rows">
      {of.duties.map((one) => (
        <li key={`${one.duty} ${one.period}`} className="row">
          <span className="duty-name">
            <b>{words.dutyNames[one.duty]}</b>{' '}
            <small className="quiet">{daysText(one.fromMs, one.untilMs)}</small>
          </span>
          <DutyCell of={one} />
        </li>
      ))}
    </ul>
  );
}

function Entitlements({ of }: { readonly of: Own }) {
  if (of.entitlements.length === 0) return <Empty>{words.noEntitlements}</Empty>;
  return (
    <Scroll label={words.entitlements}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.kind}</th>
            <th scope="col" className="number">
              {words.quantity}, {en.direct.units.energy}
            </th>
            <th scope="col">{words.produced}</th>
            <th scope="col">{words.technology}</th>
            <th scope="col">{words.region}</th>
            <th scope="col">{words.source}</th>
            <th scope="col">{words.crossed}</th>
          </tr>
        </thead>
        <tbody>
          {of.entitlements.map((one) => (
            <tr key={`${one.kind} ${one.source}`}>
              <td>{words.kinds[one.kind]}</td>
              <td className="number">{megawattHours(one.energy, 3)}</td>
              <td>
                {dayTime(one.fromMs)} – {dayTime(one.untilMs)}
              </td>
              <td>{one.kind === 'quota' ? '' : words.technologies[one.technology]}</td>
              <td>{one.region}</td>
              <td>
                <code title={one.source}>{shortHex(one.source)}</code>
              </td>
              <td className={one.lockedVersion === one.version ? 'ok' : 'attention-text'}>
                {one.lockedVersion === one.version ? words.isCrossed : words.notCrossed}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
