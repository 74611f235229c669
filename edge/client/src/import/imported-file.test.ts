import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtInProfile } from './built-in-profiles.ts';
import { dryRun, planImport } from './dry-run.ts';
import { ImportFault } from './import-fault.ts';
import { type ImportedFile, readReadings } from './imported-file.ts';
import { type ImportProfile, readProfile } from './profile.ts';

const SLOT_MS = 900_000;
const HOUSEHOLDS = fileURLToPath(
  new URL('../../../../../shared/data/households/', import.meta.url),
);
const WEEK = [Date.parse('2021-03-21T23:00Z'), Date.parse('2021-03-28T22:00Z')] as const;

async function* pieces(text: string, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function read(
  text: string,
  profile: ImportProfile | undefined,
  slotLengthMs = SLOT_MS,
): Promise<ImportedFile> {
  if (profile === undefined) throw new Error('no such profile');
  return readReadings(pieces(text), { place: 'f.csv', profile, slotLengthMs });
}

async function faultOf(reading: Promise<unknown>): Promise<string> {
  const fault = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(fault instanceof ImportFault)) throw new Error(`expected a fault, got ${fault}`);
  return fault.message;
}

const LOCAL = `name: local
delimiter: ','
time: { columns: time, format: yyyy-MM-dd HH:mm, zone: Europe/Berlin, label: start }
columns: [{ column: kwh, direction: import, unit: kWh }]
`;
const local = (changes: readonly (readonly [string, string])[] = []): ImportProfile =>
  readProfile(
    changes.reduce((text, [from, to]) => text.replace(from, to), LOCAL),
    'local',
  );

/** A day's rows as the clock on the wall shows them: written at the instants of a day. */
function dayRows(
  date: string,
  { label = 'start', stepMs = SLOT_MS, wallEnds = false } = {},
): string[] {
  const offsetAt = (atMs: number) => {
    const shown = new Intl.DateTimeFormat('en', {
      timeZone: 'Europe/Berlin',
      timeZoneName: 'longOffset',
    });
    const text = shown.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return Number(text.slice(4, 6)) * 3_600_000;
  };
  const midnight = (day: number) => {
    const guess = Date.parse(`${date}T00:00Z`) + day * 86_400_000;
    return guess - offsetAt(guess - 3_600_000);
  };
  const rows: string[] = [];
  for (let at = midnight(0); at < midnight(1); at += stepMs) {
    const end = wallEnds ? at + offsetAt(at) + stepMs : at + stepMs + offsetAt(at + stepMs);
    const wallMs = label === 'end' ? end : at + offsetAt(at);
    rows.push(
      `${new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ')},0.${rows.length + 100}`,
    );
  }
  return rows;
}
const csv = (...rows: readonly string[]) => `time,kwh\n${rows.join('\n')}\n`;

