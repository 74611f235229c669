/** Ranges of certificates with the fields of EnergyTag's granular certificates. */

import type { RouteAnswer } from '@commonwatt/client';
import { dayTime, fullTime } from '../figures.ts';
import { shortHex } from '../hex.ts';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours, tokensPerKilowattHour } from './direct-figures.ts';

type Certificate = RouteAnswer<'memberCertificates'>['certificates'][number];
const words = en.direct.certificates;

export function CertificateRanges(props: {
  readonly label: string;
  readonly certificates: readonly Certificate[];
  readonly currency: string;
  /** Whose they are, where they are not all of one. */
  readonly withOwner?: boolean;
}) {
  const { label, certificates, currency, withOwner = false } = props;
  return (
    <Scroll label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.range}</th>
            {withOwner && <th scope="col">{words.account}</th>}
            <th scope="col" className="number">
              {words.quantity}, {en.direct.units.energy}
            </th>
            <th scope="col">{words.status}</th>
            <th scope="col" className="number">
              {words.price(currency)}
            </th>
            <th scope="col">{words.produced}</th>
            <th scope="col">{words.technology}</th>
            <th scope="col">{words.region}</th>
            <th scope="col">{words.source}</th>
          </tr>
        </thead>
        <tbody>
          {certificates.map((one) => (
            <tr key={`${one.issuance} ${one.first}`}>
              <td title={words.rangeHint}>
                {one.issuance}: {one.first}–{one.last}
              </td>
              {withOwner && <td>{one.owner}</td>}
              <td className="number">{megawattHours(one.energy, 3)}</td>
              <td title={one.bundleStatus}>
                {words.statuses[one.status]}
                {one.beneficiary !== '' && <small className="quiet"> {one.beneficiary}</small>}
              </td>
              <td className="number">
                {one.price === null ? '' : tokensPerKilowattHour(one.price, 6)}
              </td>
              <td title={`${fullTime(one.fromMs)} – ${fullTime(one.untilMs)}`}>
                {dayTime(one.fromMs)} – {dayTime(one.untilMs)}
              </td>
              <td>{words.technologies[one.technology]}</td>
              <td>{one.region}</td>
              <td>
                <code title={one.source.source}>{shortHex(one.source.source)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
