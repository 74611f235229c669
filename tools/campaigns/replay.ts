/** The same transactions give the same digests, wherever and by whichever Node they are executed. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryStorage } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { Ledger, toHex } from '@commonwatt/ledger';
import {
  type Campaign,
  type CampaignSetting,
  CampaignSkipped,
  COMMUNITY_FROM_MS,
  commitBlock,
  communityGenesis,
  Device,
  type Figures,
  homeName,
  mixSeeds,
  type OpenCampaign,
  oneThreadCrypto,
  promise,
  SeededRandom,
  Traffic,
} from '@commonwatt/simulator';
import { otherNodes } from '../other-nodes.js';
import { Child, newFolder } from './children.ts';
import { digestOf, type ReplaySetting, type Script } from './replay-child.ts';

const HOMES = 16;
const TRANSACTIONS = 20_000;
const TRANSACTIONS_SMALL = 200;

/** Time zones, locales and ways to run in which careless programs come out differently. */
const SURROUNDINGS: readonly {
  readonly env: NodeJS.ProcessEnv;
  readonly flags: readonly string[];
}[] = [
  { env: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' }, flags: [] },
  { env: { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }, flags: [] },
  {
    env: { TZ: 'America/St_Johns', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' },
    flags: ['--no-opt', '--no-sparkplug'],
  },
  { env: { TZ: 'Asia/Kolkata', LANG: 'th_TH.UTF-8', LC_ALL: 'th_TH.UTF-8' }, flags: [] },
  {
    env: { TZ: 'Europe/Lisbon', LANG: 'lt_LT.UTF-8', LC_ALL: 'lt_LT.UTF-8' },
    flags: ['--max-old-space-size=300'],
  },
];
const NODES = 3;

export const replay: Campaign = {
  name: 'replay',
  promise: 'the same transactions give the same digests under any time zone, locale and Node',
  cases: { whole: SURROUNDINGS.length * NODES, small: NODES },
  ofCase: `${TRANSACTIONS} transactions executed again by one Node in one place (${TRANSACTIONS_SMALL} in a small case)`,
  plants: ['ask for the local hour'],
  open: async (setting) => {
    const script = await written(setting.seed, setting.isSmall ? TRANSACTIONS_SMALL : TRANSACTIONS);
    return new Replays(setting, script);
  },
};

class Replays implements OpenCampaign {
  readonly #setting: CampaignSetting;
  readonly #folder = newFolder();
  readonly #file = join(this.#folder.path, 'script.json');
  readonly #nodes = otherNodes();
  readonly #digest: string;
  readonly #count: number;

  constructor(
    setting: CampaignSetting,
    { script, digest, count }: Awaited<ReturnType<typeof written>>,
  ) {
    this.#setting = setting;
    this.#digest = digest;
    this.#count = count;
    writeFileSync(this.#file, JSON.stringify(script));
    for (const { major, program, reason } of this.#nodes) {
      if (program === undefined) setting.note(`skipped: Node ${major}: ${reason}`);
    }
  }

  /** Every Node meets every place in the course of fifteen cases: three and five share no divisor. */
  async check(index: number): Promise<Figures> {
    const { env, flags } = SURROUNDINGS[
      index % SURROUNDINGS.length
    ] as (typeof SURROUNDINGS)[number];
    const { major, program } = this.#nodes[index % NODES] as ReturnType<typeof otherNodes>[number];
    if (program === undefined) return { skippedReplays: 1 };
    const { plant } = this.#setting;
    const setting: ReplaySetting = { file: this.#file, ...(plant && { plant }) };
    const child = new Child('replay', setting, { node: program, env, flags });
    try {
      const { digest, node } = JSON.parse(await child.expectLine()) as {
        digest: string;
        node: string;
      };
      promise(node.startsWith(`v${major}.`), `expected Node ${major}, got ${node}`);
      promise(
        digest === this.#digest,
        `Node ${node} in ${env.TZ}, ${env.LANG} ${flags}: digest ${digest}, expected ${this.#digest}`,
      );
      return { replays: 1, [`byNode${major}`]: 1, transactions: this.#count };
    } finally {
      await child.kill();
    }
  }

  conclude({ replays = 0 }: Figures): void {
    if (replays === 0) throw new CampaignSkipped('no Node could be had');
  }

  async close(): Promise<void> {
    this.#folder.remove();
  }
}

/** A ledger's transactions in their blocks, and the digest they lead to here. */
async function written(seed: number, least: number) {
  const random = new SeededRandom(mixSeeds(seed, 9));
  const genesis = communityGenesis({ homes: HOMES, checkpointBlocks: 10 });
  const ledger = new Ledger({
    crypto: oneThreadCrypto,
    storage: new MemoryStorage(),
    rules: ruleBook,
  });
  await ledger.initChain(genesis);
  const devices = ['officer', ...Array.from({ length: HOMES }, (_, at) => homeName(at))].map(
    (name) => new Device(name, ledger.chain),
  );
  const traffic = new Traffic(HOMES);
  const blocks: Script['blocks'][number][] = [];
  let timeMs = COMMUNITY_FROM_MS;
  let count = 0;
  for (let batches = traffic.opening(); count < least; ) {
    const transactions = batches.map(({ from, actions }) =>
      (devices[from] as Device).sign(actions, timeMs),
    );
    const outcome = await commitBlock(ledger, timeMs, transactions);
    traffic.learn(batches, outcome);
    blocks.push({ timeMs, transactions: transactions.map(toHex) });
    count += transactions.length;
    timeMs += 90_000;
    batches = Array.from({ length: 1 + random.below(60) }, () => traffic.batch(random, timeMs));
  }
  return { script: { genesis: toHex(genesis), blocks }, digest: digestOf(ledger), count };
}
