/**
 * The matrix of converted values, buyers by sellers. A pair that is pointed at, or reached by the arrow
 * keys, tells the parts of its value beside it; the table below says the same in numbers.
 */

import { type KeyboardEvent, useRef, useState } from 'react';
import { useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours, tokensPerKilowattHour } from './direct-figures.ts';
import { PairParts } from './pair-parts.tsx';
import {
  type Matching,
  type Matrix,
  type Pair,
  type PairRow,
  type Phase,
  pairRows,
} from './pairs.ts';
import { PairsTable } from './pairs-table.tsx';

const words = en.direct.matrix;
/** What is drawn at once; more buyers follow on further pages. */
const ROWS = 25;
const COLUMNS = 50;

export function RoundMatrix({ round }: { readonly round: number }) {
  const [after, setAfter] = useState<number>();
  const query = { limit: `${ROWS}`, ...(after === undefined ? {} : { after: `${after}` }) };
  const params = { round: `${round}` };
  const matrix = useOwn('directMatrix', { params, query });
  const matching = useOwn('directMatching', { params });
  return (
    <Panel title={words.title} className="wide-12">
      <Answer of={matrix} lines={8}>
        {(answer) =>
          answer.rows.length === 0 || answer.sellers.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <>
              <p className="quiet">{words.about}</p>
              <Phases matrix={answer} matching={matching.data} />
              <Pages after={after} next={answer.next} turn={setAfter} />
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

function Pages(props: {
  readonly after: number | undefined;
  readonly next: number | null;
  readonly turn: (after: number | undefined) => void;
}) {
  const { after, next, turn } = props;
  if (after === undefined && next === null) return null;
  return (
    <p className="row">
      {after !== undefined && (
        <button type="button" onClick={() => turn(undefined)}>
          {words.first}
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => turn(next)}>
          {words.more}
        </button>
      )}
    </p>
  );
}

function Phases(props: { readonly matrix: Matrix; readonly matching: Matching | undefined }) {
  const { matrix, matching } = props;
  const hasGreen = matrix.rows.some(({ cells }) => cells.some(({ parts }) => parts?.green != null));
  const [phase, setPhase] = useState<Phase>('general');
  const rows = pairRows(matrix, matching, hasGreen ? phase : 'general');
  return (
    <>
      {hasGreen && (
        <fieldset className="phases">
          <legend className="quiet">{words.phase}</legend>
          {(['green', 'general'] as const).map((one) => (
            <label key={one} className="check">
              <input
                type="radio"
                name="phase"
                checked={phase === one}
                onChange={() => setPhase(one)}
              />
              {words[one]}
            </label>
          ))}
        </fieldset>
      )}
      <Grid key={phase} rows={rows} />
      <details>
        <summary>{words.table}</summary>
        <PairsTable rows={rows} />
      </details>
    </>
  );
}

/** The pair to begin with: the one of the highest value that may trade. */
function bestOf(rows: readonly PairRow[]): Pair | undefined {
  const tradable = rows
    .flatMap(({ pairs }) => pairs)
    .filter(({ state }) => state === 'matched' || state === 'open');
  return tradable.reduce<Pair | undefined>(
    (best, one) =>
      best === undefined || BigInt(one.value?.value ?? 0) > BigInt(best.value?.value ?? 0)
        ? one
        : best,
    undefined,
  );
}

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function Grid({ rows }: { readonly rows: readonly PairRow[] }) {
  const [chosen, setChosen] = useState<readonly [buyer: number, seller: number]>();
  const body = useRef<HTMLTableSectionElement>(null);
  const sellers = rows[0]?.pairs.slice(0, COLUMNS).map(({ seller }) => seller) ?? [];
  const all = rows[0]?.pairs.length ?? 0;
  const begin = bestOf(rows) ?? rows[0]?.pairs[0];
  const pair =
    rows
      .find(({ buyer }) => buyer.member === chosen?.[0])
      ?.pairs.find(({ seller }) => seller.member === chosen?.[1]) ?? begin;
  const move = (event: KeyboardEvent, row: number, column: number) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = `[data-at="${row + step[0]} ${column + step[1]}"]`;
    body.current?.querySelector<HTMLButtonElement>(at)?.focus();
  };
  return (
    <div className="matrix">
      <div>
        <Scroll label={words.title}>
          <table className="matrix-table">
            <thead>
              <tr>
                <th scope="col">{words.corner}</th>
                {sellers.map(({ member, type, price }) => (
                  <th key={member} scope="col" className="number">
                    {member} {en.direct.types[type]}
                    <small>{tokensPerKilowattHour(price)}</small>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody ref={body}>
              {rows.map(({ buyer, pairs }, row) => (
                <tr key={buyer.member}>
                  <th scope="row">
                    {buyer.member} <small>{tokensPerKilowattHour(buyer.price)}</small>
                  </th>
                  {pairs.slice(0, COLUMNS).map((one, column) => (
                    <td key={one.seller.member}>
                      <CellButton
                        pair={one}
                        at={`${row} ${column}`}
                        isChosen={one === pair}
                        choose={() => setChosen([buyer.member, one.seller.member])}
                        onKeyDown={(event) => move(event, row, column)}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <p className="matrix-keys">
          <span className="pair-matched">{words.matched}</span>
          <span className="pair-open">{words.open}</span>
          <span className="pair-refused">{words.refused}</span>
        </p>
        {all > COLUMNS && <p className="quiet">{words.cut(COLUMNS, all)}</p>}
      </div>
      {pair === undefined ? <p className="quiet">{words.choose}</p> : <PairParts pair={pair} />}
    </div>
  );
}

const LOOKS = {
  matched: 'pair-matched',
  open: 'pair-open',
  price: 'pair-refused',
  certificate: 'pair-refused',
  'no corridor': 'pair-refused',
  'no phase': 'pair-refused',
} as const;

function CellButton(props: {
  readonly pair: Pair;
  readonly at: string;
  readonly isChosen: boolean;
  readonly choose: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}) {
  const { pair, isChosen, choose } = props;
  const { buyer, seller, value, state, matched } = pair;
  const text = value === undefined ? '–' : tokensPerKilowattHour(value.value);
  const said = value === undefined ? words.states[state] : `${text}, ${words.states[state]}`;
  return (
    <button
      type="button"
      className={LOOKS[state]}
      data-at={props.at}
      tabIndex={isChosen ? 0 : -1}
      aria-pressed={isChosen}
      aria-label={words.cell(`${buyer.member}`, `${seller.member}`, said)}
      onMouseEnter={choose}
      onFocus={choose}
      onClick={choose}
      onKeyDown={props.onKeyDown}
    >
      {text}
      {matched > 0n && <small>{megawattHours(matched, 0)}</small>}
    </button>
  );
}
