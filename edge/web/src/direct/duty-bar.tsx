/** How much of a duty is met, drawn and in words beside it. */

import { en } from '../words/en.ts';
import { megawattHours } from './direct-figures.ts';

const words = en.direct.certificates;

interface Duty {
  readonly owed: string;
  readonly met: string;
  readonly missing: string;
}

export function DutyCell({ of }: { readonly of: Duty }) {
  if (of.owed === '0') return <span className="quiet">{words.noDuty}</span>;
  const isMet = of.missing === '0';
  // Display only: a double is exact enough for a pixel.
  const part = Math.min(1, Number(of.met) / Number(of.owed));
  return (
    <span className="duty">
      <span className="duty-bar" aria-hidden="true">
        <i className="duty-met" style={{ width: `${part * 100}%` }} />
      </span>
      {words.metOf(megawattHours(of.met), megawattHours(of.owed))}{' '}
      <span className={isMet ? 'ok' : 'no'}>
        {isMet ? words.met : words.missing(megawattHours(of.missing))}
      </span>
    </span>
  );
}
