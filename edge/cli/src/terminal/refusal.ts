/**
 * Why a command did not do what it was asked: one line on standard error, and with `--json` one line
 * of JSON on standard output besides, so that a program that reads answers finds refusals there too.
 */

import { printJson, remark, type Terminal } from './terminal.ts';

export interface Refusal {
  /** For programs: of the node, of the ledger or of this side. */
  readonly code: string;
  /** For people: the same in words. */
  readonly reason: string;
  /** What is added to the code. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export function tellRefusal(terminal: Terminal, { code, reason, facts = {} }: Refusal): void {
  remark(terminal, `commonwatt: ${reason}`);
  if (terminal.isForPrograms !== true) return;
  const exact = JSON.stringify(facts, (_name, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  printJson(terminal, { ok: false, code, reason, facts: JSON.parse(exact) });
}
