/**
 * What the signed batch saves at the door: actions that a node accepts over HTTP on loopback, and
 * answers durably with proofs, in batches of a hundred and one by one. Sender and node share one
 * process, so the sender's own work counts on both sides.
 */

import { Agent, request } from 'node:http';
import { CommunityNode } from '@commonwatt/node';
import type { Bench } from './figure.ts';
import { compare, wallSeconds } from './figure.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { TRADING_FROM_MS, Trading } from './trading.ts';

const MEMBERS = 200;
const BATCH_ACTIONS = 100;
const BATCHES_PER_ROUND = 64;
const SINGLES_PER_ROUND = 800;
/** Requests in flight: fewer than members, so that a member's next one follows its answer. */
const CONNECTIONS = 32;
const AMPLE = { capacity: 1e9, refillPerSecond: 1e9, namesMax: 10_000 };

export const http: Bench = () =>
  inTemporaryFolder(async (folder) => {
    const trading = new Trading({ members: MEMBERS, checkpointBlocks: 1_000_000 });
    const [officer] = trading.signers;
    if (officer === undefined) throw new Error('bench: expected a member');
    const node = await CommunityNode.open({
      dir: folder,
      clock: { nowMs: () => TRADING_FROM_MS },
      genesis: trading.document,
      officer,
      settlement: { enabled: false },
      http: { port: 0, limits: { requests: AMPLE, ofKey: AMPLE } },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    try {
      await node.start();
      const url = new URL('/api/transactions', node.url);
      const rate = async (count: number, ordersEach: number): Promise<number> => {
        const bodies = trading
          .sign(count, ordersEach)
          .map((bytes) => JSON.stringify({ transaction: Buffer.from(bytes).toString('hex') }));
        const seconds = await wallSeconds(() => postAll(agent, url, bodies));
        return (count * ordersEach) / seconds;
      };
      return [
        await compare({
          name: 'http',
          unit: 'actions per second',
          ours: () => rate(BATCHES_PER_ROUND, BATCH_ACTIONS),
          yardstick: () => rate(SINGLES_PER_ROUND, 1),
        }),
      ];
    } finally {
      agent.destroy();
      await node.stop();
    }
  });

/** Sends everything over the agent's connections, and fails unless every action was taken. */
async function postAll(agent: Agent, url: URL, bodies: readonly string[]): Promise<void> {
  const waiting = bodies.values();
  const connection = async (): Promise<void> => {
    for (const body of waiting) requireTaken(await post(agent, url, body));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

function post(agent: Agent, url: URL, body: string): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    'content-length': `${Buffer.byteLength(body)}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function requireTaken(answer: string): void {
  const { code, actions } = JSON.parse(answer) as { code?: string; actions?: readonly string[] };
  if (code === 'done' && actions?.every((one) => one === 'done')) return;
  throw new Error(`bench: expected every action to be taken, got ${answer.slice(0, 300)}`);
}
