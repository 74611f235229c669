/**
 * Noto Sans (SIL Open Font License 1.1), in the parts in which it is published: each part holds the glyphs of
 * some scripts, so a text is cut into runs of one part each. Only glyphs that occur are embedded.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

const require = createRequire(import.meta.url);

/** In the order in which they are asked for a character. */
const PARTS = [
  'latin',
  'latin-ext',
  'cyrillic',
  'cyrillic-ext',
  'greek',
  'greek-ext',
  'vietnamese',
  'devanagari',
] as const;
export type FontPart = (typeof PARTS)[number];

const WEIGHTS = { normal: 400, bold: 700 } as const;
export type Weight = keyof typeof WEIGHTS;

/** What stands for a character that no part has. */
const UNKNOWN = '?';

/** A font as pdfkit uses it: what it reads of a file, and what it asks for the places of glyphs. */
export interface OpenFont {
  glyphsForString(text: string): readonly { readonly advanceWidth: number }[];
  layout(text: string): unknown;
}

const fonts = new Map<string, OpenFont>();

/**
 * A part's font, opened once for all documents. Its glyphs stand side by side by their own widths: the
 * tables for ligatures and kerning take a hundred times as long as a bill's text is worth.
 */
export function openFont(part: FontPart, weight: Weight): OpenFont {
  const name = `noto-sans-${part}-${WEIGHTS[weight]}-normal.woff`;
  const known = fonts.get(name);
  if (known !== undefined) return known;
  const file = readFileSync(require.resolve(`@fontsource/noto-sans/files/${name}`));
  const font = fontOf(file);
  font.layout = (text) => {
    const glyphs = font.glyphsForString(text);
    const positions = glyphs.map(({ advanceWidth }) => ({
      xAdvance: advanceWidth,
      yAdvance: 0,
      xOffset: 0,
      yOffset: 0,
    }));
    const advanceWidth = glyphs.reduce((sum, glyph) => sum + glyph.advanceWidth, 0);
    return { glyphs, positions, advanceWidth };
  };
  fonts.set(name, font);
  return font;
}

/** pdfkit reads the file; a document that is never written gives away what it read. */
function fontOf(file: Buffer): OpenFont {
  const reader = new PDFDocument({ autoFirstPage: false, font: file as unknown as string });
  const { _font: opened } = reader as unknown as { readonly _font: { readonly font: OpenFont } };
  return opened.font;
}

type Range = readonly [first: number, last: number];
let ranges: ReadonlyMap<FontPart, readonly Range[]> | undefined;

function rangesOf(part: FontPart): readonly Range[] {
  ranges ??= readRanges();
  return ranges.get(part) ?? [];
}

function readRanges(): ReadonlyMap<FontPart, readonly Range[]> {
  const written = readFileSync(require.resolve('@fontsource/noto-sans/unicode.json'), 'utf8');
  const table = JSON.parse(written) as Record<FontPart, string>;
  return new Map(
    PARTS.map((part) => [
      part,
      table[part].split(',').map((range): Range => {
        const [first = '', last = first] = range.replace('U+', '').split('-');
        return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
      }),
    ]),
  );
}

/** Found once for each character. */
const known = new Map<string, FontPart | undefined>();
const KNOWN_MAX = 10_000;

function partOf(character: string): FontPart | undefined {
  if (known.has(character)) return known.get(character);
  const code = character.codePointAt(0) as number;
  const found = PARTS.find((part) =>
    rangesOf(part).some(([first, last]) => first <= code && code <= last),
  );
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(character, found);
  return found;
}

export interface FontRun {
  readonly part: FontPart;
  readonly text: string;
}

/** The text in runs of one part each; characters that no part has become a question mark. */
export function fontRuns(text: string): readonly FontRun[] {
  const runs: { part: FontPart; text: string }[] = [];
  for (const character of text.normalize('NFC')) {
    const found = partOf(character);
    const part = found ?? 'latin';
    const written = found === undefined ? UNKNOWN : character;
    const last = runs.at(-1);
    if (last?.part === part) last.text += written;
    else runs.push({ part, text: written });
  }
  return runs;
}
