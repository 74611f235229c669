/** `commonwatt demo --case dplc`: a trading centre's round, from admission to coin back over the peg. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@commonwatt/client';
import { CommunityNode } from '@commonwatt/node';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, remark, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { requireNewFolder } from '../new-folder.ts';
import { DemoClock } from '../street/demo-clock.ts';
import { DplcCertificates } from './dplc-certificates.ts';
import { Doors } from './dplc-doors.ts';
import { certificateOptions, GENESIS_MS, marketGenesis } from './dplc-genesis.ts';
import { CENTRE } from './dplc-parties.ts';
import { dplcJson, dplcResult, dplcText } from './dplc-report.ts';
import { DplcRound } from './dplc-round.ts';

const WEB_APP = fileURLToPath(new URL('../../../../web/dist', import.meta.url));

export interface DplcOptions {
  readonly dir?: string;
  readonly headless?: boolean;
  readonly json?: boolean;
}

/** Ends at once where it is headless; otherwise the node answers until it is told to stop. */
export async function dplcDemo(
  terminal: Terminal,
  { dir, headless, json }: DplcOptions,
): Promise<Status> {
  if (dir !== undefined) requireNewFolder('--dir', dir);
  const clock = new DemoClock(GENESIS_MS);
  const webRoot = existsSync(join(WEB_APP, 'index.html')) ? { webRoot: WEB_APP } : {};
  const port = headless ? 0 : portOf(terminal.environment.PORT);
  const node = await CommunityNode.open({
    ...(dir === undefined ? {} : { dir }),
    clock,
    genesis: marketGenesis(),
    officer: CENTRE.keys.signer,
    settlement: { enabled: false },
    certificates: certificateOptions(),
    http: { port, ...webRoot },
  });
  try {
    await node.listen();
    const tell = (words: string): void => remark(terminal, words);
    const doors = new Doors(node, createClient({ baseUrl: node.url ?? '' }), clock);
    const round = new DplcRound(doors, tell);
    await round.run();
    const certificates = new DplcCertificates(doors, tell);
    await certificates.run();
    const result = dplcResult({ round, certificates });
    if (json) printJson(terminal, dplcJson(result));
    else print(terminal, dplcText(result));
    if (!headless) await untilStopped(terminal, node);
    return result.sums.every(({ holds }) => holds) ? STATUS.done : STATUS.no;
  } finally {
    await node.stop();
  }
}

function portOf(text = '8080'): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError('PORT', 'a port from 0 to 65535', text);
}

async function untilStopped(terminal: Terminal, node: CommunityNode): Promise<void> {
  remark(terminal, `the trading centre answers at ${node.url} (stop with Ctrl-C)`);
  await new Promise<void>((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
}
