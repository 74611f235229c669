/** Names and addresses as people write them. They never stand on the ledger. */

import { type Codec, DecodeError, toHex, utf8Bytes } from '@commonwatt/ledger';

/** Text in any script up to `lengthMax` UTF-16 units, in UTF-8 behind a length of two bytes. */
export function writtenText(lengthMax: number): Codec<string> {
  const checked = (text: unknown, field: string): string => {
    if (typeof text !== 'string') throw new DecodeError(field, 'text', typeof text);
    if (text.length > lengthMax || !isWritten(text)) {
      throw new DecodeError(field, `at most ${lengthMax} written characters`, `${text.length}`);
    }
    return text;
  };
  return {
    shape: { kind: 'text', lengthMax },
    write(writer, value) {
      const bytes = utf8Bytes(checked(value, 'text'));
      writer.u16(bytes.length);
      writer.raw(bytes);
    },
    read(reader, field) {
      const bytes = reader.copy(field, reader.u16(field));
      return checked(decodedUtf8(bytes, field), field);
    },
    toJson: (value) => value,
    fromJson: checked,
  };
}

/** No control characters, no separators of lines, no half of a character that UTF-8 cannot write. */
function isWritten(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    const separates = code === 0x2028 || code === 0x2029;
    if (isControl || separates || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}

function decodedUtf8(bytes: Uint8Array, field: string): string {
  try {
    return decodeURIComponent(toHex(bytes).replaceAll(/../g, '%$&'));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new DecodeError(field, 'text in UTF-8', `${bytes.length} other bytes`);
  }
}
