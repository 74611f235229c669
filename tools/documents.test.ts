import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFiles, readProjectFile } from './sources.js';

const INDEX = 'docs/decisions/README.md';
const PAGE = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/;
const LINK = /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g;
const SOURCE = /`((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:ts|tsx|js))`/g;

const files = projectFiles();
const pages = files.filter((path) => path.endsWith('.md'));

describe('every page', () => {
  const page = 'kernel/ledger/README.md';
  const planted = [page, 'kernel/units/src/law.ts', 'kernel/ledger/src/known/rule.ts'];

  test('links to what is there', () => {
    expect(pages.flatMap((path) => brokenLinks(path, readProjectFile(path), files))).toEqual([]);
  });

  test('names sources that are there: a room its own, or by the whole path', () => {
    expect(pages.flatMap((path) => lostSources(path, readProjectFile(path), files))).toEqual([]);
  });

  test.each([
    'a link to [nothing](none.md)',
    'a link to [nothing](../tools/none.js#L3)',
    'the file `none.ts`',
    'the file `src/none.ts`',
    // There, but in another room.
    'the file `law.ts`',
  ])('the check fails on %s', (text) => {
    const found = [...brokenLinks(page, text, planted), ...lostSources(page, text, planted)];
    expect(found).toHaveLength(1);
  });

  test('the check takes links and names that lead somewhere', () => {
    const text =
      '[law](../units/src/law.ts#L3) [web](https://example.org/) `rule.ts` `kernel/units/src/law.ts`';
    expect(brokenLinks(page, text, planted)).toEqual([]);
    expect(lostSources(page, text, planted)).toEqual([]);
    expect(lostSources('docs/page.md', '`law.ts`', planted)).toEqual([]);
  });
});

describe('decisions', () => {
  const numbered = files.flatMap((path) => {
    const number = PAGE.exec(path)?.[1];
    return number === undefined ? [] : [{ path, number }];
  });

  test('are numbered from 0001 without gaps, and say so in their titles', () => {
    for (const [at, { path, number }] of numbered.entries()) {
      expect(number, path).toBe(String(at + 1).padStart(4, '0'));
      expect(readProjectFile(path), path).toMatch(new RegExp(`^# ${number}: `));
    }
  });

  test('stand in the index, each once and in order', () => {
    const rows = [...readProjectFile(INDEX).matchAll(/^\| \[(\d{4})\]\(([^)]+)\) \| \S/gm)];
    expect(rows.map(([, number, path]) => ({ path: `docs/decisions/${path}`, number }))).toEqual(
      numbered,
    );
  });

  test.each(['Turned down', 'What would change it'])('each has its section: %s', (section) => {
    const heading = new RegExp(`^###? ${section}$`, 'm');
    const silent = numbered.filter(({ path }) => !heading.test(readProjectFile(path)));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

function brokenLinks(page: string, text: string, known: readonly string[]): string[] {
  return [...text.matchAll(LINK)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const target = normalize(join(dirname(page), link)).replace(/\/$/, '');
    const isThere = known.some((path) => path === target || path.startsWith(`${target}/`));
    return isThere ? [] : [`${page}: ${link}`];
  });
}

function lostSources(page: string, text: string, known: readonly string[]): string[] {
  const folder = /^(?:kernel|market|edge|lab)\/[^/]+\//.exec(page)?.[0] ?? '';
  return [...text.matchAll(SOURCE)].flatMap(([, source = '']) => {
    const isThere = known.some(
      (path) => path === source || (path.startsWith(folder) && path.endsWith(`/${source}`)),
    );
    return isThere ? [] : [`${page}: ${source}`];
  });
}
