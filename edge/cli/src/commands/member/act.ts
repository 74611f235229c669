/**
 * `commonwatt act`: any action of the ledger from its message as JSON, read by the action's own
 * layout. What has no command of its own is reached here, by its members and its officers.
 */

import { readStrictJsonText } from '@commonwatt/api';
import { MemberClient } from '@commonwatt/client';
import { NodeCrypto } from '@commonwatt/consensus';
import {
  ACTION,
  type ActionName,
  type AnyAuthorisedAction,
  DELEGABLE,
  executionVersion1,
  type Propose,
  proposalId,
  proposeCodec,
} from '@commonwatt/contracts';
import {
  type Action,
  type AnyActionType,
  DecodeError,
  encode,
  fromHex,
  toHex,
} from '@commonwatt/ledger';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { wholeField } from './fields.ts';
import { answered, openSession, type Session, type SessionOptions, submitted } from './session.ts';
import { shapeText } from './shape-text.ts';

export interface ActOptions extends SessionOptions {
  readonly message?: string;
  readonly list?: boolean;
  readonly describe?: string;
  readonly onBehalfOf?: string;
  readonly lane?: string;
  readonly propose?: boolean;
  readonly days?: string;
  readonly dryRun?: boolean;
}

const NAMES = Object.keys(ACTION) as readonly ActionName[];
const DAY_MS = 86_400_000;
const MESSAGE_BYTES_MAX = 1_048_576;

export async function act(
  terminal: Terminal,
  name: string | undefined,
  options: ActOptions,
): Promise<Status> {
  if (options.list === true) return listActions(terminal, options);
  if (options.describe !== undefined) return describe(terminal, options.describe, options);
  if (name === undefined) throw new UsageError('NAME', 'an action; --list names them', 'nothing');
  const action = actionOf(name, await messageText(terminal, options.message));
  if (options.propose === true) requireVotable(name);
  if (options.dryRun === true) return showAction(terminal, name, action, options);
  const submitOptions = submitOptionsOf(options);
  return answered(terminal, async () => {
    const session = inLane(await openSession(terminal, options), options);
    const sent = options.propose === true ? await proposed(session, action, options) : action;
    const what = sent === action ? name : `propose ${name}`;
    const { status, submission } = await submitted(
      session,
      [{ what, action: sent }],
      submitOptions,
    );
    if (sent !== action && status === STATUS.done && !session.json) {
      const crypto = new NodeCrypto();
      const id = proposalId({ crypto }, { id: fromHex(submission.transactionId) }, 0);
      print(terminal, `proposal ${toHex(id)}: others give their voice with`);
      print(terminal, `  commonwatt act approve --message '{"proposal":"${toHex(id)}"}'`);
    }
    return status;
  });
}

function requireAction(name: string): { readonly name: ActionName; readonly type: AnyActionType } {
  const known = NAMES.find((one) => one === name);
  const type = known && executionVersion1.actions.get(ACTION[known]);
  if (known === undefined || type === undefined) {
    throw new UsageError('NAME', 'an action; `commonwatt act --list` names them', name);
  }
  return { name: known, type };
}

function authorityOf(type: AnyActionType): AnyAuthorisedAction['authority'] | undefined {
  return 'authority' in type ? (type as AnyAuthorisedAction).authority : undefined;
}

function requireVotable(name: string): void {
  if (authorityOf(requireAction(name).type) !== undefined) return;
  throw new UsageError('--propose', 'an action that an authority decides', name);
}

/** @throws UsageError naming the field that the action's layout cannot hold. */
function actionOf(name: string, text: string): Action {
  const { type } = requireAction(name);
  const reading = readStrictJsonText(text, { bytes: MESSAGE_BYTES_MAX });
  if (!reading.ok) {
    throw new UsageError('--message', 'strict JSON', `${reading.reason} at ${reading.offset}`);
  }
  try {
    const message: unknown = type.codec.fromJson(reading.value, '--message');
    return { type: type.type, body: encode(type.codec, message) };
  } catch (error) {
    if (error instanceof DecodeError) throw new UsageError(error.field, error.expected, error.got);
    throw error;
  }
}

async function messageText(terminal: Terminal, message: string | undefined): Promise<string> {
  if (message === undefined) {
    throw new UsageError('--message', 'the fields as JSON; --describe NAME shows them', 'nothing');
  }
  if (message !== '-') return message;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of terminal.stdin) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > MESSAGE_BYTES_MAX) {
      throw new UsageError('--message', `at most ${MESSAGE_BYTES_MAX} bytes`, 'more');
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8').trim();
}

function submitOptionsOf({ onBehalfOf }: ActOptions) {
  if (onBehalfOf === undefined) return {};
  const member = wholeField('--on-behalf-of', onBehalfOf, { least: 1, most: 4_294_967_295 });
  return { onBehalfOf: member };
}

/** The same session, sending in another lane of its key. */
function inLane(session: Session, { lane: text = '0' }: ActOptions): Session {
  const lane = wholeField('--lane', text, { least: 0, most: 65_535 });
  if (lane === 0) return session;
  const { client, keys, ledger, verifier } = session;
  const { memory, crypto } = verifier;
  const options = { client, signer: keys.signer, ledger, memory, crypto, lane };
  return { ...session, memberClient: new MemberClient(options) };
}

async function proposed(session: Session, action: Action, options: ActOptions): Promise<Action> {
  const days = wholeField('--days', options.days ?? '7', { least: 1, most: 90 });
  const { nowMs, timeMs } = await session.client.ledgerStatus();
  // A little less than so many days, for the ledger's clock may be behind.
  const expiresMs = Math.min(nowMs, timeMs) + days * DAY_MS;
  const message: Propose = { type: action.type, body: action.body, expiresMs };
  return { type: ACTION.propose, body: encode(proposeCodec, message) };
}

function showAction(
  terminal: Terminal,
  name: string,
  { type, body }: Action,
  { json }: ActOptions,
): Status {
  const seen = { dryRun: true, action: name, type, body: toHex(body) };
  if (json === true) printJson(terminal, seen);
  else print(terminal, `${name} (${type}): ${seen.body}\nnothing was sent`);
  return STATUS.done;
}

function decidedBy(type: AnyActionType): string {
  return authorityOf(type) ?? '';
}

function listActions(terminal: Terminal, { json }: ActOptions): Status {
  const rows = NAMES.map((name) => {
    const { type } = requireAction(name);
    const decides = decidedBy(type);
    const delegable = DELEGABLE.has(type.type);
    return { action: name, type: type.type, decides, delegable };
  });
  if (json === true) {
    printJson(terminal, { actions: rows });
    return STATUS.done;
  }
  const columns = [
    { heading: 'action' },
    { heading: 'number', align: 'right' as const },
    { heading: 'decided by' },
    { heading: 'for a delegate' },
  ];
  const texts = rows.map((one) => [
    one.action,
    `${one.type}`,
    one.decides === '' ? 'who sends it' : `${one.decides}s`,
    one.delegable ? 'yes' : '',
  ]);
  print(terminal, formatTable(columns, texts));
  return STATUS.done;
}

function describe(terminal: Terminal, name: string, { json }: ActOptions): Status {
  const { type } = requireAction(name);
  const decides = decidedBy(type);
  if (json === true) {
    printJson(terminal, { action: name, type: type.type, decides, shape: type.codec.shape });
    return STATUS.done;
  }
  print(
    terminal,
    `${name}, number ${type.type}${decides === '' ? '' : `, decided by ${decides}s`}`,
  );
  print(terminal, shapeText(type.codec.shape));
  return STATUS.done;
}
