/** The places of negotiation channels, one file each in a folder beside the member's keystore. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TalkStore } from '../negotiation-talk.ts';
import { readWholeFile, writeWholeFile } from './whole-file.ts';

const BYTES_MAX = 64;

export function fileTalkStore(folder: string): TalkStore {
  const pathOf = (negotiation: string): string => {
    if (!/^[0-9a-f]{64}:[0-9]{1,5}$/.test(negotiation)) {
      throw new RangeError(`negotiation: expected HEX:INDEX, got '${negotiation}'`);
    }
    return join(folder, `${negotiation.replace(':', '-')}.position`);
  };
  return {
    async get(negotiation) {
      const path = pathOf(negotiation);
      const text = readWholeFile(path, BYTES_MAX);
      if (text === undefined) return undefined;
      const [, sent, received] = /^sent ([0-9]{1,6})\nreceived ([0-9]{1,6})\n$/.exec(text) ?? [];
      if (sent === undefined || received === undefined) {
        throw new Error(`${path}: expected the place of a channel`);
      }
      return { nextSent: Number(sent), nextReceived: Number(received) };
    },
    async put(negotiation, { nextSent, nextReceived }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const text = `sent ${nextSent}\nreceived ${nextReceived}\n`;
      writeWholeFile({ path: pathOf(negotiation), text, overwrite: true });
    },
  };
}
