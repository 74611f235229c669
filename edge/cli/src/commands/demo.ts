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
  if (options.case !== 'setm') throw new UsageError('--case', 'setm', options.case);
  for (const name of ['profiles', 'slots', 'speed'] as const) {
    const value = options[name];
    if (value !== undefined) throw new UsageError(`--${name}`, 'none with --case setm', value);
  }
  const { setmDemo } = await import('../demo/setm/setm-demo.ts');
  await setmDemo(terminal, options);
  return STATUS.done;
}
