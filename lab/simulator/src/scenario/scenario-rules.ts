/** What a schema cannot say of a scenario: what must hold between its values. */

import { parseInstant, QuantityTextError } from '@commonwatt/units';
import { isModule } from './from-folder.ts';
import { meantName } from './nearest-name.ts';
import { SCENARIO_SLOTS_MAX, type Scenario, type ScenarioMember } from './scenario.ts';
import { type FaultAt, type Path, shown } from './scenario-error.ts';

/** Names that the lab knows; a scenario is held to them where they are given. */
export interface KnownNames {
  readonly mechanisms: readonly string[];
  readonly traders: readonly string[];
}

/** Members times slots. */
export const SCENARIO_CELLS_MAX = 100_000_000;

/** Every rule that a scenario of the right shape breaks. */
export function ruleFaults(scenario: Scenario, known?: KnownNames): readonly FaultAt[] {
  const faults: FaultAt[] = [];
  const fault = (path: Path, expected: string, got: string) => faults.push({ path, expected, got });
  timeRules(scenario, fault);
  priceRules(scenario, fault);
  nameRules(scenario, fault);
  for (const [at, member] of scenario.members.entries()) memberRules(member, at, fault);
  sweepRules(scenario, fault);
  if (known !== undefined) knownRules(scenario, known, fault);
  return faults;
}

type Fault = (path: Path, expected: string, got: string) => void;

function timeRules({ time, members }: Scenario, fault: Fault): void {
  const fromMs = instantOf(time.from, ['time', 'from'], fault);
  const untilMs = instantOf(time.until, ['time', 'until'], fault);
  const slotMs = time.slot_minutes * 60_000;
  for (const [name, ms] of [['from', fromMs] as const, ['until', untilMs] as const]) {
    if (ms === undefined || ms % slotMs === 0) continue;
    fault(['time', name], `a whole number of ${time.slot_minutes} minutes`, time[name]);
  }
  if (!isZone(time.zone)) {
    fault(['time', 'zone'], 'a time zone, such as Europe/Berlin or UTC', shown(time.zone));
  }
  if (fromMs === undefined || untilMs === undefined) return;
  if (fromMs < 0) fault(['time', 'from'], 'an instant from 1970-01-01T00:00:00Z on', time.from);
  const slots = (untilMs - fromMs) / slotMs;
  if (slots <= 0) fault(['time', 'until'], `an instant after ${time.from}`, time.until);
  else if (slots > SCENARIO_SLOTS_MAX) {
    fault(['time', 'until'], `at most ${SCENARIO_SLOTS_MAX} slots`, `${slots}`);
  } else if (slots * members.length > SCENARIO_CELLS_MAX) {
    const got = `${members.length} members in ${slots} slots`;
    fault(['members'], `at most ${SCENARIO_CELLS_MAX} members times slots`, got);
  }
}

function instantOf(text: string, path: Path, fault: Fault): number | undefined {
  try {
    return parseInstant(text, { field: 'time' });
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    fault(path, error.expected, shown(text));
    return undefined;
  }
}

/** Named as in the tz database; the short names and offsets that some hosts take besides are not. */
function isZone(zone: string): boolean {
  if (zone === 'UTC') return true;
  if (!/^[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z0-9+_-]+){1,2}$/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

function priceRules({ tariffs, traders }: Scenario, fault: Fault): void {
  const { supply_ct_per_kwh: supply, feed_in_ct_per_kwh: feedIn } = tariffs;
  if (feedIn > supply) {
    const path = ['tariffs', 'feed_in_ct_per_kwh'];
    fault(path, `at most the supply price, ${supply}`, `${feedIn}`);
  }
  const floor = traders.floor_ct_per_kwh ?? feedIn;
  const ceiling = traders.ceiling_ct_per_kwh ?? supply;
  const { floor_ct_per_kwh: own } = traders;
  const bound = own === undefined ? 'ceiling_ct_per_kwh' : 'floor_ct_per_kwh';
  if (floor > ceiling && (own !== undefined || traders.ceiling_ct_per_kwh !== undefined)) {
    const expected =
      own === undefined ? `at least the floor, ${floor}` : `at most the ceiling, ${ceiling}`;
    fault(['traders', bound], expected, `${own ?? ceiling}`);
  }
}

function nameRules({ members, network }: Scenario, fault: Fault): void {
  const feeders = network.feeders.map(({ name }) => name);
  repeated(feeders, (at) => ['network', 'feeders', at, 'name'], fault);
  repeated(
    members.map(({ name }) => name),
    (at) => ['members', at, 'name'],
    fault,
  );
  const there = new Set(feeders);
  for (const [at, { feeder }] of members.entries()) {
    if (feeder === undefined || there.has(feeder)) continue;
    const expected = 'the name of a feeder of the network';
    fault(['members', at, 'feeder'], expected, shown(feeder) + meantName(feeder, feeders));
  }
}

function repeated(names: readonly string[], path: (at: number) => Path, fault: Fault): void {
  const first = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    const before = first.get(name);
    if (before === undefined) first.set(name, at);
    else fault(path(at), `a name of its own (entry ${before} has it)`, shown(name));
  }
}

const ASSETS = ['load', 'solar', 'battery', 'electric_vehicle', 'heat_pump'] as const;

function memberRules(member: ScenarioMember, at: number, fault: Fault): void {
  if (ASSETS.every((asset) => member[asset] === undefined)) {
    const expected = `one of ${ASSETS.join(', ')}, or it has nothing to trade`;
    fault(['members', at], expected, 'none');
  }
  const { battery } = member;
  if (battery !== undefined && battery.initial_wh > battery.capacity_wh) {
    const expected = `at most the capacity, ${battery.capacity_wh}`;
    fault(['members', at, 'battery', 'initial_wh'], expected, `${battery.initial_wh}`);
  }
}

function sweepRules({ sweep }: Scenario, fault: Fault): void {
  if (sweep === undefined) return;
  const { design, points, values } = sweep;
  if (design === 'grid') {
    if (points === undefined) return;
    fault(['sweep', 'points'], 'no points where the design is grid, which runs all', `${points}`);
    return;
  }
  if (points === undefined) {
    fault(['sweep', 'points'], `the number of points that ${design} draws`, 'nothing');
  }
  if (Object.keys(values).length === 0) {
    fault(['sweep', 'values'], `one key or more, for ${design} to draw from`, 'none');
  }
}

function knownRules(scenario: Scenario, known: KnownNames, fault: Fault): void {
  const { market, traders, members } = scenario;
  if (!isModule(market.mechanism) && !known.mechanisms.includes(market.mechanism)) {
    const meant = meantName(market.mechanism, known.mechanisms);
    const expected = 'a name of `clear --list` or a file ./NAME.js';
    fault(['market', 'mechanism'], expected, shown(market.mechanism) + meant);
  }
  const names = new Set(known.traders);
  const expected = `one of ${known.traders.join(', ')}`;
  const check = (trader: string | undefined, path: Path) => {
    if (trader === undefined || names.has(trader)) return;
    fault(path, expected, shown(trader) + meantName(trader, known.traders));
  };
  check(traders.trader, ['traders', 'trader']);
  for (const [at, { trader }] of members.entries()) check(trader, ['members', at, 'trader']);
}
