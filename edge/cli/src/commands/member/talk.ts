/** `commonwatt message` and `messages`: what the two parties of a negotiation tell each other. */

import {
  readTalk,
  sendTalk,
  TALK_TEXT_BYTES_MAX,
  type Talk,
  TalkFault,
  type TalkOptions,
} from '@commonwatt/client';
import { fileTalkStore } from '@commonwatt/client/node';
import { nodeRandom } from '@commonwatt/consensus';
import { fromHex, utf8Bytes } from '@commonwatt/ledger';
import { formatInstant } from '@commonwatt/units';
import { tellRefusal } from '../../terminal/refusal.ts';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { actionIdField, required } from './fields.ts';
import { answered, openSession, type Session, type SessionOptions } from './session.ts';

export interface TalkCommandOptions extends SessionOptions {
  readonly text?: string;
  readonly peerKey?: string;
}

/** Greets the other party where that is still to do, and prints what it wrote. */
export function showMessages(
  terminal: Terminal,
  name: string,
  options: TalkCommandOptions,
): Promise<Status> {
  actionIdField('NEGOTIATION', name);
  const peerKey = peerKeyOf(options);
  return talked(terminal, options, async (session) => {
    const talk = await readTalk(await talkOptions(session, name, peerKey));
    const { peer, confirmed, sent, received } = talk;
    const messages = received.map(({ text, receivedMs }) => ({ from: peer, receivedMs, text }));
    if (session.json) printJson(terminal, { peer, confirmed, sent, messages });
    else {
      print(terminal, standing(talk));
      const columns = [{ heading: 'left' }, { heading: 'message' }];
      const rows = received.map(({ text, receivedMs }) => [
        formatInstant(receivedMs - (receivedMs % 1000)),
        printable(text),
      ]);
      if (rows.length > 0) print(terminal, formatTable(columns, rows));
    }
    return STATUS.done;
  });
}

/** Seals a text for the other party; a no where it has not confirmed the mutual key yet. */
export function sendMessage(
  terminal: Terminal,
  name: string,
  options: TalkCommandOptions,
): Promise<Status> {
  actionIdField('NEGOTIATION', name);
  const peerKey = peerKeyOf(options);
  const text = required('--text', options.text);
  const { length } = utf8Bytes(text);
  if (length < 1 || length > TALK_TEXT_BYTES_MAX) {
    throw new UsageError('--text', `1 to ${TALK_TEXT_BYTES_MAX} bytes of UTF-8`, `${length}`);
  }
  return talked(terminal, options, async (session) => {
    const talk = await sendTalk(await talkOptions(session, name, peerKey), text);
    const { peer, confirmed, sent } = talk;
    if (session.json) printJson(terminal, { peer, confirmed, sent });
    else if (confirmed) print(terminal, `sealed and left for member ${peer}, number ${sent}`);
    else print(terminal, `${standing(talk)}\nnothing was sent: say it again then`);
    return confirmed ? STATUS.done : STATUS.no;
  });
}

function standing({ peer, confirmed, sent }: Talk): string {
  if (confirmed) return `member ${peer} holds the same mutual key; ${sent} sealed messages left`;
  return `your key is left for member ${peer}, who confirms it with: commonwatt messages`;
}

/** What comes from another person must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

function peerKeyOf({ peerKey }: TalkCommandOptions): Uint8Array | undefined {
  if (peerKey === undefined) return undefined;
  if (/^[0-9a-f]{64}$/.test(peerKey)) return fromHex(peerKey);
  throw new UsageError('--peer-key', '64 lower-case hex digits', peerKey);
}

async function talkOptions(
  { client, keys, verifier, keystore }: Session,
  negotiation: string,
  peerKey: Uint8Array | undefined,
): Promise<TalkOptions> {
  const { member } = await client.ownMember();
  const store = fileTalkStore(`${keystore}.negotiations`);
  const options = { verifier, keys, member, negotiation, random: nodeRandom, store };
  return peerKey === undefined ? options : { ...options, peerKey };
}

/** A relay that does other than carry messages is a no that says so. */
function talked(
  terminal: Terminal,
  options: SessionOptions,
  work: (session: Session) => Promise<Status>,
): Promise<Status> {
  return answered(terminal, async () => {
    try {
      return await work(await openSession(terminal, options));
    } catch (error) {
      if (!(error instanceof TalkFault)) throw error;
      const reason = `do not trust this channel: ${error.message}`;
      tellRefusal(terminal, { code: error.code, reason });
      return STATUS.no;
    }
  });
}
