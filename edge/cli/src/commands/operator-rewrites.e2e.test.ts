/**
 * The story of an operator who rewrites history: the ledger is built again from its first block and
 * signed again with one member's last order left out. By itself it is a clean ledger. Everyone who
 * kept something of the first one finds out, and can prove it to strangers.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkpointMemory, createClient, openKeystore, pinLedger } from '@commonwatt/client';
import { fileCheckpointStore, nodeScrypt, readKeystoreFile } from '@commonwatt/client/node';
import { NodeCrypto, openLmdbStorage } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import {
  decodeRecord,
  equalBytes,
  formatVerifierKey,
  Ledger,
  NOTE_SIGNATURE,
  parseCheckpoint,
  parseNote,
  readTransaction,
  type Signer,
  signCheckpoint,
  toBase64,
  toHex,
} from '@commonwatt/ledger';
import { formatInstant } from '@commonwatt/units';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const command = fileURLToPath(new URL('../../bin/commonwatt.js', import.meta.url));
const PASSWORD = 'wind over the lagoon';
const HOUR_MS = 3_600_000;
const crypto = new NodeCrypto();

let folder = '';
const place = (name: string): string => join(folder, name);
const children = new Map<ChildProcess, Promise<unknown>>();

/** Starts a service and waits until it says where it answers. */
async function serve(...words: readonly string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [command, ...words], {
    env: { ...process.env, COMMONWATT_PASSWORD: PASSWORD },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  children.set(child, once(child, 'exit'));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /answers at (http:\S+)\n/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`${words.join(' ')} ended: ${said}`)));
  });
  return { url, child };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = children.get(child);
  children.delete(child);
  child.kill('SIGTERM');
  await ended;
}

