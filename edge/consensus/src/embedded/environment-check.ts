/**
 * Looks over an LMDB file before LMDB does. The library trusts the file: it maps it into memory and
 * follows page numbers without asking, so an altered or shortened file can end the process, or lead
 * the next write over a committed block. Here every page that the newest snapshot reaches is checked
 * from the outside: its number, kind, bounds and place, the order of the keys, and that no page that
 * is in use is listed as free. What the blocks say is judged by the ledger.
 * On a big-endian machine the layout is another; there the check says nothing.
 */

import { closeSync, openSync } from 'node:fs';
import { endianness } from 'node:os';
import {
  BIG_DATA,
  BRANCH,
  Damage,
  EnvironmentFile,
  HEADER,
  LEAF,
  type Meta,
  NODE,
  OVERFLOW,
  type PageView,
  readMetas,
  type Tree,
} from './environment-layout.ts';

const DEPTH_MAX = 32;

interface Counts {
  branchPages: number;
  leafPages: number;
  overflowPages: number;
  entries: number;
}

/** Where a node stands, and what its key must not be below. */
interface Place {
  readonly page: number;
  readonly node: number;
  readonly bound: Buffer | undefined;
}

/** Walks one tree, marking its pages and handing its entries out in order. */
class TreeWalk {
  readonly #file: EnvironmentFile;
  readonly #meta: Meta;
  readonly #tree: Tree;
  readonly #used: Set<number>;
  readonly #compare: (a: Buffer, b: Buffer) => number;
  readonly #onEntry: ((value: Buffer) => void) | undefined;
  readonly #counts: Counts = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
  #lastKey: Buffer | undefined;

  constructor(
    file: EnvironmentFile,
    plan: {
      readonly meta: Meta;
      readonly tree: Tree;
      /** Pages in use: those of this tree are added. */
      readonly used: Set<number>;
      readonly compare: (a: Buffer, b: Buffer) => number;
      /** Gets every value in the order of the keys. */
      readonly onEntry?: (value: Buffer) => void;
    },
  ) {
    this.#file = file;
    this.#meta = plan.meta;
    this.#tree = plan.tree;
    this.#used = plan.used;
    this.#compare = plan.compare;
    this.#onEntry = plan.onEntry;
  }

  run(): void {
    const { root, depth } = this.#tree;
    if (depth > DEPTH_MAX) throw new Damage(`tree: its depth is ${depth}`);
    if (root !== undefined) this.#page(root, 1, undefined);
    else if (depth !== 0) throw new Damage('tree: it has no root');
    for (const [name, count] of Object.entries(this.#counts)) {
      const stated = this.#tree[name as keyof Counts];
      if (count !== stated) throw new Damage(`tree: ${stated} ${name} stated, ${count} found`);
    }
  }

  #mark(page: number, where: string): void {
    if (page < 2 || page > this.#meta.lastPage) throw new Damage(`${where}: there is no such page`);
    if (this.#used.has(page)) throw new Damage(`${where}: it stands in two places`);
    this.#used.add(page);
  }

  #open(page: number, length: number): PageView {
    const where = `page ${page}`;
    this.#mark(page, where);
    const view = this.#file.read(page * this.#meta.pageSize, length, where);
    if (view.u64(0) !== page) throw new Damage(`${where}: it says it is page ${view.word(0)}`);
    if (view.u64(8) > this.#meta.transaction) {
      throw new Damage(`${where}: it is of a transaction that was never committed`);
    }
    return view;
  }

  /** `bound` is not above any key of the subtree. */
  #page(page: number, depth: number, bound: Buffer | undefined): void {
    const view = this.#open(page, this.#meta.pageSize);
    const isLeaf = depth === this.#tree.depth;
    if (view.u16(18) !== (isLeaf ? LEAF : BRANCH)) {
      throw new Damage(`page ${page}: it is not a ${isLeaf ? 'leaf' : 'branch'}`);
    }
    const lower = view.u16(20);
    const upper = view.u16(22);
    const bodyLength = this.#meta.pageSize - HEADER;
    const count = lower / 2;
    if (lower % 2 !== 0 || count < (isLeaf ? 1 : 2) || lower > upper || upper > bodyLength) {
      throw new Damage(`page ${page}: its bounds ${lower} and ${upper} are wrong`);
    }
    if (isLeaf) this.#counts.leafPages++;
    else this.#counts.branchPages++;
    for (let at = 0; at < count; at++) {
      const node = view.u16(HEADER + 2 * at);
      if (node < upper || node % 2 !== 0) {
        throw new Damage(`page ${page}: entry ${at} is out of place`);
      }
      const place = { page, node: HEADER + node, bound };
      if (isLeaf) this.#leafNode(view, place);
      else this.#branchNode(view, place, at, depth);
    }
  }

