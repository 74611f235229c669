import { type Route, routes } from '@commonwatt/api';
import { browserCrypto, browserSigner, createClient } from '@commonwatt/client';
import { signTransaction, toHex } from '@commonwatt/ledger';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { projectFiles, readProjectFile } from './sources.js';

/** `| E1 | a promise | [name](path) "title", "title"; [name](path) "title" |` */
const ROW = /^\|\s*([A-Z])([0-9]+)\s*\|(.*)\|\s*$/;
/** A file, and the titles that follow it up to the next file. */
const CITED = /\[([^\]]+)\]\(([^)]+)\)((?:[\s,]*"[^"]+")*)/g;
const TITLE = /"([^"]+)"/g;
/** Where vitest.config.ts looks for tests. */
const RUN = /^(?:(?:kernel|market|edge|lab)\/[^/]+\/(?:src|bin|test)\/.*|tools\/.*)\.test\.tsx?$/;
const NAMES_A_TEST = new Set(['test', 'it', 'describe', 'suite']);
/** A letter has its promises from 1 on; fewer letters than these means that the page was not read. */
const LETTERS = ['A', 'E', 'H', 'W'];

interface Cited {
  readonly label: string;
  readonly path: string;
  readonly titles: readonly string[];
}

interface Promised {
  readonly id: string;
  readonly words: string;
  readonly tests: readonly Cited[];
}

interface Tree {
  readonly files: readonly string[];
  readonly read: (path: string) => string;
}

const page = readProjectFile('SECURITY.md');
const tree: Tree = { files: projectFiles(), read: readProjectFile };

describe('SECURITY.md', () => {
  test('every promise names tests that are there and that the suite runs', () => {
    expect(faultsOf(page, tree)).toEqual([]);
  });

  test('all four tables are read, and every row of them is a promise', () => {
    const promises = promisesOf(page);
    expect([...new Set(promises.map(({ id }) => id.charAt(0)))].sort()).toEqual(LETTERS);
    const rows = page.split('\n').filter((line) => line.startsWith('|') && !isHeading(line));
    expect(rows).toHaveLength(promises.length);
  });

  test.each<[string, string, string]>([
    ['no test', '| A1 | it holds | |', 'A1: expected a test'],
    ['no words', '| A1 | | [law](tools/law.test.ts) "it holds" |', 'A1: expected a promise'],
    ['words for a test', '| A1 | it holds | by review |', 'A1: expected a test'],
    ['a file that is gone', '| A1 | it | [no](tools/no.test.ts) "it holds" |', 'tools/no.test.ts'],
    ['a source', '| A1 | it | [law](tools/law.ts) "it holds" |', 'tools/law.ts'],
    ['another name', '| A1 | it | [low](tools/law.test.ts) "it holds" |', 'low'],
    ['a file and no title', '| A1 | it | [law](tools/law.test.ts) |', 'expected a title'],
    ['a title that is gone', '| A1 | it | [law](tools/law.test.ts) "it held" |', '"it held"'],
    ['half a title', '| A1 | it | [law](tools/law.test.ts) "it" |', '"it"'],
    ['a comment', '| A1 | it | [law](tools/law.test.ts) "never run" |', '"never run"'],
    ['a gap', '| A2 | it | [law](tools/law.test.ts) "it holds" |', 'A2: expected A1'],
  ])('the check fails on %s', (_fault, row, complaint) => {
    const faults = faultsOf(row, planted);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(complaint);
  });

  test.each([
    '| A1 | it | [law](tools/law.test.ts) "it holds" |',
    '| A1 | it | [law](tools/law.test.ts) "the law", "killed … times", "… is refused at …" |',
    '| A1 | it | [law](tools/law.test.ts) "row … and $5", [law](tools/law.test.ts) "it holds" |',
  ])('the check takes `%s`', (row) => {
    expect(faultsOf(row, planted)).toEqual([]);
  });
});

describe('a private key', () => {
  test('no route takes a field for a private key, a seed or a password', () => {
    const named = /private|seed|secret|passw|mnemonic|keystore/i;
    const taken = Object.values(routes).flatMap((route: Route) =>
      namesWithin([route.params, route.query, route.body]),
    );
    expect(taken.length).toBeGreaterThan(20);
    expect(taken.filter((name) => named.test(name))).toEqual([]);
    expect(namesWithin({ properties: { seedHex: {} } }).some((name) => named.test(name))).toBe(
      true,
    );
  });

  test('what a member sends holds its seed in no form', async () => {
    const seed = Uint8Array.from({ length: 32 }, (_, at) => 7 * at + 3);
    const sent: string[] = [];
    const record: typeof fetch = async (input, init) => {
      sent.push(JSON.stringify([String(input), [...new Headers(init?.headers)], init?.body]));
      return new Response('{}', { status: 500 });
    };
    const signer = browserSigner(seed);
    const chain = new Uint8Array(32).fill(9);
    const client = createClient({
      baseUrl: 'http://localhost:1',
      signer,
      chain: toHex(chain),
      fetch: record,
    });
    const envelope = { chain, onBehalfOf: undefined, lane: 0, sequence: 0 };
    const window = { validFromMs: 0, validUntilMs: 1, atomic: false };
    const actions = [{ type: 204, body: new Uint8Array(40) }];
    const bytes = signTransaction(browserCrypto, signer, { ...envelope, ...window }, actions);
    const calls = [
      client.submitTransaction({ body: { transaction: toHex(bytes) } }),
      client.memberBalance({ params: { member: '1' } }),
    ];
    await Promise.allSettled(calls);
    expect(sent).toHaveLength(calls.length);
    expect(sent.join('')).toContain(toHex(signer.publicKey));
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      expect(sent.join('').toLowerCase()).not.toContain(
        Buffer.from(seed).toString(form).toLowerCase(),
      );
    }
  });
});

