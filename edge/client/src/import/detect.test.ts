import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_PROFILES } from './built-in-profiles.ts';
import { detectProfile } from './detect.ts';
import { ImportFault } from './import-fault.ts';
import { readReadings } from './imported-file.ts';
import { readProfile } from './profile.ts';

const HOUSEHOLDS = fileURLToPath(
  new URL('../../../../../shared/data/households/', import.meta.url),
);

const bytesOf = (text: string) => new TextEncoder().encode(text);
const detect = (text: string, zone?: string) =>
  detectProfile(bytesOf(text), { place: 'f.csv', ...(zone === undefined ? {} : { zone }) });

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('known files', () => {
  test.each([
    ['time,import_kwh,export_kwh\n2024-01-01T00:00Z,0.1,0\n', 'generic'],
    [
      'meter,time,import_kwh\nAT1,2024-01-01T00:00Z,0.1\nAT2,2024-01-01T00:00Z,0.2\n',
      'generic-meters',
    ],
    ['INTERVAL;ENERGY(kWh)\n2024-01-01T00:00;0.1\n', 'grid-singularity'],
    ['INTERVAL,ENERGY(kWh)\n2024-01-01T00:00,0.1\n', 'grid-singularity-comma'],
    ['INTERVAL;ENERGY(kWh)\n00:00;0.1\n00:15;0.2\n', 'grid-singularity-day'],
    ['INTERVAL,ENERGY(kWh)\n00:00,0.1\n00:15,0.2\n', 'grid-singularity-day-comma'],
    [
      'Messzeitpunkt;Verbrauch (kWh);Qualität;\n01.01.2024 00:15;0,938000;G;\n',
      'austrian-operator',
    ],
    [
      'Messzeitpunkt;Gemessener Verbrauch (kWh);Ersatzwert;\n01.01.2024 00:15;0,938000;;\n',
      'austrian-operator',
    ],
    [
      'Messzeitpunkt;Einspeisung (kWh);Qualität;\n01.01.2024 00:15;0,938000;G;\n',
      'austrian-operator',
    ],
    [
      'Ende Ablesezeitraum;Messintervall;x;Haus - AT0 (0) - Verbrauch [kWh]\n2024-01-01T00:15+01:00;QH;KWH;0,017\n',
      'e-control',
    ],
    ['timestamp,electricity\n1613343600,159\n', 'mean-power'],
    ['time,import_total_kwh\n2024-01-01T00:00Z,1234.5\n', 'cumulative'],
  ])('%j', async (text, name) => {
    const { profile, reasons } = await detect(text);
    expect(profile.name).toBe(name);
    expect(reasons[0]).toContain(`the built-in profile ${name} reads all`);
  });

  test('a file with many meters is not taken for one with a single meter', async () => {
    const { profile } = await detect(
      'meter,time,import_kwh\nA,2024-01-01T00:00Z,1\nB,2024-01-01T00:00Z,1\n',
    );
    expect(profile.meterColumn).toEqual(['meter']);
  });
});

describe('unknown files', () => {
  test('a proposal says why, and what it had to guess', async () => {
    const text = `Anlage 4711

Datum und Uhrzeit;Bezug (kWh);Einspeisung (kWh);Status
01.06.2024 00:30;1,5;0;W
01.06.2024 01:00;1,25;0,1;W
`;
    const { profile, reasons, doubts, text: written } = await detect(text, 'Europe/Vienna');
    expect(profile).toMatchObject({
      delimiter: ';',
      decimals: { decimalSign: ',' },
      headerLines: 3,
      time: {
        format: { pattern: 'dd.MM.yyyy HH:mm' },
        zone: 'Europe/Vienna',
        label: 'end',
        intervalMinutes: 30,
      },
      columns: [
        { column: ['Bezug (kWh)'], direction: 'import', unit: 'kWh' },
        { column: ['Einspeisung (kWh)'], direction: 'export', unit: 'kWh' },
      ],
    });
    expect(reasons.join('\n')).toContain('the first time is one interval after midnight');
    expect(doubts).toEqual([
      'times have no offset: taken for the zone Europe/Vienna',
      'column "Status" may be the quality: it holds "W"',
    ]);
    expect(readProfile(written, 'again')).toMatchObject({ name: 'detected', headerLines: 3 });
    const source = only(bytesOf(text));
    const read = readReadings(source, { place: 'f.csv', profile, slotLengthMs: 1_800_000 });
    expect((await read).meters[0]?.slots.map(({ importedWh }) => importedWh)).toEqual([
      1500n,
      1250n,
    ]);
  });

  test('watts, counters, headless files and other encodings', async () => {
    const counter = await detect(
      'Zeit,Zählerstand [Wh]\n2024-01-01T00:00Z,100\n2024-01-01T00:15Z,140\n2024-01-01T00:30Z,150\n',
    );
    expect(counter.profile.columns[0]).toMatchObject({ unit: 'Wh', isCumulative: true });
    const power = await detect('when|load (W)\n2024-01-01T00:00Z|300\n2024-01-01T00:15Z|120\n');
    expect(power.profile).toMatchObject({ delimiter: '|', columns: [{ unit: 'W' }] });
    const headless = await detect('2024-01-01T00:00Z;1.5\n2024-01-01T00:05Z;1.0\n');
    expect(headless.profile).toMatchObject({
      headerLines: 0,
      time: { columns: ['1'], intervalMinutes: 5 },
      columns: [{ column: ['2'] }],
    });
    const latin = Uint8Array.from(
      Buffer.from('Zeit;Zähler A (kWh)\n01.06.2024 00:00;1,5\n01.06.2024 00:15;1,5\n', 'latin1'),
    );
    const { profile } = await detectProfile(latin, { place: 'f.csv' });
    expect(profile.encoding).toBe('windows-1252');
  });

  test('a day and its time in two columns, below lines of another kind', async () => {
    const text = `Kundennummer;12345678
Energierichtung;Netzbezug


Datum;Zeit;kWh;Status
28.03.2023;00:00:00;0,24;Geschätzt
28.03.2023;00:15:00;0,228;Gemessen
`;
    const { profile } = await detect(text, 'Europe/Vienna');
    expect(profile).toMatchObject({
      headerLines: 5,
      time: { columns: ['Datum', 'Zeit'], format: { pattern: 'dd.MM.yyyy HH:mm:ss' } },
      columns: [{ column: ['kWh'] }],
    });
  });

  test('numbers of customers are no energy, and intervals come before counters', async () => {
    const numbers = await detect(
      'Anlagennummer;Beginn;Wert\n123;01.07.2023 00:00;0,012\n123;01.07.2023 00:15;0,014\n',
    );
    expect(numbers.profile.columns.map(({ column }) => column)).toEqual([['Wert']]);
    const counters = await detect(
      'Zeit;Zaehlerstand - 1.8.0;Verbrauch - 1.8.0\n2024-01-01T00:00Z;100,5;\n2024-01-01T00:15Z;100,6;0,1\n',
    );
    expect(counters.profile.columns).toMatchObject([
      { column: ['Verbrauch - 1.8.0'], isCumulative: false },
    ]);
    expect(counters.doubts.join()).toContain('"Zaehlerstand - 1.8.0" is left out');
  });

  test('headings that are there twice are told by number, and wide letters are read', async () => {
    const text =
      'VON;WERT;VON;WERT\n01.04.2023 00:00;0,1;01.05.2023 00:00;0,2\n01.04.2023 00:15;0,1;;\n';
    const twice = await detect(text, 'Europe/Vienna');
    expect(twice.profile).toMatchObject({ time: { columns: ['1'] }, columns: [{ column: ['2'] }] });
    const wide = new Uint8Array(
      Buffer.from('Zeit;Bezug\n2024-01-01T00:00Z;1\n2024-01-01T00:15Z;2\n', 'utf16le'),
    );
    expect((await detectProfile(wide, { place: 'f.csv' })).profile.encoding).toBe('utf-16le');
  });

  test.each([
    ['', 'rows of two cells or more'],
    ['a,b\nc,d\n', 'rows of times and numbers within 30 lines'],
    ['no table at all', 'rows of two cells or more'],
  ])('%j is refused', async (text, message) => {
    const fault = await detect(text).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ImportFault);
    expect(String(fault)).toContain(message);
  });
});

