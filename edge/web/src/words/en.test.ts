import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '..');
/** A sentence in the markup: letters between a tag's end and the next tag's begin. */
const IN_MARKUP = />\s*([A-Z][a-z]+ [a-z][^<>{}]*)</g;

test('every sentence of the app stands in the words, none in the markup', () => {
  const screens = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.tsx'),
  );
  expect(screens.length).toBeGreaterThan(10);
  const found = screens.flatMap((path) =>
    [...readFileSync(join(SOURCES, path), 'utf8').matchAll(IN_MARKUP)].map(
      ([, words]) => `${path}: ${words}`,
    ),
  );
  expect(found).toEqual([]);
});