describe('local days', () => {
  test.each([
    ['2021-03-28', 92],
    ['2021-06-01', 96],
    ['2021-10-31', 100],
  ])('%s has %i quarter hours, each in its place, by starts and by ends', async (date, count) => {
    const starts = dayRows(date);
    expect(starts).toHaveLength(count);
    const { meters } = await read(csv(...starts), local());
    const slots = meters[0]?.slots ?? [];
    expect(slots.map(({ importedWh }) => importedWh)).toEqual(
      Array.from({ length: count }, (_, at) => BigInt(at + 100)),
    );
    expect(slots.every(({ slotMs }, at) => slotMs === (slots[0]?.slotMs ?? 0) + at * SLOT_MS)).toBe(
      true,
    );
    const ended = local([['label: start', 'label: end']]);
    for (const wallEnds of [false, true]) {
      const ends = await read(csv(...dayRows(date, { label: 'end', wallEnds })), ended);
      expect(ends.meters[0]?.slots).toEqual(slots);
    }
    const newestFirst = await read(csv(...starts.toReversed()), local());
    const place = ({ slotMs, importedWh }: (typeof slots)[number]) => [slotMs, importedWh];
    expect(newestFirst.meters[0]?.slots.map(place)).toEqual(slots.map(place));
  });

  test.each([
    [30, 50],
    [60, 25],
  ])('intervals of %i minutes have their own count', async (minutes, count) => {
    const rows = dayRows('2021-10-31', { stepMs: minutes * 60_000 });
    expect(rows).toHaveLength(count);
    const profile = local([['label: start', `label: start, intervalMinutes: ${minutes}`]]);
    const { meters } = await read(csv(...rows), profile, minutes * 60_000);
    expect(meters[0]?.slots).toHaveLength(count);
    const cut = [...dayRows('2021-10-30', { stepMs: minutes * 60_000 }), ...rows.toSpliced(5, 1)];
    const days = [...cut, ...dayRows('2021-11-01', { stepMs: minutes * 60_000 })];
    expect(await faultOf(read(csv(...days), profile, minutes * 60_000))).toContain(
      `expected ${count} rows on 2021-10-31 in Europe/Berlin`,
    );
  });

  test('a day with a row too few is refused with its line, or accepted where the profile says so', async () => {
    const rows = [
      ...dayRows('2021-05-31'),
      ...dayRows('2021-06-01').toSpliced(20, 1),
      ...dayRows('2021-06-02'),
    ];
    expect(await faultOf(read(csv(...rows), local()))).toBe(
      'f.csv from line 98: expected 96 rows on 2021-06-01 in Europe/Berlin (or incompleteDays: accept), got 95',
    );
    const accepting = local([['label: start', 'label: start, incompleteDays: accept']]);
    const file = await read(csv(...rows), accepting);
    expect(dryRun(file).meters[0]).toMatchObject({ slots: 287, missingSlots: 1 });
  });

  test('where an hour is repeated a missing row is never accepted, for nobody knows which it is', async () => {
    const accepting = local([['label: start', 'label: start, incompleteDays: accept']]);
    const rows = dayRows('2021-10-31').toSpliced(10, 1);
    expect(await faultOf(read(csv(...rows), accepting))).toContain(
      'expected 100 rows on 2021-10-31',
    );
    // A day that is cut outside the hour is no question.
    const late = await read(csv(...dayRows('2021-10-31').slice(40)), accepting);
    expect(late.meters[0]?.slots).toHaveLength(60);
  });

  test('a time that the clock skips is refused', async () => {
    const rows = ['2021-03-28 01:45,0.1', '2021-03-28 02:00,0.1'];
    expect(await faultOf(read(csv(...rows), local()))).toBe(
      'f.csv line 3: expected a time that exists in Europe/Berlin, got none',
    );
  });
});

