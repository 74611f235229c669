import { memberKeysFromSeed, provePossession } from '@commonwatt/client';
import { NodeCrypto } from '@commonwatt/consensus';
import { toHex } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { readNewcomers } from './member-file.ts';

const HEAD = 'label,kind,roles,import_w,export_w,credit_eur';
const chain = 'ab'.repeat(32);
const told = {
  crypto: new NodeCrypto(),
  chain,
  place: 'members.csv',
  saltOf: () => new Uint8Array(32),
};

const read = (...rows: readonly string[]) =>
  readNewcomers([HEAD, ...rows, ''].join('\n'), told).map(({ line, label, admission }) => ({
    line,
    label,
    ...admission,
  }));

function faultsOf(text: string): string {
  try {
    readNewcomers(text, told);
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  }
  return 'none';
}

test('as spreadsheets write it: byte order mark, quotes, Windows line ends, blank lines', () => {
  const rows = [
    HEAD,
    '"Ana ""Sol"", Lime Street",household,,11000,0,50.25',
    '',
    'Ben,office,,1,1,0',
  ];
  const newcomers = readNewcomers(`\ufeff${rows.join('\r\n')}\r\n`, told);
  expect(newcomers.map(({ line, label }) => [line, label])).toEqual([
    [2, 'Ana "Sol", Lime Street'],
    [4, 'Ben'],
  ]);
  expect(newcomers[0]?.admission.creditLimit).toBe(50_250_000_000n);
});

test('a label over two lines counts both of them', () => {
  expect(read('"Ana,\nLime Street",household,,1,1,0', 'Ben,office,,1,1,0')).toMatchObject([
    { line: 2, label: 'Ana,\nLime Street' },
    { line: 4, label: 'Ben' },
  ]);
});

test.each([
  ['a decimal comma', 'Ana,household,,1,1,"50,25"', 'column credit_eur: expected', '"50,25"'],
  ['a decimal comma without quotes', 'Ana,household,,1,1,50,25', 'expected 6 cells', 'got 7'],
  ['too few cells', 'Ana,household', 'expected 6 cells', 'got 2'],
  [
    'a fraction of a watt',
    'Ana,household,,1.5,1,0',
    'column import_w: expected a whole',
    'got 1.5',
  ],
  ['a kind that is none', 'Ana,castle,,1,1,0', 'column kind: expected one of', 'got castle'],
  ['a role that is none', 'Ana,office,king,1,1,0', 'column roles: expected roles', 'got king'],
  ['no name', ',office,,1,1,0', 'column label: expected 1 to 200 characters', 'got 0'],
])(
  '%s is one fault, with file, line, column, expectation and value',
  (_what, row, expected, got) => {
    const message = faultsOf(`${HEAD}\r\nBen,office,,1,1,0\r\n${row}\r\n`);
    expect(message).toMatch(/^members\.csv, line 3, column \w+: expected .*$/);
    expect(message).toContain(expected);
    expect(message).toContain(got);
  },
);

test('every faulty row has one line, and beyond twenty they are counted', () => {
  const rows = Array.from({ length: 25 }, () => ',castle,,x,y,z');
  const lines = faultsOf([HEAD, ...rows].join('\n')).split('\n');
  expect(lines).toHaveLength(22);
  expect(lines[0]).toContain('got 25 with one');
  expect(lines.at(-1)).toBe('  and 5 more');
});

test.each([
  [
    '',
    /^members\.csv, line 1, column label: expected the columns label, kind,.*, got an empty file$/,
  ],
  [HEAD.replaceAll(',', ';'), /got semicolons between columns: "label;kind/],
  [
    `${HEAD},label\n`,
    /^members\.csv, line 1, column 7: expected every column once, got label again$/,
  ],
  [`${HEAD},age\n`, /^members\.csv, line 1, column 7: expected one of label, .*, got "age"$/],
  [
    `${HEAD}\n"Ana,household,,1,1,0\n`,
    /^members\.csv, line 2, column label: expected cells of CSV \(RFC 4180\), got /,
  ],
])('a file that is no such table: %j', (text, message) => {
  expect(faultsOf(text)).toMatch(message);
});

test('a key of its own must be proven, and stand once', () => {
  const keys = memberKeysFromSeed(new Uint8Array(32).fill(5));
  const cells = [
    toHex(keys.signer.publicKey),
    toHex(keys.agreementKey.publicKey),
    toHex(provePossession(keys, { chain, purpose: 'enrol' })),
  ].join(',');
  const head = `${HEAD},public_key,agreement_key,possession`;
  const row = `Ana,household,,1,1,0,${cells}`;
  expect(readNewcomers(`${head}\n${row}\n`, told)[0]?.proof?.publicKey).toEqual(
    keys.signer.publicKey,
  );
  expect(faultsOf(`${head}\n${row}\n${row}\n`)).toContain(
    'members.csv, line 3, column public_key: expected another key, got that of line 2',
  );
  expect(faultsOf(`${head}\n${row.slice(0, -2)}00\n`)).toMatch(
    /members\.csv, line 2, column possession: expected the key's own signature/,
  );
  expect(faultsOf(`${head}\n${row.slice(0, -2)}\n`)).toMatch(
    /column possession: expected 128 lower-case hex digits/,
  );
});
