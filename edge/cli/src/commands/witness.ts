/** `commonwatt witness`: cosigns checkpoints of the logs it knows, on consistency proofs alone. */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { NodeCrypto, systemClock } from '@commonwatt/consensus';
import {
  ConfigError,
  createLogger,
  readWitnessConfig,
  startWitnessServer,
  Witness,
  type WitnessConfig,
  WitnessFolder,
} from '@commonwatt/node';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, remark, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { openSigner } from './keystore-signer.ts';

export interface WitnessCommandOptions {
  readonly config?: string;
  /** Prints the verification key, for the configuration of nodes and of those who verify, and ends. */
  readonly showKey?: boolean;
}

/** Runs until it is told to stop. */
export async function runWitness(
  terminal: Terminal,
  { config: path, showKey }: WitnessCommandOptions,
): Promise<Status> {
  if (path === undefined) throw new UsageError('--config', 'a configuration file', 'nothing');
  const crypto = new NodeCrypto();
  const config = readFileConfig(crypto, path);
  const { keystore, password } = config.key;
  const signer = await openSigner(terminal, {
    keystore,
    password,
    keystoreOption: 'key.keystore',
    passwordOption: 'key.passwordFile',
    prompt: 'password of the witness',
  });
  const memory = new WitnessFolder(config.dir);
  try {
    const { name, logs } = config;
    const witness = new Witness({ name, signer, logs, memory, crypto, clock: systemClock });
    if (showKey) {
      print(terminal, witness.verifierKey);
      return STATUS.done;
    }
    await serve(terminal, config, witness);
    return STATUS.done;
  } finally {
    await memory.close();
  }
}

async function serve(terminal: Terminal, config: WitnessConfig, witness: Witness): Promise<void> {
  const stopped = new Promise<void>((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
  const logger = createLogger({ level: 'warn' });
  const server = await startWitnessServer({ witness, ...config.listen, logger }).catch(
    (error: NodeJS.ErrnoException) => {
      const { host, port } = config.listen;
      throw new UsageError('listen', 'an address that is free', `${host}:${port}: ${error.code}`);
    },
  );
  remark(terminal, `${config.name} answers at ${server.url}`);
  remark(terminal, `its verification key: ${witness.verifierKey}`);
  await stopped;
  await server.close();
}

function readFileConfig({ sha256 }: NodeCrypto, path: string): WitnessConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--config ${path}`, 'a file that can be read', got);
  }
  try {
    const file = { text, place: path, baseDir: dirname(resolve(path)) };
    return readWitnessConfig(sha256, file);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError('--config', 'no fault', error.message);
    throw error;
  }
}
