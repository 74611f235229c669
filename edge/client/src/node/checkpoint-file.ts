/** The checkpoints last seen, one file a chain in a folder of the member's own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINT_NOTE_LENGTH_MAX, type CheckpointStore } from '../checkpoint-memory.ts';
import { readWholeFile, writeWholeFile } from './whole-file.ts';

/** A character of the note takes at most three bytes. */
const NOTE_BYTES_MAX = 3 * CHECKPOINT_NOTE_LENGTH_MAX;

/**
 * Within one process nothing comes between comparing and replacing. Of two processes that take a
 * checkpoint at the same instant the earlier one may stay remembered; both were verified.
 */
export function fileCheckpointStore(folder: string): CheckpointStore {
  const pathOf = (chain: string): string => {
    if (!/^[0-9a-f]{64}$/.test(chain)) {
      throw new RangeError(`chain: expected 64 lower-case hex digits, got '${chain}'`);
    }
    return join(folder, `${chain}.checkpoint`);
  };
  return {
    async get(chain) {
      return readWholeFile(pathOf(chain), NOTE_BYTES_MAX);
    },
    async put(chain, note, previous) {
      const path = pathOf(chain);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (readWholeFile(path, NOTE_BYTES_MAX) !== previous) return false;
      return writeWholeFile({ path, text: note, overwrite: previous !== undefined });
    },
  };
}
