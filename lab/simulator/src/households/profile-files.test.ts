import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MeanPower, meanPower, meanPowerToEnergy, NO_CARRY, power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { describeFinding, profilesFrom, readProfiles } from './profile-files.ts';
import { ProfileFileError } from './profile-rows.ts';

const households = fileURLToPath(new URL('../../../../../shared/data/households', import.meta.url));
const householdsPresent = existsSync(households);
if (!householdsPresent) console.warn('skipped: profiles are not at ../shared/data/households');

const START = 1_613_343_600;
const watts = (value: number) => meanPower(power(BigInt(value)));

function read(files: Record<string, string>) {
  return profilesFrom(Object.keys(files), (file) => files[file] ?? '');
}

function file(...rows: readonly (readonly [slot: number, value: string])[]): string {
  const lines = rows.map(([slot, value]) => `${START + slot * 900},${value}`);
  return `timestamp,electricity\n${lines.join('\n')}\n`;
}

function faultsOf(text: string) {
  try {
    read({ 'hh_1.csv': text });
  } catch (error) {
    if (error instanceof ProfileFileError) return error.faults;
    throw error;
  }
  throw new Error('expected a ProfileFileError');
}

describe('the files of the shared households', () => {
  test('are present where they must be', () => {
    if (process.env.CI === 'true') expect(householdsPresent).toBe(true);
  });

  test.runIf(householdsPresent)('give homes, an office, a factory and plants', () => {
    const { profiles, findings } = readProfiles(households);
    const files = (kind: string) =>
      profiles.filter((profile) => profile.kind === kind).map((profile) => profile.file);
    expect(files('home')).toHaveLength(7);
    expect(files('home')).not.toContain('hh_5527_0.csv');
    expect(files('office')).toEqual(['office_pu_0.csv']);
    expect(files('factory')).toEqual(['factory_pu_0.csv']);
    expect(files('solar-plant')).toEqual(['pv_1_pu.csv', 'pv_2_pu.csv']);
    for (const profile of profiles) {
      expect(profile.startMs).toBe(START * 1000);
      expect(profile.samples).toHaveLength(4316);
    }
    expect(findings.filter(({ code }) => code !== 'skipped').map(describeFinding)).toEqual([
      'hh_5527_0.csv: equals factory_pu_0.csv sample for sample, only the latter is used',
    ]);
    expect(findings.filter(({ code }) => code === 'skipped')).toHaveLength(4);
  });

  test.runIf(householdsPresent)('lose no Wh to the quarter hours', () => {
    for (const { samples } of readProfiles(households).profiles) {
      let carry = NO_CARRY;
      let wattHours = 0n;
      for (const sample of samples) {
        const step = meanPowerToEnergy(sample, 900, carry);
        wattHours += step.energy;
        carry = step.carry;
      }
      const total = samples.reduce((sum, sample) => sum + sample, 0n);
      expect(wattHours).toBe(total / 4n / 10n ** 24n);
    }
  });
});

describe('what is read', () => {
  test('watts, seconds with a point, small doubles, a byte order mark and any line end', () => {
    const text = `\ufefftimestamp,electricity\r\n${START}.0,159\r\n${START + 900},0.25\r\n`;
    const small = file([0, '2.5e-05'], [1, '-0.0'], [2, '1e-07'], [3, '0.0112499999999999']);
    const { profiles } = read({ 'hh_1.csv': text, 'pv_1_pu.csv': small });
    expect(profiles[0]).toEqual({
      file: 'hh_1.csv',
      kind: 'home',
      startMs: START * 1000,
      samples: [watts(159), 25n * 10n ** 22n],
    });
    const yocto = (digits: bigint, exponent: bigint) => digits * 10n ** (24n - exponent);
    expect(profiles[1]?.samples).toEqual([
      yocto(25n, 6n),
      0n,
      yocto(1n, 7n),
      yocto(112_499_999_999_999n, 16n),
    ]);
  });

  test('kinds by name, the rest skipped with a note', () => {
    const one = (value: string) => file([0, value]);
    const set = read({
      'hh_1.csv': one('1'),
      'office_1.csv': one('2'),
      'factory_1.csv': one('3'),
      'pv_1_pu.csv': one('0.5'),
      'retailer_energy.csv': 'anything at all',
      'weather.csv': '',
    });
    expect(set.profiles.map(({ kind }) => kind)).toEqual([
      'factory',
      'home',
      'office',
      'solar-plant',
    ]);
    expect(set.findings.map(describeFinding)).toEqual([
      'retailer_energy.csv: skipped, a tariff is no profile',
      'weather.csv: skipped, the name begins with none of hh_, office_, factory_, pv_',
    ]);
  });

  test('a gap is bridged with the value before and reported', () => {
    const { profiles, findings } = read({ 'hh_1.csv': file([0, '5'], [3, '7']) });
    expect(profiles[0]?.samples).toEqual([watts(5), watts(5), watts(5), watts(7)]);
    expect(findings).toEqual([
      { code: 'gap', file: 'hh_1.csv', line: 3, startMs: (START + 900) * 1000, slots: 2 },
    ]);
    expect(describeFinding(findings[0]!)).toBe(
      'hh_1.csv:3: 2 quarter hours missing from 2021-02-14T23:15:00Z, the value before is kept',
    );
  });

  test('a row that repeats the one before is read once and reported', () => {
    const { profiles, findings } = read({ 'hh_1.csv': file([0, '5'], [0, '5'], [1, '6']) });
    expect(profiles[0]?.samples).toEqual([watts(5), watts(6)] satisfies MeanPower[]);
    expect(findings).toEqual([{ code: 'duplicate_row', file: 'hh_1.csv', line: 3 }]);
  });

  test('equal samples at another time, or of another unit, are no duplicate', () => {
    const later = file([1, '1'], [2, '0.5']);
    const same = file([0, '1'], [1, '0.5']);
    const set = read({ 'hh_1.csv': same, 'hh_2.csv': later, 'hh_3.csv': same, 'pv_1.csv': same });
    expect(set.profiles.map((profile) => profile.file)).toEqual([
      'hh_1.csv',
      'hh_2.csv',
      'pv_1.csv',
    ]);
    expect(set.findings).toEqual([
      { code: 'duplicate_profile', file: 'hh_3.csv', duplicateOf: 'hh_1.csv' },
    ]);
  });
});

