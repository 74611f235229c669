/** The node's clock, for its operator: what it goes by, and a word on a step that it does not follow. */

import { formatInstant } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { answered, openSession, type SessionOptions } from './session.ts';

export interface ClockOptions extends SessionOptions {
  readonly confirm?: string;
}

const instant = (ms: number): string => formatInstant(ms - (ms % 1000));

export function clock(terminal: Terminal, options: ClockOptions): Promise<Status> {
  const stepMs = options.confirm === undefined ? undefined : stepOf(options.confirm);
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    if (stepMs !== undefined) {
      const { nowMs } = await client.confirmClock({ body: { stepMs } });
      if (json) printJson(terminal, { confirmed: stepMs, nowMs });
      else print(terminal, `the node follows its machine's clock again: ${instant(nowMs)}`);
      return STATUS.done;
    }
    const status = await client.clockStatus();
    if (json) printJson(terminal, status);
    else printStatus(terminal, status);
    return status.stepMs === null ? STATUS.done : STATUS.no;
  });
}

function printStatus(
  terminal: Terminal,
  status: {
    readonly nowMs: number;
    readonly ledgerMs: number;
    readonly stepMs: number | null;
    readonly stoodMs: number | null;
  },
): void {
  const { nowMs, ledgerMs, stepMs, stoodMs } = status;
  print(
    terminal,
    `the node's time is ${instant(nowMs)}, its last block is of ${instant(ledgerMs)}`,
  );
  if (stepMs === null) {
    print(terminal, "it is that of the machine's clock");
    return;
  }
  const side = stepMs < 0 ? 'before' : 'after';
  const seconds = Math.abs(stepMs) / 1000;
  const stood = Math.round((stoodMs ?? 0) / 1000);
  print(terminal, `the machine's clock stands ${seconds} s ${side} it, since ${stood} s`);
  print(terminal, 'set the clock right, or, if it is right:');
  print(terminal, `  commonwatt clock --confirm ${stepMs}`);
}

/** @throws UsageError unless it is the whole number of milliseconds that was told. */
function stepOf(text: string): number {
  if (!/^-?[1-9][0-9]{0,14}$/.test(text)) {
    throw new UsageError('--confirm', 'the step in milliseconds as it was told', text);
  }
  return Number(text);
}
