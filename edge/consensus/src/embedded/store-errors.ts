/** What can be wrong with a ledger's folder. Each error names the file and what to do about it. */

/** A file of the store is not what the node wrote. */
export class StoreDamagedError extends Error {
  override readonly name = 'StoreDamagedError';
  readonly file: string;
  readonly mend: string;
  constructor(file: string, reason: string, mend: string) {
    super(`${file}: ${reason}. ${mend}`);
    this.file = file;
    this.mend = mend;
  }
}

/** Another process works on the folder. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  readonly file: string;
  readonly processId: number;
  constructor(file: string, processId: number) {
    super(
      `${file}: process ${processId} has this ledger open. ` +
        'Stop it first, or open a copy of the folder',
    );
    this.file = file;
    this.processId = processId;
  }
}

/** The disk did not take what had to be durable. The store takes nothing more until it is reopened. */
export class StoreFailedError extends Error {
  override readonly name = 'StoreFailedError';
  readonly file: string;
  constructor(file: string, height: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `${file}: block ${height} was not made durable: ${reason}. ` +
        'Mend the disk and restart: the last acknowledged block still stands',
      { cause },
    );
    this.file = file;
  }
}
