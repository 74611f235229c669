/** `commonwatt bench NAME`: both sides of a ratio, measured in one interleaved run. */

import { benchNamed, benchNames } from '../bench/bench.ts';
import type { Figure } from '../bench/figure.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { formatTable } from '../terminal/table.ts';
import { print, printJson, remark, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';

export async function bench(
  terminal: Terminal,
  name: string,
  options: { readonly json?: boolean },
): Promise<Status> {
  const run = await benchNamed(name);
  if (run === undefined) throw new UsageError('bench', benchNames.join(', '), name);
  const figures = await run((line) => remark(terminal, `${name}: ${line}`));
  if (options.json) printJson(terminal, figures);
  else if (figures.length > 0) print(terminal, tableOf(figures));
  return STATUS.done;
}

function tableOf(figures: readonly Figure[]): string {
  return formatTable(
    [
      { heading: 'goal' },
      { heading: 'ratio', align: 'right' },
      { heading: 'ours', align: 'right' },
      { heading: 'yardstick', align: 'right' },
      { heading: 'unit' },
      { heading: 'rounds', align: 'right' },
    ],
    figures.map(({ name, unit, ours, yardstick, ratio, rounds }) => [
      name,
      ratio.toFixed(3),
      ours.toFixed(0),
      yardstick.toFixed(0),
      unit,
      `${rounds}`,
    ]),
  );
}
