/** The command itself, for programs that run command lines in their own process. */
export { main } from './main.ts';
export type { Terminal } from './terminal/terminal.ts';
