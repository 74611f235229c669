/**
 * The seven parties of the SETM case study: names, devices, bid bands and days for forecasting as
 * Table 1 of Ko and Praça 2021 ("Design of a Secure Energy Trading Model Based on a Blockchain",
 * Sustainability 13, 1634) gives them. The paper gives no traded quantities; `powerW` and with it
 * the energy of the one quarter hour are ours, chosen so that each is plausible for its device and
 * the generation covers all six.
 */

import { type Energy, energyOver, type Power, type Price, power, price } from '@commonwatt/units';
import type { MemberKind, MemberRole } from './member.ts';

export interface SetmParty {
  /** The paper's name. */
  readonly name: string;
  /** The symbol in Tran(g1, c1, ..., c5, ic1). */
  readonly symbol: 'c1' | 'c2' | 'c3' | 'c4' | 'c5' | 'ic1' | 'g1';
  /** What stands in parentheses under the name. */
  readonly device: string;
  readonly kind: MemberKind;
  readonly role: MemberRole;
  readonly forecastDays: number;
  /** The negotiation band; Table 1 prints whole EUR/MWh, which is thousands of nano per Wh. */
  readonly bidMin: Price;
  readonly bidMax: Price;
  /** Ours: mean power over the quarter hour. */
  readonly powerW: Power;
  /** Ours: `powerW` over a quarter hour, wanted by a consumer or offered by the generation. */
  readonly energyWh: Energy;
}

const QUARTER_HOUR_SECONDS = 900;
const NANO_PER_WH_PER_EUR_PER_MWH = 1000n;

type Row = Pick<SetmParty, 'name' | 'symbol' | 'device' | 'kind' | 'role' | 'forecastDays'> & {
  readonly bandEurPerMwh: readonly [min: bigint, max: bigint];
  readonly watts: bigint;
};

const ROWS: readonly Row[] = [
  {
    name: 'personal consumer 1',
    symbol: 'c1',
    device: 'Home solar system',
    kind: 'home solar system',
    role: 'consumer',
    forecastDays: 9,
    bandEurPerMwh: [34n, 46n],
    watts: 2_000n,
  },
  {
    name: 'personal consumer 2',
    symbol: 'c2',
    device: 'Wearable Devices',
    kind: 'wearable',
    role: 'consumer',
    forecastDays: 4,
    bandEurPerMwh: [34n, 46n],
    watts: 20n,
  },
  {
    name: 'personal consumer 3',
    symbol: 'c3',
    device: 'Smart Devices',
    kind: 'IoT device',
    role: 'consumer',
    forecastDays: 9,
    bandEurPerMwh: [36n, 48n],
    watts: 400n,
  },
  {
    name: 'personal consumer 4',
    symbol: 'c4',
    device: 'Smart Vehicles',
    kind: 'vehicle',
    role: 'consumer',
    forecastDays: 18,
    bandEurPerMwh: [36n, 48n],
    watts: 11_000n,
  },
  {
    name: 'personal consumer 5',
    symbol: 'c5',
    device: 'Personal Office',
    kind: 'office',
    role: 'consumer',
    forecastDays: 8,
    bandEurPerMwh: [38n, 48n],
    watts: 3_000n,
  },
  {
    name: 'industrial consumer 1',
    symbol: 'ic1',
    device: 'Smart Factories',
    kind: 'factory',
    role: 'consumer',
    forecastDays: 1393,
    bandEurPerMwh: [36n, 50n],
    watts: 40_000n,
  },
  {
    name: 'generation 1',
    symbol: 'g1',
    device: 'Solar System',
    kind: 'solar system',
    role: 'producer',
    forecastDays: 342,
    bandEurPerMwh: [40n, 52n],
    watts: 60_000n,
  },
];

/** In the order of Table 1: five personal consumers, the industrial consumer, the generation. */
export const SETM_PARTIES: readonly SetmParty[] = ROWS.map(
  ({ bandEurPerMwh: [min, max], watts, ...party }) => ({
    ...party,
    bidMin: price(min * NANO_PER_WH_PER_EUR_PER_MWH),
    bidMax: price(max * NANO_PER_WH_PER_EUR_PER_MWH),
    powerW: power(watts),
    energyWh: energyOver(power(watts), QUARTER_HOUR_SECONDS),
  }),
);