  #branchNode(view: PageView, { page, node, bound }: Place, at: number, depth: number): void {
    const child = view.u16(node) + view.u16(node + 2) * 2 ** 16 + view.u16(node + 4) * 2 ** 32;
    const key = view.bytes(node + NODE, view.u16(node + 6));
    // The first key of a branch page is not used; each other is a lower bound of its subtree.
    if (at > 0 && this.#lastKey !== undefined && this.#compare(this.#lastKey, key) >= 0) {
      throw new Damage(`page ${page}: key ${at} is out of order`);
    }
    this.#page(child, depth + 1, at === 0 ? bound : key);
  }

  #leafNode(view: PageView, { page, node, bound }: Place): void {
    const length = view.u16(node) + view.u16(node + 2) * 2 ** 16;
    const flags = view.u16(node + 4);
    const keyLength = view.u16(node + 6);
    const key = view.bytes(node + NODE, keyLength);
    const isAbove = this.#lastKey === undefined || this.#compare(this.#lastKey, key) < 0;
    if (!isAbove || (bound !== undefined && this.#compare(key, bound) < 0)) {
      throw new Damage(`page ${page}: its keys are out of order`);
    }
    this.#lastKey = key;
    this.#counts.entries++;
    const data = node + NODE + keyLength;
    if (flags === BIG_DATA) this.#overflow(view, data, length);
    else if (flags === 0) {
      const value = view.bytes(data, length); // checks its end, whoever wants it
      this.#onEntry?.(value);
    } else throw new Damage(`page ${page}: an entry is of an unknown kind`);
  }

  /** A value on pages of its own. */
  #overflow(view: PageView, at: number, length: number): void {
    const first = view.u64(at);
    const pages = view.u64(at + 16);
    const { pageSize } = this.#meta;
    const head = this.#open(first, HEADER);
    if (head.u16(18) !== OVERFLOW || head.u32(20) !== pages) {
      throw new Damage(`page ${first}: it is not the head of ${pages} pages`);
    }
    if (pages !== Math.floor((HEADER - 1 + length) / pageSize) + 1) {
      throw new Damage(`page ${first}: ${pages} pages do not hold ${length} bytes`);
    }
    if ((first + pages) * pageSize > this.#file.size) {
      throw new Damage(`page ${first}: the file ends before its ${pages} pages do`);
    }
    for (let page = first + 1; page < first + pages; page++) this.#mark(page, `page ${page}`);
    this.#counts.overflowPages += pages;
    if (this.#onEntry === undefined) return;
    const value = this.#file.read(first * pageSize + HEADER, length, `page ${first}`);
    this.#onEntry(value.bytes(0, length));
  }
}

function compareIntegers(a: Buffer, b: Buffer): number {
  if (a.length !== 8 || b.length !== 8) throw new Damage('free list: a key is not a transaction');
  const difference = a.readBigUInt64LE() - b.readBigUInt64LE();
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/**
 * The pages of one free-list record: a count, then page numbers; zero is a gap, and a negative
 * number -n says that the n pages from the next number on are free.
 */
function* freePages(record: Buffer): Generator<number> {
  const count = record.length < 8 ? -1 : Number(record.readBigUInt64LE());
  if (count < 0 || 8 * (count + 1) > record.length) throw new Damage('free list: a record is torn');
  for (let at = 1; at <= count; at++) {
    const number = Number(record.readBigInt64LE(8 * at));
    if (number === 0) continue;
    if (number > 0) {
      yield number;
      continue;
    }
    at++;
    if (at > count) throw new Damage('free list: a run of pages has no start');
    const start = Number(record.readBigInt64LE(8 * at));
    if (-number > Number.MAX_SAFE_INTEGER) throw new Damage('free list: a run is out of range');
    for (let page = start; page < start - number; page++) yield page;
  }
}

/** How much of the file the newest snapshot accounts for. */
export interface EnvironmentReport {
  readonly pages: number;
  readonly usedPages: number;
  readonly freePages: number;
}

function walk(file: EnvironmentFile): EnvironmentReport {
  const [meta] = readMetas(file);
  const used = new Set<number>();
  const free = new Set<number>();
  const records: Buffer[] = [];
  new TreeWalk(file, { meta, tree: meta.main, used, compare: Buffer.compare }).run();
  new TreeWalk(file, {
    meta,
    tree: meta.free,
    used,
    compare: compareIntegers,
    onEntry: (record) => records.push(record),
  }).run();
  for (const record of records) {
    for (const page of freePages(record)) {
      if (page < 2 || page > meta.lastPage) throw new Damage(`free list: there is no page ${page}`);
      if (used.has(page)) throw new Damage(`free list: page ${page} is in use`);
      if (free.has(page)) throw new Damage(`free list: page ${page} is listed twice`);
      free.add(page);
    }
  }
  // The file may end before the last page only where nothing but free pages would follow.
  const missing = meta.lastPage + 1 - Math.floor(file.size / meta.pageSize);
  for (let page = meta.lastPage; page > meta.lastPage - missing; page--) {
    if (!free.has(page)) throw new Damage(`page ${page}: the file ends before it`);
  }
  return { pages: meta.lastPage + 1, usedPages: used.size + 2, freePages: free.size };
}

/** Another process may commit while its file is read; then it is read again. */
const ATTEMPTS_MAX = 5;

/**
 * Checks the file. Returns what is wrong with it, or the account of its pages; nothing where there
 * is no file yet or the check does not apply.
 */
export function checkEnvironment(path: string): EnvironmentReport | string | undefined {
  if (endianness() !== 'LE') return undefined;
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    for (let attempt = 1; ; attempt++) {
      const file = new EnvironmentFile(descriptor);
      if (file.size === 0) return undefined;
      const before = attempt < ATTEMPTS_MAX ? metasText(file) : undefined;
      try {
        return walk(file);
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
        if (before === undefined || before === metasText(file)) return error.message;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

function metasText(file: EnvironmentFile): string | undefined {
  try {
    return JSON.stringify(readMetas(file));
  } catch (error) {
    if (error instanceof Damage) return undefined;
    throw error;
  }
}
