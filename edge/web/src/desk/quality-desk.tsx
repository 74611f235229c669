/** How much every meter measured: counts, a strip over the span, gaps, flags and feeders. */

import type { RouteAnswer } from '@commonwatt/client';
import { useMemo, useState } from 'react';
import { dayTime, fullTime } from '../figures.ts';
import { useOwn, useZone } from '../live.tsx';
import { useNodeClock } from '../market-clock.tsx';
import { dayAfter, dayOf, startOfDay } from '../month/days.ts';
import { Answer, Empty, Panel, Skeleton } from '../parts/panel.tsx';
import { isQuality, QUALITY_NAMES, QualityMark } from '../parts/quality-mark.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';

const words = en.desk.quality;
const DAYS = [1, 7, 31] as const;

type Quality = RouteAnswer<'readingQualityList'>;
type MeterQuality = Quality['meters'][number];
interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly zone: string;
}

export function QualityDesk() {
  const clock = useNodeClock();
  const zone = useZone();
  if (clock === undefined || zone === undefined) return <Skeleton lines={6} />;
  return <OfDays today={dayOf(clock.nowMs, zone)} zone={zone} />;
}

function OfDays({ today, zone }: { readonly today: string; readonly zone: string }) {
  const [from, setFrom] = useState(today);
  const [days, setDays] = useState<number>(1);
  const [starts, setStarts] = useState<readonly (number | undefined)[]>([undefined]);
  const span = useMemo(
    () => ({
      fromMs: startOfDay(from, zone),
      untilMs: startOfDay(dayAfter(from, days), zone),
      zone,
    }),
    [from, days, zone],
  );
  return (
    <div className="stack">
      <div className="row">
        <label className="field">
          {words.from}
          <input
            type="date"
            value={from}
            onChange={(event) => {
              if (event.target.value === '') return;
              setFrom(event.target.value);
              setStarts([undefined]);
            }}
          />
        </label>
        <label className="field">
          {words.days}
          <select
            value={days}
            onChange={(event) => {
              setDays(Number(event.target.value));
              setStarts([undefined]);
            }}
          >
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        </label>
        <p className="quiet">{words.zone(zone)}</p>
      </div>
      {starts.map((after, at) => (
        <Page
          key={`${from} ${days} ${after}`}
          span={span}
          after={after}
          more={at === starts.length - 1 ? (next) => setStarts([...starts, next]) : undefined}
        />
      ))}
    </div>
  );
}

function Page(props: {
  readonly span: Span;
  readonly after: number | undefined;
  readonly more: ((next: number) => void) | undefined;
}) {
  const { span, after, more } = props;
  const query = { from: `${span.fromMs}`, until: `${span.untilMs}` };
  const quality = useOwn('readingQualityList', {
    query: after === undefined ? query : { ...query, after: `${after}` },
  });
  return (
    <Answer of={quality} lines={8}>
      {(answer) => (
        <>
          <Panel title={words.meters}>
            {answer.meters.length === 0 ? (
              <Empty>{words.empty}</Empty>
            ) : (
              <Meters meters={answer.meters} span={span} />
            )}
            {answer.next !== null && more !== undefined && (
              <button type="button" onClick={() => more(answer.next ?? 0)}>
                {words.more}
              </button>
            )}
          </Panel>
          <Panel title={words.gaps}>
            <Gaps meters={answer.meters} zone={span.zone} />
          </Panel>
          {after === undefined && (
            <Panel title={words.feeders}>
              <Feeders feeders={answer.feeders} zone={span.zone} />
            </Panel>
          )}
        </>
      )}
    </Answer>
  );
}

