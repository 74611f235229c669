import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type InputLine, inputLines } from './input-lines.ts';

type Shown = { readonly text: string } | { readonly fault: string };

function shown(line: InputLine): Shown {
  return 'fault' in line ? line : { text: Buffer.from(line.bytes).toString('latin1') };
}

/** What a line of UTF-8 looks like byte by byte. */
function textOf(text: string): Shown {
  return { text: Buffer.from(text, 'utf8').toString('latin1') };
}

async function linesOf(chunks: readonly Uint8Array[], max = 100): Promise<Shown[]> {
  const all: Shown[] = [];
  const stream = Readable.from(chunks, { objectMode: false });
  for await (const lines of inputLines(stream, max)) all.push(...lines.map(shown));
  return all;
}

test('lines are the same however the input is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\r', ' ', '€') })),
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      async (texts, sizes) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''), 'utf8');
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(await linesOf(chunks)).toEqual(texts.map(textOf));
      },
    ),
  );
});

test('blank lines count; the end of the input ends a line; after the last newline is none', async () => {
  expect(await linesOf([Buffer.from('\n\nx')])).toEqual([
    { text: '' },
    { text: '' },
    { text: 'x' },
  ]);
  expect(await linesOf([Buffer.from('x\n')])).toEqual([{ text: 'x' }]);
  expect(await linesOf([])).toEqual([]);
});

test('a line beyond the limit is a fault in its place, and bytes come as they are', async () => {
  const chunks = ['a\n', '12345', '678\nb\n', '9'.repeat(6)].map((text) => Buffer.from(text));
  expect(await linesOf([...chunks, Buffer.from('\n'), Buffer.of(0xff, 10, 99)], 5)).toEqual([
    { text: 'a' },
    { fault: 'line: expected at most 5 bytes, got 8' },
    { text: 'b' },
    { fault: 'line: expected at most 5 bytes, got 6' },
    { text: '\u00ff' },
    { text: 'c' },
  ]);
});

test('a byte order mark is part of the line, for its reader to refuse', async () => {
  expect(await linesOf([Buffer.from('\ufeff{}')])).toEqual([textOf('\ufeff{}')]);
});
