/**
 * A scenario: everything that a study depends on, in one file. Its schema is the one place where keys,
 * units, bounds and defaults are said; the published JSON Schema and the types both come from it.
 *
 * Every quantity carries its unit at the end of its key. Prices are decimal numbers of at most four decimals in
 * ct/kWh; energy is whole Wh, power whole W, shares whole per cent.
 */

import * as Type from 'typebox';

export const SCENARIO_SCHEMA = 'commonwatt-scenario/1';

/** 100 EUR/kWh either way: wide enough for every market there was. */
const PRICE_CT_MAX = 10_000;
export const SCENARIO_MEMBERS_MAX = 10_000;
export const SCENARIO_SLOTS_MAX = 4 * 366 * 96;

const strict = { additionalProperties: false };

const priceCt = (description: string, options: { default?: number } = {}) =>
  Type.Number({ minimum: -PRICE_CT_MAX, maximum: PRICE_CT_MAX, description, ...options });
const whole = (minimum: number, maximum: number, description: string, fallback?: number) =>
  Type.Integer({
    minimum,
    maximum,
    description,
    ...(fallback === undefined ? {} : { default: fallback }),
  });
const percent = (description: string, fallback?: number) => whole(1, 100, description, fallback);
const power = (description: string) => whole(1, 1_000_000_000, description);
const energy = (description: string, fallback?: number) =>
  whole(0, 2_147_483_647, description, fallback);
const name = (description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$', description });
const file = Type.String({
  minLength: 1,
  description: 'A CSV file, from the folder of the scenario.',
});
const clock = (description: string) =>
  Type.String({ pattern: '^([01][0-9]|2[0-3]):(00|15|30|45)$', description });
/** The literals one by one: a list of unknown length would be the type of nothing. */
type Literals<Values extends readonly (string | number)[]> = Values extends readonly [
  infer First extends string | number,
  ...infer Rest extends readonly (string | number)[],
]
  ? [Type.TLiteral<First>, ...Literals<Rest>]
  : [];
const choice = <const Values extends readonly (string | number)[]>(
  values: Values,
  description: string,
  fallback?: NoInfer<Values[number]>,
) => {
  const options = { description, ...(fallback === undefined ? {} : { default: fallback }) };
  const union = Type.Union(
    values.map((one) => Type.Literal(one)),
    options,
  );
  return union as unknown as Type.TUnion<Literals<Values>>;
};

const load = Type.Union(
  [
    Type.Object(
      {
        file,
        scale_percent: whole(1, 100_000, 'The file is taken so many times by the hundred.', 100),
        later_slots: whole(0, 366 * 96, 'The file is read from so many quarter hours later.', 0),
      },
      strict,
    ),
    Type.Object(
      {
        model: choice(['home', 'office', 'factory'], 'The standard profile of its kind.'),
        annual_kwh: whole(1, 1_000_000_000, 'What the year comes to, in kWh.'),
      },
      strict,
    ),
  ],
  { description: 'What the member uses, measured or by a model.' },
);

const solar = Type.Union(
  [
    Type.Object({ file, installed_w: power('The file holds shares of it.') }, strict),
    Type.Object(
      {
        model: Type.Literal('sun', { description: 'Sun and clouds of the scenario.' }),
        installed_w: power('At 1000 W/m2.'),
        tilt_degrees: whole(0, 90, '0 flat, 90 upright.', 35),
        azimuth_degrees: whole(-180, 180, '0 south, -90 east, 90 west.', 0),
      },
      strict,
    ),
  ],
  { description: 'A solar plant.' },
);

const battery = Type.Object(
  {
    capacity_wh: energy('What it holds between empty and full.'),
    power_w: power('Most that goes in or out.'),
    charge_efficiency_percent: percent('Of what goes in, what arrives.', 95),
    discharge_efficiency_percent: percent('Of what leaves, what comes out.', 95),
    initial_wh: energy('What it holds at the start.', 0),
    schedule: choice(
      ['rule', 'lp'],
      'rule: takes the own surplus, gives it back to the own load. lp: the cheapest day at the tariffs, known a day ahead.',
      'rule',
    ),
  },
  strict,
);

const electricVehicle = Type.Object(
  {
    need_wh_per_day: energy('What it must have got by the time it leaves.'),
    power_w: power('Most that it charges with.'),
    arrives: clock('Local time.'),
    leaves: clock('Local time, of the next day where it is not after `arrives`.'),
    schedule: choice(
      ['at-once', 'evenly', 'lp'],
      'at-once: full power from arriving on. evenly: over the whole stay. lp: the cheapest stay at the tariffs and the own surplus.',
      'at-once',
    ),
  },
  strict,
);

const heatPump = Type.Object(
  {
    annual_heat_kwh: whole(1, 1_000_000, 'Heat of a year in kWh, spread by how cold the days are.'),
    power_w: power('Most electric power.'),
    coefficient_of_performance_percent: whole(
      100,
      1_000,
      'Heat by electricity, at 7 degrees.',
      350,
    ),
    storage_wh: energy('Heat that may be stored ahead of need.', 0),
    schedule: choice(
      ['on-demand', 'lp'],
      'on-demand: heat as it is needed. lp: the cheapest day at the tariffs and the own surplus, within the storage.',
      'on-demand',
    ),
  },
  strict,
);

const member = Type.Object(
  {
    name: name('Names are unique.'),
    feeder: Type.Optional(name('The feeder it hangs on.')),
    trader: Type.Optional(name('How it shouts prices; the scenario says for all others.')),
    buy_limit_ct_per_kwh: Type.Optional(
      priceCt('What a kWh is worth; the supply price less the local fee otherwise.'),
    ),
    sell_limit_ct_per_kwh: Type.Optional(
      priceCt('What a kWh must bring; the feed-in price otherwise.'),
    ),
    income_eur_per_month: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'What the household has; its energy burden is then told.',
      }),
    ),
    load: Type.Optional(load),
    solar: Type.Optional(solar),
    battery: Type.Optional(battery),
    electric_vehicle: Type.Optional(electricVehicle),
    heat_pump: Type.Optional(heatPump),
  },
  strict,
);

