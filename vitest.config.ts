import { defineConfig } from 'vitest/config';
import { laws } from './tools/laws.js';

const ROOMS = '{kernel,market,edge,lab}/*/{src,bin,test}';
const OFF = ['**/node_modules/**', '**/dist/**'];

/**
 * Three kinds of test. `unit` stands beside its file and is quick; `e2e` starts processes, opens stores or
 * drives a browser; `house` holds the rules of the repository, which `npm run check` asks as well.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...laws(),
        test: {
          name: 'unit',
          include: [`${ROOMS}/**/*.test.{ts,tsx}`],
          exclude: [...OFF, '**/*.e2e.test.{ts,tsx}'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [`${ROOMS}/**/*.e2e.test.{ts,tsx}`, 'tools/**/*.e2e.test.ts'],
          exclude: OFF,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'house',
          include: ['tools/**/*.test.ts'],
          exclude: [...OFF, '**/*.e2e.test.ts'],
          testTimeout: 20_000,
        },
      },
    ],
  },
});
