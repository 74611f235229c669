/** One slot of a market: its curve, its reason, its book, and the slots beside it. */

import { useEffect } from 'react';
import { centsPerKilowattHour, dayTime, kilowattHours, slotText } from '../figures.ts';
import { useOpen } from '../live.tsx';
import { goTo, pathTo } from '../location.ts';
import { BookTable, MeritOrder } from '../parts/merit-order.tsx';
import { Answer, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

const QUARTER_HOUR_MS = 900_000;

/** Left and right arrows step to the neighbour, unless someone is typing. */
export function useArrows(previous: string | undefined, next: string | undefined): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement) return;
      if (event.key === 'ArrowLeft' && previous !== undefined) goTo(previous);
      if (event.key === 'ArrowRight' && next !== undefined) goTo(next);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [previous, next]);
}

export function SlotScreen({
  market,
  slotMs,
}: {
  readonly market: number;
  readonly slotMs: number;
}) {
  const markets = useOpen('marketList', [], (client) => client.marketList());
  const rules = markets.data?.markets.find((one) => one.market === market);
  const length = rules?.slotLengthMs ?? QUARTER_HOUR_MS;
  const isOpen = rules !== undefined && slotMs >= rules.nextSlotMs;
  const previous = pathTo.slot(market, slotMs - length);
  const next = pathTo.slot(market, slotMs + length);
  useArrows(previous, next);
  const beside = (
    <nav className="beside" aria-label={en.slot.title(slotText(slotMs, length))}>
      <a href={previous} title={en.slot.previous}>
        ←
      </a>
      <span>{dayTime(slotMs)}</span>
      <a href={next} title={en.slot.next}>
        →
      </a>
    </nav>
  );
  return (
    <div className="grid">
      <Panel title={en.slot.title(slotText(slotMs, length))} className="wide-8" aside={beside}>
        {isOpen ? (
          <OpenSlot market={market} slotMs={slotMs} />
        ) : (
          <ClearedSlot market={market} slotMs={slotMs} />
        )}
      </Panel>
      {!isOpen && (
        <Panel title={en.slot.lines} className="wide-4">
          <ClearedLines market={market} slotMs={slotMs} />
        </Panel>
      )}
    </div>
  );
}

function useClearing(market: number, slotMs: number) {
  return useOpen(
    'slotClearing',
    [market, slotMs],
    (client) => client.slotClearing({ params: { market, slotMs } }),
    { stays: true },
  );
}

function ClearedSlot({ market, slotMs }: { readonly market: number; readonly slotMs: number }) {
  const clearing = useClearing(market, slotMs);
  return (
    <Answer of={clearing} lines={8}>
      {({ clearing: result, why, height, trades }) => (
        <>
          <p className="headline">
            {result.price === null ? '—' : centsPerKilowattHour(result.price, 2)}
            <small>{` ${kilowattHours(result.volume, 3)} · ${trades} trades`}</small>
          </p>
          <MeritOrder lines={result.lines} price={result.price} volume={result.volume} />
          <p className="why">{why}</p>
          {result.low !== null && result.high !== null && (
            <p className="quiet">
              {en.slot.interval(
                centsPerKilowattHour(result.low, 2),
                centsPerKilowattHour(result.high, 2),
              )}
            </p>
          )}
          <p>
            <a href={pathTo.block(height)}>{en.ledger.block(height)}</a>
          </p>
        </>
      )}
    </Answer>
  );
}

function ClearedLines({ market, slotMs }: { readonly market: number; readonly slotMs: number }) {
  const clearing = useClearing(market, slotMs);
  return (
    <Answer of={clearing} lines={8}>
      {({ clearing: result }) => <BookTable lines={result.lines} />}
    </Answer>
  );
}

function OpenSlot({ market, slotMs }: { readonly market: number; readonly slotMs: number }) {
  const book = useOpen('openBook', [market, slotMs], (client) =>
    client.openBook({ params: { market, slotMs } }),
  );
  return (
    <Answer of={book} lines={8}>
      {(answer) => (
        <>
          <p className="quiet">{en.slot.notCleared}</p>
          <MeritOrder
            lines={answer.lines}
            price={answer.indication.price}
            volume={answer.indication.volume}
          />
          <p className="why">
            {answer.indication.price === null
              ? en.merit.noIndication
              : en.merit.indication(
                  centsPerKilowattHour(answer.indication.price),
                  kilowattHours(answer.indication.volume),
                )}
          </p>
        </>
      )}
    </Answer>
  );
}
