/** From a scenario to a run that only needs to be started. */

import { MemoryStorage } from '@commonwatt/consensus';
import { COMMUNITY_ZONE, kindOfMechanism } from '@commonwatt/contracts';
import type { Storage } from '@commonwatt/ledger';
import { formatValue, type Solve, textAt, type Value, wholeAt } from '@commonwatt/mechanisms';
import { energy } from '@commonwatt/units';
import type { Scenario } from '../scenario/scenario.ts';
import type { DayExchange, Exchange } from './book.ts';
import { ColumnExchange } from './column-exchange.ts';
import { dayDeclarationOf } from './day-mechanism.ts';
import { DayMechanismExchange } from './day-mechanism-exchange.ts';
import { LedgerExchange } from './ledger-exchange.ts';
import { LEDGER_MEMBERS_MAX } from './ledger-genesis.ts';
import { FEED_IN_PRICE, type StudyMarket, SUPPLY_PRICE } from './market.ts';
import { MarketError } from './market-error.ts';
import { MechanismExchange, type MechanismExchangeOptions } from './mechanism-exchange.ts';
import type { StudyRun } from './run-study.ts';
import type { TableSink } from './table.ts';
import { priceOf, type World, worldOf } from './world.ts';

export interface Preparation {
  readonly scenario: Scenario;
  readonly identity: StudyRun['identity'];
  readonly market: StudyMarket;
  readonly directory: string;
  readonly sink: TableSink;
  readonly solve?: Solve | undefined;
  /** An empty ledger on disk, where the scenario wants one. */
  readonly openStorage?: () => Promise<Storage>;
  readonly progress?: (slots: number) => void;
}

/** @throws MarketError for a market that the scenario's ledger cannot have */
export async function prepare(preparation: Preparation): Promise<StudyRun> {
  const { scenario, identity, market, sink, solve, progress } = preparation;
  requireMarket(scenario, market);
  const world = worldOf(scenario, preparation);
  const { floor_ct_per_kwh: floor, ceiling_ct_per_kwh: ceiling } = scenario.traders;
  const isPlainCall = market.mechanism.name === 'uniform' && market.mechanism.version === 1;
  const wantsTrades = sink.wants('trades') || scenario.forecast.error_percent > 0;
  const names = world.members.map(({ name }) => name);
  const isInColumns = isPlainCall && !wantsTrades && hasNoFurtherSettings(market);
  const options = exchangeOptions(world, market, { seed: identity.seed, solve });
  const imagined: Exchange = isInColumns
    ? new ColumnExchange({ names, seed: identity.seed, settings: market.settings })
    : new MechanismExchange(options);
  const byDay = dayExchange(options);
  const exchange = scenario.ledger === 'off' ? imagined : await ledgerExchange(preparation, world);
  const slotHours = world.slotMs / 3_600_000;
  return {
    identity,
    world,
    exchange,
    dayExchange: byDay,
    imagined: market.mechanism.kind === 'auction' && byDay === null ? imagined : null,
    isUniform: isPlainCall && scenario.forecast.error_percent === 0,
    floor: floor === undefined ? world.feedInPrice : priceOf(floor),
    ceiling: ceiling === undefined ? world.supplyPrice : priceOf(ceiling),
    rounds: scenario.market.rounds,
    forecastErrorPercent: market.mechanism.kind === 'auction' ? scenario.forecast.error_percent : 0,
    feeders: scenario.network.feeders.map((feeder) => ({
      name: feeder.name,
      importLimitWh: Math.floor(feeder.import_limit_w * slotHours),
      exportLimitWh: Math.floor(feeder.export_limit_w * slotHours),
    })),
    sink,
    ...(progress === undefined ? {} : { progress }),
  };
}

/** Columns know `k` alone. */
function hasNoFurtherSettings({ settings }: StudyMarket): boolean {
  return Object.keys(settings).every((name) => name === 'k');
}