describe('rows', () => {
  const generic = builtInProfile('generic');

  test('gaps are named, duplicates counted, qualities kept', async () => {
    const text = `time,import_kwh,export_kwh,quality
2024-01-01T00:00Z,0.5,0,
2024-01-01T00:15Z,0.25,0.1,estimated
2024-01-01T00:15Z,0.25,0.1,estimated
2024-01-01T01:00Z,1,0,substituted
2024-01-01T01:15Z,9,0,missing
2024-01-01T01:30Z,,0,measured
`;
    const file = await read(text, generic);
    expect(file.meters[0]?.slots).toEqual([
      {
        slotMs: Date.parse('2024-01-01T00:00Z'),
        importedWh: 500n,
        exportedWh: 0n,
        quality: 'measured',
        line: 2,
      },
      {
        slotMs: Date.parse('2024-01-01T00:15Z'),
        importedWh: 250n,
        exportedWh: 100n,
        quality: 'estimated',
        line: 3,
      },
      {
        slotMs: Date.parse('2024-01-01T01:00Z'),
        importedWh: 1000n,
        exportedWh: 0n,
        quality: 'substituted',
        line: 5,
      },
    ]);
    const report = dryRun(file);
    expect(report).toMatchObject({
      rows: 6,
      emptyCells: 1,
      missingCells: 2,
      duplicateLines: [4, 4],
      meters: [
        {
          slots: 3,
          missingSlots: 2,
          qualities: { measured: 1, substituted: 1, estimated: 1 },
          months: [{ month: '2024-01', slots: 3, importedWh: 1750n, exportedWh: 100n }],
        },
      ],
    });
    expect(report.meters[0]?.gaps).toEqual([
      {
        fromMs: Date.parse('2024-01-01T00:30Z'),
        untilMs: Date.parse('2024-01-01T01:00Z'),
        reason: 'no_rows',
      },
    ]);
  });

  test.each([
    [
      '2024-01-01T00:00Z,1\n2024-01-01T00:00Z,2',
      'f.csv line 3: expected the value of line 2, which has the same time',
    ],
    ['2024-01-01T00:07Z,1', 'f.csv line 2: expected the start of an interval of 15 minutes'],
    [
      '2024-01-01T00:00Z,"1,5"',
      'f.csv line 2, column 2: expected a number such as 12.5, got "1,5"',
    ],
    ['2024-01-01T00:00Z,-1', 'f.csv line 2, column 2: expected a value not below zero, got "-1"'],
    ['1.1.2024,1', 'f.csv line 2, column 1: expected a time such as iso, got "1.1.2024"'],
    ['2024-01-01T00:00Z', 'f.csv line 2: expected 2 cells, got 1'],
    ['2024-01-01T00:00Z,', 'f.csv: expected a row with a value, got none'],
    ['', 'f.csv: expected a row with a value, got none'],
    ['"2024', 'f.csv line'],
  ])('%j is refused in one sentence', async (rows, message) => {
    expect(await faultOf(read(`time,import_kwh\n${rows}\n`, generic))).toContain(message);
  });

  test('a heading that is another one names what is there', async () => {
    expect(await faultOf(read('a,b\n1,2\n', generic))).toBe(
      'f.csv line 1: expected a column "time", got "a", "b"',
    );
    expect(await faultOf(read('time,kwh\n2024-01-01T00:00Z,2\n', generic))).toContain(
      'expected a column "import_kwh" or "export_kwh", got "time", "kwh"',
    );
    expect(await faultOf(read('time,time,import_kwh\n', generic))).toContain('one column "time"');
  });

  test('an unknown quality is refused, not guessed', async () => {
    const text = 'time,import_kwh,quality\n2024-01-01T00:00Z,1,X\n';
    expect(await faultOf(read(text, generic))).toContain('expected "" or "measured"');
  });

  test('bytes of another encoding are refused, and read where the profile names it', async () => {
    const bytes = Uint8Array.from(
      Buffer.from('Messzeitpunkt;Verbrauch (kWh);Qualität;\n01.01.2024 00:15;0,9;G;\n', 'latin1'),
    );
    async function* source() {
      yield bytes;
    }
    const profile = builtInProfile('austrian-operator') as ImportProfile;
    const options = { place: 'f.csv', slotLengthMs: SLOT_MS };
    expect(await faultOf(readReadings(source(), { ...options, profile }))).toContain(
      'text in utf-8',
    );
    const named = { ...profile, encoding: 'windows-1252' as const };
    const { meters } = await readReadings(source(), { ...options, profile: named });
    expect(meters[0]?.slots[0]?.importedWh).toBe(900n);
  });

  test('progress is told in bytes', async () => {
    const text = csv(...dayRows('2021-06-01'));
    const told: number[] = [];
    await readReadings(pieces(text, 500), {
      place: 'f.csv',
      profile: local(),
      slotLengthMs: SLOT_MS,
      onProgress: (bytes) => told.push(bytes),
    });
    expect(told.at(-1)).toBe(text.length);
    expect(told.length).toBeGreaterThan(2);
  });
});

