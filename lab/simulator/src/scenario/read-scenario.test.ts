import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readScenario } from './read-scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { scenarioText } from './scenario-text.ts';

const STREET = join(import.meta.dirname, '../../scenarios/street.yaml');
const WITH_BATTERIES = join(import.meta.dirname, '../../scenarios/street-with-batteries.yaml');
const KNOWN = { mechanisms: ['uniform', 'mcafee'], traders: ['truthful', 'zip'] };

/** Small, whole, and easy to spoil by replacing one line. */
const SMALL = `schema: commonwatt-scenario/1
name: small
time:
  from: 2021-03-22T00:00:00Z
  until: 2021-03-23T00:00:00Z
tariffs:
  supply_ct_per_kwh: 30.25
market:
  mechanism: uniform
members:
  - name: a
    load: { model: home, annual_kwh: 3000 }
  - name: b
    solar: { model: sun, installed_w: 5000 }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-scenario-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0]!);
}

/** The lines of the error, the folder left out. */
function faultsOf(files: Readonly<Record<string, string | Uint8Array>>): string[] {
  const path = write(files);
  try {
    readScenario(path, KNOWN);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.replaceAll(`${folder}/`, '').split('\n');
  }
  return [];
}

/** SMALL with one text replaced, which must be there. */
function spoiled(from: string, to: string): string {
  expect(SMALL).toContain(from);
  return SMALL.replace(from, to);
}

describe('what is right', () => {
  test('the example is read, and its defaults are filled in', () => {
    const { scenario, inputs, directory } = readScenario(STREET, KNOWN);
    expect(scenario.members).toHaveLength(10);
    expect(scenario.market).toEqual({ mechanism: 'uniform', settings: {}, files: {}, rounds: 1 });
    expect(scenario.outputs).toEqual({ orders: true, positions: true });
    expect(scenario.members[0]!.solar).toMatchObject({ tilt_degrees: 35, azimuth_degrees: 0 });
    expect(directory).toBe(dirname(STREET));
    expect(inputs).toHaveLength(1);
    expect(inputs[0]).toMatchObject({ file: 'street.yaml', role: 'scenario' });
  });

  test('the example that extends it: members merged by name, one removed', () => {
    const { scenario, inputs } = readScenario(WITH_BATTERIES, KNOWN);
    expect(scenario.name).toBe('street-with-batteries');
    expect(scenario.members.map(({ name }) => name)).not.toContain('home-4');
    expect(scenario.members).toHaveLength(9);
    const [home] = scenario.members;
    expect(home).toMatchObject({ name: 'home-1', buy_limit_ct_per_kwh: 26.4 });
    expect(home!.battery).toMatchObject({ capacity_wh: 10000, schedule: 'rule' });
    expect(inputs.map(({ file }) => file)).toEqual(['street-with-batteries.yaml', 'street.yaml']);
  });

  test('JSON is read as YAML is', () => {
    const { scenario } = readScenario(write({ 'small.yaml': SMALL }));
    const json = JSON.stringify(scenario, null, '\t');
    expect(readScenario(write({ 'small.json': `\uFEFF${json}` })).scenario).toEqual(scenario);
  });

  test('aliases stand for what they name', () => {
    const text = spoiled('load: {', 'load: &load {').replace(
      '  - name: b',
      '  - name: b\n    load: *load',
    );
    const { members } = readScenario(write({ 'a.yaml': text })).scenario;
    expect(members[1]!.load).toEqual(members[0]!.load);
  });

  test('files count as inputs, those of the sweep too, each once', () => {
    const text = `${spoiled('{ model: home, annual_kwh: 3000 }', '{ file: one.csv }')
      .replace('mechanism: uniform', 'mechanism: ./mine.js\n  files: { network: net/lines.csv }')
      .replace('{ model: sun, installed_w: 5000 }', '{ file: one.csv, installed_w: 5000 }')}
sweep:
  values:
    members.a.load.file: [two.csv, one.csv]
`;
    const files = { 'one.csv': '1', 'two.csv': '2', 'mine.js': '3', 'net/lines.csv': '4' };
    const { inputs } = readScenario(write({ 'small.yaml': text, ...files }), KNOWN);
    expect(inputs.map(({ file, role }) => `${role} ${file}`)).toEqual([
      'mechanism ./mine.js',
      'market net/lines.csv',
      'profile one.csv',
      'scenario small.yaml',
      'profile two.csv',
    ]);
    // SHA-256 of the one byte 1, by sha256sum.
    expect(inputs[2]!.sha256).toBe(
      '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
    );
  });
});

describe('extends', () => {
  test('merges sections, replaces lists, takes away what is set to nothing', () => {
    const base = `${SMALL}network:
  feeders:
    - { name: north, import_limit_w: 1000, export_limit_w: 1000 }
