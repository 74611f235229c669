import { existsSync, readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type ReadingParts, readingText } from '@commonwatt/api';
import { NodeCrypto } from '@commonwatt/consensus';
import type { Meter } from '@commonwatt/contracts';
import { type Signer, utf8Bytes } from '@commonwatt/ledger';
import { meanPower, meanPowerToEnergy, NO_CARRY, power } from '@commonwatt/units';
import mqtt, { type MqttClient } from 'mqtt';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configFields } from '../config-fields.ts';
import type { DeskRefusal } from '../desks.ts';
import type { SignedReading } from '../readings-desk.ts';
import { NOON_MS, SetClock, SLOT_MS, signerOf } from '../testing/community.ts';
import { readDevice } from './device.ts';
import { BROKER_LIMITS, type BrokerLimits } from './local-broker.ts';
import { MqttDoor } from './mqtt-door.ts';
import { hashPassword } from './password-hash.ts';
import type { RegisterMemory } from './register-memory.ts';

const CHAIN = 'ab'.repeat(32);
const METER = {
  member: 7,
  source: 'gateway',
  importLimitW: power(11_000n),
  exportLimitW: power(10_000n),
} as unknown as Meter;
const HOUSEHOLDS = fileURLToPath(
  new URL('../../../../../shared/data/households/', import.meta.url),
);

const crypto = new NodeCrypto();
const gateway: Signer = signerOf('gateway');

/** Keeps what it is given, and can be told to refuse or to fail. */
class Desk {
  readonly taken: SignedReading[] = [];
  refusal: DeskRefusal | undefined;
  fault: Error | undefined;

  async take(readings: readonly SignedReading[]): Promise<readonly (DeskRefusal | undefined)[]> {
    if (this.fault !== undefined) throw this.fault;
    this.taken.push(...readings);
    return readings.map(() => this.refusal);
  }
}

class Memory implements RegisterMemory {
  readonly #states = new Map<number, Parameters<RegisterMemory['write']>[2]>();
  read(_member: number, meter: number) {
    return this.#states.get(meter);
  }
  write(_member: number, meter: number, state: Parameters<RegisterMemory['write']>[2]): void {
    this.#states.set(meter, state);
  }
}

let clock: SetClock;
let desk: Desk;
let memory: Memory;
let log: string;
let door: MqttDoor;
let port: number;
const clients: MqttClient[] = [];
const hashes = new Map<string, string>();

function logged(line: string): void {
  log += line;
}

async function device(name: string, meter: number, more: string) {
  const hash = hashes.get(name) ?? (await hashPassword(`password of ${name}`));
  hashes.set(name, hash);
  const yaml = `username: ${name}\npasswordHash: ${hash}\nmeter: ${meter}\n${more}`;
  return readDevice(configFields(yaml, 'node.yaml'));
}

async function open(limits: Partial<BrokerLimits> = {}): Promise<void> {
  const devices = [
    await device('plain', 1, 'topic: m/plain\npayload: json\nimport: { path: $.wh, unit: Wh }\n'),
    await device(
      'wrapping',
      2,
      'topic: m/wrapping\npayload: json\nimport: { path: $.wh, unit: Wh }\nwrapAtKwh: 10\n',
    ),
    await device('tasmota', 3, 'topic: tele/t/SENSOR\npayload: tasmota\n'),
    await device('early', 99, 'topic: m/early\npayload: json\nimport: { path: $.wh, unit: Wh }\n'),
  ];
  door = new MqttDoor(
    { broker: { kind: 'local', host: '127.0.0.1', port: 0, limits }, devices, gateway },
    {
      desk,
      meterOf: (meter) => (meter === 99 ? undefined : METER),
      chain: CHAIN,
      clock,
      slotLengthMs: () => SLOT_MS,
      memory,
      logger: pino({ level: 'debug' }, { write: logged }),
    },
  );
  port = (await door.start()) as number;
}

beforeEach(async () => {
  clock = new SetClock();
  desk = new Desk();
  memory = new Memory();
  log = '';
  await open({ messagesPerMinute: 100_000 });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  await door.stop();
});

function login(name: string, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    username: name,
    password: `password of ${name}`,
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  return new Promise((done, fail) => {
    client.once('connect', () => done(client));
    client.once('error', fail);
    client.once('close', () => fail(new Error('closed')));
  });
}

