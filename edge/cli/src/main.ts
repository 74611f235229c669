import { CommanderError } from 'commander';
import { buildProgram } from './program.ts';
import { type Refusal, tellRefusal } from './terminal/refusal.ts';
import { STATUS } from './terminal/status.ts';
import { printJson, processTerminal, type Terminal } from './terminal/terminal.ts';
import { MissingError, UnusableFileError, UsageError } from './terminal/usage-error.ts';

/** Runs one command line, without the program's own name, and returns the exit status. */
export async function main(
  argv: readonly string[],
  given: Terminal = processTerminal(),
): Promise<number> {
  const terminal: Terminal = { ...given, isForPrograms: argv.includes('--json') };
  const answer: { status: number } = { status: STATUS.done };
  const program = buildProgram(terminal, (status) => {
    answer.status = status;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return answer.status;
  } catch (error) {
    if (error instanceof CommanderError) return endedByWords(terminal, error);
    if (error instanceof UsageError) {
      const { message: reason, facts } = error;
      return ended(terminal, { code: 'bad_input', reason, facts }, STATUS.badInput);
    }
    if (error instanceof UnusableFileError) {
      return ended(terminal, { code: 'bad_input', reason: error.message }, STATUS.badInput);
    }
    if (error instanceof MissingError) {
      return ended(terminal, { code: 'missing', reason: error.message }, STATUS.missing);
    }
    throw error;
  }
}

function ended(terminal: Terminal, refusal: Refusal, status: number): number {
  tellRefusal(terminal, refusal);
  return status;
}

/** Commander has printed its own line by now; help that was asked for is no mistake. */
function endedByWords(terminal: Terminal, { exitCode, message }: CommanderError): number {
  if (exitCode === 0) return STATUS.done;
  if (terminal.isForPrograms) {
    printJson(terminal, { ok: false, code: 'bad_input', reason: message, facts: {} });
  }
  return STATUS.badInput;
}
