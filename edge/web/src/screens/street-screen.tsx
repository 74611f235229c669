/** The first screen: one number, whether all is well, and where it came from. */

import { useEffect, useState } from 'react';
import {
  centsPerKilowattHour,
  countdown,
  kilowattHours,
  moneyText,
  percent,
  slotText,
} from '../figures.ts';
import { useLive, useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { DayChart } from '../parts/day-chart.tsx';
import { LedgerStrip } from '../parts/ledger-strip.tsx';
import { MeritOrder } from '../parts/merit-order.tsx';
import { Answer, Panel, Tile } from '../parts/panel.tsx';
import { StreetPicture } from '../parts/street-picture.tsx';
import { en } from '../words/en.ts';

const DAY_MS = 86_400_000;

/** The node's clock as it goes on between two answers; a demonstration's clock runs faster. */
export function useNodeClock(): { readonly nowMs: number } | undefined {
  const status = useOpen('ledgerStatus', [], (client) => client.ledgerStatus());
  const [seen, setSeen] = useState<{ nowMs: number; atMs: number; speed: number }>();
  const [, redraw] = useState(0);
  const nowMs = status.data?.nowMs;
  useEffect(() => {
    if (nowMs === undefined) return;
    setSeen((before) => {
      const atMs = Date.now();
      const elapsed = before === undefined ? 0 : atMs - before.atMs;
      const speed =
        before === undefined || elapsed < 200
          ? (before?.speed ?? 1)
          : (nowMs - before.nowMs) / elapsed;
      return { nowMs, atMs, speed: Math.max(0, speed) };
    });
  }, [nowMs]);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, []);
  if (seen === undefined) return undefined;
  return { nowMs: seen.nowMs + (Date.now() - seen.atMs) * seen.speed };
}

/** The first call-auction market: the one the street trades in. */
export function useStreetMarket() {
  const markets = useOpen('marketList', [], (client) => client.marketList());
  const market = markets.data?.markets.find((one) => one.kind === 'call auction');
  return { markets, market };
}

export function GateCountdown() {
  const { market } = useStreetMarket();
  const clock = useNodeClock();
  const { connected, heardMs } = useLive();
  if (market === undefined || clock === undefined) return <span className="gate" />;
  const left = market.nextGateMs - clock.nowMs;
  const done = 1 - Math.min(1, Math.max(0, left / market.slotLengthMs));
  const slot = slotText(market.nextSlotMs, market.slotLengthMs);
  return (
    <span className="gate" title={en.gate(slot)}>
      <span className="gate-slot">{slot}</span>
      <span className="gate-bar" aria-hidden="true">
        <i style={{ width: `${Math.round(done * 100)}%` }} />
      </span>
      <span className="gate-left">{countdown(left)}</span>
      <span className={connected ? 'pulse' : 'pulse lost'} role="status">
        {connected
          ? en.connection.live
          : en.connection.lost(Math.round((Date.now() - heardMs) / 1000))}
      </span>
    </span>
  );
}

export function StreetScreen() {
  return (
    <div className="grid">
      <Picture />
      <Figures />
      <LastClearing />
      <OpenBook />
      <Panel title={en.ledger.title} className="wide-4" aside={<a href={pathTo.blocks()}>all</a>}>
        <LedgerStrip limit={6} />
      </Panel>
      <Day />
    </div>
  );
}

function usePrices() {
  const { market } = useStreetMarket();
  const until = market?.nextSlotMs ?? 0;
  return useOpen(
    'priceList',
    [market?.market, until],
    (client) =>
      client.priceList({
        params: { market: market?.market ?? 0 },
        query: { from: Math.max(0, until - DAY_MS), limit: 500 },
      }),
    { enabled: market !== undefined },
  );
}

function useOpenBook() {
  const { market } = useStreetMarket();
  return useOpen(
    'openBook',
    [market?.market, market?.nextSlotMs],
    (client) =>
      client.openBook({
        params: { market: market?.market ?? 0, slotMs: market?.nextSlotMs ?? 0 },
      }),
    { enabled: market !== undefined },
  );
}

