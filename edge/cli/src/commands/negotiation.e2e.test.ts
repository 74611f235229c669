/** A negotiation from the command line, and what its two parties tell each other about it. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memberKeysFromSeed } from '@commonwatt/client';
import { toHex } from '@commonwatt/ledger';
import { formatInstant } from '@commonwatt/units';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunningNode } from './running-node.test-support.ts';

const HOUR_MS = 3_600_000;
const EVE = memberKeysFromSeed(new Uint8Array(32).fill(66));

let node: RunningNode;
let ana: readonly string[];
let ben: readonly string[];
let slot: readonly string[];

beforeAll(async () => {
  node = await RunningNode.start();
  ana = await node.enrol('ana', 'home solar system');
  ben = await node.enrol('ben', 'household');
  const slotMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  slot = ['--slot', formatInstant(slotMs), '--market', '2'];
}, 60_000);
afterAll(() => node.remove());

/** The name under which an order or a negotiation that was just begun is known. */
async function done(...words: readonly string[]): Promise<string> {
  const { status, answer } = await node.json(...words);
  expect([status, answer.actions]).toEqual([0, ['done']]);
  return `${answer.transactionId}:0`;
}

const terms = (kWh: string, cents: string) => ['--energy', kWh, '--price', cents];

/** Ana shares, Ben replies with a quote of his own. */
async function negotiation(): Promise<string> {
  const share = await done('offer', ...slot, '--energy', '0.2', '--limit', '10', ...ana);
  return done('reply', share, ...terms('0.2', '12'), ...ben);
}

describe('SHARE, REQUEST, REPLY', () => {
  test('who asks without a price is told what there is, and takes it by its name', async () => {
    const share = await done('offer', ...slot, '--energy', '1.5', '--limit', '11', ...ana);
    const asked = await node.run(['request', ...slot, '--energy', '0.5', ...ben]);
    expect(asked.status).toBe(0);
    expect(asked.out).toContain('1.5 kWh available');
    expect(asked.out).toContain(share);
    const { answer } = await node.json('available', ...slot, ...ben);
    expect(answer.quotes).toEqual([{ order: share, energy: '1500', price: '110000' }]);
    const open = (await node.json('orders', ...ben)).answer;
    expect(open.orders).toMatchObject([{ side: 'buy', limit: null, energy: '500' }]);

    const name = await done('reply', share, ...terms('0.5', '10'), ...ben);
    const early = await node.run(['counter', name, ...terms('0.5', '12'), ...ben]);
    expect([early.status, `${early.out}${early.err}`]).toEqual([
      1,
      expect.stringContaining('not_your_turn'),
    ]);
    await done('counter', name, ...terms('0.5', '13'), ...ana);
    const seen = (await node.json('orders', ...ben)).answer.negotiations;
    expect(seen).toMatchObject([
      { negotiation: name, side: 'buy', offeredBy: 'sell', energy: '500', price: '130000' },
    ]);
    expect((await node.run(['orders', ...ben])).out).toMatch(/0\.5\s+13\s+\d+\s+you/);
    const wrong = await node.run(['accept', name, ...terms('0.5', '12'), ...ben]);
    expect(wrong.status).toBe(1);
    await done('accept', name, ...terms('0.5', '13'), ...ben);
    for (const who of [ana, ben]) {
      const { trades } = (await node.json('trades', ...who)).answer;
      expect(trades).toMatchObject([{ energy: '500', price: '130000', money: '65000000' }]);
    }
    expect((await node.json('balance', ...ben)).answer).toMatchObject({
      escrow: '65000000',
      available: '-65000000',
    });
    await done('withdraw', share, ...ana);
    expect((await node.json('available', ...slot, ...ben)).answer.quotes).toEqual([]);
    // What was agreed is what he had asked for.
    expect((await node.json('orders', ...ben)).answer).toMatchObject({
      orders: [],
      negotiations: [],
    });
  });
});