const closed = (client: MqttClient) => new Promise<void>((done) => client.once('close', done));

/** Published at an instant, and taken before it answers. */
async function says(client: MqttClient, topic: string, atMs: number, value: object): Promise<void> {
  clock.ms = atMs;
  const before = door.figure('messages');
  await client.publishAsync(topic, JSON.stringify(value), { qos: 1 });
  while (door.figure('messages') === before) await new Promise((done) => setImmediate(done));
  await door.bridge.idle();
}

const energies = () =>
  desk.taken.map(({ slotMs, imported, quality }) => [
    (slotMs - NOON_MS) / SLOT_MS,
    imported,
    quality,
  ]);

describe('a device', () => {
  test('its counter becomes readings that the gateway signs', async () => {
    const client = await login('plain');
    for (const [at, wh] of [
      [0, 100.4],
      [1, 350.9],
      [2, 351],
    ] as const) {
      await says(client, 'm/plain', NOON_MS + at * SLOT_MS, { wh });
    }
    expect(energies()).toEqual([
      [0, 250n, 'measured'],
      [1, 1n, 'measured'],
    ]);
    const [first] = desk.taken;
    if (first === undefined) throw new Error('no reading');
    expect(first).toMatchObject({ meter: 1, exported: 0n, version: 1, key: gateway.publicKey });
    const parts: ReadingParts = {
      ...first,
      chain: CHAIN,
      importedWh: first.imported,
      exportedWh: first.exported,
    };
    expect(crypto.verify(first.key, utf8Bytes(readingText(parts)), first.signature)).toBe(true);
    expect(desk.taken.map(({ counter }) => counter)).toEqual([
      NOON_MS / SLOT_MS,
      NOON_MS / SLOT_MS + 1,
    ]);
  });

  test('a restart costs no slot, and what is signed again has the same counter', async () => {
    const client = await login('plain');
    await says(client, 'm/plain', NOON_MS, { wh: 0 });
    await says(client, 'm/plain', NOON_MS + SLOT_MS, { wh: 10 });
    await client.endAsync(true);
    await door.stop();
    await open();
    const again = await login('plain');
    await says(again, 'm/plain', NOON_MS + 2 * SLOT_MS, { wh: 30 });
    expect(energies()).toEqual([
      [0, 10n, 'measured'],
      [1, 20n, 'measured'],
    ]);
  });

  test('reset, wrap, swap, gap and an old message', async () => {
    const client = await login('wrapping');
    const at = (slot: number, wh: number) =>
      says(client, 'm/wrapping', NOON_MS + slot * SLOT_MS, { wh });
    await at(0, 9900);
    await at(1, 100); // Over the top: 200.
    await at(2, 50); // Less, and not by way of the top.
    await at(3, 150);
    await at(4, 9_000_000); // More than the connection carries.
    await at(5, 9_000_020);
    await at(9, 9_000_100); // An hour without a word.
    await says(client, 'm/wrapping', NOON_MS + 8 * SLOT_MS, { wh: 9_000_090 });
    await at(9 + 200, 9_001_000); // Two days without a word.
    await at(9 + 201, 9_001_001);
    expect(energies()).toEqual([
      [0, 200n, 'measured'],
      [2, 100n, 'measured'],
      [4, 20n, 'measured'],
      ...[5, 6, 7, 8].map((slot) => [slot, 20n, 'estimated']),
      [209, 1n, 'measured'],
    ]);
    const found = ['wrap', 'reset', 'swap', 'late', 'gap'].map((one) =>
      door.figure(`register_${one}`),
    );
    expect(found).toEqual([1, 1, 1, 1, 1]);
  });

  test('readings wait for a store that does not answer, and refusals are counted by code', async () => {
    const client = await login('plain');
    await says(client, 'm/plain', NOON_MS, { wh: 0 });
    desk.fault = new Error('disk');
    await says(client, 'm/plain', NOON_MS + SLOT_MS, { wh: 10 });
    desk.fault = undefined;
    await says(client, 'm/plain', NOON_MS + 2 * SLOT_MS, { wh: 30 });
    expect(energies().map(([, wh]) => wh)).toEqual([10n, 20n]);
    desk.refusal = { code: 'not_the_meter', meter: 1 };
    await says(client, 'm/plain', NOON_MS + 3 * SLOT_MS, { wh: 31 });
    expect([door.figure('readings_stored'), door.figure('readings_refused')]).toEqual([2, 1]);
    expect(log).toContain('"code":"not_the_meter"');
  });

  test('malformed messages are left out and the connection stays', async () => {
    const client = await login('plain');
    for (const text of ['', '{', '[]', '{"wh":"x"}', '{"wh":-1}', '{"wh":1e400}', '\u0000']) {
      const before = door.figure('messages');
      await client.publishAsync('m/plain', text, { qos: 1 });
      expect(door.figure('messages')).toBe(before + 1);
    }
    expect(door.figure('payload_malformed')).toBe(4);
    expect(door.figure('register_missing') + door.figure('register_invalid')).toBe(3);
    await says(client, 'm/plain', NOON_MS, { wh: 5 });
    expect(client.connected).toBe(true);
    // The log says which meter and why, once for each reason, and nothing of what was sent.
    expect(log.match(/was left out/g)).toHaveLength(3);
    expect(log).not.toMatch(/"wh"|plain|password/);
  });

  test('of a meter that the ledger does not know signs nothing', async () => {
    const client = await login('early');
    await says(client, 'm/early', NOON_MS, { wh: 0 });
    await says(client, 'm/early', NOON_MS + SLOT_MS, { wh: 5 });
    expect(desk.taken).toEqual([]);
    expect(door.figure('message_early')).toBe(2);
  });
});

