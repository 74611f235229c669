/** The operator's view of the clock, and its word on a step of it. */

import type { Desks } from '../../desks.ts';
import type { Handlers } from '../handler.ts';
import { refused } from '../refused.ts';

type ClockHandlers = Pick<Handlers, 'clockStatus' | 'confirmClock'>;

export function clockHandlers({ clock, clockWatch, ledger }: Desks): ClockHandlers {
  return {
    clockStatus: () => {
      const step = clockWatch?.step;
      return {
        nowMs: clock.nowMs(),
        ledgerMs: ledger.info().timeMs,
        stepMs: step?.offsetMs ?? null,
        stoodMs: step?.forMs ?? null,
      };
    },
    confirmClock: ({ body }) => {
      const { stepMs } = body;
      if (clockWatch?.confirm(stepMs) !== true) return refused('no_clock_step', { stepMs });
      return { nowMs: clock.nowMs() };
    },
  };
}
