/**
 * Files that are not what the node wrote: single bits turned over, pages swapped, ends cut off, files
 * of two ledgers mixed. Child processes read them, for a store's native reader may die of it.
 */

import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedEngine, openLmdbStorage, storePaths } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { Ledger } from '@commonwatt/ledger';
import {
  type Campaign,
  type CampaignSetting,
  COMMUNITY_FROM_MS,
  communityGenesis,
  Device,
  type Figures,
  homeName,
  type OpenCampaign,
  oneThreadCrypto,
  promise,
  SeededRandom,
  Traffic,
} from '@commonwatt/simulator';
import { Child, newFolder } from './children.ts';
import type { ReaderSetting, ReaderVerdict } from './reader-child.ts';

const HOMES = 6;
const BLOCKS = 6;
const FLIPS_PER_CASE = 50;
const FLIPS_SMALL = 20;
const PAGE_BYTES = 4096;
/** What takes longer will never end. */
const ANSWER_MS = 60_000;

export const flips: Campaign = {
  name: 'flips',
  promise:
    'an altered file is refused, naming the height or the store, or nothing that is read has changed',
  cases: { whole: 202, small: 3 },
  ofCase: `${FLIPS_PER_CASE} files with one bit turned over each; the first two cut, swap and mix files`,
  plants: ['believe the store'],
  open: async (setting) =>
    new AlteredLedger(setting, await writtenLedger('one'), await writtenLedger('two')),
};

interface Written {
  readonly folder: ReturnType<typeof newFolder>;
  /** The files as they lay when each block was acknowledged, by height. */
  readonly stages: readonly { readonly data: Buffer; readonly head: Buffer }[];
  /** The records, by height. */
  readonly records: readonly Uint8Array[];
}

/** A ledger of a few blocks, as a node leaves it. */
async function writtenLedger(name: string): Promise<Written> {
  const folder = newFolder();
  const storage = openLmdbStorage(folder.path);
  const ledger = new Ledger({ crypto: oneThreadCrypto, storage, rules: ruleBook });
  await ledger.initChain(communityGenesis({ homes: HOMES, name: `commonwatt/${name}` }));
  const engine = new EmbeddedEngine({ ledger, clock: { nowMs: () => COMMUNITY_FROM_MS } });
  const traffic = new Traffic(HOMES);
  const officer = new Device('officer', ledger.chain);
  const homes = Array.from({ length: HOMES }, (_, at) => new Device(homeName(at), ledger.chain));
  const stages: Written['stages'][number][] = [];
  const { data, head } = storePaths(folder.path);
  const keep = () => stages.push({ data: readFileSync(data), head: readFileSync(head) });
  await Promise.all(
    traffic.opening().map(({ actions }) => engine.submit(officer.sign(actions, COMMUNITY_FROM_MS))),
  );
  keep();
  while (stages.length < BLOCKS) {
    // Few in one block, many in the next: records within a page, and over several.
    const count = stages.length % 2 === 0 ? 1 : 12;
    const random = new SeededRandom(stages.length);
    const sent = Array.from({ length: count }, () => {
      const { from, actions } = drawHome(traffic, random);
      const home = homes[from - 1] as Device;
      home.follow(ledger);
      return { home, bytes: home.sign(actions, COMMUNITY_FROM_MS) };
    });
    const answers = await Promise.all(sent.map(({ bytes }) => engine.submit(bytes)));
    if (answers.some((one) => one.status === 'committed')) keep();
  }
  await engine.stop();
  const heights = Array.from({ length: (ledger.head?.height ?? -1) + 1 }, (_, height) => height);
  const records = heights.map((height) => Uint8Array.from(storage.record(height) as Uint8Array));
  await storage.close();
  return { folder, stages, records };
}

function drawHome(traffic: Traffic, random: SeededRandom) {
  for (;;) {
    const batch = traffic.batch(random, COMMUNITY_FROM_MS);
    if (batch.from !== 0) return batch;
  }
}

/** One way to alter the files of a ledger. */
interface Alteration {
  readonly what: string;
  readonly apply: (folder: string) => void;
  /** Heights whose bytes were hit: a refusal must name one of them. */
  readonly heights: readonly number[];
  /** The bytes hit stand once in the file: they are read, and must be missed. */
  readonly isRead: boolean;
}

class AlteredLedger implements OpenCampaign {
  readonly #plant: string | undefined;
  readonly #note: (sentence: string) => void;
  readonly #flips: number;
  /** Every page is cut, emptied and swapped, or one in so many. */
  readonly #pageStep: number;
  readonly #one: Written;
  readonly #two: Written;
  readonly #bench = newFolder('memory');
  #reader: Child | undefined;
  #expected: string | undefined;
  #places: ReturnType<typeof placesOf> | undefined;

