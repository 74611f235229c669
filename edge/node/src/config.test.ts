import { CLOCK_LIMITS } from '@commonwatt/consensus';
import { genesisParametersCodec, ROLE } from '@commonwatt/contracts';
import { decode, readGenesis } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { genesisOf, officerFounder, readConfig } from './config.ts';
import { ConfigError } from './config-fields.ts';
import { EXAMPLE_CONFIG } from './example-config.ts';

const read = (text: string) => readConfig(text, 'node.yaml', '/srv/community');
const HEX = '5a'.repeat(32);
const least = 'name: a\ndir: d\nofficer: { keystore: k }\n';

test('the example is read as it says', () => {
  const config = read(EXAMPLE_CONFIG);
  expect(config).toMatchObject({
    name: 'commonwatt/lindenstrasse',
    dir: '/srv/community/ledger',
    listen: { host: '127.0.0.1', port: 8080 },
    officer: {
      keystore: '/srv/community/officer.keystore.json',
      password: { file: '/srv/community/officer.password' },
    },
    tariff: { supplierPrice: 320_000n, feedInPrice: 80_000n },
    settlement: {
      enabled: true,
      periodMs: 86_400_000,
      graceMs: 7_200_000,
      correctionEveryMs: 86_400_000,
      finalAfterMs: 0,
    },
    disputes: { reviewMs: 86_400_000, disputeMs: 14 * 86_400_000 },
  });
  expect(config.markets).toEqual([
    {
      market: 1,
      name: 'street',
      kind: 'call auction',
      slotLengthMs: 900_000,
      gateLeadMs: 300_000,
      horizonMs: 172_800_000,
      priceLeast: -500_000n,
      priceMost: 1_000_000n,
      kThousandths: 500,
      mechanism: 'uniform',
      roundsMax: 20,
    },
    {
      market: 2,
      name: 'between neighbours',
      kind: 'negotiated',
      slotLengthMs: 900_000,
      gateLeadMs: 300_000,
      horizonMs: 172_800_000,
      priceLeast: -500_000n,
      priceMost: 1_000_000n,
      kThousandths: 500,
      mechanism: 'negotiation',
      roundsMax: 20,
    },
  ]);
});

test('a clock that steps: the tolerance, and never by itself where an operator must say so', () => {
  expect(read(least).clock).toEqual(read(EXAMPLE_CONFIG).clock);
  expect(read(least).clock).toEqual(CLOCK_LIMITS);
  const strict = 'clock: { toleranceSeconds: 5, followAfterMinutes: 0, restartGapDays: 1 }\n';
  expect(read(least + strict).clock).toEqual({
    toleranceMs: 5000,
    followAfterMs: undefined,
    restartGapMs: 86_400_000,
  });
  expect(() => read(`${least}clock: { toleranceSeconds: 0 }\n`)).toThrow(ConfigError);
});

test('a market may name any auction that can be the rule of one, with its settings', () => {
  const text = `${least}markets:\n  - { number: 1, name: m, mechanism: ascending-increment, settings: { increment: 0.250 } }\n`;
  expect(read(text).markets).toMatchObject([
    {
      kind: 'call auction',
      mechanism: 'ascending-increment',
      settings: [{ name: 'increment', value: '0.250' }],
    },
  ]);
});

test('a market of a rule that knows a network has its lines', () => {
  const lines = '[{ from: north, limitWh: 5000 }, { from: north, to: south, limitWh: 0 }]';
  const text = `${least}markets:\n  - { number: 1, name: m, mechanism: zonal, network: ${lines} }\n`;
  expect(read(text).markets[0]?.network).toEqual([
    { from: 'north', to: 'community', limit: 5000n },
    { from: 'north', to: 'south', limit: 0n },
  ]);
});

