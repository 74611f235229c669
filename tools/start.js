// `npm start`: installs and builds what is missing, then runs the living demo with the web app.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ROOT } from './install.js';

const DEFAULT_PORT = '8080';
const BAD_INPUT = 2;
const SOMETHING_IS_MISSING = 3;

const port = process.env.PORT ?? DEFAULT_PORT;
if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) {
  console.error(`PORT: expected a whole number from 0 to 65535, got ${port}`);
  process.exit(BAD_INPUT);
}
process.env.PORT = port;

ensureInstalled();
const { ensureWebApp } = await import('./web-app.js');
if (!ensureWebApp()) {
  console.error('the web app could not be built; the messages above say why');
  process.exit(SOMETHING_IS_MISSING);
}

// The command runs in this very process, so that Ctrl-C and signals reach it and nothing else.
const command = join(ROOT, 'edge', 'cli', 'bin', 'commonwatt.js');
process.argv = [process.execPath, command, 'demo', ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
