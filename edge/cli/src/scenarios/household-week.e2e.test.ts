/**
 * The week of 22 to 28 March 2021, with the day of 92 quarter hours, on three nodes with the same keys: whether
 * the readings come as files or over MQTT, the bills are the same to the unit.
 */

import { existsSync } from 'node:fs';
import { hashPassword } from '@commonwatt/node';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  FROM_MS,
  type Household,
  PROFILES,
  quarterWhOf,
  readHouseholds,
  UNTIL_MS,
  weekSlots,
} from './household-week.test-support.ts';
import { WeekCommunity } from './week-community.test-support.ts';

const isThere = existsSync(PROFILES);
if (!isThere) console.warn('skipped: no household data in ../shared/data/households');
const isRun = isThere || process.env.CI === 'true';
const SLOT_MS = 900_000;

let households: readonly Household[];
const communities: WeekCommunity[] = [];

async function begin(mqttText?: string): Promise<WeekCommunity> {
  const more = mqttText === undefined ? {} : { mqtt: mqttText };
  const community = await WeekCommunity.open({ households, ...more });
  communities.push(community);
  return community;
}

/** Quarters of a Wh are whole in the fifth decimal of a kWh. */
function kWhOf(quarterWh: bigint): string {
  const digits = `${quarterWh * 25n}`.padStart(6, '0');
  return `${digits.slice(0, -5)}.${digits.slice(-5)}`;
}

/** One file for all, with instants. */
async function byInstants(): Promise<WeekCommunity> {
  const community = await begin();
  await community.live();
  const rows = households.flatMap((one) =>
    weekSlots().map((slotMs) => {
      const { buy, sell } = quarterWhOf(one, slotMs);
      return `${one.name},${new Date(slotMs).toISOString()},${kWhOf(buy)},${kWhOf(sell)}`;
    }),
  );
  const text = `meter,time,import_kwh,export_kwh\n${rows.join('\n')}\n`;
  const file = community.write('week.csv', text);
  const names = households.map(({ name, meter }) => `${name},${meter}`);
  const map = community.write('meters.csv', `name,meter\n${names.join('\n')}\n`);
  await community.importReadings(file, '--profile', 'generic-meters', '--map', map);
  return community;
}

const LOCAL = new Intl.DateTimeFormat('de-AT', {
  ...{ timeZone: 'Europe/Vienna', year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} as const);

/** As a grid operator writes it: local time of each interval's end without an offset, a decimal comma. */
function operatorFile(one: Household): string {
  const rows = weekSlots().map((slotMs) => {
    const { buy, sell } = quarterWhOf(one, slotMs);
    const [taken, given] = [buy, sell].map((quarterWh) => kWhOf(quarterWh).replace('.', ','));
    return `${LOCAL.format(slotMs + SLOT_MS).replace(',', '')};${taken};${given};G`;
  });
  return `Messzeitpunkt;Verbrauch (kWh);Einspeisung (kWh);Qualität\n${rows.join('\n')}\n`;
}

async function byLocalTime(): Promise<WeekCommunity> {
  const community = await begin();
  await community.live();
  for (const one of households) {
    const file = community.write(`${one.name}.csv`, operatorFile(one));
    const ways = ['--profile', 'austrian-operator', '--meter', `${one.meter}`];
    const { meters } = await community.importReadings(file, ...ways);
    expect(meters[0]).toMatchObject({
      clockChanges: [{ date: '2021-03-28', slotsOfDay: 92, slotsHere: 92 }],
      sent: { stored: weekSlots().length, refused: [] },
    });
  }
  return community;
}

const PASSWORD = 'sun over the lagoon';

/** Every second one is a Tasmota with an optical head; the others say the time themselves. */
const isTasmota = ({ meter }: Household) => meter % 2 === 0;
const topicOf = (one: Household) =>
  isTasmota(one) ? `tele/${one.name}/SENSOR` : `meters/${one.name}`;

async function devicesText(): Promise<string> {
  const hash = await hashPassword(PASSWORD);
  const devices = households.map((one) => {
    const head = `    - { username: ${one.name}, passwordHash: '${hash}', meter: ${one.meter}, topic: ${topicOf(one)},`;
    return isTasmota(one)
      ? `${head} payload: tasmota, import: { path: $.SML.in, unit: kWh }, export: { path: $.SML.out, unit: kWh } }`
      : `${head} payload: json, import: { path: "$.registers['1.8.0']", unit: kWh }, export: { path: "$.registers['2.8.0']", unit: Wh }, time: { path: $.at, format: iso } }`;
  });
  return `mqtt:
  listen: { port: 0 }
  gateway: { keystore: gateway.keystore.json }
  devices:
${devices.join('\n')}
`;
}

/** A meter's counters at an instant, as its device says them. */
function messageOf(one: Household, atMs: number, taken: bigint, given: bigint): string {
  if (isTasmota(one)) return `{"SML":{"in":${kWhOf(taken)},"out":${kWhOf(given)}}}`;
  const registers = { '1.8.0': kWhOf(taken), '2.8.0': Number(given) / 4 };
  return JSON.stringify({ at: new Date(atMs).toISOString(), registers });
}

/** A broker says that it has a message before whoever listens has it. */
async function taken({ node }: WeekCommunity, messages: number): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (node.mqtt?.figure('messages') !== messages) {
    if (performance.now() > deadlineMs) throw new Error(`mqtt: expected ${messages} messages`);
    await new Promise((done) => setImmediate(done));
  }
  await node.mqtt.bridge.idle();
}

