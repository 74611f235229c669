/** Executes the transactions of a file, block by block, and prints the digest they come to. */

import { readFileSync } from 'node:fs';
import { MemoryStorage, NodeCrypto } from '@commonwatt/consensus';
import { ACTION, ruleBook } from '@commonwatt/contracts';
import { Ledger, type RuleBook, toHex } from '@commonwatt/ledger';
import { commitBlock } from '@commonwatt/simulator';

export interface Script {
  readonly genesis: string;
  readonly blocks: readonly { readonly timeMs: number; readonly transactions: readonly string[] }[];
}

export interface ReplaySetting {
  readonly file: string;
  readonly plant?: string;
}

export function digestOf(ledger: Ledger): string {
  return `${toHex(ledger.headHash)} ${toHex(ledger.history.root())}`;
}

/** The child: executes the script and prints what it came to. */
export async function replayChild({ file, plant }: ReplaySetting): Promise<void> {
  const { genesis, blocks } = JSON.parse(readFileSync(file, 'utf8')) as Script;
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
  const ledger = new Ledger({
    crypto: new NodeCrypto(),
    storage: new MemoryStorage(),
    rules: rulesWith(plant),
  });
  await ledger.initChain(bytes(genesis));
  for (const { timeMs, transactions } of blocks) {
    await commitBlock(ledger, timeMs, transactions.map(bytes));
  }
  process.stdout.write(`${JSON.stringify({ digest: digestOf(ledger), node: process.version })}\n`);
}

/** The planted rule lets nobody transfer before noon, by the machine's own clock on the wall. */
function rulesWith(plant: string | undefined): RuleBook {
  const execution = ruleBook.executions.get(1);
  const transfer = execution?.actions.get(ACTION.transfer);
  if (plant === undefined || execution === undefined || transfer === undefined) return ruleBook;
  const actions = new Map(execution.actions).set(ACTION.transfer, {
    ...transfer,
    apply: (context, message) =>
      new Date(context.timeMs).getHours() < 12
        ? { code: 'balance_insufficient' }
        : transfer.apply(context, message),
  });
  return { ...ruleBook, executions: new Map([[1, { ...execution, actions }]]) };
}
