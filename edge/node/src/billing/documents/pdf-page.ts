/**
 * Pages with text of embedded fonts, and a pen that goes down them. The bytes depend on what is written
 * alone: no clock, no chance, no font of the machine.
 */

import PDFDocument from 'pdfkit';
import { type FontRun, fontRuns, openFont, type Weight } from './noto-sans.ts';

/** A4 in points. */
export const PAGE: { readonly width: number; readonly height: number; readonly margin: number } = {
  width: 595.28,
  height: 841.89,
  margin: 50,
};
const BOTTOM = PAGE.height - PAGE.margin - 20;
const LINE_HEIGHT = 1.35;
const PAGES_MAX = 500;

export interface TextStyle {
  readonly size?: number;
  readonly weight?: Weight;
  readonly align?: 'left' | 'right';
  readonly color?: string;
}

export interface Place {
  readonly x: number;
  readonly width: number;
}

export class PdfPages {
  readonly #document: PDFKit.PDFDocument;
  readonly #chunks: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  readonly #footer: string;
  readonly #fonts = new Set<string>();
  #pages = 0;
  y = PAGE.margin;

  constructor(info: { readonly title: string; readonly author: string; readonly dateMs: number }) {
    const { title, author, dateMs } = info;
    const date = new Date(dateMs);
    this.#footer = title;
    this.#document = new PDFDocument({
      size: [PAGE.width, PAGE.height],
      margin: 0,
      bufferPages: true,
      autoFirstPage: false,
      // A first font of our own, or pdfkit would begin with one that is not embedded.
      font: openFont('latin', 'normal') as unknown as string,
      lang: 'en',
      displayTitle: true,
      info: {
        Title: title,
        Author: author,
        Producer: 'Commonwatt',
        Creator: 'Commonwatt',
        CreationDate: date,
        ModDate: date,
      },
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#document.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
      this.#document.on('end', () => resolve());
      this.#document.on('error', reject);
    });
    this.newPage();
  }

  newPage(): void {
    if (this.#pages >= PAGES_MAX) throw new RangeError(`pdf: expected at most ${PAGES_MAX} pages`);
    this.#pages++;
    this.#document.addPage();
    this.y = PAGE.margin;
  }

  /** Begins a new page where less than `height` is left of this one. */
  keep(height: number): boolean {
    if (this.y + height <= BOTTOM) return false;
    this.newPage();
    return true;
  }

  /** One paragraph at the pen, which stays where it is; returns how high it is. */
  paragraph(text: string, place: Place, style: TextStyle = {}): number {
    const { size = 9 } = style;
    const lines = this.#wrapped(text, place.width, style);
    lines.forEach((line, at) => {
      this.#line(line, this.y + at * size * LINE_HEIGHT, place, style);
    });
    return lines.length * size * LINE_HEIGHT;
  }

  /** The same, and the pen goes below it. */
  write(text: string, place: Place, style: TextStyle = {}): void {
    this.keep((style.size ?? 9) * LINE_HEIGHT);
    this.y += this.paragraph(text, place, style);
  }

  height(text: string, { width }: Place, style: TextStyle = {}): number {
    return this.#wrapped(text, width, style).length * (style.size ?? 9) * LINE_HEIGHT;
  }

  rule(color = '#999999'): void {
    const right = PAGE.width - PAGE.margin;
    this.#document.lineWidth(0.5).strokeColor(color);
    this.#document.moveTo(PAGE.margin, this.y).lineTo(right, this.y).stroke();
    this.y += 4;
  }

  #wrapped(text: string, width: number, style: TextStyle): readonly string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (this.#width(longer, style) <= width) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = this.#cut(word, width, style, lines);
    }
    return [...lines, line];
  }

  /** Cuts a word that is wider than the line; what is left of it begins the next. */
  #cut(word: string, width: number, style: TextStyle, lines: string[]): string {
    let line = '';
    for (const character of word) {
      if (line !== '' && this.#width(line + character, style) > width) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
    return line;
  }

  #width(text: string, style: TextStyle): number {
    return fontRuns(text).reduce(
      (sum, run) => sum + this.#use(run, style).widthOfString(run.text),
      0,
    );
  }

  #use({ part }: FontRun, { size = 9, weight = 'normal' }: TextStyle): PDFKit.PDFDocument {
    const name = `${part}-${weight}`;
    if (!this.#fonts.has(name)) {
      this.#fonts.add(name);
      this.#document.registerFont(name, openFont(part, weight) as unknown as string);
    }
    return this.#document.font(name).fontSize(size);
  }

  #line(text: string, y: number, { x, width }: Place, style: TextStyle): void {
    let at = style.align === 'right' ? x + width - this.#width(text, style) : x;
    for (const run of fontRuns(text)) {
      const pen = this.#use(run, style).fillColor(style.color ?? '#000000');
      pen.text(run.text, at, y, { lineBreak: false, baseline: 'top' });
      at += pen.widthOfString(run.text);
    }
  }

  async bytes(): Promise<Uint8Array> {
    for (let page = 0; page < this.#pages; page++) {
      this.#document.switchToPage(page);
      const place = { x: PAGE.margin, width: PAGE.width - 2 * PAGE.margin };
      const style: TextStyle = { size: 7, color: '#555555' };
      const y = PAGE.height - PAGE.margin + 8;
      this.#line(this.#footer, y, place, style);
      this.#line(`page ${page + 1} of ${this.#pages}`, y, place, { ...style, align: 'right' });
    }
    this.#document.end();
    await this.#ended;
    return new Uint8Array(Buffer.concat(this.#chunks));
  }
}
