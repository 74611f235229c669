/**
 * The configuration file of `commonwatt node`. What concerns the ledger itself (name, currency,
 * thresholds, markets) counts when a new ledger begins; afterwards the ledger decides.
 */

import { isAbsolute, join } from 'node:path';
import { type ClockLimits, sha256 } from '@commonwatt/consensus';
import {
  COMMUNITY_ZONE,
  DEFAULT_POLICY,
  type DefineMarket,
  type Founder,
  type GenesisParameters,
  genesisParametersCodec,
  kindOfMechanism,
  MECHANISM_VERSIONS,
  NETWORK_LINES_MAX,
  type NetworkLine,
  ROLE,
  type Role,
  refuseSettings,
} from '@commonwatt/contracts';
import { COSIGNATURE, encode, encodeGenesis, fromHex, parseVerifierKey } from '@commonwatt/ledger';
import { energy, type Money, type Power, type Price, parsePrice } from '@commonwatt/units';
import { readBilling } from './billing/billing-config.ts';
import type { BillingSettings } from './billing/billing-settings.ts';
import { checkTimeZone } from './billing/local-day.ts';
import { type CertificateSettings, readCertificates } from './certificates/certificate-settings.ts';
import type { Tariff } from './community.ts';
import { configFields, type Fields } from './config-fields.ts';
import { type MqttConfig, readMqtt } from './mqtt/mqtt-config.ts';
import type { Site } from './personal/sun-elevation.ts';
import type { WitnessPeer } from './witness/cosigning.ts';