async function byMqtt(): Promise<WeekCommunity> {
  const community = await begin(await devicesText());
  const { node } = community;
  const clients = new Map<string, MqttClient>();
  for (const { name } of households) {
    const login = { username: name, password: PASSWORD, protocolVersion: 4 } as const;
    clients.set(name, await mqtt.connectAsync(`mqtt://127.0.0.1:${node.mqttPort}`, login));
  }
  // No counter stands at zero when its home joins.
  const counters = new Map(households.map(({ name, meter }) => [name, [meter * 4_000_000, 8000]]));
  const totals = new Map([...counters].map(([name, both]) => [name, both.map(BigInt)]));
  let said = 0;
  await community.live(async (atMs) => {
    await Promise.all(
      households.map((one) => {
        const [taken = 0n, given = 0n] = totals.get(one.name) ?? [];
        const before = atMs > FROM_MS ? quarterWhOf(one, atMs - SLOT_MS) : { buy: 0n, sell: 0n };
        const now = [taken + before.buy, given + before.sell] as const;
        totals.set(one.name, [...now]);
        said++;
        const client = clients.get(one.name);
        return client?.publishAsync(topicOf(one), messageOf(one, atMs, ...now), { qos: 1 });
      }),
    );
    await taken(community, said);
  });
  for (const client of clients.values()) await client.endAsync();
  expect(node.mqtt?.figure('readings_stored')).toBe(households.length * weekSlots().length);
  return community;
}

/** What the doors stored, but for who said it. */
function storedOf({ node }: WeekCommunity, { member }: Household) {
  return node.readings
    .of(member, FROM_MS, UNTIL_MS, 10_000)
    .map(({ slotMs, imported, exported, quality }) => ({ slotMs, imported, exported, quality }));
}

interface BillText {
  readonly type: string;
  readonly member: number;
  readonly lines: readonly { kind: string; energy: string | null; exact: string }[];
}

/** Energy and money of all lines of a kind. */
function sumOf(bills: readonly BillText[], kind: string): readonly bigint[] {
  const lines = bills.flatMap((bill) => bill.lines).filter((line) => line.kind === kind);
  const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
  return [
    sum(lines.map(({ energy }) => BigInt(energy ?? 0))),
    sum(lines.map(({ exact }) => BigInt(exact))),
  ];
}

describe.skipIf(!isRun)('the week of 22 to 28 March 2021', () => {
  let ways: readonly [WeekCommunity, WeekCommunity, WeekCommunity];
  beforeAll(async () => {
    households = readHouseholds();
    ways = [await byInstants(), await byLocalTime(), await byMqtt()];
  }, 400_000);
  afterAll(async () => {
    for (const community of communities) await community.close();
  });

  test('has 668 quarter hours, traded alike and counted alike, to the Wh', () => {
    expect(weekSlots()).toHaveLength(6 * 96 + 92);
    const [first] = ways;
    for (const way of ways) expect(way.head).toBe(first.head);
    for (const one of households) {
      const stored = storedOf(first, one);
      const counted = weekSlots().map((slotMs) => quarterWhOf(one, slotMs));
      const total = (quarterWh: readonly bigint[]) =>
        quarterWh.reduce((sum, value) => sum + value, 0n) / 4n;
      expect([
        stored.reduce((sum, { imported }) => sum + imported, 0n),
        stored.reduce((sum, { exported }) => sum + exported, 0n),
      ]).toEqual([total(counted.map(({ buy }) => buy)), total(counted.map(({ sell }) => sell))]);
      expect(stored).toHaveLength(668);
      for (const way of ways) expect(storedOf(way, one)).toEqual(stored);
    }
  });

  test('makes the same bills, to the last byte', async () => {
    const texts: (readonly string[])[] = [];
    for (const way of ways) texts.push(await way.bill());
    const [first = []] = texts;
    expect(texts[1]).toEqual(first);
    expect(texts[2]).toEqual(first);

    const bills = first.map((text): BillText => JSON.parse(text));
    const plants = households.filter(({ solarW }) => solarW > 0n);
    const of = (type: string) => bills.filter((bill) => bill.type === type);
    expect(of('invoice').map(({ member }) => member)).toEqual(households.map((one) => one.member));
    expect(of('self-billed credit note').map(({ member }) => member)).toEqual(
      plants.map((one) => one.member),
    );
    // What was sold was bought, and paid.
    const sold = sumOf(bills, 'sold');
    expect(sumOf(bills, 'bought')).toEqual(sold);
    for (const amount of sold) expect(amount).toBeGreaterThan(0n);
  });

  test('has the same statements; who said the readings stays with the readings', () => {
    const days = { from: '2021-03-22', until: '2021-03-29' };
    for (const { member } of households) {
      const [file, local, devices] = ways.map(({ node }) => node.billing.statement(member, days));
      expect(file).toMatchObject({ member, quality: { measured: 668, missing: 0 }, findings: [] });
      expect(local).toEqual(file);
      const signedBy = { device: 0, gateway: 668, provider: 0 };
      if (file === undefined || 'code' in file) throw new Error('expected a statement');
      expect(devices).toEqual({ ...file, quality: { ...file.quality, signedBy } });
      const sources = ways.map(({ node }) => {
        const readings = node.readings.of(member, FROM_MS, UNTIL_MS, 10_000);
        return [...new Set(readings.map(({ source }) => source))];
      });
      expect(sources).toEqual([['provider'], ['provider'], ['gateway']]);
    }
  });
});
