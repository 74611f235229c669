/** `commonwatt sharing differences`: which of the grid operator's values did not stand, and why. */

import { formatInstant, parseInstant, QuantityTextError } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { answered, openSession, type SessionOptions } from '../member/session.ts';

export interface DifferencesOptions extends SessionOptions {
  readonly from: string;
  readonly until: string;
}

const HEADINGS = ['slot', 'member', 'side', 'allocated Wh', 'accepted Wh', 'because'];

export async function showDifferences(
  terminal: Terminal,
  options: DifferencesOptions,
): Promise<Status> {
  const query = {
    from: `${instantOf('--from', options.from)}`,
    until: `${instantOf('--until', options.until)}`,
  };
  return answered(terminal, async () => {
    const { client } = await openSession(terminal, options);
    const { differences, cut } = await client.sharingDifferences({ query });
    if (options.json === true) printJson(terminal, { differences, cut });
    else {
      const rows = differences.map((one) => [
        formatInstant(one.slotMs),
        `${one.member}`,
        one.side,
        one.allocated,
        one.accepted,
        one.because,
      ]);
      const columns = HEADINGS.map((heading) => ({ heading }));
      print(terminal, rows.length === 0 ? 'every value stands' : formatTable(columns, rows));
      if (cut) print(terminal, 'more follow: ask for a shorter span');
    }
    return STATUS.done;
  });
}

function instantOf(place: string, written: string): number {
  try {
    return parseInstant(written, { field: place });
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    throw new UsageError(place, `an ISO 8601 instant: ${error.expected}`, error.shown);
  }
}
