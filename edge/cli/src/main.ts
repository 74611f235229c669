import { CommanderError } from 'commander';
import { buildProgram } from './program.ts';
import { STATUS } from './terminal/status.ts';
import { processTerminal, remark, type Terminal } from './terminal/terminal.ts';
import { MissingError, UsageError } from './terminal/usage-error.ts';

/** Runs one command line, without the program's own name, and returns the exit status. */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  const answer: { status: number } = { status: STATUS.done };
  const program = buildProgram(terminal, (status) => {
    answer.status = status;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return answer.status;
  } catch (error) {
    // Commander has printed its own line by now; help that was asked for is no mistake.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? STATUS.done : STATUS.badInput;
    if (error instanceof UsageError) return ended(terminal, error, STATUS.badInput);
    if (error instanceof MissingError) return ended(terminal, error, STATUS.missing);
    throw error;
  }
}

function ended(terminal: Terminal, error: Error, status: number): number {
  remark(terminal, `commonwatt: ${error.message}`);
  return status;
}
