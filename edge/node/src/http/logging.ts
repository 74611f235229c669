/** Structured logs without secrets: what is logged is chosen, not what is left out. */

import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/** Names under which secrets travel, wherever in a logged object they stand. */
const SECRETS = [
  'authorization',
  'cookie',
  'password',
  'passphrase',
  'seed',
  'secret',
  'salt',
  'privateKey',
  'body',
  'headers',
  'transaction',
  'label',
];

const OPTIONS: LoggerOptions = {
  base: null,
  redact: {
    paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: '[hidden]',
  },
};

export function createLogger(
  options: { readonly level?: string; readonly destination?: DestinationStream } = {},
): Logger {
  const chosen = { ...OPTIONS, level: options.level ?? 'info' };
  return options.destination === undefined ? pino(chosen) : pino(chosen, options.destination);
}