test('what is left out has a safe value', () => {
  const config = read(least);
  expect(config.listen.host).toBe('127.0.0.1');
  expect(config.officer.password).toEqual({ environment: 'COMMONWATT_PASSWORD' });
  expect(config.thresholds).toEqual({ registrar: 1, treasurer: 1, operator: 1, checker: 1 });
  expect(config.tariff).toBeUndefined();
});

test.each([
  ['', 'node.yaml: file: expected a mapping of fields, got nothing'],
  ['dir: d\n', 'node.yaml: name: expected a text, got nothing'],
  [`${least}colour: red\n`, "node.yaml: colour: expected no such field, got 'colour'"],
  [`${least}listen: { prot: 1 }\n`, "listen.prot: expected no such field, got 'prot'"],
  [`${least}listen: { port: 99999 }\n`, 'listen.port: expected a whole number from 0 to 65535'],
  [`${least}listen: { port: 8e3 }\n`, "got '8e3'"],
  [`${least}listen: [1]\n`, 'listen: expected a mapping of fields, got a list'],
  [`${least}currency: Euro\n`, 'currency: expected a value of its kind'],
  [`${least}name: b\n`, 'file: expected plain YAML'],
  [`${least}markets: { a: b }\n`, 'markets: expected a list, got a mapping'],
  [`${least}markets: [{ number: 1, name: m, mechanism: dice }]\n`, 'markets[0].mechanism'],
  [
    `${least}markets: [{ number: 1, name: m, mechanism: average, settings: { reserve: x } }]\n`,
    "markets[0].settings.reserve: expected EUR/MWh with up to 3 decimals, got 'x'",
  ],
  [
    `${least}markets: [{ number: 1, name: m, mechanism: sbba, settings: { k: 1 } }]\n`,
    "markets[0].settings.k: expected none of sbba, got '1'",
  ],
  [
    `${least}markets: [{ number: 1, name: m, mechanism: negotiation, settings: { k: 1 } }]\n`,
    "markets[0].settings.k: expected none of negotiation, got '1'",
  ],
  [
    `${least}markets: [{ number: 1, name: m, mechanism: zonal }]\n`,
    'markets[0].network: expected its lines, got 0 lines',
  ],
  [
    `${least}markets: [{ number: 1, name: m, network: [{ from: north, limitWh: 1 }] }]\n`,
    'markets[0].network: expected none of uniform, got 1 lines',
  ],
  [
    `${least}markets: [{ number: 1, name: m, mechanism: zonal, network: [{ from: north }] }]\n`,
    'markets[0].network[0].limitWh: expected a text, got nothing',
  ],
  [
    `${least}markets: [{ number: 1, name: m, mechanism: negotiation, network: [{ from: north, limitWh: 1 }] }]\n`,
    'markets[0].network: expected none of negotiation, got 1 lines',
  ],
  [`${least}markets: [{ number: 1, name: m, slotMinutes: 7 }]\n`, 'divide an hour'],
  [`${least}markets: [{ number: 1, name: m, priceMost: 1.00001 }]\n`, 'markets[0].priceMost'],
  [`${least}tariff: { supplierPrice: 32 }\n`, 'tariff.feedInPrice: expected a text'],
  [`${least}settlement: { enabled: perhaps }\n`, 'expected true or false'],
  [`${least}settlement: { periodMinutes: 90 }\n`, 'expected whole hours'],
  [`${least}disputes: { reviewHours: 745 }\n`, 'reviewHours'],
  [`${least}officers: [{ publicKey: aa }]\n`, 'officers[0].publicKey: expected a value'],
  [
    `${least}officers: [{ publicKey: ${HEX}, agreementKey: ${HEX}, roles: king }]\n`,
    'officers[0].roles',
  ],
  ['- a\n', 'file: expected a mapping of fields, got a list'],
  [`a: &x [1]\n${least}webRoot: *x\n`, 'webRoot: expected a text, got an alias'],
])('%j is refused: %s', (text, message) => {
  expect(() => read(text)).toThrow(ConfigError);
  expect(() => read(text)).toThrow(message);
});