  constructor({ plant, note, isSmall }: CampaignSetting, one: Written, two: Written) {
    this.#plant = plant;
    this.#note = note;
    this.#flips = isSmall ? FLIPS_SMALL : FLIPS_PER_CASE;
    this.#pageStep = isSmall ? 4 : 1;
    this.#one = one;
    this.#two = two;
  }

  async check(index: number, random: SeededRandom): Promise<Figures> {
    this.#expected ??= await this.#readWhole();
    const alterations =
      index === 0 ? this.#cuts(random) : index === 1 ? this.#mixes() : this.#bits(random);
    const counts = {
      altered: 0,
      refusedNamingHeight: 0,
      refusedNamingStore: 0,
      crashed: 0,
      unchanged: 0,
    };
    for (const alteration of alterations) {
      const verdict = await this.#read(alteration.apply);
      if (verdict.kind === 'crashed') this.#note(`the reader crashed: ${alteration.what}`);
      counts.altered++;
      counts[this.#judge(alteration, verdict)]++;
    }
    return counts;
  }

  async #readWhole(): Promise<string> {
    const verdict = await this.#read(() => undefined);
    promise(verdict.kind === 'read', `the whole ledger is refused: ${JSON.stringify(verdict)}`);
    return verdict.digest;
  }

  #judge(
    { what, heights, isRead }: Alteration,
    verdict: ReaderVerdict | { readonly kind: 'crashed' },
  ): 'refusedNamingHeight' | 'refusedNamingStore' | 'crashed' | 'unchanged' {
    switch (verdict.kind) {
      case 'crashed':
        return 'crashed';
      case 'read':
        promise(verdict.digest === this.#expected, `${what}: other contents were served`);
        promise(!isRead, `${what}: a byte of a block was altered and nobody noticed`);
        return 'unchanged';
      case 'refused': {
        const { height, isStore, message } = verdict;
        promise(
          height !== undefined || isStore,
          `${what}: refused without naming where: ${message}`,
        );
        if (height === undefined) return 'refusedNamingStore';
        promise(
          heights.length === 0 || heights.includes(height),
          `${what}: it lies in height ${heights.join(' or ')}, and height ${height} is named: ${message}`,
        );
        return 'refusedNamingHeight';
      }
    }
  }

  /** Lets a child read the altered files; a child that dies is replaced. */
  async #read(
    apply: (folder: string) => void,
  ): Promise<ReaderVerdict | { readonly kind: 'crashed' }> {
    const folder = join(this.#bench.path, 'ledger');
    rmSync(folder, { recursive: true, force: true });
    const { blocks, data, head } = storePaths(folder);
    mkdirSync(blocks, { recursive: true });
    writeFileSync(data, this.#last.data);
    writeFileSync(head, this.#last.head);
    apply(folder);
    const setting: ReaderSetting = { homes: HOMES, ...(this.#plant && { plant: this.#plant }) };
    this.#reader ??= new Child('reader', setting);
    this.#reader.tell(folder);
    const line = await answered(this.#reader);
    if (line !== undefined) return JSON.parse(line) as ReaderVerdict;
    const { process } = this.#reader;
    await this.#reader.exited;
    const errors = this.#reader.errors;
    this.#reader = undefined;
    promise(process.signalCode !== null, `the reader ended by itself: ${errors}`);
    return { kind: 'crashed' };
  }

  *#bits(random: SeededRandom): Generator<Alteration> {
    const { data, head } = this.#last;
    for (let flip = 0; flip < this.#flips; flip++) {
      const isHead = random.below(20) === 0;
      const file = isHead ? head : data;
      const at = Math.floor(random.fraction() * file.length);
      const bit = 1 << random.below(8);
      const hits = isHead ? [] : this.#hits(at);
      yield {
        what: `bit ${bit} of byte ${at} of ${isHead ? 'head' : 'data.mdb'}`,
        heights: hits.map((one) => one.height),
        isRead: hits.some((one) => one.isOnly),
        apply: (folder) => {
          const paths = storePaths(folder);
          const altered = Buffer.from(file);
          altered[at] = (altered[at] as number) ^ bit;
          writeFileSync(isHead ? paths.head : paths.data, altered);
        },
      };
    }
  }

  get #last() {
    return this.#one.stages[this.#one.stages.length - 1] as Written['stages'][number];
  }

  /** The blocks whose stored bytes hold a byte of the file, and whether they stand there alone. */
  #hits(at: number): readonly { readonly height: number; readonly isOnly: boolean }[] {
    this.#places ??= placesOf(this.#one.records, this.#last.data);
    return this.#places.flatMap(({ length, places }, height) => {
      const isHit = places.some((from) => at >= from && at < from + length);
      return isHit ? [{ height, isOnly: places.length === 1 }] : [];
    });
  }

  /** Shortened, lengthened, emptied and shuffled files. */
  *#cuts(random: SeededRandom): Generator<Alteration> {
    const { data } = this.#last;
    const free = { heights: [], isRead: false };
    for (let page = 0; page * PAGE_BYTES < data.length; page += this.#pageStep) {
      for (const length of [
        page * PAGE_BYTES,
        page * PAGE_BYTES + 1 + random.below(PAGE_BYTES - 1),
      ]) {
        yield {
          ...free,
          what: `data.mdb cut to ${length} bytes`,
          apply: (folder) => truncateSync(storePaths(folder).data, length),
        };
      }
      const other = Math.floor((random.fraction() * data.length) / PAGE_BYTES);
      yield {
        ...free,
        what: `pages ${page} and ${other} of data.mdb swapped`,
        apply: (folder) => writeFileSync(storePaths(folder).data, swapped(data, page, other)),
      };
      yield {
        ...free,
        what: `page ${page} of data.mdb emptied`,
        apply: (folder) => {
          const altered = Buffer.from(data);
          altered.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
          writeFileSync(storePaths(folder).data, altered);
        },
      };
    }
    for (let length = 0; length < this.#last.head.length; length += 7) {
      yield {
        ...free,
        what: `head cut to ${length} bytes`,
        apply: (folder) => truncateSync(storePaths(folder).head, length),
      };
    }
  }

  /** Files of another moment, and of another ledger. */
  *#mixes(): Generator<Alteration> {
    const last = this.#one.stages.length - 1;
    for (const [stage, { data, head }] of this.#one.stages.entries()) {
      const isEarlier = stage < last;
      yield {
        what: `the blocks of height ${stage} under the head of height ${last}`,
        heights: isEarlier ? [stage + 1] : [],
        isRead: isEarlier,
        apply: (folder) => writeFileSync(storePaths(folder).data, data),
      };
      yield {
        what: `the head of height ${stage} over the blocks of height ${last}`,
        heights: [],
        isRead: false,
        apply: (folder) => writeFileSync(storePaths(folder).head, head),
      };
    }
    for (const { data, head } of this.#two.stages) {
      yield {
        what: 'the blocks of another ledger',
        heights: [],
        isRead: true,
        apply: (folder) => writeFileSync(storePaths(folder).data, data),
      };
      yield {
        what: 'the head of another ledger',
        heights: [],
        isRead: true,
        apply: (folder) => writeFileSync(storePaths(folder).head, head),
      };
    }
    for (const part of ['data', 'head'] as const) {
      yield {
        what: `${part} removed`,
        heights: [],
        isRead: true,
        apply: (folder) => rmSync(storePaths(folder)[part]),
      };
    }
  }

  conclude({ altered = 0, refusedNamingHeight = 0, refusedNamingStore = 0 }: Figures): void {
    promise(refusedNamingHeight > altered / 20, 'hardly a block was hit');
    promise(refusedNamingStore > altered / 20, 'the store was hardly hit');
  }

  async close(): Promise<void> {
    await this.#reader?.kill();
    for (const folder of [this.#one.folder, this.#two.folder, this.#bench]) folder.remove();
  }
}

/** The reader's line. A flipped bit may not send it round in circles either. */
async function answered(reader: Child): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the reader did not answer within ${ANSWER_MS} ms`));
      void reader.kill();
    }, ANSWER_MS);
  });
  try {
    return await Promise.race([reader.line(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Where each record's bytes stand in a file. */
function placesOf(records: readonly Uint8Array[], data: Buffer) {
  return records.map((record) => {
    const places: number[] = [];
    for (let from = data.indexOf(record); from >= 0; from = data.indexOf(record, from + 1)) {
      places.push(from);
    }
    return { length: record.length, places };
  });
}

function swapped(data: Buffer, one: number, other: number): Buffer {
  const altered = Buffer.from(data);
  const page = (at: number) => data.subarray(at * PAGE_BYTES, (at + 1) * PAGE_BYTES);
  page(other).copy(altered, one * PAGE_BYTES);
  page(one).copy(altered, other * PAGE_BYTES);
  return altered;
}
