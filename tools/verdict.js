import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './install.js';

/** @typedef {{ name: string, reason: string }} Skip */
/** @typedef {{ passed: number, failed: number, skipped: Skip[] }} Verdict */

const REASON_UNKNOWN = 'no reason given';

/**
 * A reporter for vitest that counts, and keeps for every skipped test the reason it gave. It writes the
 * verdict into the file that COMMONWATT_VERDICT names, only once the run has ended.
 */
export default class VerdictReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const place = process.env.COMMONWATT_VERDICT;
    if (place === undefined) throw new Error('verdict: expected COMMONWATT_VERDICT to name a file');
    /** @type {Verdict} */
    const verdict = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) count(module, verdict);
    writeFileSync(place, JSON.stringify(verdict));
  }
}

/**
 * A file or a suite that broke outside its tests counts as one failure.
 *
 * @param {import('vitest/node').TestModule} module
 * @param {Verdict} verdict
 */
function count(module, verdict) {
  const file = relative(ROOT, module.moduleId);
  verdict.failed += module.errors().length;
  for (const suite of module.children.allSuites()) verdict.failed += suite.errors().length;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') verdict.passed += 1;
    else if (result.state === 'failed') verdict.failed += 1;
    else {
      const reason =
        ('note' in result && result.note) || whatIsAbsent(module.moduleId) || REASON_UNKNOWN;
      verdict.skipped.push({ name: `${file}: ${test.fullName}`, reason });
    }
  }
}

/**
 * A test that names a folder of outside data is skipped when this machine does not have it.
 *
 * @param {string} file
 * @returns {string | undefined}
 */
function whatIsAbsent(file) {
  const text = readFileSync(file, 'utf8');
  for (const [, folder] of text.matchAll(/\bshared\/(papers|data|vectors)\b/g)) {
    if (!existsSync(join(ROOT, '..', 'shared', folder ?? '')))
      return `../shared/${folder} is absent`;
  }
  return undefined;
}
