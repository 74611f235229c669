/** A dropped file of readings: how it is proposed to be read, and what it holds when read so. */

import {
  type DryRun,
  detectProfile,
  dryRun,
  type ImportedFile,
  ImportFault,
  type ImportProfile,
  type Proposal,
  readProfile,
  readReadings,
  SAMPLE_BYTES_MAX,
} from '@commonwatt/client/import';

/** Above this a browser would hold too much at once; the command line has no such bound. */
export const FILE_BYTES_MAX = 256 * 1_048_576;

export type Proposed =
  | { readonly ok: true; readonly proposal: Proposal }
  | { readonly ok: false; readonly words: string };

/** @param zone the community's own: times without an offset are likeliest in it, and that is told. */
export async function proposedFor(file: File, zone: string): Promise<Proposed> {
  if (file.size > FILE_BYTES_MAX) {
    return {
      ok: false,
      words: `${file.name}: expected at most ${FILE_BYTES_MAX} bytes, got ${file.size}`,
    };
  }
  const beginning = new Uint8Array(await file.slice(0, SAMPLE_BYTES_MAX).arrayBuffer());
  try {
    return { ok: true, proposal: await detectProfile(beginning, { place: file.name, zone }) };
  } catch (fault) {
    if (!(fault instanceof ImportFault)) throw fault;
    return { ok: false, words: fault.message };
  }
}

export type ReadImport =
  | {
      readonly ok: true;
      readonly profile: ImportProfile;
      readonly file: ImportedFile;
      readonly report: DryRun;
    }
  | { readonly ok: false; readonly words: string };

export async function readImport(
  file: File,
  profileText: string,
  slotLengthMs: number,
): Promise<ReadImport> {
  try {
    const profile = readProfile(profileText, 'profile');
    const read = await readReadings(chunksOf(file), { place: file.name, profile, slotLengthMs });
    return { ok: true, profile, file: read, report: dryRun(read) };
  } catch (fault) {
    if (!(fault instanceof ImportFault)) throw fault;
    return { ok: false, words: fault.message };
  }
}

async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