test('whatever a file holds, it is read or refused in words', async () => {
  const cell = fc.constantFrom(
    '',
    '1',
    '0,5',
    '-3',
    '1.5',
    'x',
    '"',
    '""',
    '01.01.2024',
    '00:15',
    '2024-01-01T00:00Z',
    '1704067200',
    'kWh',
    'time',
    'import_kwh',
    '\u0000',
    'ä',
  );
  const row = fc.tuple(fc.array(cell, { maxLength: 5 }), fc.constantFrom(',', ';', '\t'));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (rows) => {
      const bytes = bytesOf(rows.map(([cells, sign]) => cells.join(sign)).join('\n'));
      const outcomes = [
        detectProfile(bytes, { place: 'f.csv' }).then(({ profile }) =>
          readReadings(only(bytes), { place: 'f.csv', profile, slotLengthMs: 3_600_000 }),
        ),
        ...BUILT_IN_PROFILES.map((profile) =>
          readReadings(only(bytes), { place: 'f.csv', profile, slotLengthMs: 900_000 }),
        ),
      ];
      for (const outcome of await Promise.allSettled(outcomes)) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ImportFault);
      }
    }),
    { numRuns: 200 },
  );
});

const isThere = existsSync(HOUSEHOLDS);
if (!isThere) console.warn('skipped: no household data in ../shared/data/households');
test.skipIf(!isThere && process.env.CI !== 'true')('the households are known', async () => {
  const { profile } = await detectProfile(readFileSync(`${HOUSEHOLDS}hh_2455_0.csv`), {
    place: 'hh',
  });
  expect(profile.name).toBe('mean-power');
});

/** All that a browser lends; nothing of Node is there. */
const BROWSER_GLOBALS = { TextDecoder, TextEncoder, clearTimeout, setTimeout, queueMicrotask };

const SESSION = `(async () => {
  const text = 'time,import_kwh\\n2024-01-01T00:00Z,0.1\\n2024-01-01T00:15Z,0.25\\n';
  const bytes = new TextEncoder().encode(text);
  const { profile } = await readings.detectProfile(bytes, { place: 'f.csv' });
  async function* pieces() { yield bytes.subarray(0, 20); yield bytes.subarray(20); }
  const options = { place: 'f.csv', profile, slotLengthMs: 900000 };
  const file = await readings.readReadings(pieces(), options);
  const { meters } = readings.dryRun(file, 'Europe/Vienna');
  return JSON.stringify(meters[0].months.map((one) => [one.month, String(one.importedWh)]));
})()`;

test('importing runs where there is no Node', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'readings',
    target: 'es2022',
    logLevel: 'silent',
  });
  expect(Object.values(metafile.outputs).flatMap((output) => output.imports)).toEqual([]);
  const code = outputFiles[0]?.text ?? '';
  expect(code.length).toBeLessThan(400_000);
  // The policy of the page forbids `eval` and everything like it.
  const noCode = { codeGeneration: { strings: false, wasm: false } };
  const page = createContext({ ...BROWSER_GLOBALS }, noCode);
  runInContext(code, page);
  expect(await runInContext(SESSION, page)).toBe('[["2024-01","350"]]');
});
