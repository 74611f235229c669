/**
 * Makes golden-ledger-1.json: `node vectors/golden-ledger.recipe.js > vectors/golden-ledger-1.json`
 *
 * The recipe itself is market/contracts/src/execution/golden-ledger.test-support.ts; it is bundled
 * here so that it runs in a plain Node, under whatever locale, time zone and options that Node has.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  stdin: {
    contents: "export * from './market/contracts/src/execution/golden-ledger.test-support.ts';",
    resolveDir: fileURLToPath(new URL('..', import.meta.url)),
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  write: false,
});
const { goldenLedgers, goldenText } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
process.stdout.write(goldenText(await goldenLedgers()));
