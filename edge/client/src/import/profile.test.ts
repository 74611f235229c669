import { describe, expect, test } from 'vitest';
import { BUILT_IN_PROFILE_TEXTS, BUILT_IN_PROFILES } from './built-in-profiles.ts';
import { ImportFault } from './import-fault.ts';
import { readProfile } from './profile.ts';

const GOOD = `name: mine
delimiter: ;
decimalSign: ','
time: { columns: [Datum, Zeit], format: dd.MM.yyyy HH:mm, zone: Europe/Vienna, label: end }
columns: [{ column: Bezug, direction: import, unit: kWh }]
`;

function faultOf(text: string): ImportFault {
  try {
    readProfile(text, 'p.yaml');
  } catch (error) {
    if (error instanceof ImportFault) return error;
    throw error;
  }
  throw new Error('expected a fault, got a profile');
}

test('what a profile does not say has one meaning', () => {
  expect(readProfile(GOOD, 'p.yaml')).toMatchObject({
    name: 'mine',
    title: 'mine',
    encoding: 'utf-8',
    headerLines: 1,
    time: { intervalMinutes: 15, label: 'end', incompleteDays: 'refuse' },
    columns: [{ column: ['Bezug'], isCumulative: false, times: { digits: 1n, places: 0 } }],
    meterColumn: undefined,
    quality: undefined,
  });
});

test('JSON is read alike', () => {
  const json = JSON.stringify({
    name: 'mine',
    delimiter: ';',
    decimalSign: ',',
    time: {
      columns: ['Datum', 'Zeit'],
      format: 'dd.MM.yyyy HH:mm',
      zone: 'Europe/Vienna',
      label: 'end',
    },
    columns: [{ column: 'Bezug', direction: 'import', unit: 'kWh' }],
  });
  const plain = (text: string) =>
    JSON.stringify(readProfile(text, 'p'), (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
  expect(plain(json)).toBe(plain(GOOD));
});

describe('one fault is one sentence', () => {
  test.each([
    [
      'delimiter: ;',
      'delimiter: x',
      'p.yaml: delimiter: expected "," or ";" or "\\t" or "|", got "x"',
    ],
    ["decimalSign: ','", "decimalSign: ';'", 'decimalSign: expected "." or ",", got ";"'],
    ['name: mine', 'nome: mine', 'name: expected a text, got nothing'],
    ['name: mine', 'name: mine\nextra: 1', 'p.yaml: extra: expected no such field, got "extra"'],
    ['Europe/Vienna', 'Europe/Wien', 'time: zone: expected a zone such as Europe/Vienna'],
    ['label: end', 'label: middle', 'time: label: expected "start" or "end", got "middle"'],
    ['dd.MM.yyyy HH:mm', 'dd.MM.yyyy', 'time: format: expected iso, unix-seconds'],
    ['unit: kWh', 'unit: kwh', 'columns[0]: unit: expected Wh, kWh, MWh, W, kW'],
    ['unit: kWh', 'unit: cumulative W', 'columns[0]: unit: expected Wh, kWh'],
    ['direction: import', 'direction: in', 'columns[0]: direction: expected "import" or "export"'],
    ['unit: kWh }', 'unit: kWh, times: -1 }', 'columns[0]: times: expected a number above zero'],
    ['unit: kWh }', 'unit: kWh, wrapAt: 10 }', 'columns[0]: wrapAt: expected a cumulative unit'],
    [
      'label: end',
      'label: end, intervalMinutes: 7',
      'intervalMinutes: expected minutes that divide',
    ],
    ['name: mine', 'name: mine\nheaderLines: 0', 'expected numbers of columns'],
    ['name: mine', 'name: mine\nname: mine', 'expected plain YAML or JSON'],
    [
      'columns: [{',
      'columns: [{ column: X, direction: import, unit: kWh }, {',
      'columns[1]: expected one column per meter and direction',
    ],
  ])('%s -> %s', (from, to, message) => {
    expect(GOOD).toContain(from);
    expect(faultOf(GOOD.replace(from, to)).message).toContain(message);
  });
});

test('every built-in profile reads its own text and has a name of its own', () => {
  expect(new Set(BUILT_IN_PROFILES.map(({ name }) => name)).size).toBe(BUILT_IN_PROFILES.length);
  for (const [name, text] of BUILT_IN_PROFILE_TEXTS) {
    expect(readProfile(text, name).name).toBe(name);
  }
});
