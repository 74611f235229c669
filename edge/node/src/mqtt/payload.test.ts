import { FINE_PER_WH } from '@commonwatt/api';
import { describe, expect, test } from 'vitest';
import { ConfigError, configFields } from '../config-fields.ts';
import { type MqttDevice, readDevice } from './device.ts';
import { atJsonPath, parseJsonPath } from './json-path.ts';
import { hashPassword, isPassword } from './password-hash.ts';
import { readPayload } from './payload.ts';

const NOW = Date.UTC(2024, 5, 1, 12, 7, 30);

function device(yaml: string): MqttDevice {
  const fields = configFields(yaml, 'node.yaml');
  const read = readDevice(fields);
  fields.end();
  return read;
}
const TASMOTA = 'username: h1\nmeter: 1\ntopic: tele/h1/SENSOR\npayload: tasmota\n';
const SHELLY = 'username: s1\nmeter: 2\ntopic: shelly/events/rpc\npayload: shelly-gen2\n';
const JSON_DEVICE = `username: j1
meter: 3
topic: grid/j1
payload: json
import: { path: "$.values[0]['1.8.0']", unit: kWh }
export: { path: "$.values[1].out", unit: Wh }
time: { path: $.at, format: iso }
`;

const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const read = (of: MqttDevice, value: unknown, at = NOW) => readPayload(of, bytes(value), at);
const sample = (values: readonly bigint[], atMs = NOW) => ({ kind: 'sample', atMs, values });
const refused = (reason: string) => ({ kind: 'refused', reason });
const kwh = (thousandths: bigint) => thousandths * FINE_PER_WH;

describe('Tasmota', () => {
  const tasmota = device(TASMOTA);

  test('its total in kWh, when the message arrives', () => {
    const payload = { Time: '2024-06-01T14:07:28', ENERGY: { Total: 1234.567, Power: 200 } };
    expect(read(tasmota, payload)).toEqual(sample([kwh(1_234_567n)]));
  });

  test.each([
    ['whole zones away', '2024-06-01T04:07:20'],
    ['half an hour and more', '2024-06-01T17:52:29'],
    ['never told the time', '1970-01-01T00:00:11'],
  ])('a clock without an offset: %s', (_what, time) => {
    expect(read(tasmota, { Time: time, ENERGY: { Total: 1 } }).kind).toBe('sample');
  });

  test('a message that waited five minutes is left out, for nobody knows when it was true', () => {
    const payload = { Time: '2024-06-01T14:02:28', ENERGY: { Total: 1 } };
    expect(read(tasmota, payload)).toEqual(refused('clock_off'));
  });

  test('other messages of its topic are none', () => {
    expect(read(tasmota, { Time: '2024-06-01T14:07:28', Switch1: 'OFF' })).toEqual({
      kind: 'other',
    });
  });

  test('a meter read by its optical head, with an export', () => {
    const sml = device(
      `${TASMOTA}import: { path: $.SML.in, unit: kWh }\nexport: { path: $.SML.out, unit: kWh }\n`,
    );
    expect(read(sml, { SML: { in: 10.5, out: 0.25 } })).toEqual(sample([kwh(10_500n), kwh(250n)]));
    expect(read(sml, { SML: { in: 10.5 } })).toEqual(refused('register_missing'));
  });
});

describe('Shelly', () => {
  const notification = (component: string, status: object) => ({
    src: 'shellypro3em',
    dst: 'shelly/events',
    method: 'NotifyStatus',
    params: { ts: 1717243650.25, [component]: status },
  });

  test('counts in Wh, in notifications and in its status', () => {
    const status = { id: 0, total_act: 20.13, total_act_ret: 7 };
    const values = [(2013n * FINE_PER_WH) / 100n, 7n * FINE_PER_WH];
    const em = device(SHELLY);
    expect(read(em, notification('emdata:0', status))).toEqual(sample(values));
    expect(read(em, notification('em:0', { id: 0, a_current: 4 }))).toEqual({ kind: 'other' });
    const byStatus = device(SHELLY.replace('events/rpc', 'status/emdata:0'));
    expect(read(byStatus, status)).toEqual(sample(values));
  });

  test('one phase, a plug, and the plug of a solar plant', () => {
    const phase = device(`${SHELLY}component: em1:1\ndirections: export\n`);
    const one = notification('em1data:1', { id: 1, total_act_energy: 5, total_act_ret_energy: 9 });
    expect(read(phase, one)).toEqual(sample([9n * FINE_PER_WH]));
    const plug = notification('switch:0', { id: 0, aenergy: { total: 3.5 } });
    const value = [(35n * FINE_PER_WH) / 10n];
    expect(read(device(`${SHELLY}component: switch:0\n`), plug)).toEqual(sample(value));
    const plant = device(`${SHELLY}component: switch:0\ndirections: export\n`);
    expect(plant.registers.import).toBeUndefined();
    expect(read(plant, plug)).toEqual(sample(value));
  });
});

