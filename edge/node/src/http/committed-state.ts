/**
 * Readers see what is on disk. While a block is being written, the state in memory is ahead of it:
 * whoever asks then waits for the commit.
 */

import type { Desks } from '../desks.ts';

type Watched = Pick<Desks, 'ledger' | 'engine'>;

function isAhead({ ledger }: Watched): boolean {
  return ledger.head !== undefined && ledger.state.mark() > 0;
}

/** Resolves when the state holds nothing that is not durable. Read it in the same turn. */
export async function untilCommitted(watched: Watched): Promise<void> {
  while (isAhead(watched) && watched.engine.halted === undefined) {
    await nextCommit(watched);
  }
  if (isAhead(watched) && watched.engine.halted !== undefined) throw watched.engine.halted;
}

/** The same of several ledgers at once. Read their states in the same turn. */
export async function untilAllCommitted(...watched: readonly Watched[]): Promise<void> {
  for (;;) {
    const ahead = watched.find(isAhead);
    if (ahead === undefined) return;
    await untilCommitted(ahead);
  }
}

function nextCommit({ engine }: Watched): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stopBlocks();
      stopHalt();
      resolve();
    };
    const stopBlocks = engine.onBlock(done);
    const stopHalt = engine.onHalt(done);
  });
}
