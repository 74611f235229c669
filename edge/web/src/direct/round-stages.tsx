/** Where a round stands: its stages in their order, and how long the one that is open may last. */

import { dayTime, fullTime } from '../figures.ts';
import { useNodeClock } from '../market-clock.tsx';
import { en } from '../words/en.ts';
import { timeLeft } from './direct-figures.ts';

const words = en.direct;
const ORDER = [
  'listing',
  'revealing',
  'drawing',
  'checking',
  'committing',
  'delivering',
  'paying',
  'closed',
] as const;
type Stage = (typeof ORDER)[number] | 'cancelled';

/** A round without sealed listings has nothing to open. */
function stagesOf(form: string): readonly Stage[] {
  return ORDER.filter((one) => one !== 'revealing' || form === 'sealed');
}

export function RoundStages({ stage, form }: { readonly stage: Stage; readonly form: string }) {
  const stages: readonly Stage[] =
    stage === 'cancelled' ? ['listing', 'cancelled'] : stagesOf(form);
  const at = stages.indexOf(stage);
  return (
    <ol className="stages">
      {stages.map((one, place) => (
        <li
          key={one}
          className={place < at || stage === 'closed' ? 'is-over' : place === at ? 'is-here' : ''}
          aria-current={place === at ? 'step' : undefined}
        >
          {place < at && <span aria-hidden="true">✓ </span>}
          {words.stages[one]}
        </li>
      ))}
    </ol>
  );
}

/** Counts down by the node's clock; nothing where no instant ends the stage. */
export function Countdown({ untilMs }: { readonly untilMs: number }) {
  const clock = useNodeClock();
  if (clock === undefined || untilMs === 0) return null;
  return (
    <span className="round-left" title={`${words.round.untilHint}: ${fullTime(untilMs)}`}>
      <b role="timer">{timeLeft(untilMs - clock.nowMs)}</b>{' '}
      <small>
        {words.round.left}, {words.round.ends(dayTime(untilMs))}
      </small>
    </span>
  );
}