export interface NodeConfig {
  readonly name: string;
  /** Folder of the ledger and of the personal records. */
  readonly dir: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Folder of the built web app; that of the release unless given. */
  readonly webRoot: string | undefined;
  readonly currency: string;
  readonly officer: {
    readonly keystore: string;
    /** Where the password comes from. */
    readonly password: { readonly file: string } | { readonly environment: string };
  };
  /** Further officers of a new ledger, so that several can decide together from the first block. */
  readonly officers: readonly Founder[];
  readonly thresholds: Readonly<Record<'registrar' | 'treasurer' | 'operator' | 'checker', number>>;
  readonly recoveryDelayMs: number;
  readonly sealBits: number;
  readonly markets: readonly DefineMarket[];
  readonly tariff: Tariff | undefined;
  readonly billing: BillingSettings | undefined;
  /** Where the community's days begin. */
  readonly timeZone: string;
  readonly settlement: {
    readonly enabled: boolean;
    readonly periodMs: number;
    readonly graceMs: number;
    readonly correctionEveryMs: number;
    readonly finalAfterMs: number;
  };
  /** How long a new ledger's runs stand open to disputes, and how long what is disputed is held back. */
  readonly disputes: { readonly reviewMs: number; readonly disputeMs: number };
  readonly readingAcceptanceMs: number;
  /** How long after its slot a provider's value is taken. */
  readonly readingCorrectionMs: number;
  /** Where the community is: the sun says when its solar cells can give nothing. */
  readonly site: Site | undefined;
  /** The ledger of certificates beside the market's. */
  readonly certificates: CertificateSettings | undefined;
  /** The door for devices that speak MQTT. */
  readonly mqtt: MqttConfig | undefined;
  /** What is made of a clock that steps. */
  readonly clock: ClockLimits;
  /** Who cosigns the ledger's checkpoints, and how many make one a cosigned one. */
  readonly witnesses: readonly WitnessPeer[];
  readonly witnessThreshold: number;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const WITNESSES_MAX = 32;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * @param place the file's name, for errors
 * @param baseDir what relative paths in the file are relative to
 * @throws ConfigError naming field, expectation and value
 */
export function readConfig(text: string, place: string, baseDir: string): NodeConfig {
  const fields = configFields(text, place);
  const path = (name: string): string => {
    const written = fields.text(name);
    return isAbsolute(written) ? written : join(baseDir, written);
  };
  const currency = fields.read('currency', currencyCode, 'EUR');
  const name = fields.text('name', { lengthMax: 100 });
  const config: NodeConfig = {
    name,
    dir: path('dir'),
    listen: fields.group('listen', (listen) => ({
      host: listen.text('host', { fallback: '127.0.0.1', lengthMax: 255 }),
      port: listen.whole('port', { least: 0, most: 65_535, fallback: 8080 }),
    })),
    webRoot: fields.has('webRoot') ? path('webRoot') : undefined,
    currency,
    officer: fields.group('officer', (officer) => readOfficer(officer, baseDir)),
    officers: fields.list('officers', 254, readFurtherOfficer),
    thresholds: fields.group('thresholds', readThresholds),
    recoveryDelayMs: hours(fields, 'recoveryDelayHours', { fallback: 72, most: 24 * 365 }),
    sealBits: fields.whole('sealBits', { least: 0, most: 24, fallback: 0 }),
    markets: fields.list('markets', 100, readMarket),
    tariff: fields.has('tariff') ? fields.group('tariff', readTariff) : undefined,
    billing: fields.has('billing')
      ? fields.group('billing', (billing) => readBilling(billing, currency))
      : undefined,
    timeZone: fields.read('timeZone', timeZone, 'UTC'),
    settlement: fields.group('settlement', readSettlement),
    disputes: fields.group('disputes', (disputes) => ({
      reviewMs: hours(disputes, 'reviewHours', { fallback: 24, most: 24 * 31 }),
      disputeMs: disputes.whole('heldDays', { least: 0, most: 366, fallback: 14 }) * DAY_MS,
    })),
    readingAcceptanceMs:
      fields.whole('readingAcceptanceDays', { least: 1, most: 365, fallback: 7 }) * DAY_MS,
    readingCorrectionMs:
      fields.whole('readingCorrectionDays', { least: 1, most: 1200, fallback: 92 }) * DAY_MS,
    site: fields.has('site') ? fields.group('site', readSite) : undefined,
    certificates: fields.has('certificates')
      ? fields.group('certificates', (given) => readCertificates(given, name))
      : undefined,
    mqtt: fields.has('mqtt') ? fields.group('mqtt', (mqtt) => readMqtt(mqtt, baseDir)) : undefined,
    clock: fields.group('clock', readClock),
    witnesses: fields.list('witnesses', WITNESSES_MAX, readWitness),
    witnessThreshold: fields.whole('witnessThreshold', {
      least: 1,
      most: WITNESSES_MAX,
      fallback: 1,
    }),
    logLevel: fields.oneOf('logLevel', LOG_LEVELS, 'info'),
  };
  const { witnesses, witnessThreshold } = config;
  if (witnessThreshold > Math.max(1, witnesses.length)) {
    const expected = `at most the ${witnesses.length} witnesses`;
    fields.fail('witnessThreshold', expected, `'${witnessThreshold}'`);
  }
  fields.end();
  return config;
}

function timeZone(text: string): string {
  checkTimeZone(text);
  return text;
}

function currencyCode(text: string): string {
  if (!/^[A-Z]{3}$/.test(text)) throw new RangeError('three capital letters');
  return text;
}

function hours(fields: Fields, name: string, range: { fallback: number; most: number }): number {
  return fields.whole(name, { least: 0, ...range }) * HOUR_MS;
}

function readOfficer(fields: Fields, baseDir: string): NodeConfig['officer'] {
  const within = (path: string) => (isAbsolute(path) ? path : join(baseDir, path));
  const keystore = within(fields.text('keystore'));
  if (fields.has('passwordFile')) {
    return { keystore, password: { file: within(fields.text('passwordFile')) } };
  }
  const environment = fields.text('passwordEnvironment', { fallback: 'COMMONWATT_PASSWORD' });
  return { keystore, password: { environment } };
}

const NO_RECORD = new Uint8Array(32);

function readFurtherOfficer(fields: Fields): Founder {
  const key = (name: string): Uint8Array => fields.read(name, keyOfHex);
  const publicKey = key('publicKey');
  const agreementKey = key('agreementKey');
  const roles = fields.read('roles', rolesOfNames);
  return { ...officerFounder({ publicKey, agreementKey, recordCommitment: NO_RECORD }), roles };
}

function keyOfHex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes.length !== 32) throw new RangeError('32 bytes in hex');
  return bytes;
}

/** Names of roles with spaces between them, as bits. */
function rolesOfNames(text: string): number {
  let roles = 0;
  for (const name of text.split(' ')) {
    if (!Object.hasOwn(ROLE, name)) throw new RangeError(`${Object.keys(ROLE).join(', ')}`);
    roles |= ROLE[name as Role];
  }
  return roles;
}

