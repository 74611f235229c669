/** What a registrar does from a command line: enrol, invite, and import a file of members. */

import { readFileSync } from 'node:fs';
import { readStrictJsonText } from '@commonwatt/api';
import { actions, formatInviteLink } from '@commonwatt/client';
import { NodeCrypto, NodeSigner, nodeRandom } from '@commonwatt/consensus';
import type { Admission, Invite } from '@commonwatt/contracts';
import { type Action, toHex } from '@commonwatt/ledger';
import { Progress } from '../../terminal/progress.ts';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, remark, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { admissionOf } from './admission.ts';
import { required, wholeField } from './fields.ts';
import { keyProofOf } from './key-proof.ts';
import { type Newcomer, readNewcomers } from './member-file.ts';
import {
  answered,
  openSession,
  publicSession,
  type Session,
  type SessionOptions,
} from './session.ts';

export interface OfficerOptions extends SessionOptions {
  readonly label?: string;
  readonly kind?: string;
  readonly roles?: string;
  readonly importW?: string;
  readonly exportW?: string;
  readonly creditEur?: string;
  readonly proof?: string;
  readonly days?: string;
  readonly dryRun?: boolean;
}

const DAY_MS = 86_400_000;
/** Admissions in one batch: about 350 bytes each. */
const BATCH_MAX = 500;
const WATTS = '11000';

const newSalt = (): Uint8Array => nodeRandom.bytes(32);

function admissionFrom(options: OfficerOptions, salt: Uint8Array): Admission {
  const { label, kind, roles = '', importW = WATTS, exportW = WATTS, creditEur = '0' } = options;
  const written = {
    label: required('--label', label),
    kind: kind ?? 'household',
    roles,
    importW,
    exportW,
    creditEur,
  };
  return admissionOf(written, salt);
}

