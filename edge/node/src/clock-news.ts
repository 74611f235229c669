/** What the operator is told of a clock that steps: once in the log, and in figures until it ends. */

import { CLOCK_LIMITS, type ClockChange, type SteadyClock } from '@commonwatt/consensus';
import type { Clock, Ledger } from '@commonwatt/ledger';
import type { Logger } from 'pino';

const WORDS: Readonly<Record<ClockChange, string>> = {
  held: 'the clock of this machine stepped and is not followed; set it right, or: commonwatt clock --confirm',
  over: 'the clock of this machine is right again',
  followed: 'the clock of this machine stayed where it had stepped to, and is followed from now on',
  confirmed: 'an operator confirmed the clock of this machine, and it is followed from now on',
  slept: 'this machine slept',
  set: 'the clock of this machine was set after the start',
};

export function followClock(clock: SteadyClock, ledger: Ledger, logger: Logger): void {
  clock.onChange(({ change, offsetMs }) => {
    const level = change === 'held' || change === 'followed' ? 'warn' : 'info';
    logger[level]({ change, offsetMs }, WORDS[change]);
  });
  const aheadMs = ledgerAheadMs(clock, ledger);
  if (aheadMs <= CLOCK_LIMITS.toleranceMs) return;
  const words = 'the ledger is ahead of the clock of this machine: its time stands still meanwhile';
  logger.warn({ aheadMs }, words);
}

/** How far the last block stands after the clock. The ledger's time never goes back. */
export function ledgerAheadMs(clock: Clock, ledger: Ledger): number {
  return Math.max(0, ledger.info().timeMs - clock.nowMs());
}