function Picture() {
  const community = useOpen('communityTotals', [], (client) => client.communityTotals());
  const prices = usePrices();
  const last = prices.data?.prices.at(-1);
  const clock = useNodeClock();
  const words =
    last === undefined || last.price === null
      ? en.street.noTrade
      : en.street.flows(kilowattHours(last.volume), centsPerKilowattHour(last.price));
  return (
    <Panel title={en.street.title} className="wide-8">
      <Answer of={community} lines={8}>
        {(figures) => (
          <StreetPicture
            kinds={figures.kinds}
            nowMs={clock?.nowMs ?? figures.nowMs}
            offeredWh={last?.offered ?? '0'}
            requestedWh={last?.requested ?? '0'}
            tradingWh={last?.volume ?? '0'}
            words={words}
          />
        )}
      </Answer>
    </Panel>
  );
}

function Figures() {
  const community = useOpen('communityTotals', [], (client) => client.communityTotals());
  const status = useOpen('ledgerStatus', [], (client) => client.ledgerStatus());
  const prices = usePrices();
  const currency = status.data?.currency ?? '';
  const last = prices.data?.prices.findLast((slot) => slot.price !== null);
  return (
    <Panel className="wide-4 tiles">
      <Answer of={community} lines={6}>
        {(figures) => {
          const supplier = figures.supplierPrice;
          const saved =
            supplier === null
              ? undefined
              : BigInt(figures.tradedWh) * BigInt(supplier) - BigInt(figures.tradedValue);
          return (
            <>
              <Tile
                label={en.tiles.price}
                hint={en.tiles.priceHint}
                value={last?.price ? centsPerKilowattHour(last.price) : undefined}
                tone="accent"
              />
              <Tile
                label={en.tiles.supplier}
                hint={en.tiles.supplierHint}
                value={supplier === null ? undefined : centsPerKilowattHour(supplier)}
                tone="grid"
              />
              <Tile
                label={en.tiles.saved}
                hint={en.tiles.savedHint}
                value={saved === undefined ? undefined : moneyText(saved, currency)}
              />
              <Tile
                label={en.tiles.share}
                hint={en.tiles.shareHint}
                value={
                  figures.localShareThousandths === null
                    ? undefined
                    : percent(figures.localShareThousandths)
                }
              />
              <Tile
                label={en.tiles.traded}
                hint={en.tiles.traded}
                value={kilowattHours(figures.tradedWh, 1)}
              />
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}

function LastClearing() {
  const prices = usePrices();
  const { market } = useStreetMarket();
  const last = prices.data?.prices.at(-1);
  const clearing = useOpen(
    'slotClearing',
    [market?.market, last?.slotMs],
    (client) =>
      client.slotClearing({ params: { market: market?.market ?? 0, slotMs: last?.slotMs ?? 0 } }),
    { enabled: last !== undefined, stays: true },
  );
  return (
    <Panel
      title={en.merit.title}
      className="wide-4"
      aside={
        market !== undefined &&
        last !== undefined && (
          <a href={pathTo.slot(market.market, last.slotMs)}>
            {slotText(last.slotMs, market.slotLengthMs)}
          </a>
        )
      }
    >
      {last === undefined && prices.data !== undefined ? (
        <p className="empty">{en.merit.empty}</p>
      ) : (
        <Answer of={clearing} lines={6}>
          {(answer) => (
            <>
              <MeritOrder
                lines={answer.clearing.lines}
                price={answer.clearing.price}
                volume={answer.clearing.volume}
              />
              <p className="why">{answer.why}</p>
            </>
          )}
        </Answer>
      )}
    </Panel>
  );
}

function OpenBook() {
  const book = useOpenBook();
  const { market } = useStreetMarket();
  return (
    <Panel
      title={en.merit.open}
      className="wide-4"
      aside={
        market !== undefined && <span>{slotText(market.nextSlotMs, market.slotLengthMs)}</span>
      }
    >
      <Answer of={book} lines={6}>
        {(answer) => (
          <>
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
    </Panel>
  );
}

function Day() {
  const prices = usePrices();
  const { market } = useStreetMarket();
  return (
    <Panel title={en.slot.day} className="wide-12">
      <Answer of={prices} lines={5}>
        {(answer) => (
          <DayChart
            market={market?.market ?? 0}
            slots={answer.prices}
            slotLengthMs={market?.slotLengthMs ?? 900_000}
          />
        )}
      </Answer>
    </Panel>
  );
}