async function run(words: readonly string[], input = '') {
  const terminal = testTerminal(input, {
    COMMONWATT_PASSWORD: PASSWORD,
    COMMONWATT_HOME: place('home'),
    COMMONWATT_NODE: node.url,
  });
  const status = await main(words, terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

async function done(...words: readonly string[]) {
  const { status, out, err } = await run([...words, '--json']);
  expect([status, err], `${words.join(' ')}: ${out}`).toEqual([0, expect.any(String)]);
  return JSON.parse(out);
}

let node: { url: string; child: ChildProcess } = { url: '', child: {} as ChildProcess };
let witness: { url: string; child: ChildProcess };
let witnessKey = '';
let logKey = '';
/** The checkpoint that a member kept, cosigned, and the officer's key. */
let kept = '';
let officer: Signer;
let original: Ledger;
let rebuilt: Ledger;

async function configure(): Promise<void> {
  await run(['node', 'init', place('node.yaml')]);
  for (const name of ['officer', 'witness', 'ana']) {
    expect((await run(['key', 'new', place(`${name}.keystore.json`)])).status).toBe(0);
  }
  const config = readFileSync(place('node.yaml'), 'utf8')
    .replace('port: 8080', 'port: 0')
    .replace('logLevel: info', 'logLevel: silent')
    .replace('passwordFile: officer.password', 'passwordEnvironment: COMMONWATT_PASSWORD');
  writeFileSync(place('node.yaml'), config);
  officer = await signerOf('officer');
  logKey = verifierKeyOfLog();
  writeFileSync(
    place('witness.yaml'),
    `name: witness.example\ndir: witness\nlisten:\n  port: 0\nkey:\n` +
      `  keystore: witness.keystore.json\nlogs:\n  - origin: commonwatt/lindenstrasse\n    vkey: ${logKey}\n`,
  );
  witness = await serve('witness', '--config', place('witness.yaml'));
  witnessKey = await verifierKeyOfWitness();
  writeFileSync(
    place('node.yaml'),
    `${config}\nwitnesses:\n  - name: neighbour\n    url: ${witness.url}\n    vkey: ${witnessKey}\n`,
  );
}

async function signerOf(name: string): Promise<Signer> {
  const text = readKeystoreFile(place(`${name}.keystore.json`));
  return (await openKeystore({ scrypt: nodeScrypt }, text, PASSWORD)).signer;
}

function verifierKeyOfLog(): string {
  const { publicKey } = officer;
  const key = { name: 'commonwatt/lindenstrasse', type: NOTE_SIGNATURE, publicKey } as const;
  return formatVerifierKey(crypto.sha256, key);
}

async function verifierKeyOfWitness(): Promise<string> {
  writeFileSync(
    place('show.yaml'),
    readFileSync(place('witness.yaml'), 'utf8').replace('dir: witness\n', 'dir: shown\n'),
  );
  const { out } = await run(['witness', '--config', place('show.yaml'), '--show-key']);
  return out.trim();
}

async function trade(): Promise<void> {
  const { chain } = await createClient({ baseUrl: node.url }).ledgerStatus();
  const ana = ['--keystore', place('ana.keystore.json')];
  const proof = await run(['key', 'prove', place('ana.keystore.json'), '--chain', chain]);
  writeFileSync(place('ana.proof'), proof.out);
  const asOfficer = ['--keystore', place('officer.keystore.json')];
  const enrolment = ['--label', 'Ana', '--kind', 'home solar system', '--credit-eur', '100'];
  await done('enrol', '--proof', place('ana.proof'), ...enrolment, ...asOfficer);
  const slotMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 2 * HOUR_MS;
  const slot = ['--slot', formatInstant(slotMs), '--limit', '10'];
  await done('offer', ...slot, '--energy', '0.5', ...ana);
  await done('offer', ...slot, '--energy', '0.75', ...ana);
  // Life goes on behind the order that will be left out.
  await done('invite', '--label', 'Ben', ...asOfficer);
  await done('invite', '--label', 'Cid', ...asOfficer);
}

/** Reads every block, leaves out the last transaction of a key, and executes the rest again. */
async function rebuild(from: string, to: string, sender: Uint8Array): Promise<void> {
  const storage = openLmdbStorage(from, { readOnly: true });
  original = new Ledger({ crypto, storage, rules: ruleBook });
  original.open();
  const records = Array.from({ length: original.history.size }, (_, height) =>
    decodeRecord(storage.record(height) as Uint8Array),
  );
  const ofSender = records.flatMap(({ transactions }) =>
    transactions.filter((one) => equalBytes(readTransaction(crypto, one).envelope.sender, sender)),
  );
  expect(ofSender).toHaveLength(2);
  const forged = openLmdbStorage(to);
  rebuilt = new Ledger({ crypto, storage: forged, rules: ruleBook });
  await rebuilt.initChain(storage.genesis() as Uint8Array);
  for (const [height, { header, transactions }] of records.entries()) {
    const left = transactions.filter((one) => one !== ofSender.at(-1));
    await rebuilt.finalizeBlock({ height, timeMs: header.timeMs, transactions: left });
    await rebuilt.commit();
  }
  await forged.close();
  await storage.close();
}

/** A checkpoint as the operator signs it. */
function signedBy(ledger: Ledger, size: number): string {
  const { name } = ledger.genesis;
  const checkpoint = { origin: name, size, root: ledger.history.root(size), extensions: [] };
  return signCheckpoint(crypto.sha256, { checkpoint, name, signer: officer });
}

function sizeOf(note: string): number {
  const parsed = parseNote(note);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.text) : parsed;
  if (!checkpoint.ok) throw new Error(checkpoint.reason);
  return checkpoint.checkpoint.size;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-rewrites-'));
  await configure();
  node = await serve('node', '--config', place('node.yaml'));
  await trade();
});
afterAll(async () => {
  for (const [child, ended] of children) {
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test('the node shows its head with the cosignature of the witness, and its age', async () => {
  const client = createClient({ baseUrl: node.url });
  const isCosigned = async () => {
    const { cosigned, height } = await client.ledgerStatus();
    return cosigned !== null && cosigned.size === (height ?? -1) + 1;
  };
  await expect.poll(isCosigned, { timeout: 30_000 }).toBe(true);
  kept = await client.checkpointNote();
  writeFileSync(place('kept'), kept);
  const { cosigned } = await client.ledgerStatus();
  expect(cosigned).toMatchObject({ size: sizeOf(kept), witnesses: ['neighbour'] });
  expect(cosigned?.ageMs).toBeLessThan(120_000);
  const request = { type: 'checkpoint', note: kept, keys: [logKey, witnessKey], threshold: 2 };
  expect((await run(['verify'], `${JSON.stringify(request)}\n`)).out).toBe('{"ok":true}\n');
});

test('a backup is taken while the node runs, and so is an audit', async () => {
  const copied = await done('backup', place('ledger'), '--out', place('backup'));
  expect(copied.height).toBe(sizeOf(kept) - 1);
  expect(copied.records).toEqual(['personal', 'bills', 'mailbox']);
  expect((await run(['backup', place('ledger'), '--out', place('backup')])).status).toBe(2);
  const { status, out, err } = await run(['audit', place('ledger'), '--json']);
  expect([status, JSON.parse(out).blocks]).toEqual([0, sizeOf(kept)]);
  expect(err).toContain('auditing a backup of this moment');
  const words = ['audit', place('backup'), '--checkpoint', place('kept'), '--keys'];
  expect((await done(...words, logKey, witnessKey, '--threshold', '2')).checkpoint).toEqual({
    size: sizeOf(kept),
    signers: ['commonwatt/lindenstrasse', 'witness.example'],
  });
});

test('a member who saw the first history refuses the second, and a plain audit does not', async () => {
  const client = createClient({ baseUrl: node.url });
  const pinned = await pinLedger(client);
  const memory = checkpointMemory(crypto, fileCheckpointStore(place('home')), pinned);
  const proofs = { consistencyProof: async () => [] };
  expect((await memory.take({ note: kept, ...proofs })).ok).toBe(true);
  await stop(node.child);
  await rebuild(place('ledger'), place('rebuilt'), (await signerOf('ana')).publicKey);
  expect(rebuilt.history.size).toBe(sizeOf(kept));
  expect(await done('audit', place('rebuilt'))).toMatchObject({ clean: true });
  const { status, out } = await run([
    ...['audit', place('rebuilt'), '--checkpoint', place('kept'), '--keys', logKey, '--json'],
  ]);
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    clean: false,
    reason: `the ${sizeOf(kept)} blocks below are not those of the checkpoint`,
  });
  const second = signedBy(rebuilt, rebuilt.history.size);
  const refused = await memory.take({ note: second, ...proofs });
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'checkpoint_split' } });
});

