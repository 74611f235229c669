/**
 * Reads a trace of strace -f -y and says in which order the disk and the clients were told. A block
 * is durable when, in this order: its pages were written and synced, the head that names it was
 * written beside and synced, renamed into place, and the folder synced. Only then may a reply go.
 */

interface Call {
  readonly name: string;
  /** Everything between the parentheses. */
  readonly words: string;
  readonly result: string;
}

/** Steps of one block, in the order they must come. */
type Step =
  | 'pages written'
  | 'pages synced'
  | 'blocks synced'
  | 'head written'
  | 'head synced'
  | 'renamed';

const DONE = /^(\w+)\((.*)\)\s+= (-?\d+|\?)/;
const BEGUN = /^(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)\)\s+= (-?\d+|\?)/;

/** A write counts from when it began: what it carries may be out at once; a sync when it ended. */
export function* callsOf(trace: string): Generator<Call> {
  const open = new Map<string, { readonly name: string; readonly words: string }>();
  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const begun = BEGUN.exec(rest);
    if (begun !== null) {
      const [, name = '', words = ''] = begun;
      open.set(thread, { name, words });
      if (!isEndThatCounts(name)) yield { name, words, result: '0' };
      continue;
    }
    const resumed = RESUMED.exec(rest);
    if (resumed !== null) {
      const first = open.get(thread);
      open.delete(thread);
      const [, name = '', words = '', result = ''] = resumed;
      if (isEndThatCounts(name)) yield { name, words: `${first?.words ?? ''}${words}`, result };
      continue;
    }
    const done = DONE.exec(rest);
    if (done === null) continue;
    const [, name = '', words = '', result = ''] = done;
    yield { name, words, result };
  }
}

function isEndThatCounts(name: string): boolean {
  return /^(?:fsync|fdatasync|msync|rename|renameat|renameat2)$/.test(name);
}

/** What is on the disk, as far as the calls have come. */
class DiskOrder {
  #step: Step | undefined;
  #written: number | undefined;
  /** Descriptors whose every write is a sync. */
  readonly #syncing = new Set<string>();
  durable = -1;
  heights = 0;

  get step(): string {
    return this.#step ?? 'nothing written';
  }

  follow({ name, words, result }: Call): void {
    if (name === 'openat' && words.includes('O_DSYNC')) this.#syncing.add(result);
    const isWrite = /^(?:p?write|pwrite64|writev)$/.test(name);
    const isSync = /^(?:fsync|fdatasync)$/.test(name) && result === '0';
    if (words.includes('/blocks/data.mdb>')) this.#blocks(isWrite, isSync, words);
    else if (words.includes('/head.new>')) this.#head(isWrite, isSync, words);
    else if (name.startsWith('rename') && words.includes('/head.new"')) {
      this.#after('head synced', 'renamed');
    } else if (isSync && words.endsWith('/ledger>') && this.#step === 'renamed') {
      this.durable = this.#written ?? this.durable;
      this.heights++;
      this.#step = undefined;
    }
  }

  /** LMDB writes the pages, syncs them, and writes its root through a descriptor that syncs by itself. */
  #blocks(isWrite: boolean, isSync: boolean, words: string): void {
    const descriptor = /^\d+/.exec(words)?.[0] ?? '';
    if (isWrite && this.#syncing.has(descriptor)) this.#after('pages synced', 'blocks synced');
    else if (isWrite) this.#step = 'pages written';
    else if (isSync) this.#after('pages written', 'pages synced');
  }

  #head(isWrite: boolean, isSync: boolean, words: string): void {
    if (isWrite) {
      const height = /commonwatt head 1.*\\nheight (\d+)/.exec(words)?.[1];
      this.#written = height === undefined ? undefined : Number(height);
      this.#after('blocks synced', 'head written');
    } else if (isSync) this.#after('head written', 'head synced');
  }

  /** The next step where the one before it was made; otherwise the block has to begin again. */
  #after(before: Step, step: Step): void {
    this.#step = this.#step === before ? step : undefined;
  }
}

/** @throws Error naming the first reply that came too early. */
export function judgeTrace(trace: string): { readonly replies: number; readonly heights: number } {
  const disk = new DiskOrder();
  let replies = 0;
  for (const call of callsOf(trace)) {
    const told = replyHeight(call.name, call.words);
    if (told === undefined) {
      disk.follow(call);
      continue;
    }
    replies++;
    if (told > disk.durable) {
      throw new Error(
        `a reply for height ${told} left when height ${disk.durable} was durable: ${disk.step}`,
      );
    }
  }
  return { replies, heights: disk.heights };
}

/** The height that a reply to a submission names. */
function replyHeight(name: string, words: string): number | undefined {
  if (!/^(?:write|writev|sendto|sendmsg)$/.test(name) || !words.includes('HTTP/1.1 200'))
    return undefined;
  const height = /\\"transactionId\\".*?\\"height\\":(\d+)/.exec(words)?.[1];
  return height === undefined ? undefined : Number(height);
}