function readThresholds(fields: Fields): NodeConfig['thresholds'] {
  const threshold = (name: string) => fields.whole(name, { least: 1, most: 255, fallback: 1 });
  return {
    registrar: threshold('registrar'),
    treasurer: threshold('treasurer'),
    operator: threshold('operator'),
    checker: threshold('checker'),
  };
}

const centsPerKwh = (text: string): Price => parsePrice(text, 'ct/kWh');

function readMarket(fields: Fields): DefineMarket {
  const mechanism = fields.text('mechanism', { fallback: 'uniform' });
  const kind = kindOfMechanism(mechanism);
  if (kind === undefined) {
    const names = [...MECHANISM_VERSIONS.keys()].join(', ');
    fields.fail('mechanism', `one of ${names}`, `'${mechanism}'`);
  }
  const slotMinutes = fields.whole('slotMinutes', { least: 1, most: 60, fallback: 15 });
  if (60 % slotMinutes !== 0) {
    fields.fail('slotMinutes', 'minutes that divide an hour', `'${slotMinutes}'`);
  }
  const kThousandths = fields.whole('kThousandths', { least: 0, most: 1000, fallback: 500 });
  const told = readTold(fields, { mechanism, kThousandths });
  return {
    market: fields.whole('number', { least: 1, most: 65_535 }),
    name: fields.text('name', { lengthMax: 40 }),
    kind,
    slotLengthMs: slotMinutes * MINUTE_MS,
    gateLeadMs: fields.whole('gateLeadMinutes', { least: 0, most: 1440, fallback: 5 }) * MINUTE_MS,
    horizonMs: fields.whole('horizonHours', { least: 1, most: 24 * 31, fallback: 48 }) * HOUR_MS,
    priceLeast: fields.read('priceLeast', centsPerKwh, '-50'),
    priceMost: fields.read('priceMost', centsPerKwh, '100'),
    kThousandths,
    mechanism,
    roundsMax: fields.whole('roundsMax', { least: 1, most: 255, fallback: 20 }),
    ...told,
  };
}

/** What a line between two feeders carries in a slot, either way. */
function readNetworkLine(fields: Fields): NetworkLine {
  return {
    from: fields.text('from', { lengthMax: 64 }),
    to: fields.text('to', { lengthMax: 64, fallback: COMMUNITY_ZONE }),
    limit: energy(BigInt(fields.whole('limitWh', { least: 0, most: 1e15 }))),
  };
}

/**
 * What the mechanism is told besides orders, as `clear --describe` explains it: settings by name, and the lines of a
 * network. Refused here rather than at the genesis.
 */
function readTold(
  fields: Fields,
  rules: Pick<DefineMarket, 'mechanism' | 'kThousandths'>,
): Pick<DefineMarket, 'settings' | 'network'> {
  const settings = fields.group('settings', (group) =>
    group.names().map((name) => ({ name, value: group.text(name, { lengthMax: 200 }) })),
  );
  const network = fields.list('network', NETWORK_LINES_MAX, readNetworkLine);
  const told = {
    ...(settings.length > 0 && { settings }),
    ...(network.length > 0 && { network }),
  };
  const refused = refuseSettings({ ...rules, ...told });
  if (refused === undefined) return told;
  const { field, expected } = refused;
  const given = settings.find(({ name }) => field === `settings.${name}`);
  const got = field === 'network' ? `${network.length} lines` : `'${given?.value ?? ''}'`;
  return fields.fail(field, expected, got);
}

function readSite(fields: Fields): Site {
  const degrees = (name: string, most: number): number =>
    fields.read(name, (text) => {
      const value = Number(text);
      if (!/^-?\d{1,3}(\.\d{1,6})?$/.test(text) || Math.abs(value) > most) {
        throw new RangeError(`degrees from -${most} to ${most}`);
      }
      return value;
    });
  return { latitude: degrees('latitude', 90), longitude: degrees('longitude', 180) };
}

function readTariff(fields: Fields): Tariff {
  return {
    supplierPrice: fields.read('supplierPrice', centsPerKwh),
    feedInPrice: fields.read('feedInPrice', centsPerKwh),
  };
}

