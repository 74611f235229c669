/** `commonwatt node`: a community's node, from its configuration file. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeystoreError, openKeystore } from '@commonwatt/client';
import { nodeScrypt, readKeystoreFile } from '@commonwatt/client/node';
import {
  machineTime,
  nodeRandom,
  StoreDamagedError,
  StoreLockedError,
  sha256,
  storePaths,
  systemClock,
} from '@commonwatt/consensus';
import type { Founder } from '@commonwatt/contracts';
import { LedgerDamagedError, type Signer } from '@commonwatt/ledger';
import {
  CommunityNode,
  ConfigError,
  certificateGenesis,
  createLogger,
  EXAMPLE_CONFIG,
  genesisOf,
  type MqttOptions,
  type NodeConfig,
  type NodeOptions,
  officerFounder,
  readConfig,
} from '@commonwatt/node';
import { type PasswordSource, readPassword } from '../terminal/password.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, remark, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';

const WEB_APP = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** Writes an example to begin with. */
export function initNode(terminal: Terminal, path: string): Status {
  if (existsSync(path)) throw new UsageError(path, 'no file there', 'one that is kept as it is');
  writeFileSync(path, EXAMPLE_CONFIG, { flag: 'wx' });
  print(terminal, `wrote ${path}`);
  print(terminal, 'make the officer a key beside it: commonwatt key new officer.keystore.json');
  return STATUS.done;
}

/** Runs until it is told to stop. */
export async function runNode(terminal: Terminal, path: string | undefined): Promise<Status> {
  if (path === undefined) throw new UsageError('--config', 'a configuration file', 'nothing');
  const config = readFileConfig(path);
  const officer = await openOfficer(terminal, config);
  const node = await opened(config, officer, await openMqtt(terminal, config));
  const stopped = new Promise<void>((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
    node.engine.onHalt(() => done());
  });
  try {
    await node.start();
    remark(terminal, `${config.name} answers at ${node.url}`);
    if (config.mqtt?.broker.kind === 'local') {
      const { host, tls } = config.mqtt.broker;
      remark(
        terminal,
        `devices connect to ${tls === undefined ? 'mqtt' : 'mqtts'}://${host}:${node.mqttPort}`,
      );
    }
    await stopped;
    if (node.engine.halted !== undefined) {
      remark(terminal, node.engine.halted.message);
      return STATUS.no;
    }
    return STATUS.done;
  } finally {
    await node.stop();
  }
}

function readFileConfig(path: string): NodeConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--config ${path}`, 'a file that can be read', got);
  }
  try {
    return readConfig(text, path, dirname(resolve(path)));
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError('--config', 'no fault', error.message);
    throw error;
  }
}

interface OfficerKeys {
  readonly signer: Signer;
  readonly agreementKey: { readonly publicKey: Uint8Array };
}

function openOfficer(terminal: Terminal, { officer }: NodeConfig): Promise<OfficerKeys> {
  return openKeys(terminal, officer, 'officer');
}

type Keystore = NodeConfig['officer'];

async function openKeys(
  terminal: Terminal,
  { keystore, password }: Keystore,
  field: string,
): Promise<OfficerKeys> {
  const given = await readPassword(terminal, passwordSource(password, field));
  try {
    return await openKeystore({ scrypt: nodeScrypt }, readKeystoreFile(keystore), given);
  } catch (error) {
    if (error instanceof KeystoreError || error instanceof Error) {
      throw new UsageError(`${field}.keystore`, 'a keystore that opens', error.message);
    }
    throw error;
  }
}

function passwordSource(password: Keystore['password'], field: string): PasswordSource {
  return {
    file: 'file' in password ? password.file : undefined,
    option: `${field}.passwordFile`,
    variable: 'environment' in password ? password.environment : 'COMMONWATT_PASSWORD',
    prompt: `password of ${field}`,
  };
}

/** The gateway's key, and the password that another's broker asks of the node. */
async function openMqtt(
  terminal: Terminal,
  { mqtt }: NodeConfig,
): Promise<MqttOptions | undefined> {
  if (mqtt === undefined) return undefined;
  const { broker, devices } = mqtt;
  const { signer } = await openKeys(terminal, mqtt.gateway, 'mqtt.gateway');
  if (broker.kind === 'local') return { broker, devices, gateway: signer };
  const password =
    broker.password === undefined
      ? undefined
      : await readPassword(terminal, passwordSource(broker.password, 'mqtt.broker'));
  return { broker: { ...broker, password }, devices, gateway: signer };
}

async function opened(
  config: NodeConfig,
  officer: OfficerKeys,
  mqtt: MqttOptions | undefined,
): Promise<CommunityNode> {
  const webRoot = config.webRoot ?? WEB_APP;
  const isNew = !existsSync(storePaths(config.dir).data);
  const certificates = certificatesOf(config, officer);
  try {
    return await CommunityNode.open({
      dir: config.dir,
      clock: systemClock,
      clockWatch: { time: machineTime, limits: config.clock },
      ...(isNew ? { genesis: newGenesis(config, officer) } : {}),
      officer: officer.signer,
      settlement: config.settlement,
      witnesses: config.witnesses,
      witnessThreshold: config.witnessThreshold,
      readingAcceptanceMs: config.readingAcceptanceMs,
      readingCorrectionMs: config.readingCorrectionMs,
      ...(config.site && { site: config.site }),
      ...(mqtt && { mqtt }),
      ...(certificates && { certificates }),
      logger: createLogger({ level: config.logLevel }),
      ...(config.tariff === undefined ? {} : { tariff: config.tariff }),
      ...(config.billing && { billing: config.billing }),
      timeZone: config.timeZone,
      http: { ...config.listen, ...(existsSync(join(webRoot, 'index.html')) ? { webRoot } : {}) },
    });
  } catch (error) {
    const isTheirs =
      error instanceof StoreDamagedError ||
      error instanceof StoreLockedError ||
      error instanceof LedgerDamagedError;
    if (isTheirs) throw new UsageError('dir', 'a ledger that opens', error.message);
    throw error;
  }
}

function newGenesis(config: NodeConfig, officer: OfficerKeys): Uint8Array {
  return genesisOf(config, foundersOf(config, officer), systemClock.nowMs());
}

/** The node's officer, and the further ones: the first members of either ledger. */
function foundersOf(
  { officers }: NodeConfig,
  { signer, agreementKey }: OfficerKeys,
): readonly Founder[] {
  const founder = officerFounder({
    publicKey: signer.publicKey,
    agreementKey: agreementKey.publicKey,
    recordCommitment: sha256(nodeRandom.bytes(32)),
  });
  return [founder, ...officers];
}

function certificatesOf(
  config: NodeConfig,
  officer: OfficerKeys,
): NonNullable<NodeOptions['certificates']> | undefined {
  const { certificates, currency, thresholds, recoveryDelayMs } = config;
  if (certificates === undefined) return undefined;
  const officers = { currency, founders: foundersOf(config, officer), thresholds, recoveryDelayMs };
  const { finalityBlocks } = certificates;
  return {
    genesis: certificateGenesis(certificates, officers, systemClock.nowMs()),
    finalityBlocks,
  };
}
