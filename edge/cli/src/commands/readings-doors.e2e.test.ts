/**
 * One week of a real home through both doors of a real node, to the same Wh: as a grid operator's
 * file and as the counter of a device.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  agreementKeyFromSeed,
  browserRandom,
  browserSigner,
  createKeystore,
  memberKeysFromSeed,
} from '@commonwatt/client';
import { nodeScrypt } from '@commonwatt/client/node';
import { nodeRandom, systemClock } from '@commonwatt/consensus';
import { ACTION, PLAIN_CONNECTION, registerMeterCodec } from '@commonwatt/contracts';
import { actionOf, CommunityNode, genesisOf, officerFounder, readConfig } from '@commonwatt/node';
import { power } from '@commonwatt/units';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const HOUSEHOLDS = fileURLToPath(
  new URL('../../../../../shared/data/households/', import.meta.url),
);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PASSWORD = 'wind over the lagoon';
const SLOT_MS = 900_000;
const FROM = Date.parse('2021-03-21T23:00Z');
const UNTIL = Date.parse('2021-03-28T22:00Z');
const GATEWAY_METER = 1;
const FILE_METER = 2;

const isThere = existsSync(HOUSEHOLDS);
if (!isThere) console.warn('skipped: no household data in ../shared/data/households');
const isRun = isThere || process.env.CI === 'true';

class SetClock {
  ms = FROM;
  nowMs(): number {
    return this.ms;
  }
}

const clock = new SetClock();
let folder = '';
let node: CommunityNode;

const place = (name: string) => join(folder, name);

const DEVICE = `name: commonwatt/doors
dir: ./ledger
officer: { keystore: officer.json }
mqtt:
  listen: { port: 0 }
  gateway: { keystore: gateway.json }
  devices:
    - username: home
      passwordHash: scrypt$16384$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}
      meter: ${GATEWAY_METER}
      topic: tele/home/SENSOR
      payload: tasmota
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-doors-'));
  const seed = browserRandom.bytes(32);
  const host = { random: nodeRandom, scrypt: nodeScrypt };
  const text = await createKeystore(host, { seed, password: PASSWORD, label: 'officer' });
  writeFileSync(place('officer.json'), text, { mode: 0o600 });
  const officer = memberKeysFromSeed(seed);
  const gatewaySeed = browserRandom.bytes(32);
  const gateway = browserSigner(gatewaySeed);
  const founder = officerFounder({
    publicKey: officer.signer.publicKey,
    agreementKey: agreementKeyFromSeed(seed).publicKey,
    recordCommitment: browserRandom.bytes(32),
  });
  const config = readConfig(DEVICE, 'node.yaml', folder);
  const { mqtt } = config;
  if (mqtt === undefined || mqtt.broker.kind !== 'local') throw new Error('no door');
  node = await CommunityNode.open({
    dir: place('ledger'),
    clock,
    genesis: genesisOf(config, [founder], FROM),
    officer: officer.signer,
    settlement: { enabled: false },
    mqtt: { broker: mqtt.broker, devices: mqtt.devices, gateway },
    http: { host: '127.0.0.1', port: 0, requestClock: systemClock },
  });
  await node.start();
  const meter = { ...PLAIN_CONNECTION, member: 1, renewable: 'no' as const };
  const limits = { importLimitW: power(11_000n), exportLimitW: power(11_000n) };
  await node.officer.submit([
    actionOf(ACTION.registerMeter, registerMeterCodec, {
      ...meter,
      ...limits,
      source: 'gateway',
      key: gateway.publicKey,
    }),
    actionOf(ACTION.registerMeter, registerMeterCodec, {
      ...meter,
      ...limits,
      source: 'provider',
      key: officer.signer.publicKey,
    }),
  ]);
});
afterAll(async () => {
  await node?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...words: readonly string[]) {
  const terminal = testTerminal('', {
    COMMONWATT_PASSWORD: PASSWORD,
    COMMONWATT_HOME: place('home'),
    COMMONWATT_NODE: node.url,
  });
  const status = await main(words, terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}
const key = () => ['--keystore', place('officer.json')];

function weekOf(name: string): readonly (readonly [slotMs: number, watts: number])[] {
  const rows = readFileSync(`${HOUSEHOLDS}${name}.csv`, 'utf8').trim().split('\n').slice(1);
  return rows
    .map((row) => row.split(',').map(Number))
    .map(([seconds = 0, watts = 0]) => [seconds * 1000, watts] as const)
    .filter(([slotMs]) => slotMs >= FROM && slotMs < UNTIL);
}

function storedOf(meter: number) {
  return node.readings
    .of(1, FROM, UNTIL, 10_000)
    .filter((one) => one.meter === meter)
    .map(({ slotMs, imported, exported, quality }) => ({ slotMs, imported, exported, quality }));
}

describe.skipIf(!isRun)('the week of 22 to 28 March 2021', () => {
  test('as a counter and as a file, it is the same to the Wh', async () => {
    const week = weekOf('hh_2012_3');
    expect(week).toHaveLength(7 * 96 - 4);
    // Four decimals of a kWh hold every quarter of a Wh.
    let quarterWh = 4_000_000;
    const say = (atMs: number) => {
      clock.ms = atMs;
      const payload = { ENERGY: { Total: quarterWh / 4000 } };
      node.mqtt?.bridge.message('home', new TextEncoder().encode(JSON.stringify(payload)));
      return node.mqtt?.bridge.idle();
    };
    await say(FROM);
    for (const [slotMs, watts] of week) {
      quarterWh += watts;
      await say(slotMs + SLOT_MS);
    }
    expect(storedOf(GATEWAY_METER)).toHaveLength(668);

    clock.ms = UNTIL + SLOT_MS;
    const rows = week.map(([slotMs, watts]) => `${slotMs / 1000},${watts}`);
    writeFileSync(place('week.csv'), `timestamp,electricity\n${rows.join('\n')}\n`);
    const words = ['--profile', 'mean-power', '--meter', `${FILE_METER}`, ...key()];
    const dry = await run('readings', 'import', place('week.csv'), ...words, '--dry-run', '--json');
    expect(dry.status, dry.err).toBe(0);
    expect(JSON.parse(dry.out).meters[0]).toMatchObject({
      meter: FILE_METER,
      slots: 668,
      missingSlots: 0,
      clockChanges: [{ date: '2021-03-28', slotsOfDay: 92, slotsHere: 92 }],
      plan: { new: 668, superseding: 0, identical: 0 },
      sent: null,
    });
    expect(storedOf(FILE_METER)).toEqual([]);

    const sent = await run('readings', 'import', place('week.csv'), ...words, '--json');
    expect(sent.status, sent.err).toBe(0);
    expect(JSON.parse(sent.out).meters[0].sent).toEqual({
      stored: 668,
      superseding: 0,
      identical: 0,
      refused: [],
    });
    expect(storedOf(FILE_METER)).toEqual(storedOf(GATEWAY_METER));
    const total = week.reduce((sum, [, watts]) => sum + watts, 0);
    const stored = storedOf(FILE_METER).reduce((sum, one) => sum + one.imported, 0n);
    expect(stored).toBe(BigInt(Math.floor(total / 4)));
  });

  test('again it changes nothing, part of it neither, and a correction is a new version', async () => {
    const week = weekOf('hh_2012_3');
    const words = ['--profile', 'mean-power', '--meter', `${FILE_METER}`, ...key(), '--json'];
    const answer = async (file: string) => {
      const { status, out, err } = await run('readings', 'import', place(file), ...words);
      expect(status, err).toBe(0);
      const [meter] = JSON.parse(out).meters;
      return { ...meter.plan, stored: meter.sent.stored, superseded: meter.sent.superseding };
    };
    const before = storedOf(FILE_METER);
    expect(await answer('week.csv')).toEqual({
      new: 0,
      superseding: 0,
      identical: 668,
      carried: 0,
      stored: 0,
      superseded: 0,
    });
    // From the second row on, every fraction of a Wh is carried from elsewhere.
    const rows = week.map(([slotMs, watts]) => `${slotMs / 1000},${watts}`);
    const write = (name: string, lines: readonly string[]) =>
      writeFileSync(place(name), `timestamp,electricity\n${lines.join('\n')}\n`);
    write('rest.csv', rows.slice(1));
    const rest = await answer('rest.csv');
    expect(rest).toMatchObject({ new: 0, superseding: 0, stored: 0 });
    expect(rest.identical + rest.carried).toBe(667);
    expect(storedOf(FILE_METER)).toEqual(before);

    const [slotMs, watts] = week[100] as readonly [number, number];
    write('corrected.csv', rows.with(100, `${slotMs / 1000},${watts + 400}`));
    expect(await answer('corrected.csv')).toMatchObject({
      superseding: 1,
      stored: 1,
      superseded: 1,
    });
    const after = storedOf(FILE_METER);
    expect(after[100]?.imported).toBe((before[100]?.imported ?? 0n) + 100n);
    expect(after.filter((one, at) => one.imported !== before[at]?.imported)).toHaveLength(1);
    expect(await answer('corrected.csv')).toMatchObject({ superseding: 0, stored: 0 });
  });

  test('what the node refuses is told by code and line, and the exit status says so', async () => {
    const rows = ['1500000300,100', '1500001200,100'];
    writeFileSync(place('old.csv'), `timestamp,electricity\n${rows.join('\n')}\n`);
    const words = ['--profile', 'mean-power', '--meter', `${FILE_METER}`, ...key()];
    const { status, out } = await run('readings', 'import', place('old.csv'), ...words);
    expect(status).toBe(1);
    expect(out).toContain('2 refused as too_late, the first at line 2');
  });

  test('the door for devices shows its figures', async () => {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    expect(text).toContain('commonwatt_mqtt{what="slots_measured"} 668');
    expect(text).toContain('commonwatt_mqtt{what="readings_stored"} 668');
    expect(text).toContain('commonwatt_mqtt{what="login_refused"} 0');
  });
});

describe('the command', () => {
  test('reads files alone where there is no key, and proposes what it needs', async () => {
    const file = place('operator.csv');
    const text =
      'Messzeitpunkt;Verbrauch (kWh);Qualität;\n28.03.2021 01:45;0,25;G;\n28.03.2021 03:15;0,5;E;\n';
    writeFileSync(file, text);
    const detected = await run('readings', 'detect', file);
    expect(detected.status, detected.err).toBe(0);
    expect(detected.err).toContain(
      'to be checked: times without an offset are taken for Europe/Vienna',
    );
    writeFileSync(place('own.yaml'), detected.out.replace('austrian-operator', 'own'));
    const words = ['readings', 'import', file, '--profile', place('own.yaml'), '--dry-run'];
    const dry = await run(...words);
    expect(dry.status, dry.err).toBe(0);
    expect(dry.out).toContain('2 rows by the profile own');
    expect(dry.out).toContain('1 measured, 1 substituted');
    expect(dry.out).toContain('the clock changed on 2021-03-28: 2 of 92 slots');
    expect(dry.out).toContain('1 slots are missing');
    expect(dry.out).toContain('nothing was sent');
  });

  test.each([
    [['--profile', 'nothing'], '--profile: expected a file or one of generic,'],
    [['--profile', './none.yaml'], '--profile: expected a file that can be read'],
    [['--profile', 'mean-power', '--dry-run'], 'line 1: expected a column "timestamp"'],
    [
      ['--profile', 'e-control', '--meter', '1', '--map', 'm.csv', '--keystore', 'k'],
      '--meter: expected either',
    ],
    [['--profile', 'austrian-operator', '--dry-run', '--zone', 'Mars'], '--zone: expected a zone'],
  ])('%j is refused with exit status 2', async (words, message) => {
    const file = place('operator.csv');
    writeFileSync(file, 'Messzeitpunkt;Verbrauch (kWh);Qualität;\n28.03.2021 01:45;0,25;G;\n');
    const { status, err } = await run('readings', 'import', file, ...words);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  test('many meters by a map; a name without a number sends nothing', async () => {
    const file = place('many.csv');
    const rows = ['a,2021-03-28T00:00Z,1', 'b,2021-03-28T00:00Z,2'];
    writeFileSync(file, `meter,time,import_kwh\n${rows.join('\n')}\n`);
    writeFileSync(place('map.csv'), `name,meter\na,${FILE_METER}\n`);
    const words = ['readings', 'import', file, '--profile', 'generic-meters', ...key()];
    const short = await run(...words, '--map', place('map.csv'));
    expect(short.status).toBe(2);
    expect(short.err).toContain('expected a row for the meter of');
    const one = await run(...words, '--meter', `${FILE_METER}`);
    expect(one.err).toContain('one meter in the files');
  });

  test('a fault in the last file, or a meter without a number there, sends none of them', async () => {
    clock.ms = UNTIL + 2 * SLOT_MS;
    const write = (name: string, rows: string) => {
      writeFileSync(place(name), `meter,time,import_kwh\n${rows}\n`);
      return place(name);
    };
    writeFileSync(place('one.csv'), `name,meter\na,${FILE_METER}\n`);
    const whole = write('whole.csv', 'a,2021-03-28T22:00Z,1');
    const faulty = write('faulty.csv', 'a,2021-03-28T22:15Z,much');
    const strange = write('strange.csv', 'b,2021-03-28T22:15Z,1');
    const ways = ['--profile', 'generic-meters', '--map', place('one.csv'), ...key()];
    const stored = () => node.readings.of(1, UNTIL, UNTIL + SLOT_MS, 10);
    for (const [last, line] of [
      [faulty, 'faulty.csv line 2'],
      [strange, 'expected a row for the meter of'],
    ] as const) {
      const { status, err } = await run('readings', 'import', whole, last, ...ways);
      expect([status, err]).toEqual([2, expect.stringContaining(line)]);
      expect(stored()).toEqual([]);
    }
    const { status, err } = await run('readings', 'import', whole, ...ways);
    expect(status, err).toBe(0);
    expect(stored()).toHaveLength(1);
  });

  test('every line of the page on meters works', async () => {
    clock.ms = UNTIL + SLOT_MS;
    const page = readFileSync(join(ROOT, 'docs/meters.md'), 'utf8');
    const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
    const lines = blocks.flatMap(([, block = '']) => block.trim().split('\n'));
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const words = line
        .split(' ')
        .slice(1)
        .map((word) => {
          if (word === 'provider.keystore.json') return place('officer.json');
          return /\.csv$/.test(word) ? join(ROOT, 'examples', word) : word;
        });
      const { status, out, err } = await run(...words);
      expect(status, `${line}\n${err}`).toBe(0);
      expect(out).toMatch(line.includes('detect') ? /^name: austrian-operator/ : /92 slots/);
    }
    const profile = await run(
      ...['readings', 'import', place('map.csv'), '--dry-run'],
      ...['--profile', join(ROOT, 'examples/profile.yaml')],
    );
    expect(profile.err).toContain('expected a column "Datum"');
  });

  test('a password of a device becomes a hash', async () => {
    writeFileSync(place('device.password'), 'wind over the lagoon\n');
    const { status, out } = await run(
      'mqtt',
      'password',
      '--password-file',
      place('device.password'),
    );
    expect(status).toBe(0);
    expect(out).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}\n$/);
    writeFileSync(place('device.password'), 'short\n');
    expect(
      (await run('mqtt', 'password', '--password-file', place('device.password'))).status,
    ).toBe(2);
  });
});