describe('shapes of files', () => {
  test('one row per meter and direction, by OBIS code', async () => {
    const profile = readProfile(
      `name: obis
delimiter: ;
decimalSign: ','
headerLines: 3
time: { columns: [Datum, Zeit], format: dd.MM.yyyy HH:mm, zone: Europe/Vienna, label: start }
meterColumn: Zählpunkt
direction: { column: Obis, import: 1-1:1.9.0, export: 1-1:2.9.0, ignore: 1-1:3.8.1 }
columns: [{ column: Wert, direction: import, unit: Wh, times: 2.5 }]
`,
      'obis',
    );
    const text = `Export of today

Zählpunkt;Datum;Zeit;Obis;Wert
AT1;01.01.2024;00:00;1-1:1.9.0;4
AT1;01.01.2024;00:00;1-1:2.9.0;8
AT1;01.01.2024;00:00;1-1:3.8.1;999
AT2;01.01.2024;00:00;1-1:1.9.0;2,4
`;
    const { meters } = await read(text, profile);
    expect(
      meters.map(({ meter, slots }) => [meter, slots[0]?.importedWh, slots[0]?.exportedWh]),
    ).toEqual([
      ['AT1', 10n, 20n],
      ['AT2', 6n, 0n],
    ]);
  });

  test('a column above and below zero, and columns of several meters, by number', async () => {
    const profile = readProfile(
      `name: net
delimiter: "\\t"
headerLines: 0
time: { columns: 1, format: unix-seconds, label: start }
columns:
  - { column: 2, direction: net, unit: W, meter: a }
  - { column: 3, direction: export, unit: kW, meter: b }
`,
      'net',
    );
    const { meters } = await read('1704067200\t-400\t1.2\n1704068100\t800\t0\n', profile);
    expect(
      meters.map(({ meter, slots }) => [meter, slots.map((s) => [s.importedWh, s.exportedWh])]),
    ).toEqual([
      [
        'a',
        [
          [0n, 100n],
          [200n, 0n],
        ],
      ],
      [
        'b',
        [
          [0n, 300n],
          [0n, 0n],
        ],
      ],
    ]);
  });

  test('finer intervals add up, and a slot without all of them is a gap', async () => {
    const profile = local([
      ['label: start', 'label: start, intervalMinutes: 5, incompleteDays: accept'],
    ]);
    const row = (minute: number) => `2021-06-01 10:${`${minute}`.padStart(2, '0')},0.0005`;
    const rows = [0, 5, 10, 15, 25, 30, 35, 40, 45, 50, 55].map(row);
    const { meters } = await read(csv(...rows), profile);
    expect(meters[0]?.slots.map(({ importedWh }) => importedWh)).toEqual([1n, 2n, 1n]);
    expect(meters[0]?.gaps).toHaveLength(1);
    const coarse = local([['label: start', 'label: start, intervalMinutes: 60']]);
    expect(await faultOf(read(csv('2021-06-01 10:00,1'), coarse))).toContain(
      'expected an interval that divides slots of 15 minutes, got 60',
    );
  });

  test('counters: fractions stay in the counter, a wrap loses nothing, a reset is a gap', async () => {
    const profile = readProfile(
      `name: counter
delimiter: ','
time: { columns: time, format: iso, label: start }
columns: [{ column: total, direction: import, unit: cumulative kWh, wrapAt: 1000 }]
`,
      'counter',
    );
    const at = (minute: number, total: string) =>
      `${new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString().slice(0, 19)}Z,${total}`;
    const rows = [
      at(0, '999.9005'),
      at(15, '999.9509'),
      at(30, '0.0004'),
      at(50, '0.0604'),
      at(60, '0.09'),
      at(75, '0.001'),
      at(90, '0.002'),
    ];
    const file = await read(`time,total\n${rows.join('\n')}\n`, profile);
    expect(file.wraps).toBe(1);
    expect(file.meters[0]?.slots.map(({ importedWh, quality }) => [importedWh, quality])).toEqual([
      [50n, 'measured'],
      [50n, 'measured'],
      [45n, 'estimated'],
      [45n, 'estimated'],
      [1n, 'measured'],
    ]);
    expect(file.meters[0]?.gaps).toEqual([
      { fromMs: Date.UTC(2024, 0, 1, 1), untilMs: Date.UTC(2024, 0, 1, 1, 15), reason: 'reset' },
    ]);
  });

  test('the downloads of operators', async () => {
    const control = `Ende Ablesezeitraum;Messintervall;Abrechnungsmaßeinheit;Wohnung - AT00 (0) - Verbrauch [kWh]
2024-03-31T01:45+01:00;QH;KWH;0,017
2024-03-31T02:00+01:00;QH;KWH;0,015
2024-03-31T03:15+02:00;QH;KWH;0,014
`;
    const { meters } = await read(control, builtInProfile('e-control'));
    expect(
      meters[0]?.slots.map(({ slotMs, importedWh }) => [
        new Date(slotMs).toISOString(),
        importedWh,
      ]),
    ).toEqual([
      ['2024-03-31T00:30:00.000Z', 17n],
      ['2024-03-31T00:45:00.000Z', 15n],
      ['2024-03-31T01:00:00.000Z', 14n],
    ]);
    const operator = `Messzeitpunkt;Verbrauch (kWh);Restnetzbezug (kWh);Eigendeckung (kWh);
01.01.2024 00:15;0,461000;0,461000;0,000000;
01.01.2024 00:30;0,383000;;;
`;
    const own = await read(operator, builtInProfile('austrian-operator'));
    expect(own.meters[0]?.slots.map(({ importedWh }) => importedWh)).toEqual([461n, 383n]);
  });
});

