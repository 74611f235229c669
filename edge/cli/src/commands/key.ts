/** `commonwatt key`: a member's keystore, on the member's own disk. */

import {
  changeKeystorePassword,
  createKeystore,
  KeystoreError,
  openKeystore,
  provePossession,
  readKeystoreHeader,
} from '@commonwatt/client';
import { nodeScrypt, readKeystoreFile, writeKeystoreFile } from '@commonwatt/client/node';
import { nodeRandom } from '@commonwatt/consensus';
import { toHex } from '@commonwatt/ledger';
import { readPassword } from '../terminal/password.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';

const HOST = { random: nodeRandom, scrypt: nodeScrypt };

export interface KeyOptions {
  readonly label?: string;
  readonly passwordFile?: string;
  readonly newPasswordFile?: string;
  readonly chain?: string;
  readonly purpose?: string;
  readonly json?: boolean;
}

const PURPOSES = ['enrol', 'rotate', 'recover'] as const;

export async function newKey(
  terminal: Terminal,
  path: string,
  options: KeyOptions,
): Promise<Status> {
  const password = await presentPassword(terminal, options.passwordFile);
  const seed = nodeRandom.bytes(32);
  const label = options.label ?? '';
  const text = await inputs(() => createKeystore(HOST, { seed, password, label }));
  await inputs(async () => writeKeystoreFile({ path, text }));
  return showKey(terminal, path, options);
}

export function showKey(terminal: Terminal, path: string, { json }: KeyOptions): Status {
  const header = readKeystoreHeader(readText(path));
  const { label, publicKey, agreementPublicKey: agreementKey } = header;
  if (json) printJson(terminal, { label, publicKey, agreementKey });
  else {
    if (label !== '') print(terminal, `label          ${label}`);
    print(terminal, `public key     ${publicKey}`);
    print(terminal, `agreement key  ${agreementKey}`);
  }
  return STATUS.done;
}

/**
 * What the ledger asks of a new key: the holder's signature that it wants it on this ledger, to be
 * enrolled, in the place of its present key, or in the place of a lost one.
 */
export async function proveKey(
  terminal: Terminal,
  path: string,
  options: KeyOptions,
): Promise<Status> {
  const { chain = '' } = options;
  if (!/^[0-9a-f]{64}$/.test(chain)) throw new UsageError('--chain', '64 hex digits', chain);
  const purpose = PURPOSES.find((one) => one === (options.purpose ?? 'enrol'));
  if (purpose === undefined) {
    throw new UsageError('--purpose', `one of ${PURPOSES.join(', ')}`, `${options.purpose}`);
  }
  const password = await presentPassword(terminal, options.passwordFile);
  const keys = await inputs(() => openKeystore(HOST, readText(path), password));
  printJson(terminal, {
    publicKey: toHex(keys.signer.publicKey),
    agreementKey: toHex(keys.agreementKey.publicKey),
    possession: toHex(provePossession(keys, { chain, purpose })),
  });
  return STATUS.done;
}

/** A copy under a password of its own, to take to another device. */
export async function exportKey(
  terminal: Terminal,
  path: string,
  to: string,
  options: KeyOptions,
): Promise<Status> {
  const text = await resealed(terminal, path, options);
  await inputs(async () => writeKeystoreFile({ path: to, text }));
  return showKey(terminal, to, options);
}

export async function changePassword(
  terminal: Terminal,
  path: string,
  options: KeyOptions,
): Promise<Status> {
  const text = await resealed(terminal, path, options);
  await inputs(async () => writeKeystoreFile({ path, text, overwrite: true }));
  return showKey(terminal, path, options);
}

async function resealed(terminal: Terminal, path: string, options: KeyOptions): Promise<string> {
  const password = await presentPassword(terminal, options.passwordFile);
  const newPassword = await readPassword(terminal, {
    file: options.newPasswordFile,
    option: '--new-password-file',
    variable: 'COMMONWATT_NEW_PASSWORD',
    prompt: 'new password',
  });
  return inputs(() => changeKeystorePassword(HOST, readText(path), { password, newPassword }));
}

export function presentPassword(terminal: Terminal, file: string | undefined): Promise<string> {
  return readPassword(terminal, {
    file,
    option: '--password-file',
    variable: 'COMMONWATT_PASSWORD',
    prompt: 'password',
  });
}

function readText(path: string): string {
  try {
    return readKeystoreFile(path);
  } catch (error) {
    throw usage(error);
  }
}

/** Faults of what the person gave become one line each. */
async function inputs<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw usage(error);
  }
}

function usage(error: unknown): unknown {
  const isTheirs =
    error instanceof KeystoreError ||
    error instanceof RangeError ||
    (error instanceof Error && error.message.startsWith('keystore file'));
  return isTheirs ? new UsageError('keystore', 'one that can be used', error.message) : error;
}
