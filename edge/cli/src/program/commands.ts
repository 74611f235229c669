import type { Command } from 'commander';
import type { Status } from '../terminal/status.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What a command's action reports its exit status to. */
export type Answer = (status: Status) => void;

/** Adds commands to a program. */
export type Commands = (program: Command, terminal: Terminal, answer: Answer) => void;
