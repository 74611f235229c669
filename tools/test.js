// `npm test`: everything that proves the product. What it had to skip stands at the end, with the reason;
// with CI=true a skip is a failure. Arguments go to vitest: `npm test -- kernel/units`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePrograms } from './debian.js';
import { ensureInstalled, ROOT } from './install.js';

const SKIPS_SHOWN_MAX = 20;

ensureInstalled();
const missing = ensurePrograms();
const { ensureWebApp } = await import('./web-app.js');
const built = ensureWebApp();

const folder = mkdtempSync(join(tmpdir(), 'commonwatt-verdict-'));
const place = join(folder, 'verdict.json');
const { status } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    ...['run', '--reporter=default', '--reporter=./tools/verdict.js'],
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, COMMONWATT_VERDICT: place } },
);
/** @type {import('./verdict.js').Verdict | undefined} */
const verdict = existsSync(place) ? JSON.parse(readFileSync(place, 'utf8')) : undefined;
rmSync(folder, { recursive: true, force: true });

if (!built) console.log('not built: the web app; the messages above say why');
for (const sentence of missing) console.log(`missing: ${sentence}`);
if (verdict === undefined) {
  console.log('the tests ended without a verdict');
  process.exitCode = 1;
} else {
  const skipsFail = process.env.CI === 'true' && verdict.skipped.length > 0;
  printSkips(verdict.skipped);
  if (skipsFail) console.log('a skipped test is a failure here, for CI=true');
  const { passed, failed, skipped } = verdict;
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  const good = status === 0 && built && failed === 0 && passed > 0 && !skipsFail;
  process.exitCode = good ? 0 : 1;
}

/**
 * Skips of one reason are told together.
 *
 * @param {readonly import('./verdict.js').Skip[]} skips
 */
function printSkips(skips) {
  /** @type {Map<string, string[]>} */
  const byReason = new Map();
  for (const { name, reason } of skips) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  for (const [reason, names] of byReason) {
    console.log(`skipped ${names.length}: ${reason}`);
    for (const name of names.slice(0, SKIPS_SHOWN_MAX)) console.log(`  ${name}`);
    if (names.length > SKIPS_SHOWN_MAX) console.log(`  and ${names.length - SKIPS_SHOWN_MAX} more`);
  }
}
