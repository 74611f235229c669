import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeSigner } from '@commonwatt/consensus';
import { parseNote, verifyNote } from '@commonwatt/ledger';
import { type Logger, pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signerOf, TestCommunity } from '../testing/community.ts';
import { Cosigning, type CosigningOptions } from './cosigning.ts';
import { Witness } from './witness.ts';

const NAME = 'commonwatt/test';

/** Witnesses that live in this process and answer through a `fetch` of their own. */
class Street {
  readonly witnesses = new Map<string, Witness>();
  readonly asked: string[] = [];
  readonly down = new Set<string>();
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const host = new URL(String(input)).host;
    this.asked.push(host);
    if (this.down.has(host)) throw new TypeError('fetch failed');
    const { status, type, body } = (this.witnesses.get(host) as Witness).addCheckpoint(
      String(init?.body),
    );
    return new Response(body, { status, headers: { 'content-type': type } });
  };

  add(host: string, vkey: string): { name: string; url: string; vkey: string } {
    const notes = new Map<string, string>();
    const witness = new Witness({
      name: host,
      signer: signerOf(host),
      logs: [{ origin: NAME, vkey }],
      memory: {
        get: (name) => notes.get(name),
        put: (name, text) => notes.set(name, text) !== undefined,
        keepEvidence: () => undefined,
        close: async () => undefined,
      },
      crypto: community.node.crypto,
      clock: { nowMs: () => wall.ms },
    });
    this.witnesses.set(host, witness);
    return { name: host, url: `http://${host}`, vkey: witness.verifierKey };
  }
}

const wall = { ms: 1_800_000_000_000 };
const clock = { nowMs: () => wall.ms };
let community: TestCommunity;
let street: Street;
beforeEach(async () => {
  wall.ms = 1_800_000_000_000;
  community = await TestCommunity.open();
  street = new Street();
});
afterEach(() => community.node.stop());

function cosigningWith(
  witnesses: CosigningOptions['witnesses'],
  changes: Partial<CosigningOptions> = {},
): Cosigning {
  const { ledger, crypto, checkpoints } = community.node;
  const logger: Logger = pino({ level: 'silent' });
  const own = { ledger, crypto, checkpoints, witnesses, clock, logger, fetch: street.fetch };
  return new Cosigning({ ...own, ...changes });
}

const vkey = () => community.node.checkpoints.verifierKey;

test('the head is shown with the cosignatures of every witness', async () => {
  const peers = [street.add('one.example', vkey()), street.add('two.example', vkey())];
  const cosigning = cosigningWith(peers);
  await community.enrol('ana');
  await cosigning.round();
  const { checkpoints, ledger, crypto } = community.node;
  const { size } = ledger.history;
  expect(cosigning.cosigned).toMatchObject({
    size,
    timestampMs: wall.ms,
    witnesses: ['one.example', 'two.example'],
  });
  const keys = [vkey(), ...peers.map((one) => one.vkey)];
  const verified = verifyNote(crypto, { note: checkpoints.note ?? '', keys, threshold: 3 });
  expect(verified).toMatchObject({ ok: true, checkpoint: { size } });
  await cosigning.stop();
});

test('it goes on from what each witness cosigned last, also after a start without memory', async () => {
  const peers = [street.add('one.example', vkey())];
  const cosigning = cosigningWith(peers);
  await community.enrol('ana');
  await cosigning.round();
  await community.enrol('ben');
  await cosigning.round();
  expect(street.asked).toHaveLength(2);
  expect(cosigning.cosigned?.size).toBe(community.node.ledger.history.size);
  const restarted = cosigningWith(peers);
  await restarted.round();
  // Asked as if it had cosigned nothing, it says what it did, and is asked again.
  expect(street.asked).toHaveLength(4);
  expect(restarted.cosigned?.size).toBe(community.node.ledger.history.size);
  await Promise.all([cosigning.stop(), restarted.stop()]);
});

test('a head that stands still is cosigned anew, once by each', async () => {
  const cosigning = cosigningWith([street.add('one.example', vkey())]);
  await community.enrol('ana');
  await cosigning.round();
  wall.ms += 600_000;
  await cosigning.round();
  expect(cosigning.cosigned?.timestampMs).toBe(wall.ms);
  const note = parseNote(community.node.checkpoints.note ?? '');
  expect(note.ok && note.signatures.map((one) => one.name)).toEqual([NAME, 'one.example']);
  await cosigning.stop();
});