describe('the broker', () => {
  test.each([
    ['a wrong password', 'plain', { password: 'password of tasmota' }],
    ['no password', 'plain', { password: undefined as unknown as string }],
    ['an unknown name', 'nobody', {}],
    [
      'no name',
      'plain',
      { username: undefined as unknown as string, password: undefined as unknown as string },
    ],
    ['a password without end', 'plain', { password: 'x'.repeat(5000) }],
  ])('%s: not let in', async (_what, name, options) => {
    await expect(login(name, options)).rejects.toThrow();
    expect(door.figure('login_refused')).toBe(1);
  });

  test('too many wrong passwords from one address are not looked at any more', async () => {
    await door.stop();
    await open({ failuresPerMinute: 2 });
    for (let i = 0; i < 3; i++) await expect(login('nobody')).rejects.toThrow();
    await expect(login('plain')).rejects.toThrow();
  });

  test.each(['m/wrapping', 'm/plain/more', 'tele/t/SENSOR', '$SYS/x', 'm'])(
    'a message to %s, which is not its own, ends the connection and goes nowhere',
    async (topic) => {
      const client = await login('plain');
      const end = closed(client);
      client.publish(topic, '{"wh":1}');
      await end;
      expect(door.figure('topic_foreign')).toBe(1);
      expect(door.figure('messages')).toBe(0);
    },
  );

  test('a device says more than its readings, which nobody hears', async () => {
    const client = await login('tasmota');
    await client.publishAsync('tele/t/LWT', 'Online', { qos: 1, retain: true });
    await client.publishAsync('stat/t/RESULT', '{}', { qos: 1 });
    await client.publishAsync('tasmota/discovery/AABB/config', '{}', { qos: 2 });
    expect(door.figure('messages')).toBe(0);
    expect(client.connected).toBe(true);
  });

  test('no subscription with wildcards, nor to what others say', async () => {
    const tasmota = await login('tasmota');
    const plain = await login('plain');
    const heard: string[] = [];
    tasmota.on('message', (topic) => heard.push(topic));
    for (const topic of [
      '#',
      '+/plain',
      'm/plain',
      'cmnd/t/#',
      'tele/t/+',
      '$SYS/#',
      '$share/a/m/plain',
      'tasmota/discovery/X',
    ]) {
      const [granted] = await tasmota
        .subscribeAsync(topic, { qos: 1 })
        .catch((fault: { packet?: unknown }) => [{ qos: 128, fault }]);
      expect(granted?.qos, topic).toBe(128);
    }
    await says(plain, 'm/plain', NOON_MS, { wh: 1 });
    const [own] = await tasmota.subscribeAsync('tele/t/COMMAND');
    expect(own?.qos).toBe(0);
    await tasmota.publishAsync('tele/t/COMMAND', 'x', { qos: 1 });
    await tasmota.publishAsync('tele/t/COMMAND', 'y', { qos: 1 });
    while (heard.length < 2) await new Promise((done) => setImmediate(done));
    expect(heard).toEqual(['tele/t/COMMAND', 'tele/t/COMMAND']);
    expect(tasmota.connected).toBe(true);
  });

  test('a packet beyond the limit ends the connection before it is in memory', async () => {
    const client = await login('plain');
    const end = closed(client);
    client.publish('m/plain', Buffer.alloc(1_000_000));
    await end;
    expect(door.figure('packet_too_large')).toBe(1);
    const socket = connectSocket(port, '127.0.0.1');
    // A connect that says it has 200 MB.
    socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x5f, 0x00));
    await new Promise((done) => socket.once('close', done));
    expect(door.figure('packet_too_large')).toBe(2);
  });

  test('nobody ends the session of another by its name', async () => {
    const plain = await login('plain', { clientId: 'the same' });
    const tasmota = await login('tasmota', { clientId: 'the same' });
    await says(plain, 'm/plain', NOON_MS, { wh: 1 });
    expect([plain.connected, tasmota.connected]).toEqual([true, true]);
  });

  test('connections and messages are limited', async () => {
    await door.stop();
    await open({ connectionsPerAddress: 2, messagesPerMinute: 3 });
    const plain = await login('plain');
    await login('tasmota');
    await expect(login('early')).rejects.toThrow();
    expect(door.figure('connections_refused')).toBe(1);
    const end = closed(plain);
    for (let i = 0; i < 4; i++) plain.publish('m/plain', '{"wh":1}');
    await end;
    expect(door.figure('messages')).toBe(3);
    expect(BROKER_LIMITS.connections).toBeGreaterThan(100);
  });

  test('who does not say who it is does not stay', async () => {
    await door.stop();
    await open({ connectMs: 50 });
    const silent = connectSocket(port, '127.0.0.1');
    silent.resume();
    await new Promise((done) => silent.once('close', done));
  });

  test('MQTT 5 is turned away in words that a client understands', async () => {
    await expect(login('plain', { protocolVersion: 5 })).rejects.toThrow(
      /protocol version|closed/i,
    );
  });
});