const value = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

export const scenarioSchema = Type.Object(
  {
    schema: Type.Literal(SCENARIO_SCHEMA, { description: 'The version of these keys.' }),
    name: name('Of the study.'),
    seed: whole(0, Number.MAX_SAFE_INTEGER, 'All chance comes from it.', 1),
    assumptions: Type.Array(Type.String({ minLength: 1, maxLength: 2_000 }), {
      maxItems: 200,
      default: [],
      description: 'Sentences on which the study rests; the report shows them.',
    }),
    time: Type.Object(
      {
        from: Type.String({ description: 'Start of the first slot, 2021-02-15T00:00:00Z.' }),
        until: Type.String({ description: 'End of the last slot.' }),
        zone: Type.String({ description: 'Of local times and days.', default: 'Europe/Berlin' }),
        slot_minutes: choice([15, 30, 60], 'How long a slot lasts.', 15),
      },
      strict,
    ),
    tariffs: Type.Object(
      {
        supply_ct_per_kwh: priceCt('What the supplier asks, all included.', { default: 30 }),
        feed_in_ct_per_kwh: priceCt('What the supplier pays.', { default: 8 }),
        local_fee_ct_per_kwh: priceCt(
          'What the grid takes of a buyer for a kWh from the community.',
          {
            default: 0,
          },
        ),
      },
      strict,
    ),
    market: Type.Object(
      {
        mechanism: Type.String({ description: 'A name of `clear --list`, or ./mine.js.' }),
        settings: Type.Record(Type.String(), value, {
          default: {},
          description: 'Settings of the mechanism, by name.',
        }),
        files: Type.Record(Type.String(), Type.String(), {
          default: {},
          description: 'CSV files of the mechanism, by name, from the folder of the scenario.',
        }),
        rounds: whole(1, 100, 'How often members may shout before a slot is cleared.', 1),
      },
      strict,
    ),
    traders: Type.Object(
      {
        trader: Type.String({ description: 'A name of the traders.', default: 'truthful' }),
        floor_ct_per_kwh: Type.Optional(priceCt('Least price; the feed-in price otherwise.')),
        ceiling_ct_per_kwh: Type.Optional(priceCt('Most price; the supply price otherwise.')),
      },
      { ...strict, default: {} },
    ),
    forecast: Type.Object(
      {
        error_percent: whole(
          0,
          100,
          'Standard deviation of what orders expect, of the true value.',
          0,
        ),
      },
      { ...strict, default: {} },
    ),
    network: Type.Object(
      {
        feeders: Type.Array(
          Type.Object(
            {
              name: name('Of the feeder.'),
              import_limit_w: power('Most into the feeder.'),
              export_limit_w: power('Most out of the feeder.'),
            },
            strict,
          ),
          { maxItems: 100, default: [] },
        ),
      },
      { ...strict, default: {} },
    ),
    ledger: choice(
      ['off', 'memory', 'embedded'],
      'off: the mechanisms alone. memory, embedded: the contracts of a node over a ledger in memory or on disk.',
      'off',
    ),
    members: Type.Array(member, { minItems: 1, maxItems: SCENARIO_MEMBERS_MAX }),
    sweep: Type.Optional(
      Type.Object(
        {
          design: choice(['grid', 'random', 'latin-hypercube'], 'Which points are run.', 'grid'),
          points: Type.Optional(whole(1, 10_000, 'How many, where the design draws them.')),
          seeds: whole(1, 1_000, 'Runs of each point, with seeds that follow each other.', 1),
          values: Type.Record(
            Type.String({ description: 'A path of the scenario, tariffs.feed_in_ct_per_kwh.' }),
            Type.Array(value, { minItems: 1, maxItems: 1_000 }),
            { default: {}, description: 'Values by the path of what they stand for.' },
          ),
        },
        strict,
      ),
    ),
    outputs: Type.Object(
      {
        orders: Type.Boolean({
          default: true,
          description: 'Whether orders and trades are written.',
        }),
        positions: Type.Boolean({
          default: true,
          description: 'Whether members are written slot by slot.',
        }),
      },
      { ...strict, default: {} },
    ),
  },
  { ...strict, $id: SCENARIO_SCHEMA, title: 'A scenario of the lab' },
);

export type Scenario = Type.Static<typeof scenarioSchema>;
export type ScenarioMember = Scenario['members'][number];
export type BatteryPlan = NonNullable<ScenarioMember['battery']>;
export type ElectricVehiclePlan = NonNullable<ScenarioMember['electric_vehicle']>;
export type HeatPumpPlan = NonNullable<ScenarioMember['heat_pump']>;
