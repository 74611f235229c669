import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { ROOT } from './install.js';

/**
 * Runs a program of the project with Node and keeps what it prints.
 *
 * @param {readonly string[]} words the script, relative to the root, and its arguments
 * @returns {Promise<{ status: number, output: string, seconds: number }>}
 */
export function runNode(words) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: ROOT,
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const pieces = [];
    child.stdout.on('data', (piece) => pieces.push(piece));
    child.stderr.on('data', (piece) => pieces.push(piece));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const seconds = (performance.now() - started) / 1000;
      const end = signal === null ? '' : `ended by ${signal}\n`;
      resolve({ status: status ?? 1, output: Buffer.concat(pieces).toString() + end, seconds });
    });
  });
}
