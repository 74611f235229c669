/** A member, or an officer, at a node: the key from its keystore, the ledger pinned, answers proven. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type Client,
  ClientError,
  checkpointMemory,
  createClient,
  KeystoreError,
  MemberClient,
  type MemberKeys,
  openKeystore,
  type PinnedLedger,
  pinLedger,
  StepFault,
  type SubmitOptions,
  UnprovenAnswerError,
  type VerifiedSubmission,
  type Verifier,
} from '@commonwatt/client';
import { fileCheckpointStore, nodeScrypt, readKeystoreFile } from '@commonwatt/client/node';
import { NodeCrypto } from '@commonwatt/consensus';
import type { Action } from '@commonwatt/ledger';
import { tellRefusal } from '../../terminal/refusal.ts';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { presentPassword } from '../key.ts';

export interface SessionOptions {
  readonly node?: string;
  readonly keystore?: string;
  readonly passwordFile?: string;
  readonly chain?: string;
  readonly json?: boolean;
  /** The ledger of certificates beside the market's, which a node serves under a prefix. */
  readonly certificates?: boolean;
}

const NODE = 'http://localhost:8080';

/** What everyone may ask. */
export interface PublicSession {
  readonly terminal: Terminal;
  readonly client: Client;
  readonly baseUrl: string;
  readonly json: boolean;
}

export interface Session extends PublicSession {
  readonly keys: MemberKeys;
  readonly ledger: PinnedLedger;
  readonly memberClient: MemberClient;
  /** Holds answers against the pinned ledger. */
  readonly verifier: Verifier;
  /** The file of the key. */
  readonly keystore: string;
}

export function publicSession(terminal: Terminal, options: SessionOptions): PublicSession {
  const baseUrl = options.node ?? terminal.environment.COMMONWATT_NODE ?? NODE;
  if (!/^https?:\/\/[^\s/]+\/?$/.test(baseUrl)) {
    throw new UsageError('--node', 'an address such as http://localhost:8080', baseUrl);
  }
  const ledgerUrl = options.certificates === true ? certificatesOf(baseUrl) : baseUrl;
  const client = createClient({ baseUrl: ledgerUrl });
  return { terminal, client, baseUrl: ledgerUrl, json: options.json ?? false };
}

const certificatesOf = (baseUrl: string): string => `${baseUrl.replace(/\/$/, '')}/certificates`;

export async function openSession(terminal: Terminal, options: SessionOptions): Promise<Session> {
  const { client: open, baseUrl, json } = publicSession(terminal, options);
  const keystore = options.keystore ?? terminal.environment.COMMONWATT_KEYSTORE;
  if (keystore === undefined) {
    throw new UsageError('--keystore', 'a file, or COMMONWATT_KEYSTORE', 'neither');
  }
  const keys = await openKeys(terminal, keystore, options.passwordFile);
  const { chain } = options;
  const ledger = await pinLedger(open, chain === undefined ? {} : { chain });
  const crypto = new NodeCrypto();
  const home = terminal.environment.COMMONWATT_HOME ?? join(homedir(), '.commonwatt');
  const memory = checkpointMemory(crypto, fileCheckpointStore(home), ledger);
  const { signer } = keys;
  const client = createClient({ baseUrl, signer, chain: ledger.chain, crypto });
  const memberClient = new MemberClient({ client, signer, ledger, memory, crypto });
  const verifier = { client, ledger, memory, crypto };
  return { terminal, client, baseUrl, json, keys, ledger, memberClient, verifier, keystore };
}

async function openKeys(
  terminal: Terminal,
  path: string,
  passwordFile: string | undefined,
): Promise<MemberKeys> {
  const password = await presentPassword(terminal, passwordFile);
  try {
    return await openKeystore({ scrypt: nodeScrypt }, readKeystoreFile(path), password);
  } catch (error) {
    if (error instanceof KeystoreError || error instanceof Error) {
      throw new UsageError(`--keystore ${path}`, 'a keystore that opens', error.message);
    }
    throw error;
  }
}

/** Runs a command's work. What the node refused is a no; a node that is not there is bad usage. */
export async function answered(terminal: Terminal, work: () => Promise<Status>): Promise<Status> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ClientError) {
      if (error.code === 'unreachable') {
        throw new UsageError('--node', 'a node that answers', String(error.facts.reason ?? error));
      }
      const { code, facts, message: reason } = error;
      tellRefusal(terminal, { code, reason, facts });
      return STATUS.no;
    }
    if (error instanceof UnprovenAnswerError || error instanceof StepFault) {
      const reason = `the answer does not hold: ${error.message}`;
      tellRefusal(terminal, { code: 'answer_unproven', reason });
      return STATUS.no;
    }
    throw error;
  }
}

/** Sends a batch and tells what the ledger made of it, once that is proven. */
export async function submitted(
  session: Session,
  named: readonly { readonly what: string; readonly action: Action }[],
  options: SubmitOptions = {},
): Promise<{ readonly status: Status; readonly submission: VerifiedSubmission }> {
  const { memberClient, terminal, json } = session;
  const submission = await memberClient.submit(
    named.map((one) => one.action),
    options,
  );
  const codes = submission.code === 'done' ? submission.actions : named.map(() => submission.code);
  const isDone = codes.every((code) => code === 'done');
  if (json) printJson(terminal, submission);
  else {
    const { transactionId, height, checkpointSize } = submission;
    print(terminal, `transaction ${transactionId} in block ${height}, proven`);
    const rows = named.map(({ what }, at) => [`${transactionId}:${at}`, what, codes[at] ?? '']);
    const columns = [{ heading: 'name' }, { heading: 'action' }, { heading: 'answer' }];
    print(terminal, formatTable(columns, rows));
    print(terminal, `under a signed checkpoint of ${checkpointSize} blocks`);
  }
  return { status: isDone ? STATUS.done : STATUS.no, submission };
}
