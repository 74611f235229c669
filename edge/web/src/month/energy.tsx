/** What went through the member's meter, and which part of it the community shared. */

import type { RouteAnswer } from '@commonwatt/client';
import { kilowattHours, percent } from '../figures.ts';
import { Empty } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

type Energy = RouteAnswer<'memberPeriod'>['energy'];

export function EnergyOfMonth({ energy }: { readonly energy: Energy }) {
  const { imported, exported } = energy;
  if (BigInt(imported) === 0n && BigInt(exported) === 0n) {
    return <Empty>{en.month.energyEmpty}</Empty>;
  }
  return (
    <>
      <Parts
        title={en.month.used}
        side="buy"
        whole={imported}
        shared={[en.month.bought, energy.bought]}
        rest={[en.month.residualImport, energy.residualImport]}
      />
      <Parts
        title={en.month.made}
        side="sell"
        whole={exported}
        shared={[en.month.sold, energy.sold]}
        rest={[en.month.residualExport, energy.residualExport]}
      />
    </>
  );
}

type Part = readonly [words: string, wh: string];

function Parts(props: {
  readonly title: string;
  readonly side: 'buy' | 'sell';
  readonly whole: string;
  readonly shared: Part;
  readonly rest: Part;
}) {
  const { title, side, whole, shared, rest } = props;
  const of = (wh: string) => (BigInt(whole) === 0n ? 0 : thousandths(wh, whole));
  return (
    <section className={`parts ${side}`} aria-label={title}>
      <h3>
        {title} <b>{kilowattHours(whole)}</b>
      </h3>
      <div className="parts-bar" aria-hidden="true">
        <i className="part-shared" style={{ width: `${of(shared[1]) / 10}%` }} />
        <i className="part-rest" style={{ width: `${of(rest[1]) / 10}%` }} />
      </div>
      <dl className="amounts">
        {[shared, rest].map(([words, wh], at) => (
          <div key={words}>
            <dt>
              <i className={at === 0 ? 'part-key part-shared' : 'part-key part-rest'} /> {words}
            </dt>
            <dd>
              {kilowattHours(wh)} <small className="quiet">{percent(of(wh))}</small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** At most all of it: what was shared can be more than was metered where a finding says so. */
function thousandths(part: string, whole: string): number {
  return Math.min(1000, Number((BigInt(part) * 1000n) / BigInt(whole)));
}