describe('what importing would change', () => {
  const slots = [0, 1, 2, 3].map((at) => ({
    slotMs: at * SLOT_MS,
    importedWh: 100n,
    exportedWh: 0n,
    quality: 'measured' as const,
    line: at + 2,
  }));
  const known = new Map([
    [0, { importedWh: 100n, exportedWh: 0n, quality: 'measured' as const }],
    [SLOT_MS, { importedWh: 101n, exportedWh: 0n, quality: 'measured' as const }],
    [2 * SLOT_MS, { importedWh: 100n, exportedWh: 0n, quality: 'estimated' as const }],
  ]);

  test('new, superseding and identical slots', () => {
    const plan = planImport({ slots, hasFractions: false }, (slotMs) => known.get(slotMs));
    expect(plan.fresh).toEqual([slots[3]]);
    expect(plan.superseding).toEqual([slots[1], slots[2]]);
    expect(plan).toMatchObject({ identical: 1, carried: 0 });
  });

  test('a Wh that was carried elsewhere is no correction', () => {
    const plan = planImport({ slots, hasFractions: true }, (slotMs) => known.get(slotMs));
    expect(plan.superseding).toEqual([slots[2]]);
    expect(plan).toMatchObject({ identical: 1, carried: 1 });
  });
});

const isThere = existsSync(HOUSEHOLDS);
if (!isThere) console.warn(`skipped: no household data in ../shared/data/households`);

describe('real households', () => {
  test.skipIf(!isThere && process.env.CI !== 'true')(
    'the week of 22 to 28 March 2021: 7 * 96 - 4 slots, and the sum of the mean power to the Wh',
    async () => {
      const text = readFileSync(`${HOUSEHOLDS}hh_2012_3.csv`, 'utf8');
      const rows = text
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(',').map(Number));
      const week = rows.filter(([at = 0]) => at * 1000 >= WEEK[0] && at * 1000 < WEEK[1]);
      const { meters, ...file } = await read(
        `timestamp,electricity\n${week.map((row) => row.join(',')).join('\n')}\n`,
        builtInProfile('mean-power'),
      );
      const slots = meters[0]?.slots ?? [];
      expect(slots).toHaveLength(7 * 96 - 4);
      const wattQuarters = week.reduce((sum, [, watts = 0]) => sum + BigInt(watts), 0n);
      expect(slots.reduce((sum, one) => sum + one.importedWh, 0n)).toBe(wattQuarters / 4n);
      expect(dryRun({ ...file, meters }).meters[0]).toMatchObject({
        missingSlots: 0,
        clockChanges: [{ date: '2021-03-28', slotsOfDay: 92, slotsHere: 92 }],
      });
    },
  );

  test.skipIf(!isThere && process.env.CI !== 'true')(
    'a plant per unit, times its power',
    async () => {
      const text = readFileSync(`${HOUSEHOLDS}pv_1_pu.csv`, 'utf8');
      const profile = readProfile(
        `name: plant
delimiter: ','
time: { columns: timestamp, format: unix-seconds, zone: Europe/Berlin, label: start }
columns: [{ column: electricity, direction: export, unit: kW, times: 8.2 }]
`,
        'plant',
      );
      const { meters } = await read(text, profile);
      const slots = meters[0]?.slots ?? [];
      const sum = Number(slots.reduce((total, one) => total + one.exportedWh, 0n));
      const cells = text.trim().split('\n').slice(1);
      const expected = cells.reduce(
        (total, row) => total + Number(row.split(',')[1]) * 8200 * 0.25,
        0,
      );
      expect(slots).toHaveLength(cells.length);
      expect(Math.abs(sum - expected)).toBeLessThan(1.5);
    },
  );
});