test('where the community is, and how long values are taken', () => {
  const site = (latitude: string, longitude: string) =>
    read(`${least}site: { latitude: ${latitude}, longitude: ${longitude} }\n`).site;
  expect(site('52.52', '13.405')).toEqual({ latitude: 52.52, longitude: 13.405 });
  expect(site('-33.9', '-180')).toEqual({ latitude: -33.9, longitude: -180 });
  expect(read(least).site).toBeUndefined();
  for (const wrong of ['90.5', '1e1', 'north', '12.1234567']) {
    expect(() => site(wrong, '0')).toThrow(/site\.latitude: .*degrees from -90 to 90/);
  }
  expect(read(least).readingCorrectionMs).toBe(92 * 86_400_000);
  expect(read(`${least}readingCorrectionDays: 400\n`).readingCorrectionMs).toBe(400 * 86_400_000);
});

test('further officers have the roles that are written', () => {
  const officer = `{ publicKey: ${HEX}, agreementKey: ${HEX}, roles: checker auditor }`;
  const [found] = read(`${least}officers: [${officer}]\n`).officers;
  expect(found).toMatchObject({ kind: 'organisation', roles: ROLE.checker | ROLE.auditor });
  expect(found?.publicKey).toEqual(new Uint8Array(32).fill(0x5a));
});

test('a genesis document is made of it, with the officer as the first member', () => {
  const config = read(EXAMPLE_CONFIG);
  const bytes = (fill: number) => new Uint8Array(32).fill(fill);
  const officer = officerFounder({
    publicKey: bytes(1),
    agreementKey: bytes(2),
    recordCommitment: bytes(3),
  });
  const genesis = readGenesis(genesisOf(config, [officer], 1_700_000_000_000));
  expect(genesis).toMatchObject({ name: 'commonwatt/lindenstrasse', sealBits: 0 });
  const parameters = decode(genesisParametersCodec, genesis.parameters, 'parameters');
  expect(parameters.markets).toEqual(config.markets);
  expect(parameters.founders).toHaveLength(1);
  expect((parameters.founders[0]?.roles ?? 0) & ROLE.provider).toBe(ROLE.provider);
  // A new ledger's runs stand open to disputes for a day, unless its configuration says otherwise.
  expect(parameters.settlementPolicy).toMatchObject({ validFromMs: 0, reviewMs: 86_400_000 });
  const at = (reviewHours: number) => {
    const text = EXAMPLE_CONFIG.replace('reviewHours: 24', `reviewHours: ${reviewHours}`);
    const document = readGenesis(genesisOf(read(text), [officer], 1_700_000_000_000));
    return decode(genesisParametersCodec, document.parameters, 'parameters').settlementPolicy;
  };
  expect(at(48)?.reviewMs).toBe(172_800_000);
  expect(at(0)).toBeUndefined();
});

test('a ledger of certificates is kept where the configuration says so', () => {
  expect(read(least).certificates).toBeUndefined();
  const DAY_MS = 86_400_000;
  expect(read(`${least}certificates: {}\n`).certificates).toEqual({
    name: 'a/certificates',
    periodMs: 365 * DAY_MS,
    finalityBlocks: 0,
  });
  const told = read(`${least}certificates: { name: b, periodDays: 31, finalityBlocks: 6 }\n`);
  expect(told.certificates).toEqual({ name: 'b', periodMs: 31 * DAY_MS, finalityBlocks: 6 });
});

test.each([
  ['{ name: a }', "certificates.name: expected another name than the market's, got 'a'"],
  ['{ periodDays: 0 }', "certificates.periodDays: expected a whole number from 1 to 3660, got '0'"],
  ['{ finalityBlocks: -1 }', 'certificates.finalityBlocks: expected a whole number from 0 to 1000'],
  ['{ threshold: 2 }', 'certificates.threshold: expected no such field'],
])('certificates %s are refused', (given, message) => {
  expect(() => read(`${least}certificates: ${given}\n`)).toThrow(message);
});
