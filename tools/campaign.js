// `npm run campaign -- NAME`: one of the campaigns of tools/campaigns, at its whole size. Without a name
// it lists them. The sources run as a bundle, for Node 20 reads no TypeScript.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundled } from '../edge/cli/bin/bundle.js';
import { ensureInstalled, ROOT } from './install.js';

ensureInstalled();
process.setSourceMapsEnabled(true);
const cache = join(ROOT, 'node_modules', '.cache', 'commonwatt', 'campaigns');
const folder = await bundled({
  root: ROOT,
  cache,
  entry: 'tools/campaigns/main.ts',
  beside: ['tools/campaigns'],
});
const { main } = await import(pathToFileURL(join(folder, 'main.js')).href);
process.exitCode = await main(process.argv.slice(2), join(folder, 'main.js'));