test('a witness that is down holds up nobody and is asked later and later', async () => {
  const peers = [street.add('one.example', vkey()), street.add('two.example', vkey())];
  street.down.add('two.example');
  const cosigning = cosigningWith(peers);
  await community.enrol('ana');
  const asked: number[] = [];
  for (let second = 0; second < 16; second++) {
    street.asked.length = 0;
    await cosigning.round();
    if (street.asked.includes('two.example')) asked.push(second);
    wall.ms += 1_000;
  }
  expect(asked).toEqual([0, 1, 3, 7, 15]);
  expect(cosigning.cosigned?.witnesses).toEqual(['one.example']);
  street.down.clear();
  wall.ms += 60_000;
  await cosigning.round();
  expect(cosigning.cosigned?.witnesses).toEqual(['one.example', 'two.example']);
  await cosigning.stop();
});

test('below its threshold a checkpoint is not shown as cosigned', async () => {
  const peers = [street.add('one.example', vkey()), street.add('two.example', vkey())];
  street.down.add('two.example');
  const cosigning = cosigningWith(peers, { threshold: 2 });
  await community.enrol('ana');
  await cosigning.round();
  expect(cosigning.cosigned).toBeUndefined();
  await cosigning.stop();
});

test('a witness of another key, and one that answers nonsense, cosigned nothing', async () => {
  const peer = street.add('one.example', vkey());
  const other = street.add('two.example', vkey());
  const answers = ['', 'nonsense\n', '\u2014 one.example AAAAAAAA\n', 'x'.repeat(20_000)];
  await community.enrol('ana');
  const wrongKey = cosigningWith([{ ...peer, vkey: other.vkey }]);
  await wrongKey.round();
  expect(wrongKey.cosigned).toBeUndefined();
  for (const body of answers) {
    const cosigning = cosigningWith([peer], { fetch: async () => new Response(body) });
    await cosigning.round();
    expect(cosigning.cosigned).toBeUndefined();
    await cosigning.stop();
  }
  await wrongKey.stop();
});

test('a ledger that lost blocks gets no cosignature, and says why', async () => {
  const peer = street.add('one.example', vkey());
  const cosigning = cosigningWith([peer]);
  await community.enrol('ana');
  await community.enrol('ben');
  await cosigning.round();
  const lines: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const shorter = await TestCommunity.open();
  await shorter.enrol('ana');
  const { ledger, checkpoints } = shorter.node;
  const after = cosigningWith([peer], { ledger, checkpoints, logger });
  await after.round();
  expect(after.cosigned).toBeUndefined();
  expect(lines.join('')).toContain('it was shortened or restored');
  await Promise.all([cosigning.stop(), after.stop(), shorter.node.stop()]);
});

test('the node asks by itself after a block, and its doors tell', async () => {
  const seen = street.add('one.example', vkey());
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const answer = (street.witnesses.get('one.example') as Witness).addCheckpoint(body);
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const witnesses = [{ ...seen, url: `http://127.0.0.1:${port}` }];
  const checkpointSigner: NodeSigner = signerOf('officer');
  const other = await TestCommunity.open({ witnesses, checkpointSigner, http: { port: 0 } });
  await other.node.listen();
  const ask = async (path: string) => fetch(`${other.node.url}${path}`);
  expect(await (await ask('/api/ledger')).json()).toMatchObject({ cosigned: null });
  expect((await ask('/api/checkpoint?cosigned=true')).status).toBe(404);
  await other.enrol('ana');
  const { history } = other.node.ledger;
  const sizeOf = () => other.node.cosigning.cosigned?.size;
  await expect.poll(sizeOf, { timeout: 15_000 }).toBe(history.size);
  const { cosigned } = (await (await ask('/api/ledger')).json()) as {
    cosigned: { size: number; ageMs: number; witnesses: string[] };
  };
  expect(cosigned).toMatchObject({ size: other.node.ledger.history.size });
  expect(cosigned.witnesses).toEqual(['one.example']);
  for (const path of ['/api/checkpoint', '/api/checkpoint?cosigned=true']) {
    expect(await (await ask(path)).text()).toBe(other.node.cosigning.cosigned?.note);
  }
  await other.node.stop();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});
