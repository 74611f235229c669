/** One slot of a market: its curve, its reason, its book, and the slots beside it. */

import { useArrows } from '../arrows.ts';
import { clockTime, dayTime, fullTime, kilowattHours, slotText } from '../figures.ts';
import { useOpen, useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { useNodeClock } from '../market-clock.tsx';
import { ownLots } from '../own-lines.ts';
import { BookTable } from '../parts/book-table.tsx';
import { DayChart } from '../parts/day-chart.tsx';
import { indicationWords, MeritOrder } from '../parts/merit-order.tsx';
import { Neighbours } from '../parts/neighbours.tsx';
import { Answer, Empty, Failed, Panel, Skeleton } from '../parts/panel.tsx';
import { PriceHeadline } from '../parts/price-headline.tsx';
import { OwnTrades } from '../slot/own-trades.tsx';
import { OpenRule, Result } from '../slot/result.tsx';
import { en } from '../words/en.ts';

const QUARTER_HOUR_MS = 900_000;
const DAY_MS = 86_400_000;

interface Slot {
  readonly market: number;
  readonly slotMs: number;
}

export function SlotScreen({ market, slotMs }: Slot) {
  const markets = useOpen('marketList', {});
  const rules = markets.data?.markets.find((one) => one.market === market);
  const length = rules?.slotLengthMs ?? QUARTER_HOUR_MS;
  const isOpen = rules !== undefined && slotMs >= rules.nextSlotMs;
  const before = pathTo.slot(market, slotMs - length);
  const after = pathTo.slot(market, slotMs + length);
  useArrows(before, after);
  const title = en.slot.title(slotText(slotMs, length));
  return (
    <div className="grid">
      <Panel
        isMain
        title={title}
        className="wide-8"
        aside={
          <Neighbours
            before={{ path: before, words: en.slot.previous }}
            after={{ path: after, words: en.slot.next }}
            here={dayTime(slotMs)}
            hint={fullTime(slotMs)}
          />
        }
      >
        {isOpen ? (
          <OpenSlot market={market} slotMs={slotMs} />
        ) : (
          <ClearedSlot market={market} slotMs={slotMs} />
        )}
      </Panel>
      <Panel title={en.slot.lines} className="wide-4">
        {isOpen ? (
          <OpenLines market={market} slotMs={slotMs} />
        ) : (
          <ClearedLines market={market} slotMs={slotMs} />
        )}
        <p className="quiet note">{en.slot.noNames}</p>
      </Panel>
      <DayOf market={market} slotMs={slotMs} slotLengthMs={length} />
    </div>
  );
}

/** What was cleared stays; a slot whose gate has just closed is asked for again until it is there. */
function useClearing({ market, slotMs }: Slot) {
  return useOpen('slotClearing', { params: { market, slotMs } });
}

function ClearedSlot(slot: Slot) {
  const clearing = useClearing(slot);
  if (clearing.data === undefined || clearing.data.clearing.slotMs !== slot.slotMs) {
    return clearing.error ? <Failed fault={clearing.error} /> : <Skeleton lines={8} />;
  }
  const { clearing: result, meanPrice, meanSellerPrice, why, trades } = clearing.data;
  const prices = { price: meanPrice, sellerPrice: meanSellerPrice };
  const isMean = result.price === null;
  return (
    <>
      <PriceHeadline
        prices={prices}
        isMean={isMean}
        without={en.slot.noPrice}
        beside={en.slot.traded(kilowattHours(result.volume, 3), trades)}
      />
      <p className="why">{why}</p>
      <OwnTrades {...slot} />
      <MeritOrder
        lines={result.lines}
        {...prices}
        isMean={isMean}
        volume={result.volume}
        height={280}
      />
      <Result cleared={clearing.data} />
    </>
  );
}

function ClearedLines(slot: Slot) {
  const clearing = useClearing(slot);
  const me = useOwn('ownMember', {});
  const member = me.data?.member;
  const orders = useOwn('memberOrders', { params: { member: member ?? 0 } }, member !== undefined);
  return (
    <Answer of={clearing} lines={8}>
      {({ clearing: result }) => (
        <BookTable
          lines={result.lines}
          ownLots={ownLots(result.seed, result.slotMs, {
            standing: orders.data?.standing.map(({ standing }) => standing) ?? [],
            sent: orders.data?.orders.map(({ order }) => order) ?? [],
          })}
        />
      )}
    </Answer>
  );
}

function useBook({ market, slotMs }: Slot) {
  return useOpen('openBook', { params: { market, slotMs } });
}

function OpenSlot(slot: Slot) {
  const book = useBook(slot);
  return (
    <Answer of={book} lines={8}>
      {({ lines, indication, gateMs }) => (
        <>
          <PriceHeadline
            className="indication"
            prices={indication}
            isMean={false}
            without="–"
            beside={en.slot.opens(clockTime(gateMs))}
          />
          <p className="why">{indicationWords(indication)}</p>
          <MeritOrder lines={lines} {...indication} isOpen height={280} />
          <OpenRule market={slot.market} />
        </>
      )}
    </Answer>
  );
}

function OpenLines(slot: Slot) {
  const book = useBook(slot);
  return (
    <Answer of={book} lines={8}>
      {({ lines }) =>
        lines.length === 0 ? <Empty>{en.merit.empty}</Empty> : <BookTable lines={lines} />
      }
    </Answer>
  );
}

function DayOf(props: Slot & { readonly slotLengthMs: number }) {
  const { market, slotMs, slotLengthMs } = props;
  const clock = useNodeClock();
  const from = slotMs - (slotMs % DAY_MS);
  const prices = useOpen('priceList', {
    params: { market },
    query: { from, until: from + DAY_MS, limit: '500' },
  });
  const isToday = clock !== undefined && clock.nowMs >= from && clock.nowMs < from + DAY_MS;
  return (
    <Panel title={isToday ? en.slot.day : en.slot.thatDay} className="wide-12">
      <Answer of={prices} lines={5}>
        {(answer) => (
          <DayChart
            market={market}
            slots={answer.prices}
            slotLengthMs={slotLengthMs}
            markedMs={slotMs}
          />
        )}
      </Answer>
    </Panel>
  );
}
