/** The first screen: one number, whether all is well, and where it came from. */

import type { RouteAnswer } from '@commonwatt/client';
import {
  cents,
  centsPerKilowattHour,
  kilowattHours,
  moneyText,
  percent,
  slotText,
} from '../figures.ts';
import { useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { useNodeClock, useStreetMarket } from '../market-clock.tsx';
import { DayChart } from '../parts/day-chart.tsx';
import { LedgerStrip } from '../parts/ledger-strip.tsx';
import { indicationWords, MeritOrder } from '../parts/merit-order.tsx';
import { Answer, Empty, Panel, Tile } from '../parts/panel.tsx';
import { PriceScale } from '../parts/price-scale.tsx';
import { StreetPicture } from '../parts/street-picture.tsx';
import { ruleName } from '../rule-words.ts';
import { pricesWords, type SlotPrices, type TwoPrices, twoPrices } from '../slot-prices.ts';
import { en } from '../words/en.ts';

const DAY_MS = 86_400_000;

export function StreetScreen() {
  const { markets, market } = useStreetMarket();
  if (markets.data !== undefined && market === undefined) {
    return (
      <div className="grid">
        <Panel isMain title={en.street.title} className="wide-8">
          <Empty>{en.street.noAuction}</Empty>
        </Panel>
        <LedgerPanel />
      </div>
    );
  }
  return (
    <div className="grid first-screen">
      <Picture />
      <Figures />
      <LastClearing />
      <OpenBook />
      <LedgerPanel />
      <Day />
    </div>
  );
}

function LedgerPanel() {
  const all = <a href={pathTo.blocks()}>{en.ledger.all}</a>;
  return (
    <Panel title={en.ledger.title} className="wide-4 ledger-panel" aside={all}>
      <LedgerStrip limit={6} />
    </Panel>
  );
}

/** The day's slots, today's and yesterday's alike: a day back from the open slot. */
function usePrices() {
  const { market } = useStreetMarket();
  const from = Math.max(0, (market?.nextSlotMs ?? 0) - DAY_MS);
  return useOpen(
    'priceList',
    { params: { market: market?.market ?? 0 }, query: { from, limit: '500' } },
    { enabled: market !== undefined },
  );
}

function Picture() {
  const community = useOpen('communityTotals', {});
  const prices = usePrices();
  const clock = useNodeClock();
  const { market } = useStreetMarket();
  const last = prices.data?.prices.at(-1);
  const words =
    last === undefined || market === undefined
      ? en.street.notYet
      : last.price === null
        ? en.street.noTrade(slotText(last.slotMs, market.slotLengthMs))
        : en.street.flows(
            slotText(last.slotMs, market.slotLengthMs),
            kilowattHours(last.volume),
            pricesWords(last),
          );
  return (
    <Panel isMain title={en.street.title} className="wide-8 picture">
      <Answer of={community} lines={8}>
        {(figures) => (
          <StreetPicture
            kinds={figures.kinds}
            nowMs={clock?.nowMs ?? figures.nowMs}
            sums={{
              offeredWh: Number(last?.offered ?? 0),
              requestedWh: Number(last?.requested ?? 0),
              tradedWh: Number(last?.volume ?? 0),
            }}
            words={words}
          />
        )}
      </Answer>
    </Panel>
  );
}

function Figures() {
  const community = useOpen('communityTotals', {});
  const status = useOpen('ledgerStatus', {});
  const prices = usePrices();
  const currency = status.data?.currency ?? '';
  const { market } = useStreetMarket();
  const slots = prices.data?.prices ?? [];
  const last = slots.findLast((slot) => slot.price !== null);
  const isNow = last === slots.at(-1);
  const slot =
    last === undefined || market === undefined || isNow
      ? undefined
      : slotText(last.slotMs, market.slotLengthMs);
  return (
    <Panel className="wide-4 tiles-panel">
      <Answer of={community} lines={6}>
        {(figures) => (
          <FigureTiles figures={figures} slot={slot} prices={last} currency={currency} />
        )}
      </Answer>
    </Panel>
  );
}

/** What the day's local energy would have cost at the supplier, less what it did cost. */
export function savedToday(figures: RouteAnswer<'communityTotals'>): bigint | undefined {
  if (figures.supplierPrice === null) return undefined;
  return BigInt(figures.tradedWh) * BigInt(figures.supplierPrice) - BigInt(figures.tradedValue);
}

/** What neighbours gain: of two prices each by the own, and what lies between them. */
export function gainWords(of: {
  readonly price: string;
  readonly two: TwoPrices | undefined;
  readonly supplierPrice: string;
  readonly feedInPrice: string;
}): string {
  const between = (high: string, low: string) => centsPerKilowattHour(BigInt(high) - BigInt(low));
  const { price, two, supplierPrice, feedInPrice } = of;
  const sellers = two?.sellerPrice ?? price;
  const gain = en.tiles.gain(between(supplierPrice, price), between(sellers, feedInPrice));
  return two === undefined ? gain : `${gain} ${en.tiles.spread(between(price, sellers))}`;
}

function PricesNow(props: {
  readonly slot: string | undefined;
  readonly prices: SlotPrices | undefined;
}) {
  const { slot, prices } = props;
  const two = prices && twoPrices(prices);
  if (two === undefined) {
    const price = prices?.price ?? undefined;
    return (
      <>
        <span className="tile-label">
          {slot === undefined ? en.tiles.price : en.tiles.lastPrice(slot)}
        </span>
        <p className="headline">
          {price === undefined ? '–' : cents(price)}
          <small>ct/kWh</small>
        </p>
      </>
    );
  }
  const sides = [
    ['buy', slot === undefined ? en.tiles.buyersNow : en.tiles.buyersLast(slot), two.price],
    [
      'sell',
      slot === undefined ? en.tiles.sellersNow : en.tiles.sellersLast(slot),
      two.sellerPrice,
    ],
  ] as const;
  return (
    <dl className="two-prices">
      {sides.map(([side, label, price]) => (
        <div key={side}>
          <dt>{label}</dt>
          <dd className="headline">
            {cents(price)}
            <small>ct/kWh</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FigureTiles(props: {
  readonly figures: RouteAnswer<'communityTotals'>;
  /** Whose prices they are, where it is not the last one. */
  readonly slot: string | undefined;
  readonly prices: SlotPrices | undefined;
  readonly currency: string;
}) {
  const { figures, slot, prices, currency } = props;
  const { supplierPrice, feedInPrice, localShareThousandths: share } = figures;
  const saved = savedToday(figures);
  const priceNow = prices?.price ?? undefined;
  const two = prices && twoPrices(prices);
  return (
    <>
      <div className="headline-tile" title={en.tiles.priceHint}>
        <PricesNow slot={slot} prices={prices} />
        {supplierPrice !== null && feedInPrice !== null && (
          <PriceScale
            price={priceNow}
            sellerPrice={two?.sellerPrice}
            feedIn={feedInPrice}
            supplier={supplierPrice}
          />
        )}
        {priceNow !== undefined && supplierPrice !== null && feedInPrice !== null && (
          <p>{gainWords({ price: priceNow, two, supplierPrice, feedInPrice })}</p>
        )}
      </div>
      <div className="tiles">
        <Tile
          label={en.tiles.supplier}
          hint={en.tiles.supplierHint}
          value={supplierPrice === null ? undefined : centsPerKilowattHour(supplierPrice)}
          without={en.tiles.noTariff}
          tone="supplier"
        />
        <Tile
          label={en.tiles.saved}
          hint={en.tiles.savedHint}
          value={saved === undefined ? undefined : moneyText(saved, currency)}
        />
        <Tile
          label={en.tiles.share}
          hint={en.tiles.shareHint}
          value={share === null ? undefined : percent(share)}
          without={en.tiles.noShare}
        />
        <Tile
          label={en.tiles.traded}
          hint={en.tiles.tradedHint}
          value={kilowattHours(figures.tradedWh, 1)}
        />
      </div>
    </>
  );
}

function LastClearing() {
  const prices = usePrices();
  const { market } = useStreetMarket();
  const last = prices.data?.prices.at(-1);
  const clearing = useOpen(
    'slotClearing',
    { params: { market: market?.market ?? 0, slotMs: last?.slotMs ?? 0 } },
    { enabled: last !== undefined },
  );
  const aside = market !== undefined && last !== undefined && (
    <a href={pathTo.slot(market.market, last.slotMs)}>
      {slotText(last.slotMs, market.slotLengthMs)}
    </a>
  );
  return (
    <Panel title={en.merit.title} className="wide-4 last-clearing" aside={aside}>
      {last === undefined && prices.data !== undefined ? (
        <Empty>{en.street.notYet}</Empty>
      ) : (
        <Answer of={clearing} lines={6}>
          {(answer) => (
            <>
              <MeritOrder
                lines={answer.clearing.lines}
                price={answer.meanPrice}
                sellerPrice={answer.meanSellerPrice}
                isMean={answer.clearing.price === null}
                volume={answer.clearing.volume}
              />
              <p className="why">{answer.why}</p>
              <p className="quiet">
                {en.slot.rule}: {ruleName(answer.clearing.mechanism)}
              </p>
            </>
          )}
        </Answer>
      )}
    </Panel>
  );
}

function OpenBook() {
  const { market } = useStreetMarket();
  const book = useOpen(
    'openBook',
    { params: { market: market?.market ?? 0, slotMs: market?.nextSlotMs ?? 0 } },
    { enabled: market !== undefined },
  );
  const aside = market !== undefined && (
    <a href={pathTo.slot(market.market, market.nextSlotMs)}>
      {slotText(market.nextSlotMs, market.slotLengthMs)}
    </a>
  );
  return (
    <Panel title={en.merit.open} className="wide-4 open-book" aside={aside}>
      <Answer of={book} lines={6}>
        {({ lines, indication }) => (
          <>
            <MeritOrder lines={lines} {...indication} isOpen />
            {lines.length > 0 && <p className="why">{indicationWords(indication)}</p>}
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
    <Panel title={en.slot.day} className="wide-12 day">
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
