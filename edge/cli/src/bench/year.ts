/**
 * One simulated year of a thousand homes at quarter hours under a call auction, on one core: worlds, orders,
 * clearings, bills. What stands beside it is the goal, 60 CPU seconds and 2 GiB.
 */

import { runScenario, SCENARIO_SCHEMA, type Scenario } from '@commonwatt/simulator';
import type { Bench, Figure } from './figure.ts';

const HOMES = 1000;
const SECONDS_GOAL = 60;
const MEBIBYTES_GOAL = 2048;

export const year: Bench = async (report) => {
  const before = process.cpuUsage();
  const scenario = yearOfHomes();
  const { slots, members } = await runScenario(scenario);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  const sum = (of: (member: (typeof members)[number]) => number) =>
    members.reduce((total, member) => total + of(member), 0);
  const traded = slots.reduce((total, { tradedWh }) => total + tradedWh, 0);
  if (sum(({ boughtWh }) => boughtWh) !== traded || sum(({ soldWh }) => soldWh) !== traded) {
    throw new Error('bench: year: expected bought, sold and traded energy to agree');
  }
  const orders = slots.reduce((total, one) => total + one.bidOrders + one.askOrders, 0);
  report(`${HOMES} homes, ${slots.length} slots, ${orders} orders, ${traded / 1e6} MWh traded`);
  return [
    figure('year seconds', 'CPU seconds, the goal beside', seconds, SECONDS_GOAL),
    figure('year memory', 'MiB at the peak, the goal beside', mebibytes, MEBIBYTES_GOAL),
  ];
};

/** Less is better, so the goal over ours is above 1 where the goal is met. */
function figure(name: string, unit: string, ours: number, goal: number): Figure {
  return { name, unit, ours, yardstick: goal, ratio: goal / ours, rounds: 1 };
}

/** Every third home has a roof; limits are spread so that the merit order is long. */
function yearOfHomes(): Scenario {
  return {
    schema: SCENARIO_SCHEMA,
    name: 'year',
    seed: 1,
    assumptions: [],
    time: {
      from: '2024-12-31T23:00:00Z',
      until: '2025-12-31T23:00:00Z',
      zone: 'Europe/Berlin',
      slot_minutes: 15,
    },
    tariffs: { supply_ct_per_kwh: 30, feed_in_ct_per_kwh: 8, local_fee_ct_per_kwh: 0 },
    market: { mechanism: 'uniform', settings: {}, files: {}, rounds: 1 },
    traders: { trader: 'truthful' },
    forecast: { error_percent: 0 },
    network: { feeders: [] },
    ledger: 'off',
    outputs: { orders: false, positions: false },
    members: Array.from({ length: HOMES }, (_, at) => ({
      name: `home-${at}`,
      load: { model: 'home' as const, annual_kwh: 2000 + (at % 41) * 100 },
      buy_limit_ct_per_kwh: 18 + (at % 13),
      sell_limit_ct_per_kwh: 8 + (at % 11),
      ...(at % 3 === 0
        ? {
            solar: {
              model: 'sun' as const,
              installed_w: 3000 + (at % 8) * 1000,
              tilt_degrees: 35,
              azimuth_degrees: (at % 5) * 30 - 60,
            },
          }
        : {}),
    })),
  };
}
