/**
 * A proof file's period: exactly what its statements and its traded slots cover, so that no file
 * can claim to speak of more, or of less, than what is proved in it.
 */
import type { Bundle } from './bundle-format.ts';
import type { OwnTrades } from './bundle-trades.ts';
import type { Findings } from './steps.ts';

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** From the first beginning to the last end; zeros where there is nothing. */
function hullOf(spans: readonly Span[]): Span {
  let fromMs = Number.MAX_SAFE_INTEGER;
  let untilMs = 0;
  for (const span of spans) {
    fromMs = Math.min(fromMs, span.fromMs);
    untilMs = Math.max(untilMs, span.untilMs);
  }
  return spans.length === 0 ? { fromMs: 0, untilMs: 0 } : { fromMs, untilMs };
}

export function checkPeriod(
  { period, readings, statements }: Bundle,
  { trades, findings }: { readonly trades: OwnTrades; readonly findings: Findings },
): Span {
  const settled = statements.map((one) => ({
    fromMs: one.periodFromMs,
    untilMs: one.periodUntilMs,
  }));
  for (const [at, { slotMs }] of readings.entries()) {
    const isSettled = settled.some(({ fromMs, untilMs }) => slotMs >= fromMs && slotMs < untilMs);
    findings.note(
      isSettled,
      () => `readings[${at}]: slot ${slotMs} is in the period of no statement`,
    );
  }
  const traded = [...trades.values()].map(({ slotMs, slotLengthMs }) => ({
    fromMs: slotMs,
    untilMs: slotMs + slotLengthMs,
  }));
  const covered = hullOf([...settled, ...traded]);
  for (const name of ['fromMs', 'untilMs'] as const) {
    findings.note(period[name] === covered[name], () => {
      return `${name}: expected ${covered[name]}, got ${period[name]}`;
    });
  }
  return covered;
}