describe('JSON', () => {
  const json = device(JSON_DEVICE);

  test('by paths, with a time of its own', () => {
    const payload = { at: '2024-06-01T12:00:00Z', values: [{ '1.8.0': '17.5' }, { out: 3 }] };
    const atMs = Date.UTC(2024, 5, 1, 12);
    expect(read(json, payload)).toEqual(sample([kwh(17_500n), 3n * FINE_PER_WH], atMs));
  });

  test.each([
    ['no JSON', '{"at":', 'payload_malformed'],
    ['a key twice', '{"at":1,"at":2}', 'payload_malformed'],
    ['too much of it', `"${'x'.repeat(20_000)}"`, 'payload_too_large'],
    ['nothing there', { at: '2024-06-01T12:00:00Z' }, 'register_missing'],
    ['not a number', { values: [{ '1.8.0': 'many' }, { out: 3 }] }, 'register_invalid'],
    ['below zero', { values: [{ '1.8.0': -1 }, { out: 3 }] }, 'register_invalid'],
    [
      'more than any counter',
      { values: [{ '1.8.0': 1e15 }, { out: '9'.repeat(16) }] },
      'register_invalid',
    ],
    ['null', { values: [{ '1.8.0': null }, { out: 3 }] }, 'register_invalid'],
    ['no time', { values: [{ '1.8.0': 1 }, { out: 3 }] }, 'clock_off'],
    [
      'a time to come',
      { at: '2024-06-01T13:00:00Z', values: [{ '1.8.0': 1 }, { out: 3 }] },
      'clock_off',
    ],
    ['long ago', { at: '2024-05-01T13:00:00Z', values: [{ '1.8.0': 1 }, { out: 3 }] }, 'clock_off'],
    [
      'a local time',
      { at: '2024-06-01T12:00:00', values: [{ '1.8.0': 1 }, { out: 3 }] },
      'clock_off',
    ],
  ])('%s', (_what, payload, reason) => {
    expect(read(json, payload)).toEqual(refused(reason));
  });
});

describe('paths', () => {
  test('name one place or none', () => {
    const value = { a: { b: [1, { 'x:0': 'here' }] } };
    expect(atJsonPath(value, parseJsonPath("$.a.b[1]['x:0']"))).toBe('here');
    expect(atJsonPath(value, parseJsonPath('$'))).toBe(value);
    for (const path of [
      '$.a.c',
      '$.a.b[2]',
      '$.a.b.length',
      '$.constructor',
      '$.a[0]',
      '$.a.b[0].x',
    ]) {
      expect(atJsonPath(value, parseJsonPath(path)), path).toBeUndefined();
    }
  });

  test.each([
    '',
    'a',
    '$a',
    '$.',
    '$..a',
    '$.*',
    '$[*]',
    '$[-1]',
    '$[1:2]',
    "$['a'",
    '$.a b',
    '$[?(@.a)]',
    `$${'.a'.repeat(17)}`,
  ])('%j is none', (text) => expect(() => parseJsonPath(text)).toThrow(/a path such as/));
});

describe('devices', () => {
  test.each([
    ['topic: tele/h1/SENSOR', 'topic: tele/+/SENSOR', 'topic'],
    ['topic: tele/h1/SENSOR', 'topic: h1/SENSOR', 'topic'],
    ['username: h1', 'username: a b', 'username'],
    ['meter: 1', 'meter: 0', 'meter'],
    ['payload: tasmota', 'payload: other', 'payload'],
    ['meter: 1', 'meter: 1\npasswordHash: secret', 'passwordHash'],
    ['payload: tasmota', 'payload: json', 'import'],
    ['meter: 1', 'meter: 1\nwrapAtKwh: -5', 'wrapAtKwh'],
    ['meter: 1', 'meter: 1\nalsoPublishes: a/# b', 'alsoPublishes'],
    ['meter: 1', 'meter: 1\nother: 5', 'other'],
  ])('%s -> %s is refused by name', (from, to, field) => {
    const fault = (() => {
      try {
        return device(TASMOTA.replace(from, to));
      } catch (error) {
        return error;
      }
    })();
    expect(fault).toBeInstanceOf(ConfigError);
    expect((fault as ConfigError).field).toBe(field);
  });
});

test('a password is known by its hash alone', async () => {
  const hash = await hashPassword('wind over the lagoon');
  expect(hash).toMatch(/^scrypt\$16384\$8\$1\$/);
  expect(await isPassword('wind over the lagoon', hash)).toBe(true);
  expect(await isPassword('wind over the lagoon ', hash)).toBe(false);
  expect(await isPassword('', undefined)).toBe(false);
  expect(await hashPassword('wind over the lagoon')).not.toBe(hash);
});
