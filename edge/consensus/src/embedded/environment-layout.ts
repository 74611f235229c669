/**
 * The layout of an LMDB file, read from outside of the library: meta pages, trees and pages of data
 * version 2 on a 64-bit little-endian machine, as lmdb 3.5 writes them (mdb.c: MDB_page_header,
 * MDB_meta, MDB_db, MDB_node, MDB_ovpage). Whatever does not fit is reported as damage.
 */

import { fstatSync, readSync } from 'node:fs';

/** The file cannot be trusted. The message says where and why. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Bytes of a page before its body. */
export const HEADER = 24;
const META_LENGTH = HEADER + 8 + 16 + 48 + 48 + 16;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
export const BRANCH = 1;
export const LEAF = 2;
export const OVERFLOW = 4;
const META = 8;
export const BIG_DATA = 1;
const INTEGER_KEY = 8;
/** Bytes of a node before its key. */
export const NODE = 8;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const MAP_BYTES_MAX = 2 ** 47;

export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  readonly root: number | undefined;
}

export interface Meta {
  readonly pageSize: number;
  readonly mapBytes: number;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
}

/** Reads integers out of a page and refuses what lies outside of it. */
export class PageView {
  readonly #bytes: Buffer;
  readonly #where: string;
  constructor(bytes: Buffer, where: string) {
    this.#bytes = bytes;
    this.#where = where;
  }
  #within(at: number, length: number): number {
    if (at < 0 || at + length > this.#bytes.length) {
      throw new Damage(`${this.#where}: byte ${at} lies outside of the page`);
    }
    return at;
  }
  u16(at: number): number {
    return this.#bytes.readUInt16LE(this.#within(at, 2));
  }
  u32(at: number): number {
    return this.#bytes.readUInt32LE(this.#within(at, 4));
  }
  word(at: number): bigint {
    return this.#bytes.readBigUInt64LE(this.#within(at, 8));
  }
  /** A number that must be a count, a page or a transaction. */
  u64(at: number): number {
    const value = this.word(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new Damage(`${this.#where}: the number at byte ${at} is out of range`);
    }
    return Number(value);
  }
  bytes(at: number, length: number): Buffer {
    return this.#bytes.subarray(this.#within(at, length), at + length);
  }
}

export class EnvironmentFile {
  readonly #descriptor: number;
  readonly size: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
  }

  read(at: number, length: number, where: string): PageView {
    const bytes = Buffer.alloc(length);
    const count = readSync(this.#descriptor, bytes, 0, length, at);
    if (count !== length) throw new Damage(`${where}: the file ends before it`);
    return new PageView(bytes, where);
  }
}

function readTree(view: PageView, at: number): Tree {
  const root = view.word(at + 40);
  return {
    flags: view.u16(at + 4),
    depth: view.u16(at + 6),
    branchPages: view.u64(at + 8),
    leafPages: view.u64(at + 16),
    overflowPages: view.u64(at + 24),
    entries: view.u64(at + 32),
    root: root === NO_PAGE ? undefined : view.u64(at + 40),
  };
}

function readMeta(file: EnvironmentFile, index: number, at: number): Meta {
  const where = `meta page ${index}`;
  const view = file.read(at, META_LENGTH, where);
  const wrong = (what: string) => new Damage(`${where}: ${what}`);
  if (view.u64(0) !== index || view.u16(18) !== META) throw wrong('it is not a meta page');
  if (view.u32(24) !== MAGIC || view.u32(28) !== DATA_VERSION) throw wrong('it is not of LMDB');
  if (view.word(32) !== 0n) throw wrong('it asks for a fixed address');
  const meta: Meta = {
    pageSize: view.u32(48),
    mapBytes: view.u64(40),
    free: readTree(view, 48),
    main: readTree(view, 96),
    lastPage: view.u64(144),
    transaction: view.u64(152),
  };
  const { pageSize } = meta;
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
    throw wrong(`its page size is ${pageSize}`);
  }
  if (meta.mapBytes > MAP_BYTES_MAX) throw wrong(`its map size is ${meta.mapBytes}`);
  if (meta.free.flags !== INTEGER_KEY || meta.main.flags !== 0 || view.u32(96) !== 0) {
    throw wrong('its trees are of another kind');
  }
  if (meta.transaction !== 0 && meta.transaction % 2 !== index) {
    throw wrong(`transaction ${meta.transaction} does not belong here`);
  }
  return meta;
}

/** Both meta pages, the newer first. Each commit writes the older one anew. */
export function readMetas(file: EnvironmentFile): readonly [Meta, Meta] {
  const first = readMeta(file, 0, 0);
  const second = readMeta(file, 1, first.pageSize);
  if (first.pageSize !== second.pageSize) throw new Damage('meta page 1: another page size');
  if (Math.abs(first.transaction - second.transaction) > 1) {
    throw new Damage('meta pages: their transactions do not follow each other');
  }
  return first.transaction >= second.transaction ? [first, second] : [second, first];
}
