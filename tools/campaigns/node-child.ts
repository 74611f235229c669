/** A node with its HTTP door, as an operator would run it, on a simulated community. */

import { open } from 'node:fs/promises';
import { LmdbStorage, systemClock } from '@commonwatt/consensus';
import { CommunityNode } from '@commonwatt/node';
import { communityGenesis, signerOf } from '@commonwatt/simulator';
import { OPEN_LIMITS } from './open-limits.ts';

export interface NodeSetting {
  readonly dir: string;
  readonly homes: number;
  /** When the ledger begins. */
  readonly timeMs: number;
  readonly plant?: string;
  /** Limits that differ from the open ones of campaigns. */
  readonly limits?: Readonly<Record<string, number>>;
}

export async function nodeChild({ dir, homes, timeMs, plant, limits }: NodeSetting): Promise<void> {
  if (plant === 'reply before the write') replyBeforeTheWrite();
  if (plant === 'skip the sync of the head') await skipSyncs();
  const node = await CommunityNode.open({
    dir,
    clock: systemClock,
    genesis: communityGenesis({ homes, timeMs }),
    officer: signerOf('officer'),
    settlement: { enabled: false },
    http: { port: 0, limits: { ...OPEN_LIMITS, ...limits } },
  });
  node.engine.onHalt((reason) => process.stderr.write(`${reason.message}\n`));
  await node.start();
  process.stdout.write(`${node.url}\n`);
  process.stdin.on('end', () => void node.stop());
  process.stdin.resume();
}

/** The planted store says it is done and writes later. */
function replyBeforeTheWrite(): void {
  const { append, record } = LmdbStorage.prototype;
  const waiting = new Map<number, Uint8Array>();
  let line: Promise<unknown> = Promise.resolve();
  LmdbStorage.prototype.append = async function (height, hash, bytes) {
    waiting.set(height, bytes);
    line = line
      .then(() => new Promise((resolve) => setTimeout(resolve, 20)))
      .then(() => append.call(this, height, hash, bytes));
  };
  LmdbStorage.prototype.record = function (height) {
    return waiting.get(height) ?? record.call(this, height);
  };
}

/** The planted file handle says it synced. */
async function skipSyncs(): Promise<void> {
  const handle = await open('/dev/null');
  const prototype = Object.getPrototypeOf(handle) as { sync: () => Promise<void> };
  await handle.close();
  prototype.sync = async () => undefined;
}