function readText(field: string, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${field} ${path}`, 'a file that can be read', got);
  }
}

/** Enrols one member from the proof that `key prove` printed on the member's own device. */
export function enrol(terminal: Terminal, options: OfficerOptions): Promise<Status> {
  const salt = newSalt();
  const admission = admissionFrom(options, salt);
  const written = proofFields(readText('--proof', required('--proof', options.proof)));
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const { chain } = session.ledger;
    const proof = keyProofOf(new NodeCrypto(), written, { chain });
    const newcomer = { line: 0, label: required('--label', options.label), admission, proof };
    return admitted(session, [newcomer], `salt of the record: ${toHex(salt)}`);
  });
}

function proofFields(text: string) {
  const reading = readStrictJsonText(text.trim());
  const value = reading.ok ? reading.value : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('--proof', 'what `commonwatt key prove` prints', 'something else');
  }
  const field = (name: string): string => {
    const content = value[name];
    if (typeof content === 'string') return content;
    throw new UsageError(`--proof: ${name}`, 'a text', JSON.stringify(content) ?? 'nothing');
  };
  return {
    publicKey: field('publicKey'),
    agreementKey: field('agreementKey'),
    possession: field('possession'),
  };
}

/** A one-time link: whoever opens it makes a key of its own and joins. */
export function invite(terminal: Terminal, options: OfficerOptions): Promise<Status> {
  const admission = admissionFrom(options, newSalt());
  const days = wholeField('--days', options.days ?? '14', { least: 1, most: 365 });
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const label = required('--label', options.label);
    const newcomer = { line: 0, label, admission, proof: undefined };
    return admitted(session, [newcomer], undefined, days);
  });
}

/** Enrols everyone with a key and invites everyone without; or says what it would do. */
export function importMembers(
  terminal: Terminal,
  path: string,
  options: OfficerOptions,
): Promise<Status> {
  const text = readText('FILE', path);
  const days = wholeField('--days', options.days ?? '14', { least: 1, most: 365 });
  return answered(terminal, async () => {
    if (options.dryRun === true) {
      const chain =
        options.chain ?? (await publicSession(terminal, options).client.ledgerStatus()).chain;
      const newcomers = newcomersOf(path, text, chain);
      if (options.json) printJson(terminal, { dryRun: true, ...countsOf(newcomers) });
      else print(terminal, plan(newcomers));
      return STATUS.done;
    }
    const session = await openSession(terminal, options);
    return admitted(session, newcomersOf(path, text, session.ledger.chain), undefined, days);
  });
}

function newcomersOf(place: string, text: string, chain: string): readonly Newcomer[] {
  return readNewcomers(text, { crypto: new NodeCrypto(), chain, place, saltOf: newSalt });
}

function countsOf(newcomers: readonly Newcomer[]) {
  const enrolled = newcomers.filter((one) => one.proof !== undefined).length;
  return { enrol: enrolled, invite: newcomers.length - enrolled };
}

function plan(newcomers: readonly Newcomer[]): string {
  const counts = countsOf(newcomers);
  const right = 'right' as const;
  const columns = [
    { heading: 'line', align: right },
    { heading: 'label' },
    { heading: 'kind' },
    { heading: 'import W', align: right },
    { heading: 'export W', align: right },
    { heading: 'how' },
  ];
  const rows = newcomers.map(({ line, label, admission, proof }) => [
    `${line}`,
    label,
    admission.kind,
    `${admission.importLimitW}`,
    `${admission.exportLimitW}`,
    proof === undefined ? 'invite' : 'enrol',
  ]);
  return (
    `${formatTable(columns, rows)}\n` +
    `nothing was sent: ${counts.enrol} would be enrolled, ${counts.invite} invited`
  );
}

interface Sent {
  readonly newcomer: Newcomer;
  readonly answer: string;
  readonly link: string | undefined;
}

async function admitted(
  session: Session,
  newcomers: readonly Newcomer[],
  note: string | undefined,
  days = 14,
): Promise<Status> {
  const { terminal, json } = session;
  const progress = new Progress(terminal, 'admitting');
  const sent: Sent[] = [];
  for (let at = 0; at < newcomers.length; at += BATCH_MAX) {
    sent.push(...(await admitBatch(session, newcomers.slice(at, at + BATCH_MAX), days)));
    progress.at(Math.min(at + BATCH_MAX, newcomers.length), newcomers.length);
  }
  progress.end();
  await keepLabels(session, sent);
  const isDone = sent.every((one) => one.answer === 'done');
  if (json) {
    const rows = sent.map(({ newcomer, answer, link }) => ({
      label: newcomer.label,
      how: newcomer.proof === undefined ? 'invite' : 'enrol',
      answer,
      ...(link === undefined ? {} : { link }),
    }));
    printJson(terminal, { members: rows });
  } else {
    const columns = [{ heading: 'label' }, { heading: 'answer' }, { heading: 'link' }];
    const rows = sent.map(({ newcomer, answer, link }) => [newcomer.label, answer, link ?? '']);
    print(terminal, formatTable(columns, rows));
  }
  if (note !== undefined) remark(terminal, note);
  return isDone ? STATUS.done : STATUS.no;
}

async function admitBatch(
  session: Session,
  newcomers: readonly Newcomer[],
  days: number,
): Promise<readonly Sent[]> {
  const { client, ledger, memberClient } = session;
  const { nowMs } = await client.ledgerStatus();
  const prepared = newcomers.map((newcomer) => {
    const { admission, proof } = newcomer;
    if (proof !== undefined) {
      const action = actions.enrol({ ...admission, ...proof, activeFromHeight: 0 });
      return { newcomer, action, link: undefined };
    }
    return { newcomer, ...invitation(session, admission, nowMs + days * DAY_MS) };
  });
  const submission = await memberClient.submit(prepared.map((one): Action => one.action));
  return prepared.map(({ newcomer, link }, at) => {
    const answer = submission.code === 'done' ? submission.actions[at] : submission.code;
    return { newcomer, answer: answer ?? 'unanswered', link: answer === 'done' ? link : undefined };
  });

  function invitation({ baseUrl }: Session, admission: Admission, expiresMs: number) {
    const seed = nodeRandom.bytes(32);
    const message: Invite = { ...admission, inviteKey: new NodeSigner(seed).publicKey, expiresMs };
    const link = formatInviteLink(baseUrl, { seed, chain: ledger.chain });
    return { action: actions.invite(message), link };
  }
}

/** The registrar's own record of who is who: encrypted at the node, never on the ledger. */
async function keepLabels({ client }: Session, sent: readonly Sent[]): Promise<void> {
  const labels = new Map(
    sent
      .filter(({ answer, newcomer }) => answer === 'done' && newcomer.proof !== undefined)
      .map(({ newcomer }) => [toHex(newcomer.proof?.publicKey ?? newSalt()), newcomer.label]),
  );
  if (labels.size === 0) return;
  const { members } = await client.memberList();
  for (const { member, publicKey } of members) {
    const label = labels.get(publicKey);
    if (label !== undefined) await client.postRecord({ body: { member, label } });
  }
}