describe('messages between the two parties', () => {
  test('are sealed once both have confirmed the mutual key, and stay after they were read', async () => {
    const name = await negotiation();
    const early = await node.run(['message', name, '--text', 'can you do 11?', ...ben]);
    expect(early.status).toBe(1);
    expect(early.out).toContain('nothing was sent');
    const first = await node.json('messages', name, ...ana);
    expect(first.answer).toMatchObject({ confirmed: false, messages: [] });
    const said = await node.json('message', name, '--text', 'can you do 11?', ...ben);
    expect([said.status, said.answer]).toMatchObject([0, { confirmed: true, sent: 1 }]);
    const read = await node.json('messages', name, ...ana);
    expect(read.answer.messages).toMatchObject([{ text: 'can you do 11?' }]);
    expect((await node.json('message', name, '--text', 'yes \u001b[31m✓', ...ana)).status).toBe(0);
    const answer = await node.run(['messages', name, ...ben]);
    expect(answer.out).toContain('yes \\u{1b}[31m✓');
    expect((await node.json('messages', name, ...ana)).answer.messages).toHaveLength(1);
    const officer = ['--keystore', node.place('officer.keystore.json')];
    const stranger = await node.run(['messages', name, ...officer]);
    expect(stranger.status).toBe(1);
    const tooLong = await node.run(['message', name, '--text', 'x'.repeat(4065), ...ana]);
    expect(tooLong.err).toMatch(/^commonwatt: --text: expected 1 to 4064 bytes of UTF-8, got 4065/);
  });

  test('a key from the other party itself is held against what the node shows', async () => {
    const name = await negotiation();
    const { publicKey } = (await node.json('key', 'show', node.place('ben.json'))).answer;
    const right = await node.run(['messages', name, '--peer-key', publicKey, ...ana]);
    expect(right.status).toBe(0);
    const other = toHex(EVE.signer.publicKey);
    const wrong = await node.run(['messages', name, '--peer-key', other, ...ana]);
    expect([wrong.status, wrong.err]).toEqual([1, expect.stringContaining('keys_not_proven')]);
  });
});

type Json = Record<string, unknown>;

