/** The configuration file of `commonwatt witness`. */

import { isAbsolute, join } from 'node:path';
import { isKeyName, NOTE_SIGNATURE, parseVerifierKey, type Sha256 } from '@commonwatt/ledger';
import { configFields, type Fields } from '../config-fields.ts';
import type { WitnessedLog } from './witness.ts';

export interface WitnessConfig {
  /** The name in its signature lines. */
  readonly name: string;
  /** Where it keeps what it cosigned last. */
  readonly dir: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly key: {
    readonly keystore: string;
    /** Where the password comes from. */
    readonly password: { readonly file: string } | { readonly environment: string };
  };
  readonly logs: readonly WitnessedLog[];
}

const LOGS_MAX = 1_000;

/**
 * @param place the file's name, for errors
 * @param baseDir what relative paths in the file are relative to
 * @throws ConfigError naming field, expectation and value
 */
export function readWitnessConfig(
  sha256: Sha256,
  file: { readonly text: string; readonly place: string; readonly baseDir: string },
): WitnessConfig {
  const { text, place, baseDir } = file;
  const fields = configFields(text, place);
  const within = (path: string) => (isAbsolute(path) ? path : join(baseDir, path));
  const config: WitnessConfig = {
    name: fields.read('name', (name) => {
      if (!isKeyName(name)) throw new RangeError('a name without space and plus');
      return name;
    }),
    dir: within(fields.text('dir')),
    listen: fields.group('listen', (listen) => ({
      host: listen.text('host', { fallback: '127.0.0.1', lengthMax: 255 }),
      port: listen.whole('port', { least: 0, most: 65_535, fallback: 8090 }),
    })),
    key: fields.group('key', (key) => readKey(key, within)),
    logs: fields.list('logs', LOGS_MAX, (log) => readLog(sha256, log)),
  };
  if (config.logs.length === 0) fields.fail('logs', 'at least one log', 'none');
  const origins = new Set(config.logs.map(({ origin }) => origin));
  if (origins.size < config.logs.length) fields.fail('logs', 'each origin once', 'one twice');
  fields.end();
  return config;
}

function readKey(fields: Fields, within: (path: string) => string): WitnessConfig['key'] {
  const keystore = within(fields.text('keystore'));
  if (fields.has('passwordFile')) {
    return { keystore, password: { file: within(fields.text('passwordFile')) } };
  }
  const environment = fields.text('passwordEnvironment', { fallback: 'COMMONWATT_PASSWORD' });
  return { keystore, password: { environment } };
}

function readLog(sha256: Sha256, fields: Fields): WitnessedLog {
  const origin = fields.text('origin', { lengthMax: 1_000 });
  const vkey = fields.read('vkey', (written) => {
    const parsed = parseVerifierKey(sha256, written);
    if (!parsed.ok) throw new RangeError(parsed.reason);
    if (parsed.key.type !== NOTE_SIGNATURE) throw new RangeError('the key of a log');
    return written;
  });
  return { origin, vkey };
}
