/** One round: its stage and countdown, listings, matrix, what was left over, the check and the contracts. */

import { dayTime } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { RoundMatrix } from './matrix.tsx';
import { RoundCheck } from './round-check.tsx';
import { RoundContracts } from './round-contracts.tsx';
import { RoundListings } from './round-listings.tsx';
import { RoundCorridors, RoundRules } from './round-rules.tsx';
import { Countdown, RoundStages } from './round-stages.tsx';
import { RoundUnmatched } from './round-unmatched.tsx';

const words = en.direct;

export function RoundView({ round }: { readonly round: number }) {
  const answer = useOwn('directRound', { params: { round: `${round}` } });
  return (
    <Answer of={answer} lines={8}>
      {(one) => (
        <div className="grid direct-round">
          <Panel
            title={words.round.title(one.round, one.rules.name)}
            className="wide-12"
            aside={<a href={pathTo.direct('rounds')}>{words.rounds.all}</a>}
          >
            <RoundStages stage={one.stage} form={one.rules.form} />
            <p className="round-now">
              {one.stageUntilMs !== null &&
                (one.stage === 'closed' ? (
                  <span className="quiet">
                    {words.round.correctable(dayTime(one.stageUntilMs))}
                  </span>
                ) : (
                  <Countdown untilMs={one.stageUntilMs} />
                ))}
              <span>{words.stageWords[one.stage]}</span>
            </p>
            <p className="quiet">
              {words.modes[one.rules.mode]}; {words.forms[one.rules.form]};{' '}
              {words.round.counts(one.listings.buyers, one.listings.sellers, one.listings.sealed)}
            </p>
          </Panel>
          <RoundMatrix round={round} />
          <RoundUnmatched round={round} />
          <RoundCheck check={one.check} />
          <RoundContracts round={round} />
          <RoundListings round={round} />
          <RoundRules round={one} />
          <RoundCorridors round={one} />
        </div>
      )}
    </Answer>
  );
}