/** Stands between a member and the node, and changes the messages' answer on the way. */
async function relay(change: (answer: Json) => Json): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      ['authorization', 'content-type'].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const method = request.method ?? 'GET';
    const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
    const answer = await fetch(`${node.url}${request.url}`, { method, headers, ...body });
    let text = await answer.text();
    const isTalk = method === 'GET' && /\/messages$/.test(request.url ?? '');
    if (isTalk && answer.ok) text = JSON.stringify(change(JSON.parse(text)));
    const type = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, { 'content-type': type }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe('a relay that does more than carry', () => {
  const eve = toHex(EVE.signer.publicKey);
  const eveAgreement = toHex(EVE.agreementKey.publicKey);
  const firstOf = (answer: Json, from: unknown, change: (sealed: string) => string) =>
    (answer.messages as Json[]).map((one) =>
      one.from === from && one.sequence === 0 ? { ...one, sealed: change(`${one.sealed}`) } : one,
    );
  /** All that it could change for Ana, who sells to Ben, and what Ana is told. */
  const attacks: readonly (readonly [string, (answer: Json) => Json, RegExp])[] = [
    [
      'swaps the agreement key',
      (answer) => ({ ...answer, buyerAgreementKey: eveAgreement }),
      /do not trust this channel: agreement_key_not_endorsed/,
    ],
    [
      'swaps both keys and endorses its own',
      (answer) => ({ ...answer, buyerKey: eve, buyerAgreementKey: eveAgreement }),
      /keys_not_proven: key of member \d+: expected [0-9a-f]{64}, the node shows [0-9a-f]{64}/,
    ],
    [
      "shows another key as the member's own",
      (answer) => ({ ...answer, sellerAgreementKey: eveAgreement }),
      /keys_not_proven: own agreement key: expected/,
    ],
    [
      'says that another batch began it',
      (answer) => {
        const evidence = answer.evidence as { begun: Json; order: Json };
        const begun = { ...evidence.begun, envelope: evidence.order.envelope };
        return { ...answer, buyerKey: eve, evidence: { ...evidence, begun } };
      },
      /keys_not_proven: negotiation: expected [0-9a-f]{64}, got/,
    ],
    [
      'names another member',
      (answer) => ({ ...answer, buyer: 1 }),
      /messages_withheld|mutual_key_not_confirmed|keys_not_proven/,
    ],
    [
      'changes the endorsement',
      (answer) => ({
        ...answer,
        messages: firstOf(answer, answer.buyer, (sealed) => `00${sealed.slice(2)}`),
      }),
      /agreement_key_not_endorsed/,
    ],
    [
      'hands a message to the wrong place',
      (answer) => ({
        ...answer,
        messages: (answer.messages as Json[]).map((one) =>
          one.from === answer.buyer && one.sequence === 3
            ? { ...one, sealed: (answer.messages as Json[]).at(-2)?.sealed }
            : one,
        ),
      }),
      /message_not_opened: number 1/,
    ],
    [
      'hides what was read before',
      (answer) => ({ ...answer, messages: (answer.messages as Json[]).slice(0, 4) }),
      /messages_withheld: expected/,
    ],
  ];
  let name = '';

  beforeAll(async () => {
    name = await negotiation();
    await node.run(['messages', name, ...ana]);
    await node.run(['messages', name, ...ben]);
    await node.run(['messages', name, ...ana]);
    for (const text of ['one', 'two']) {
      expect((await node.run(['message', name, '--text', text, ...ben])).status).toBe(0);
    }
    const { answer } = await node.json('messages', name, ...ana);
    expect(answer.messages.map((one: { text: string }) => one.text)).toEqual(['one', 'two']);
  });

  test.each(attacks)('%s: it shows', async (_what, change, told) => {
    const { url, server } = await relay(change);
    try {
      const honest = await node.run(['messages', name, ...ana]);
      expect(honest.status).toBe(0);
      const { status, out, err } = await node.run(['messages', name, ...ana], '', url);
      expect([status, out]).toEqual([1, '']);
      expect(err).toMatch(told);
    } finally {
      server.close();
    }
  });

  test('one that passes everything on is not noticed', async () => {
    const { url, server } = await relay((answer) => answer);
    const { status, out } = await node.run(['messages', name, ...ana], '', url);
    server.close();
    expect(status).toBe(0);
    expect(out).toContain('two');
  });
});

test('swapped keys on both sides from the first message on: neither side confirms', async () => {
  const name = await negotiation();
  const shown: Json[] = [];
  /** Each is shown Eve's agreement key as the other's. */
  const swapping = (field: string) =>
    relay((answer) => {
      shown.push(answer);
      return { ...answer, [field]: toHex(EVE.agreementKey.publicKey) };
    });
  const toAna = await swapping('buyerAgreementKey');
  const toBen = await swapping('sellerAgreementKey');
  try {
    // Nothing is wrong yet for the first: there is no word of the other to hold the key against.
    expect((await node.run(['messages', name, ...ben], '', toBen.url)).status).toBe(0);
    for (const [who, { url }] of [
      [ana, toAna],
      [ben, toBen],
      [ana, toAna],
    ] as const) {
      const { status, err } = await node.run(['messages', name, ...who], '', url);
      expect([status, err]).toEqual([1, expect.stringContaining('agreement_key_not_endorsed')]);
      const said = await node.run(['message', name, '--text', 'secret', ...who], '', url);
      expect([said.status, said.out]).toEqual([1, '']);
    }
    // Each has left its own endorsement and nothing else: no tag, and nothing sealed for Eve.
    const left = shown.at(-1)?.messages as readonly Json[] | undefined;
    expect(left?.map(({ sequence }) => sequence)).toEqual([0, 0]);
  } finally {
    toAna.server.close();
    toBen.server.close();
  }
});
