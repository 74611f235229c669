/** Instants and local times as files write them. */

/** What a text of a time says. */
export type TimeReading =
  /** An instant: seconds since 1970, or with an offset from UTC. */
  | { readonly kind: 'instant'; readonly atMs: number }
  /** What a clock on the wall shows, as if it were UTC. */
  | { readonly kind: 'wall'; readonly wallMs: number };

/** A time of a day without its date: milliseconds since that clock's midnight. */
export interface ClockReading {
  readonly kind: 'clock';
  readonly clockMs: number;
}

export interface TimeFormat {
  readonly pattern: string;
  read(text: string): TimeReading | ClockReading | undefined;
}

export const DAY_MS = 86_400_000;
/** Of a typical day, which has no date. */
export const CLOCK_PATTERN = 'HH:mm';
const CLOCK = /^(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$/;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]0+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const TOKENS: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d{2})',
  MM: '(?<month>\\d{2})',
  dd: '(?<day>\\d{2})',
  HH: '(?<hour>\\d{2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
};
const TOKEN = /yyyy|yy|MM|dd|HH|mm|ss/g;
const MINUTE_MS = 60_000;
const INSTANT_MS_MAX = 253_402_300_800_000;

/** The format of a pattern, or nothing for one that holds no whole time. */
export function timeFormat(pattern: string): TimeFormat | undefined {
  if (pattern === 'iso') return { pattern, read: readIso };
  if (pattern === 'unix-seconds') return { pattern, read: (text) => readUnix(text, 1000) };
  if (pattern === 'unix-milliseconds') return { pattern, read: (text) => readUnix(text, 1) };
  if (pattern === CLOCK_PATTERN) return { pattern, read: readClock };
  const tokens: readonly string[] = pattern.match(TOKEN) ?? [];
  const isWhole = ['MM', 'dd', 'HH', 'mm'].every((one) => tokens.includes(one));
  const hasYear = tokens.includes('yyyy') !== tokens.includes('yy');
  if (!isWhole || !hasYear || new Set(tokens).size !== tokens.length) return undefined;
  let source = '';
  let from = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    source += escaped(pattern.slice(from, match.index)) + (TOKENS[match[0]] ?? '');
    from = match.index + match[0].length;
  }
  const shape = new RegExp(`^${source}${escaped(pattern.slice(from))}$`);
  return { pattern, read: (text) => readShape(shape, text) };
}

function readClock(text: string): ClockReading | undefined {
  const match = CLOCK.exec(text.trim());
  if (match === null) return undefined;
  const [, hours = '0', minutes = '0'] = match;
  return { kind: 'clock', clockMs: (Number(hours) * 60 + Number(minutes)) * MINUTE_MS };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function readShape(shape: RegExp, text: string): TimeReading | undefined {
  const parts = shape.exec(text.trim())?.groups;
  if (parts === undefined) return undefined;
  const year = parts.year ?? `20${parts.shortYear}`;
  const { month, day, hour, minute, second } = parts;
  return wall([year, month, day, hour, minute, second ?? '0'].map(Number));
}

function readIso(text: string): TimeReading | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', offset] = match;
  const local = wall([year, month, day, hour, minute, second].map(Number));
  if (offset === undefined || local?.kind !== 'wall') return local;
  return { kind: 'instant', atMs: local.wallMs - offsetMs(offset) };
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const digits = offset.replace(/[+:-]/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (offset.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}

/** 24:00 is the end of a day, as the next one's 00:00. */
function wall(parts: readonly number[]): TimeReading | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const isEnd = hour === 24 && minute === 0 && second === 0;
  if (month < 1 || month > 12 || day < 1 || minute > 59 || second > 59) return undefined;
  if (hour > 23 && !isEnd) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return { kind: 'wall', wallMs: Date.UTC(year, month - 1, day, hour, minute, second) };
}

function readUnix(text: string, unitMs: number): TimeReading | undefined {
  const match = /^([0-9]{1,13})(?:\.0*)?$/.exec(text.trim());
  if (match === null) return undefined;
  const atMs = Number(match[1]) * unitMs;
  return atMs > INSTANT_MS_MAX ? undefined : { kind: 'instant', atMs };
}