test('the witness refuses the second history whatever it is told', async () => {
  const size = sizeOf(kept);
  const post = async (oldSize: number, proof: readonly Uint8Array[], note: string) => {
    const lines = proof.map((hash) => `${toBase64(hash)}\n`).join('');
    const body = `old ${oldSize}\n${lines}\n${note}`;
    return (await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body })).status;
  };
  expect(await post(size, [], signedBy(rebuilt, size))).toBe(409);
  expect(await post(0, [], signedBy(rebuilt, size - 1))).toBe(409);
  const timeMs = rebuilt.info().timeMs + 1;
  const storage = openLmdbStorage(place('rebuilt'));
  const longer = new Ledger({ crypto, storage, rules: ruleBook });
  longer.open();
  await longer.finalizeBlock({ height: size, timeMs, transactions: [] });
  await longer.commit();
  await storage.close();
  const proof = longer.history.consistencyProof(size);
  expect(await post(size, proof, signedBy(longer, size + 1))).toBe(422);
  expect(await post(size, [], signedBy(original, size))).toBe(200);
  const evidence = readFileSync(place('witness/forks.jsonl'), 'utf8');
  expect((await run(['verify'], evidence)).out).toBe('{"ok":true}\n');
});

test('strangers are convinced offline, by one size or by one height', async () => {
  const size = sizeOf(kept);
  const split = { type: 'fork', notes: [kept, signedBy(rebuilt, size)], keys: [logKey] };
  const index = size - 1;
  const proven = {
    ...split,
    notes: [kept, signedBy(rebuilt, size)],
    index,
    leafHashes: [original, rebuilt].map(({ history }) => toHex(history.leafHash(index))),
    proofs: [original, rebuilt].map(({ history }) =>
      history.inclusionProof(index, size).map(toHex),
    ),
  };
  const innocent = { ...split, notes: [kept, signedBy(original, size)] };
  const ofWitness = { ...split, keys: [witnessKey] };
  const input = [split, proven, innocent, ofWitness].map((one) => `${JSON.stringify(one)}\n`);
  const { out } = await run(['verify'], input.join(''));
  const verdicts = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(verdicts.map(({ ok }) => ok)).toEqual([true, true, false, false]);
});