traders: { trader: zip, floor_ct_per_kwh: 3 }
`;
    const overlay = `extends: base.yaml
network:
  feeders: []
traders: { floor_ct_per_kwh: null }
members:
  - name: c
    load: { model: office, annual_kwh: 9 }
  - name: a
    load: { file: a.csv }
    trader: zip
`;
    const path = write({ 'o.yaml': overlay, 'base.yaml': base, 'a.csv': '' });
    const { scenario } = readScenario(path, KNOWN);
    expect(scenario.network.feeders).toEqual([]);
    expect(scenario.traders).toEqual({ trader: 'zip' });
    expect(scenario.members.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    // Another kind of load replaces the whole section.
    expect(scenario.members[0]!.load).toEqual({
      file: 'a.csv',
      scale_percent: 100,
      later_slots: 0,
    });
  });

  test('files that a base names are found from its own folder', () => {
    const base = spoiled('{ model: home, annual_kwh: 3000 }', '{ file: a.csv }').replace(
      'mechanism: uniform',
      'mechanism: ./mine.js\n  files: { network: ../n.csv }',
    );
    const sweep = 'sweep: { values: { members.a.load.file: [a.csv, other.csv] } }\n';
    const files = { 'lib/a.csv': '', 'lib/other.csv': '', 'lib/mine.js': '', 'n.csv': '' };
    const path = write({
      'studies/one.yaml': 'extends: ../lib/base.yaml\nname: one\n',
      'lib/base.yaml': base + sweep,
      ...files,
    });
    const { scenario, inputs } = readScenario(path);
    expect(scenario.members[0]!.load).toMatchObject({ file: '../lib/a.csv' });
    expect(scenario.market.mechanism).toBe('../lib/mine.js');
    expect(inputs.map(({ file }) => file)).toEqual([
      '../lib/a.csv',
      '../lib/base.yaml',
      '../lib/mine.js',
      '../lib/other.csv',
      '../n.csv',
      'one.yaml',
    ]);
  });

  test('a chain of eight is read, of nine refused, and a circle is named', () => {
    const chain = (last: number) =>
      Object.fromEntries(
        Array.from({ length: last + 1 }, (_, at) => [
          `${at}.yaml`,
          at === last ? SMALL : `extends: ${at + 1}.yaml\nname: case-${at}\n`,
        ]),
      );
    expect(faultsOf(chain(7))).toEqual([]);
    expect(faultsOf(chain(8))).toEqual([
      '7.yaml:1:10: extends: expected at most 8 files in a chain, got more',
    ]);
    expect(faultsOf({ 'a.yaml': 'extends: ./b.yaml', 'b.yaml': 'extends: a.yaml' })).toEqual([
      'b.yaml:1:10: extends: expected files that do not extend each other in a circle, got a.yaml -> b.yaml -> a.yaml',
    ]);
  });

  test.each([
    ['extends: 7', '1:10: extends: expected a file, such as ./base.yaml, got 7'],
    ['extends: none.yaml', '1:10: extends: expected a file that is there, got "none.yaml"'],
    ['extends: b.yaml\nnam:', '2:1: nam: expected a key of the base, to take it away, got "nam"'],
    [
      'extends: b.yaml\nmembers: [{ name: x, remove: true }]',
      '2:11: members[0]: expected a member of the base, to remove it, got "x"',
    ],
    [
      'extends: b.yaml\nmembers: [{ name: a, remove: false }]',
      '2:30: members[0].remove: expected true, got false',
    ],
    [
      'extends: b.yaml\nmembers: [{ name: a, remove: true, load: {} }]',
      '2:11: members[0]: expected only name and remove, got "load"',
    ],
    [
      'extends: b.yaml\nmembers: [{ name: a, trader: zip }, { name: a, trader: truthful }]',
      '2:45: members[2].name: expected a name of its own (entry 0 has it), got "a"',
    ],
  ])('%s', (text, fault) => {
    const faults = faultsOf({ 'o.yaml': text, 'b.yaml': SMALL });
    expect(faults[0]).toBe(`o.yaml:${fault}`);
  });

  test('a fault in a base is told with the line of the base', () => {
    const base = spoiled('supply_ct_per_kwh: 30.25', 'suply_ct_per_kwh: 30');
    expect(faultsOf({ 'o.yaml': 'extends: b.yaml\nname: o', 'b.yaml': base })).toEqual([
      'b.yaml:7:3: tariffs.suply_ct_per_kwh: expected no such key, got "suply_ct_per_kwh"; was supply_ct_per_kwh meant?',
    ]);
  });
});

describe('faults, each told with file, line, column, path, what was expected and what came', () => {
  test.each([
    ['name: small', 'name: 7', '2:7: name: expected a text like'],
    ['name: small', 'name: -x', '2:7: name: expected a text like'],
    ['name: small\n', '', '1:1: name: expected a text like'],
    [
      'schema: commonwatt-scenario/1',
      'schema: x',
      '1:9: schema: expected commonwatt-scenario/1, got "x"',
    ],
    [
      'name: small',
      'name: small\nseed: -1',
      '3:7: seed: expected a whole number from 0 to 9007199254740991',
    ],
    ['name: small', 'name: small\nseed: 1.5', '3:7: seed: expected a whole number'],
    ['name: small', 'name: small\nseed: 9007199254740993', '3:7: seed: expected a whole number'],
    [
      '30.25',
      '30.12345',
      '7:22: tariffs.supply_ct_per_kwh: expected a number from -10000 to 10000 of at most four decimals',
    ],
    ['30.25', '.inf', '7:22: tariffs.supply_ct_per_kwh: expected a number'],
    ['30.25', '"30"', '7:22: tariffs.supply_ct_per_kwh: expected a number'],
    ['30.25', '20000', '7:22: tariffs.supply_ct_per_kwh: expected a number from -10000 to 10000'],
    ['30.25', '7', '6:1: tariffs.feed_in_ct_per_kwh: expected at most the supply price, 7, got 8'],
    [
      'mechanism: uniform',
      'mechanism: unifrom',
      '9:14: market.mechanism: expected a name of `clear --list` or a file ./NAME.js, got "unifrom"; was uniform meant?',
    ],
    [
      'mechanism: uniform',
      'mechanism: ./none.js',
      '9:14: market.mechanism: expected a file that is there, got "./none.js"',
    ],
    [
      'mechanism: uniform',
      'mechanism: uniform\n  settings: { k: [1] }',
      '10:15: market.settings.k: expected a text, a number or true or false, got a list of 1',
    ],
    [
      'mechanism: uniform',
      'mechanism: uniform\n  files: { network: none.csv }',
      '10:21: market.files.network: expected a file that is there',
    ],
    [
      '{ model: home, annual_kwh: 3000 }',
      '{ file: none.csv }',
      '12:19: members[0].load.file: expected a file that is there',
    ],
    [
      '{ model: home, annual_kwh: 3000 }',
      '{ model: home, file: x }',
      '12:5: members[0].load: expected one of the keys file, model, got file and model',
    ],
    [
      '{ model: home, annual_kwh: 3000 }',
      '{ annual_kwh: 7 }',
      '12:5: members[0].load: expected one of the keys file, model, got none',
    ],
    [
      'model: home',
      'model: hone',
      '12:20: members[0].load.model: expected home, office or factory, got "hone"; was home meant?',
    ],
    [
      'load: { model: home, annual_kwh: 3000 }',
      'load: 7',
      '12:11: members[0].load: expected a section, got 7',
    ],
    [
      '    load: { model: home, annual_kwh: 3000 }\n',
      '',
      '11:5: members[0]: expected one of load, solar, battery, electric_vehicle, heat_pump, or it has nothing to trade, got none',
    ],
    [
      'name: b',
      'name: a',
      '13:11: members[1].name: expected a name of its own (entry 0 has it), got "a"',
    ],
    [
      'name: b',
      'name: b\n    feeder: north',
      '14:13: members[1].feeder: expected the name of a feeder of the network, got "north"',
    ],
    [
      'name: b',
      'name: b\n    trader: zap',
      '14:13: members[1].trader: expected one of truthful, zip, got "zap"; was zip meant?',
    ],
    ['name: b', 'name: b\n    remove: true', '14:5: members[1].remove: expected no such key'],
    [
      'name: b',
      'name: b\n    batery: {}',
      '14:5: members[1].batery: expected no such key, got "batery"; was battery meant?',
    ],
    [
      'name: b',
      'name: b\n    battery: { capacity_wh: 5, power_w: 5, initial_wh: 6 }',
      '14:56: members[1].battery.initial_wh: expected at most the capacity, 5, got 6',
    ],
    [
      'name: b',
      'name: b\n    electric_vehicle: { need_wh_per_day: 5, power_w: 5, arrives: "17:01", leaves: "07:00" }',
      '14:66: members[1].electric_vehicle.arrives: expected a text like',
    ],
    [
      'until: 2021-03-23T00:00:00Z',
      'until: 2021-03-22T00:00:00Z',
      '5:10: time.until: expected an instant after 2021-03-22T00:00:00Z',
    ],
    [
      'until: 2021-03-23T00:00:00Z',
      'until: 2021-03-23T00:07:00Z',
      '5:10: time.until: expected a whole number of 15 minutes',
    ],
    [
      'until: 2021-03-23T00:00:00Z',
      'until: 2021-03-23',
      '5:10: time.until: expected YYYY-MM-DDTHH:MM',
    ],
    [
      'until: 2021-03-23T00:00:00Z',
      'until: 2026-03-23T00:00:00Z',
      '5:10: time.until: expected at most 140544 slots',
    ],
    [
      'from: 2021-03-22T00:00:00Z',
      'from: 2021-02-30T00:00:00Z',
      '4:9: time.from: expected a day from 01 to 28',
    ],
    ['time:', 'time:\n  zone: Europe/Nowhere', '4:9: time.zone: expected a time zone'],
    ['time:', 'time:\n  zone: +01:00', '4:9: time.zone: expected a time zone'],
    [
      'time:',
      'time:\n  slot_minutes: 20',
      '4:17: time.slot_minutes: expected 15, 30 or 60, got 20',
    ],
    [
      'members:',
      'ledger: on-disk\nmembers:',
      '10:9: ledger: expected off, memory or embedded, got "on-disk"',
    ],
    [
      'members:',
      'outputs: { orders: yes }\nmembers:',
      '10:20: outputs.orders: expected true or false',
    ],
    [
      'members:',
      'traders: { floor_ct_per_kwh: 31 }\nmembers:',
      '10:30: traders.floor_ct_per_kwh: expected at most the ceiling, 30.25, got 31',
    ],
    [
      'members:',
      'traders: { ceiling_ct_per_kwh: 7 }\nmembers:',
      '10:32: traders.ceiling_ct_per_kwh: expected at least the floor, 8, got 7',
    ],
    [
      'members:',
      'traders: { trader: zipp }\nmembers:',
      '10:20: traders.trader: expected one of truthful, zip',
    ],
    [
      'members:',
      'network: { feeders: [{ name: n, import_limit_w: 1, export_limit_w: 1 }, { name: n, import_limit_w: 1, export_limit_w: 1 }] }\nmembers:',
      '10:81: network.feeders[1].name: expected a name of its own',
    ],
    [
      'members:',
      'sweep: { design: random, values: { seed: [1] } }\nmembers:',
      '10:1: sweep.points: expected the number of points that random draws, got nothing',
    ],
    [
      'members:',
      'sweep: { points: 4 }\nmembers:',
      '10:18: sweep.points: expected no points where the design is grid',
    ],
    [
      'members:',
      'sweep: { design: random, points: 4 }\nmembers:',
      '10:1: sweep.values: expected one key or more, for random to draw from, got none',
    ],
    [
      'members:',
      'sweep: { values: { tariffs.feed_in: [1] } }\nmembers:',
      '10:20: sweep.values["tariffs.feed_in"]: expected one of the keys supply_ct_per_kwh, feed_in_ct_per_kwh, local_fee_ct_per_kwh of tariffs, got tariffs.feed_in',
    ],
    [
      'members:',
      'sweep: { values: { tariffs.feed_in_ct_per_kwh: [1, x] } }\nmembers:',
      '10:52: sweep.values["tariffs.feed_in_ct_per_kwh"][1]: expected a number from',
    ],
    [
      'members:',
      'sweep: { values: { tariffs.feed_in_ct_per_kwh: [1, 31] } }\nmembers:',
      '6:1: tariffs.feed_in_ct_per_kwh: expected at most the supply price, 30.25, got 31 (where tariffs.feed_in_ct_per_kwh=31)',
    ],
    [
      'members:',
      'sweep: { values: { market.mechanism: [mcafee, sbba] } }\nmembers:',
      '9:14: market.mechanism: expected a name of `clear --list` or a file ./NAME.js, got "sbba" (where market.mechanism=sbba)',
    ],
    [
      'members:',
      'sweep: { values: { members.a.load.annual_kwh: [1, 1] } }\nmembers:',
      '10:51: sweep.values["members.a.load.annual_kwh"][1]: expected values that differ, got 1',
    ],
    [
      'members:',
      'sweep: { values: { members.*.trader: [zip], members.a.trader: [zip] } }\nmembers:',
      '10:45: sweep.values["members.a.trader"]: expected no key that members.*.trader sets too, got members.0.trader',
    ],
    [
      'members:\n',
      'members: []\nx:\n',
      '10:1: members: expected a list of 1 to 10000 entries, got a list of 0',
    ],
    ['members:\n', 'members: 7\nx:\n', '10:10: members: expected a list, got 7'],
  ])('%s -> %s', (from, to, fault) => {
    const told = faultsOf({ 's.yaml': spoiled(from, to) });
    expect(
      told.some((one) => one.startsWith(`s.yaml:${fault}`)),
      told.join('\n'),
    ).toBe(true);
  });

  test('all faults of a file are told at once', () => {
    const text = spoiled('30.25', 'x')
      .replace('model: home', 'model: hut')
      .replace('name: b', 'nam: b');
    expect(faultsOf({ 's.yaml': text })).toHaveLength(4);
  });

  test('a hundred are told, the others counted', () => {
    const members = Array.from({ length: 150 }, (_, at) => `  - { name: "-${at}" }`).join('\n');
    const text = `${SMALL.slice(0, SMALL.indexOf('members:'))}members:\n${members}\n`;
    const faults = faultsOf({ 's.yaml': text });
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toBe('and 50 more');
  });
});

describe('texts that are not plain YAML', () => {
  test.each([
    ['a key that stands twice', `${SMALL}name: again\n`, '15:1: expected the key "name" once'],
    ['a tab as indentation', 'a:\n\tb: 1', 'expected plain YAML 1.2 or JSON, got '],
    ['two documents', '---\na: 1\n---\nb: 2', 'expected plain YAML 1.2 or JSON'],
    ['an unknown tag', 'a: !thing 1', '1:4: expected plain YAML 1.2 or JSON'],
    ['a key that is a list', '? [1]\n: 2', 'expected keys that are words'],
    ['a key that is nothing', '? \n: 2', 'expected keys that are words'],
    ['the prototype of all objects', '__proto__: 1', '1:1: expected another key'],
    ['an alias without an anchor', 'a: *b', '1:4: expected'],
    ['an alias of what holds it', 'a: &a [*a]', 'expected values at most 32 deep, got more'],
    ['another version of YAML', '%YAML 1.1\n---\na: yes', 'expected YAML 1.2, got YAML 1.1'],
    ['nothing', '', '1:1: expected a section, got nothing'],
    ['a list', '[1]', '1:1: expected a section, got a list of 1'],
    ['deep nesting', `a: ${'['.repeat(40)}${']'.repeat(40)}`, 'expected values at most 32 deep'],
    ['very deep nesting', '['.repeat(20_000), 'expected '],
  ])('%s', (_what, text, fault) => {
    expect(faultsOf({ 's.yaml': text }).join('\n')).toContain(fault);
  });

  test('aliases that multiply are stopped', () => {
    const lines = Array.from({ length: 12 }, (_, at) =>
      at === 0 ? 'x0: &x0 [1,1,1,1,1,1,1,1,1,1]' : `x${at}: &x${at} [${`*x${at - 1},`.repeat(10)}]`,
    );
    expect(faultsOf({ 's.yaml': lines.join('\n') }).join('\n')).toContain(
      'expected at most 1000000 values, aliases written out, got more',
    );
  });

  test('tens of thousands of unknown keys are told as few', () => {
    const keys = Array.from({ length: 30_000 }, (_, at) => `k${at}: 1`).join('\n');
    expect(faultsOf({ 's.yaml': keys })).toHaveLength(101);
  });

  test('bytes that are no UTF-8, a folder, a missing file, a file above the limit', () => {
    expect(faultsOf({ 's.yaml': Uint8Array.of(0x6e, 0xff) })).toEqual([
      's.yaml:1:1: expected UTF-8, got other bytes',
    ]);
    expect(() => readScenario(folder)).toThrow('expected a file that is there');
    expect(() => readScenario(join(folder, 'none.yaml'))).toThrow('expected a file that is there');
    const large = new Uint8Array(16 * 1024 * 1024 + 1).fill(0x23);
    expect(faultsOf({ 's.yaml': large })).toEqual([
      's.yaml:1:1: expected a file of at most 16777216 bytes, got 16777217',
    ]);
  });
});

test('the resolved text reads back as the same scenario', () => {
  for (const path of [STREET, WITH_BATTERIES]) {
    const { scenario } = readScenario(path);
    const text = scenarioText(scenario);
    const again = readScenario(write({ 'again.yaml': text })).scenario;
    expect(again).toEqual(scenario);
    expect(scenarioText(again)).toBe(text);
  }
});
