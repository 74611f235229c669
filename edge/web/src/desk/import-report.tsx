/** The dry run: gaps, duplicates, days on which the clock changed, sums by month, of every meter. */

import type { MeterReport } from '@commonwatt/client/import';
import { dayTime, fullTime, kilowattHours } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { Answer, Empty } from '../parts/panel.tsx';
import { QUALITY_NAMES, QualityMark } from '../parts/quality-mark.tsx';
import { en } from '../words/en.ts';
import { ImportTarget } from './import-target.tsx';
import type { ReadImport } from './read-import.ts';

const words = en.desk.import;
const GAPS_SHOWN = 8;
const LINES_SHOWN = 10;

export function ImportReport(props: {
  readonly read: Extract<ReadImport, { readonly ok: true }>;
  readonly slotLengthMs: number;
  /** Of the community: in it days and hours are shown. */
  readonly zone: string;
}) {
  const { read, slotLengthMs, zone } = props;
  const meters = useOwn('meterList', { query: { limit: '500' } });
  const { report } = read;
  const lines = report.duplicateLines.slice(0, LINES_SHOWN).join(', ');
  const odd = [
    report.duplicates === 0 ? words.noDuplicates : words.duplicates(report.duplicates, lines),
    ...(report.emptyCells > 0 ? [words.emptyCells(report.emptyCells)] : []),
    ...(report.missingCells > 0 ? [words.missingCells(report.missingCells)] : []),
    ...(report.wraps > 0 ? [words.wraps(report.wraps)] : []),
  ];
  return (
    <>
      <p>
        {words.rows(report.rows)}; {odd.join('; ')}.
      </p>
      {report.meters.map((one, at) => {
        const imported = read.file.meters[at];
        return (
          <section key={one.meter} className="import-meter" aria-label={words.meterOf(one.meter)}>
            <h3>{words.meterOf(one.meter)}</h3>
            <MeterFacts of={one} slotLengthMs={slotLengthMs} zone={zone} />
            <Answer of={meters} lines={1}>
              {(answer) =>
                answer.meters.length === 0 ? (
                  <Empty>{words.noMeters}</Empty>
                ) : (
                  imported !== undefined && (
                    <ImportTarget
                      imported={imported}
                      meters={answer.meters}
                      slotLengthMs={slotLengthMs}
                    />
                  )
                )
              }
            </Answer>
          </section>
        );
      })}
    </>
  );
}

function MeterFacts(props: {
  readonly of: MeterReport;
  readonly slotLengthMs: number;
  readonly zone: string;
}) {
  const { of, slotLengthMs, zone } = props;
  const { firstMs, lastMs, slots, missingSlots, gaps, qualities, clockChanges, months } = of;
  if (firstMs === undefined || lastMs === undefined) return null;
  return (
    <>
      <p>
        {words.slots(slots, dayTime(firstMs, zone), dayTime(lastMs + slotLengthMs, zone))};{' '}
        {missingSlots === 0 ? words.noGaps : words.gaps(missingSlots)}.
      </p>
      <p className="row">
        {QUALITY_NAMES.map((name) => {
          const count = name === 'missing' ? missingSlots : qualities[name];
          return (
            count > 0 && (
              <span key={name}>
                <QualityMark quality={name} /> {count}
              </span>
            )
          );
        })}
      </p>
      {clockChanges.map(({ date, slotsHere, slotsOfDay }) => (
        <p key={date} className={slotsHere === slotsOfDay ? 'quiet' : 'attention'}>
          {words.clock(date, slotsHere, slotsOfDay)}
        </p>
      ))}
      {gaps.length > 0 && (
        <ul className="sentences">
          {gaps.slice(0, GAPS_SHOWN).map(({ fromMs, untilMs, reason }) => (
            <li key={fromMs} title={fullTime(fromMs, zone)}>
              {dayTime(fromMs, zone)} – {dayTime(untilMs, zone)}: {words.gapReasons[reason]}
            </li>
          ))}
          {gaps.length > GAPS_SHOWN && <li>… {gaps.length - GAPS_SHOWN}</li>}
        </ul>
      )}
      <table className="months">
        <thead>
          <tr>
            <th scope="col">{words.month}</th>
            <th scope="col" className="number">
              {words.slotsColumn}
            </th>
            <th scope="col" className="number">
              {words.imported}
            </th>
            <th scope="col" className="number">
              {words.exported}
            </th>
          </tr>
        </thead>
        <tbody>
          {months.map((one) => (
            <tr key={one.month}>
              <td>{one.month}</td>
              <td className="number">{one.slots}</td>
              <td className="number">{kilowattHours(one.importedWh)}</td>
              <td className="number">{kilowattHours(one.exportedWh)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