test('restored from a backup, the ledger says what it lost, and a later checkpoint shows it', async () => {
  const size = sizeOf(kept);
  node = await serve('node', '--config', place('node.yaml'));
  const asOfficer = ['--keystore', place('officer.keystore.json')];
  await done('invite', '--label', 'Dee', ...asOfficer);
  await done('invite', '--label', 'Eva', ...asOfficer);
  writeFileSync(place('later'), await createClient({ baseUrl: node.url }).checkpointNote());
  const last = sizeOf(readFileSync(place('later'), 'utf8')) - 1;
  await stop(node.child);
  expect((await run(['audit', place('backup')])).status).toBe(0);
  const config = readFileSync(place('node.yaml'), 'utf8');
  writeFileSync(place('unsaid.yaml'), config.replace('dir: ./ledger', 'dir: ./backup'));
  const unsaid = await run(['node', '--config', place('unsaid.yaml')]);
  expect([unsaid.status, unsaid.err]).toEqual([2, expect.stringContaining('is a backup')]);

  const words = ['restore', place('backup'), '--dir', place('restored'), ...asOfficer];
  const hesitant = await run(words);
  expect([hesitant.status, hesitant.err]).toEqual([2, expect.stringContaining('--accept-loss')]);
  const asAna = [...words.slice(0, 4), '--keystore', place('ana.keystore.json'), '--accept-loss'];
  const stranger = await run(asAna);
  expect([stranger.status, stranger.err]).toEqual([1, expect.stringContaining('role_missing')]);
  const restored = await done(...words, '--accept-loss', '--checkpoint', place('later'));
  expect(restored).toMatchObject({
    epoch: 2,
    origin: 'commonwatt/lindenstrasse#epoch-2',
    keptHeight: size - 1,
    lost: { first: size, last },
    height: size,
    records: ['personal', 'bills', 'mailbox'],
  });

  expect(await done('audit', place('restored'))).toMatchObject({ clean: true, blocks: size + 1 });
  const ofKept = ['audit', place('restored'), '--checkpoint', place('kept'), '--keys', logKey];
  expect((await done(...ofKept)).checkpoint.size).toBe(size);
  const ofLater = await run([
    ...['audit', place('restored'), '--checkpoint', place('later'), '--json'],
  ]);
  expect(ofLater.status).toBe(1);
  expect(JSON.parse(ofLater.out)).toMatchObject({
    height: size,
    reason: `epoch 2 began behind block ${size - 1}: blocks ${size} to ${last} of the checkpoint were lost`,
  });

  writeFileSync(place('again.yaml'), config.replace('dir: ./ledger', 'dir: ./restored'));
  node = await serve('node', '--config', place('again.yaml'));
  const note = await createClient({ baseUrl: node.url }).checkpointNote();
  expect(note.startsWith('commonwatt/lindenstrasse#epoch-2\n')).toBe(true);
  const { blocks } = await done('blocks', '--limit', '1');
  expect(JSON.stringify(blocks)).toContain('Epoch 2 begins');
  await stop(node.child);
});