describe('what is installed', () => {
  test('no install script runs, in a clone or in the run that a change must pass', () => {
    expect(readProjectFile('.npmrc').split('\n')).toContain('ignore-scripts=true');
    expect(readProjectFile('.ci/run')).toMatch(/^npm ci --ignore-scripts\b/m);
  });

  test('what the page says of the lock file is so', () => {
    const { packages } = JSON.parse(readProjectFile('package-lock.json')) as {
      packages: Record<
        string,
        { link?: boolean; dev?: boolean; integrity?: string; os?: string[] }
      >;
    };
    const without = Object.entries(packages).filter(
      ([path, entry]) => path.startsWith('node_modules/') && !entry.link && !entry.integrity,
    );
    for (const [path, { os }] of without) expect(os, path).toHaveLength(1);
    const atRuntime = without.filter(([, { dev }]) => dev !== true).map(([path]) => path);
    const said = /(\d+) entries of\s+other platforms have none; (\d+) of them/.exec(page);
    expect(said?.slice(1).map(Number)).toEqual([without.length, atRuntime.length]);
    for (const path of atRuntime) expect(path).toContain('/@msgpackr-extract/');
  });
});

/** Every name within a value, however deep. */
function namesWithin(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesWithin(inner)]);
}

const planted: Tree = {
  files: ['tools/law.test.ts', 'tools/law.ts'],
  read: () => `
    // test('never run', () => {});
    describe('the law', () => {
      test('it holds', () => {});
      test(\`killed \${CYCLES} times\`, () => {});
      test.each([['a', 'b']])('%s is refused at %s', () => {});
      test.each([{ row: 1 }])('row $row and $5', () => {});
    });
  `,
};

function isHeading(line: string): boolean {
  return /^\|\s*#\s*\|/.test(line) || /^\|[-|: ]+\|$/.test(line);
}

function promisesOf(text: string): Promised[] {
  return text.split('\n').flatMap((line) => {
    const [, letter, number, rest] = ROW.exec(line) ?? [];
    if (letter === undefined || rest === undefined) return [];
    const bar = rest.indexOf('|');
    const tests = [...rest.slice(bar + 1).matchAll(CITED)].map(([, label, path, titles]) => ({
      label: label ?? '',
      path: path ?? '',
      titles: [...(titles ?? '').matchAll(TITLE)].map(([, title]) => title ?? ''),
    }));
    return [{ id: `${letter}${number}`, words: rest.slice(0, bar).trim(), tests }];
  });
}

function faultsOf(text: string, { files, read }: Tree): string[] {
  const counts = new Map<string, number>();
  return promisesOf(text).flatMap(({ id, words, tests }) => {
    const letter = id.charAt(0);
    const next = (counts.get(letter) ?? 0) + 1;
    counts.set(letter, next);
    const faults: string[] = [];
    if (id !== `${letter}${next}`) faults.push(`${id}: expected ${letter}${next}`);
    if (words === '') faults.push(`${id}: expected a promise, got nothing`);
    if (tests.length === 0) faults.push(`${id}: expected a test that can fail, got none`);
    for (const { label, path, titles } of tests) {
      if (!files.includes(path) || !RUN.test(path)) {
        faults.push(`${id}: expected a test that the suite runs, got ${path}`);
        continue;
      }
      if (!path.endsWith(`/${label}.test.ts`) && !path.endsWith(`/${label}.e2e.test.ts`)) {
        faults.push(`${id}: expected the name of ${path}, got ${label}`);
      }
      if (titles.length === 0) faults.push(`${id}: expected a title in ${path}, got none`);
      const known = titlesOf(read(path), path);
      for (const title of titles) {
        if (!known.has(title))
          faults.push(`${id}: expected "${title}" in ${path}, got no such test`);
      }
    }
    return faults;
  });
}

/** The titles of a file's tests and suites, with … for what is filled in when they run. */
function titlesOf(text: string, path: string): Set<string> {
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && NAMES_A_TEST.has(rootName(node.expression))) {
      const title = node.arguments[0] && titleText(node.arguments[0]);
      if (title !== undefined) titles.add(title);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023));
  return titles;
}

/** `test` of test(...), test.each(rows)(...) and describe.each(rows)(...). */
function rootName(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) {
    return rootName(node.expression);
  }
  return '';
}

function titleText(node: ts.Expression): string | undefined {
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce(
      (title, span) => `${title}…${span.literal.text}`,
      node.head.text,
    );
  }
  if (!ts.isStringLiteralLike(node)) return undefined;
  return node.text.replaceAll(/%[sdifjo#]|\$[A-Za-z_]\w*/g, '…');
}
