/**
 * A killed process keeps the page cache, so only the system calls themselves show that a reply waits
 * for the disk: the node runs under strace, and every reply is held against the syncs before it.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Campaign,
  CampaignSkipped,
  Device,
  type Figures,
  homeName,
  promise,
  type SeededRandom,
  Traffic,
} from '@commonwatt/simulator';
import { Child, newFolder } from './children.ts';
import { HttpDoor } from './http-door.ts';
import { judgeTrace } from './trace-order.ts';

const HOMES = 4;
const CALLS =
  'openat,close,write,writev,pwrite64,sendto,sendmsg,fsync,fdatasync,msync,rename,renameat,renameat2';
const REPLY_BYTES = 4000;

export const trace: Campaign = {
  name: 'trace',
  promise: 'no reply leaves the node before the sync that covers it, as its system calls show',
  cases: { whole: 10, small: 1 },
  ofCase: 'one node under strace and load, its trace read call by call',
  plants: ['skip the sync of the head'],
  async open({ isSmall, plant }) {
    if (spawnSync('strace', ['--version']).error !== undefined) {
      throw new CampaignSkipped('strace is missing; on Debian it is the package of that name');
    }
    return { check: (_index, random) => traced(random, isSmall ? 30 : 200, plant) };
  },
};

async function traced(
  random: SeededRandom,
  rounds: number,
  plant: string | undefined,
): Promise<Figures> {
  const folder = newFolder();
  const file = join(folder.path, 'trace');
  const timeMs = Date.now() - 3_600_000;
  const setting = {
    dir: join(folder.path, 'ledger'),
    homes: HOMES,
    timeMs,
    ...(plant && { plant }),
  };
  const before = ['strace', '-f', '-y', '-s', `${REPLY_BYTES}`, '-e', `trace=${CALLS}`, '-o', file];
  const child = new Child('node', setting, { before });
  try {
    const door = new HttpDoor(await child.expectLine());
    await load(door, random, rounds);
    door.close();
    child.process.stdin?.end();
    await child.exited;
    const { replies, heights } = judgeTrace(readFileSync(file, 'latin1'));
    promise(
      replies >= rounds / 2 && heights > 5,
      `the trace shows ${replies} replies of ${heights} blocks`,
    );
    return { replies, blocks: heights };
  } finally {
    await child.kill();
    folder.remove();
  }
}

async function load(door: HttpDoor, random: SeededRandom, rounds: number): Promise<void> {
  const { text } = await door.call({ path: '/api/ledger' });
  const chain = Uint8Array.from(Buffer.from((JSON.parse(text) as { chain: string }).chain, 'hex'));
  const traffic = new Traffic(HOMES);
  const officer = new Device('officer', chain);
  for (const { actions } of traffic.opening()) await door.submit(officer.sign(actions, Date.now()));
  const homes = Array.from({ length: HOMES }, (_, at) => new Device(homeName(at), chain));
  await Promise.all(
    homes.map(async (home, at) => {
      for (let round = at; round < rounds; round += HOMES) {
        const batch = traffic.batch(random, Date.now());
        if (batch.from === 0) continue;
        const { status } = await door.submit(home.sign(batch.actions, Date.now()));
        if (status !== 200) home.sequence--;
      }
    }),
  );
}