function readSettlement(fields: Fields): NodeConfig['settlement'] {
  const minutes = fields.whole('periodMinutes', { least: 60, most: 44_640, fallback: 1440 });
  if (minutes % 60 !== 0) fields.fail('periodMinutes', 'whole hours', `'${minutes}'`);
  return {
    enabled: fields.oneOf('enabled', ['true', 'false'], 'true') === 'true',
    periodMs: minutes * MINUTE_MS,
    graceMs: fields.whole('graceMinutes', { least: 0, most: 44_640, fallback: 120 }) * MINUTE_MS,
    correctionEveryMs:
      fields.whole('correctionMinutes', { least: 1, most: 44_640, fallback: 1440 }) * MINUTE_MS,
    finalAfterMs: fields.whole('finalAfterDays', { least: 0, most: 1098, fallback: 0 }) * DAY_MS,
  };
}

function readClock(fields: Fields): ClockLimits {
  const followMinutes = fields.whole('followAfterMinutes', {
    least: 0,
    most: 10_080,
    fallback: 60,
  });
  return {
    toleranceMs: fields.whole('toleranceSeconds', { least: 1, most: 3600, fallback: 30 }) * 1000,
    followAfterMs: followMinutes === 0 ? undefined : followMinutes * MINUTE_MS,
    restartGapMs: fields.whole('restartGapDays', { least: 1, most: 3650, fallback: 7 }) * DAY_MS,
  };
}

function readWitness(fields: Fields): WitnessPeer {
  return {
    name: fields.text('name', { lengthMax: 100 }),
    url: fields.read('url', (text) => {
      const isHttp = /^https?:\/\//.test(text) && URL.canParse(text);
      if (!isHttp) throw new RangeError('an address with http:// or https://');
      return text.replace(/\/+$/, '');
    }),
    vkey: fields.read('vkey', (text) => {
      const parsed = parseVerifierKey(sha256, text);
      if (!parsed.ok) throw new RangeError(parsed.reason);
      if (parsed.key.type !== COSIGNATURE) throw new RangeError('the key of a witness');
      return text;
    }),
  };
}

/** The officer of a new ledger: its keys, and the commitment to its own personal record. */
export interface OfficerKeys {
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly recordCommitment: Uint8Array;
}

/** Every role that runs a community; the other officers take theirs over by and by. */
export const OFFICER_ROLES =
  ROLE.registrar | ROLE.treasurer | ROLE.operator | ROLE.provider | ROLE.checker | ROLE.auditor;

/** The officer as the first member of a new ledger. */
export function officerFounder(keys: OfficerKeys): Founder {
  return {
    ...keys,
    kind: 'organisation',
    roles: OFFICER_ROLES,
    importLimitW: 0n as Power,
    exportLimitW: 0n as Power,
    creditLimit: 0n as Money,
  };
}

/**
 * The genesis document of a new ledger. The founders are its first members: the node's officer,
 * then the configuration's further ones.
 */
export function genesisOf(
  config: Pick<
    NodeConfig,
    'name' | 'currency' | 'thresholds' | 'recoveryDelayMs' | 'sealBits' | 'markets'
  > &
    Partial<Pick<NodeConfig, 'disputes'>>,
  founders: readonly Founder[],
  timeMs: number,
): Uint8Array {
  const { name, currency, thresholds, recoveryDelayMs, sealBits, markets, disputes } = config;
  const parameters: GenesisParameters = {
    currency,
    founders,
    registrarThreshold: thresholds.registrar,
    treasurerThreshold: thresholds.treasurer,
    operatorThreshold: thresholds.operator,
    checkerThreshold: thresholds.checker,
    recoveryDelayMs,
    markets,
    ...(differs(disputes) && { settlementPolicy: { ...DEFAULT_POLICY, ...disputes } }),
  };
  return encodeGenesis({
    name,
    timeMs,
    executionVersion: 1,
    sealBits,
    checkpointBlocks: 1,
    parameters: encode(genesisParametersCodec, parameters),
  });
}

/** Whether a ledger needs a policy of its own for them. */
function differs(disputes: NodeConfig['disputes'] | undefined): boolean {
  const { reviewMs, disputeMs } = DEFAULT_POLICY;
  return (
    disputes !== undefined && (disputes.reviewMs !== reviewMs || disputes.disputeMs !== disputeMs)
  );
}
