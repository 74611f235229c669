import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const command = fileURLToPath(new URL('./commonwatt.js', import.meta.url));
const START_MS_MAX = 1_000;
const ATTEMPTS = 5;

test('a fresh command starts in under a second', () => {
  startMs();
  const fastest = Math.min(...Array.from({ length: ATTEMPTS }, startMs));
  expect(fastest).toBeLessThan(START_MS_MAX);
});

test('bad usage ends with status 2 and says what was expected', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, '--no-such-option'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('--no-such-option');
});

function startMs(): number {
  const started = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [command, '--version'], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout.trim()).toBe(manifest.version);
  return performance.now() - started;
}
