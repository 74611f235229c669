/** How much of the month was measured, and how much was not. */

import type { RouteAnswer } from '@commonwatt/client';
import { percent } from '../figures.ts';
import { Empty } from '../parts/panel.tsx';
import { QUALITY_NAMES, QualityMark } from '../parts/quality-mark.tsx';
import { en } from '../words/en.ts';

export function QualityOfMonth(props: {
  readonly quality: RouteAnswer<'memberPeriod'>['quality'];
}) {
  const { quality } = props;
  const { total, measured, signedBy } = quality;
  if (total === 0) return <Empty>{en.month.qualityEmpty}</Empty>;
  const of = (count: number) => Math.round((count * 1000) / total);
  return (
    <>
      <p>{en.month.qualityWords(percent(of(measured)), total)}</p>
      <div className="quality-bar" aria-hidden="true">
        {QUALITY_NAMES.map((name) => (
          <i
            key={name}
            className={`fill-${name}`}
            style={{ width: `${of(quality[name]) / 10}%` }}
          />
        ))}
      </div>
      <dl className="amounts">
        {QUALITY_NAMES.map((name) => (
          <div key={name}>
            <dt>
              <QualityMark quality={name} />
            </dt>
            <dd>
              {quality[name]} <small className="quiet">{percent(of(quality[name]))}</small>
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet">
        {en.month.signedBy(signedBy.device, signedBy.gateway, signedBy.provider)}
      </p>
    </>
  );
}