describe('what stops the reading, by file, line and column', () => {
  const head = 'timestamp,electricity';
  test.each<[string, string, { line?: number; column?: string; expected: string; got: string }]>([
    ['', '', { line: 1, expected: 'header timestamp,electricity', got: 'nothing' }],
    [
      'another header',
      'time,power\n1,2\n',
      { line: 1, expected: 'header timestamp,electricity', got: '"time,power"' },
    ],
    ['no row', `${head}\n`, { expected: '1 to 351360 rows', got: '0' }],
    [
      'a column too few',
      `${head}\n${START},1\n${START + 900}\n`,
      { line: 3, expected: '2 columns', got: `"${START + 900}"` },
    ],
    ['a blank line', `${head}\n\n${START},1\n`, { line: 2, expected: '2 columns', got: '""' }],
    [
      'no number',
      `${head}\n${START},abc\n`,
      {
        line: 2,
        column: 'electricity',
        expected: 'a plain decimal number of W such as 12 or -0.5',
        got: '"abc"',
      },
    ],
    [
      'seconds that begin no quarter hour',
      `${head}\n${START + 1},1\n`,
      {
        line: 2,
        column: 'timestamp',
        expected: 'Unix seconds at a whole quarter hour',
        got: `"${START + 1}"`,
      },
    ],
    [
      'another value for the same quarter hour',
      file([0, '1'], [0, '2']),
      {
        line: 3,
        column: 'timestamp',
        expected: `${START + 900} (the next quarter hour) to ${START + 97 * 900}`,
        got: String(START),
      },
    ],
    [
      'a gap of more than a day',
      file([0, '1'], [98, '2']),
      {
        line: 3,
        column: 'timestamp',
        expected: `${START + 900} (the next quarter hour) to ${START + 97 * 900}`,
        got: String(START + 98 * 900),
      },
    ],
    [
      'an open quote',
      `${head}\n${START},"1\n`,
      {
        line: 2,
        expected: 'CSV (RFC 4180)',
        got: 'Quote Not Closed: the parsing is finished with an opening quote at line 2',
      },
    ],
  ])('%s', (_name, text, fault) => {
    expect(faultsOf(text)[0]).toEqual({ file: 'hh_1.csv', ...fault });
  });

  test('negative power is refused', () => {
    expect(faultsOf(file([0, '-3']))[0]).toMatchObject({ line: 2, got: '"-3"' });
  });

  test('watts where a share of installed power belongs are refused', () => {
    expect(() => read({ 'pv_1_pu.csv': file([0, '3200']) })).toThrow(
      'pv_1_pu.csv:2:electricity: expected 0 to 10 installed power, got "3200"',
    );
  });

  test('the message has one line for each fault, of all files, with a limit per file', () => {
    const bad = file(...Array.from({ length: 50 }, (_, i) => [i, 'x'] as const));
    try {
      read({ 'hh_1.csv': bad, 'hh_2.csv': file([0, 'y']) });
      expect.fail('expected a ProfileFileError');
    } catch (error) {
      if (!(error instanceof ProfileFileError)) throw error;
      expect(error.faults).toHaveLength(21);
      expect(error.message.split('\n')[0]).toBe(
        'hh_1.csv:2:electricity: expected a plain decimal number of W such as 12 or -0.5, got "x"',
      );
    }
  });

  test('a folder without CSV files', () => {
    const directory = mkdtempSync(join(tmpdir(), 'profiles-'));
    try {
      writeFileSync(join(directory, 'README.md'), 'no profile');
      expect(() => readProfiles(directory)).toThrow('expected 1 to 500 files *.csv, got 0');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