/** Null for a mechanism to which a slot is a call. */
function dayExchange(options: MechanismExchangeOptions): DayExchange | null {
  const { mechanism } = options;
  const declared = dayDeclarationOf(mechanism);
  return declared === null || mechanism.kind !== 'auction'
    ? null
    : new DayMechanismExchange({ ...options, mechanism, declared });
}

function exchangeOptions(
  world: World,
  { mechanism, settings, tables }: StudyMarket,
  { seed, solve }: { seed: number; solve: Solve | undefined },
): MechanismExchangeOptions {
  return {
    mechanism,
    settings,
    tables,
    names: world.members.map(({ name }) => name),
    zones: world.members.map(({ feeder }) => feeder ?? COMMUNITY_ZONE),
    seed,
    slotMs: world.slotMs,
    solve,
    // A rule of sharing bills what comes from outside at the prices that it was told.
    supplyPrice: settings[SUPPLY_PRICE] === undefined ? 0 : Number(wholeAt(settings, SUPPLY_PRICE)),
    feedInPrice:
      settings[FEED_IN_PRICE] === undefined ? 0 : Number(wholeAt(settings, FEED_IN_PRICE)),
  };
}

/** @throws MarketError for a market that the scenario's ledger, or its forecasts, cannot have */
export function requireMarket(scenario: Scenario, { mechanism, settings }: StudyMarket): void {
  const { ledger, market, members, forecast } = scenario;
  if (dayDeclarationOf(mechanism) !== null && forecast.error_percent > 0) {
    const expected = `0 with ${mechanism.name}, whose batteries follow what was traded`;
    throw new MarketError('forecast.error_percent', expected, `${forecast.error_percent}`);
  }
  if (ledger === 'off') return;
  if (kindOfMechanism(mechanism.name) !== 'call auction') {
    throw new MarketError('ledger', 'off, for a ledger has no market of this rule', mechanism.name);
  }
  if (market.rounds > 1) {
    throw new MarketError('market.rounds', '1 with a ledger', `${market.rounds}`);
  }
  if (members.length > LEDGER_MEMBERS_MAX) {
    const expected = `at most ${LEDGER_MEMBERS_MAX} with a ledger`;
    throw new MarketError('members', expected, `${members.length}`);
  }
  if (settings.k !== undefined) thousandths(settings.k);
}

/** The contracts of a node over a ledger in memory or on disk. */
async function ledgerExchange(
  { scenario, identity, market, sink, openStorage }: Preparation,
  world: World,
): Promise<Exchange> {
  const { mechanism, settings, tables } = market;
  const isOnDisk = scenario.ledger === 'embedded';
  if (isOnDisk && openStorage === undefined) {
    throw new MarketError('ledger', 'memory where there is no folder', scenario.ledger);
  }
  const storage = isOnDisk && openStorage ? await openStorage() : new MemoryStorage();
  const { k, ...others } = settings;
  return LedgerExchange.open({
    world,
    storage,
    sink,
    name: `${identity.scenario}/${identity.run}`,
    market: {
      mechanism: mechanism.name,
      kThousandths: k === undefined ? 500 : thousandths(k),
      settings: mechanism.settings.flatMap((field) => {
        const value = others[field.name];
        return value === undefined ? [] : [{ name: field.name, value: formatValue(field, value) }];
      }),
      network: tables.network?.map((row) => ({
        from: textAt(row, 'from'),
        to: textAt(row, 'to'),
        limit: energy(wholeAt(row, 'limit_wh')),
      })),
    },
  });
}

/** @throws MarketError for a k that is no whole number of thousandths */
function thousandths(k: Value): number {
  if (typeof k === 'object' && 'numerator' in k) {
    const { numerator, denominator } = k;
    if ((numerator * 1000n) % denominator === 0n) return Number((numerator * 1000n) / denominator);
  }
  throw new MarketError(
    'market.settings.k',
    'whole thousandths on a ledger',
    formatValue({ form: 'decimal' }, k),
  );
}
