/** Who else read a member's personal rows, as its node noted them. */

import { formatInstant } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { limitOf, periodOf, type ReadOptions } from './reads.ts';
import { answered, openSession } from './session.ts';

const right = 'right' as const;
const instant = (ms: number): string => formatInstant(ms - (ms % 1000));

export function showAccessLog(terminal: Terminal, options: ReadOptions): Promise<Status> {
  const query = { ...periodOf(options), limit: limitOf(options) };
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const log = await client.accessLog({ query });
    if (json) {
      printJson(terminal, log);
      return STATUS.done;
    }
    if (log.reads.length === 0) {
      print(terminal, `nobody else read the rows of member ${log.member}`);
      return STATUS.done;
    }
    const columns = [
      { heading: 'first' },
      { heading: 'last' },
      { heading: 'times', align: right },
      { heading: 'who' },
      { heading: 'by right of' },
      { heading: 'what' },
    ];
    const rows = log.reads.map((one) => [
      instant(one.firstMs),
      instant(one.lastMs),
      `${one.count}`,
      one.as === 'export' ? 'the operator' : one.reader === null ? one.key : `member ${one.reader}`,
      RIGHTS[one.as],
      one.what,
    ]);
    print(terminal, formatTable(columns, rows));
    return STATUS.done;
  });
}

const RIGHTS = {
  auditor: 'an audit',
  grant: 'your grant',
  export: 'an export',
  officer: 'an office',
} as const;
