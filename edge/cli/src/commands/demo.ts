/** `commonwatt demo`: the living street, or a case study by name. */

import { STATUS, type Status } from '../terminal/status.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface DemoOptions {
  readonly case?: string;
  readonly profiles?: string;
  readonly dir?: string;
  readonly slots?: string;
  readonly speed?: string;
  readonly headless?: boolean;
  readonly json?: boolean;
}

export async function demo(terminal: Terminal, options: DemoOptions): Promise<Status> {
  if (options.case === undefined) {
    const { streetDemo } = await import('../demo/street/street-demo.ts');
    return streetDemo(terminal, options);
  }
  const { case: name } = options;
  if (name !== 'setm' && name !== 'dplc') throw new UsageError('--case', 'setm or dplc', name);
  for (const option of ['profiles', 'slots', 'speed'] as const) {
    const value = options[option];
    if (value !== undefined) throw new UsageError(`--${option}`, `none with --case ${name}`, value);
  }
  if (name === 'dplc') {
    const { dplcDemo } = await import('../demo/dplc/dplc-demo.ts');
    return dplcDemo(terminal, options);
  }
  const { setmDemo } = await import('../demo/setm/setm-demo.ts');
  await setmDemo(terminal, options);
  return STATUS.done;
}