function Meters({
  meters,
  span,
}: {
  readonly meters: readonly MeterQuality[];
  readonly span: Span;
}) {
  return (
    <Scroll label={words.meters}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.meter}</th>
            <th scope="col">{words.member}</th>
            <th scope="col">{words.strip}</th>
            <th scope="col" className="number">
              {words.expected}
            </th>
            {QUALITY_NAMES.map((name) => (
              <th key={name} scope="col" className="number">
                <QualityMark quality={name} />
              </th>
            ))}
            <th scope="col" className="number">
              {words.flagged}
            </th>
            <th scope="col" className="number">
              {words.corrected}
            </th>
          </tr>
        </thead>
        <tbody>
          {meters.map((one) => (
            <tr key={one.meter}>
              <td>{one.meter}</td>
              <td>{one.member}</td>
              <td>
                <Strip of={one} span={span} />
              </td>
              <td className="number">{one.expected}</td>
              {QUALITY_NAMES.map((name) => (
                <td
                  key={name}
                  className={name === 'missing' && one.counts.missing > 0 ? 'number no' : 'number'}
                >
                  {one.counts[name]}
                </td>
              ))}
              <td className={one.flagged > 0 ? 'number no' : 'number'}>{one.flagged}</td>
              <td className="number">{one.corrected}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The table beside it says the same in numbers, and the list below in words. */
function Strip({ of, span }: { readonly of: MeterQuality; readonly span: Span }) {
  const { zone } = span;
  const whole = span.untilMs - span.fromMs;
  return (
    <svg
      className="strip"
      viewBox="0 0 1000 16"
      preserveAspectRatio="none"
      role="img"
      aria-label={words.stripOf(of.meter)}
    >
      {of.stretches.map(({ fromMs, untilMs, quality, flags }) => {
        const x = ((fromMs - span.fromMs) / whole) * 1000;
        const width = ((untilMs - fromMs) / whole) * 1000;
        // Lower means worse, so that the colour is not needed to tell them apart.
        const height = isQuality(quality) ? HEIGHTS[quality] : 16;
        return (
          <g key={fromMs}>
            <rect className={`fill-${quality}`} x={x} width={width} y={16 - height} height={height}>
              <title>{`${dayTime(fromMs, zone)} – ${dayTime(untilMs, zone)}: ${quality}`}</title>
            </rect>
            {flags.length > 0 && (
              <rect className="strip-flag" x={x} width={width} y={0} height={3} />
            )}
          </g>
        );
      })}
    </svg>
  );
}
const HEIGHTS = { measured: 16, substituted: 11, estimated: 7, missing: 3 } as const;

function Gaps(props: { readonly meters: readonly MeterQuality[]; readonly zone: string }) {
  const { meters, zone } = props;
  const odd = meters.flatMap((one) => {
    const stretches = one.stretches.filter(
      ({ quality, flags }) => quality !== 'measured' || flags.length > 0,
    );
    return stretches.length === 0 ? [] : [{ one, stretches }];
  });
  if (odd.length === 0) return <p className="quiet">{words.noGaps}</p>;
  return (
    <ul className="rows gap-rows">
      {odd.map(({ one, stretches }) => (
        <li key={one.meter}>
          <details>
            <summary>
              {words.gapsOf(one.meter)} <span className="quiet">({stretches.length})</span>
            </summary>
            <ul className="sentences">
              {stretches.map(({ fromMs, untilMs, quality, flags }) => (
                <li key={fromMs} title={fullTime(fromMs, zone)}>
                  {dayTime(fromMs, zone)} – {dayTime(untilMs, zone)}:{' '}
                  <QualityMark quality={quality} />
                  {flags.length > 0 && ` ⚠ ${flags.map((flag) => words.flags[flag]).join(', ')}`}
                </li>
              ))}
              {one.cut && <li className="quiet">{words.cut}</li>}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}

function Feeders(props: { readonly feeders: Quality['feeders']; readonly zone: string }) {
  const { feeders, zone } = props;
  if (feeders.length === 0) return <Empty>{words.noFeeders}</Empty>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.feeder}</th>
          <th scope="col">{words.meter}</th>
          <th scope="col" className="number">
            {words.compared}
          </th>
          <th scope="col" className="number">
            {words.unbalanced}
          </th>
          <th scope="col" />
        </tr>
      </thead>
      <tbody>
        {feeders.map((one) => (
          <tr key={`${one.feeder} ${one.meter}`}>
            <td>{one.feeder}</td>
            <td>{one.meter}</td>
            <td className="number">{one.compared}</td>
            <td className="number">{one.unbalanced}</td>
            <td
              className={one.unbalanced > 0 ? 'no' : 'ok'}
              title={one.slotsMs.map((ms) => dayTime(ms, zone)).join(', ')}
            >
              {one.unbalanced > 0 ? words.off : words.balanced}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