const isThere = existsSync(HOUSEHOLDS);
if (!isThere) console.warn('skipped: no household data in ../shared/data/households');
test.skipIf(!isThere && process.env.CI !== 'true')(
  'the week of 22 to 28 March 2021 of a real home, as a counter, is its mean power to the Wh',
  async () => {
    const from = Date.parse('2021-03-21T23:00Z');
    const until = Date.parse('2021-03-28T22:00Z');
    const rows = readFileSync(`${HOUSEHOLDS}hh_2012_3.csv`, 'utf8').trim().split('\n').slice(1);
    const week = rows
      .map((row) => row.split(',').map(Number) as [number, number])
      .filter(([at]) => at * 1000 >= from && at * 1000 < until);
    const client = await login('tasmota');
    // A counter that began at some whole Wh; four decimals of a kWh hold every quarter of a Wh.
    let quarterWh = 4n * 123_456n;
    const total = () => Number(quarterWh) / 4000;
    await says(client, 'tele/t/SENSOR', from, { ENERGY: { Total: total() } });
    const expected: bigint[] = [];
    let carry = NO_CARRY;
    for (const [at, watts] of week) {
      quarterWh += BigInt(watts);
      // Berlin's clock, without an offset, as the device shows it: it jumps on the 28th.
      const endMs = at * 1000 + SLOT_MS;
      const offset = endMs >= Date.parse('2021-03-28T01:00Z') ? 2 : 1;
      const Time = new Date(endMs + offset * 3_600_000).toISOString().slice(0, 19);
      await says(client, 'tele/t/SENSOR', endMs, { Time, ENERGY: { Total: total() } });
      const step = meanPowerToEnergy(meanPower(power(BigInt(watts))), 900, carry);
      carry = step.carry;
      expected.push(step.energy);
    }
    expect(expected).toHaveLength(7 * 96 - 4);
    expect(desk.taken.map(({ imported }) => imported)).toEqual(expected);
    expect(desk.taken.every(({ quality }) => quality === 'measured')).toBe(true);
  },
);
