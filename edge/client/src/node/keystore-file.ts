/**
 * Keystores as files in Node. A file is never written over a key that is there already unless that
 * is asked for: nobody can bring a lost key back.
 */
import { KEYSTORE_TEXT_LENGTH_MAX, readKeystoreHeader } from '../keys/keystore-text.ts';
import { readWholeFile, writeWholeFile } from './whole-file.ts';

/** A character of the text takes at most three bytes. */
const KEYSTORE_BYTES_MAX = 3 * KEYSTORE_TEXT_LENGTH_MAX;

export interface KeystoreFile {
  readonly path: string;
  /** What `createKeystore` or `changeKeystorePassword` made. */
  readonly text: string;
  /** Whether a file that is there already gives way; it does not unless this is true. */
  readonly overwrite?: boolean;
}

/**
 * Written with mode 0600, whole or not at all, and durable when this returns.
 * @throws KeystoreError when the text is not a keystore, and an Error when a file is there already.
 */
export function writeKeystoreFile({ path, text, overwrite = false }: KeystoreFile): void {
  readKeystoreHeader(text);
  if (!writeWholeFile({ path, text, overwrite })) {
    throw new Error(`keystore file ${path}: expected no file there, or the word to overwrite it`);
  }
}

/** The text of a keystore file, for `openKeystore`. @throws KeystoreError when it is not one. */
export function readKeystoreFile(path: string): string {
  const text = readWholeFile(path, KEYSTORE_BYTES_MAX);
  if (text === undefined) throw new Error(`keystore file ${path}: expected a file, got none`);
  readKeystoreHeader(text);
  return text;
}
