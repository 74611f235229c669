/** The market that the street trades in, and the node's clock as it goes on between two answers. */

import { useEffect, useState } from 'react';
import { countdown, fullTime, slotText, ZONE } from './figures.ts';
import { useLive, useOpen } from './live.tsx';
import { en } from './words/en.ts';

interface Instant {
  /** By the node's clock. */
  readonly nowMs: number;
  /** By this device's. */
  readonly atMs: number;
}

interface Reading extends Instant {
  /** How many of its milliseconds pass in one of ours. */
  readonly speed: number;
  /** The first reading: the further it lies back, the less the way of an answer matters. */
  readonly first: Instant;
}

/** A demonstration's clock runs faster: its speed shows between two answers. */
export function nextReading(before: Reading | undefined, nowMs: number, atMs: number): Reading {
  const here = { nowMs, atMs };
  // A clock that went back is another node's: everything begins anew.
  if (before === undefined || nowMs < before.nowMs) return { ...here, speed: 1, first: here };
  const { first } = before;
  const elapsedMs = atMs - first.atMs;
  if (elapsedMs < 1000) return { ...here, speed: before.speed, first };
  const speed = (nowMs - first.nowMs) / elapsedMs;
  return { ...here, speed: Math.abs(speed - 1) < 0.2 ? 1 : speed, first };
}

export interface NodeClock {
  readonly nowMs: number;
  readonly speed: number;
}

export function useNodeClock(): NodeClock | undefined {
  const status = useOpen('ledgerStatus', {});
  const [seen, setSeen] = useState<Reading>();
  const [atMs, setAtMs] = useState(() => Date.now());
  const nowMs = status.data?.nowMs;
  const answeredMs = status.dataUpdatedAt;
  useEffect(() => {
    if (nowMs === undefined) return;
    setSeen((before) => nextReading(before, nowMs, answeredMs));
  }, [nowMs, answeredMs]);
  useEffect(() => {
    const timer = setInterval(() => setAtMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  if (seen === undefined) return undefined;
  return { nowMs: seen.nowMs + Math.max(0, atMs - seen.atMs) * seen.speed, speed: seen.speed };
}

/** The first call auction: the one the street trades in. */
export function useStreetMarket() {
  const markets = useOpen('marketList', {});
  const market = markets.data?.markets.find((one) => one.kind === 'call auction');
  return { markets, market };
}

export function GateCountdown() {
  const { market } = useStreetMarket();
  const clock = useNodeClock();
  const { connected, heardMs } = useLive();
  const ageSeconds = Math.round((Date.now() - heardMs) / 1000);
  const pulse = (
    <span className={connected ? 'pulse' : 'pulse lost'} role="status">
      {connected ? en.connection.live : en.connection.lost(ageSeconds)}
    </span>
  );
  if (market === undefined || clock === undefined) return <span className="gate">{pulse}</span>;
  const leftMs = market.nextGateMs - clock.nowMs;
  const done = 1 - Math.min(1, Math.max(0, leftMs / market.slotLengthMs));
  const slot = slotText(market.nextSlotMs, market.slotLengthMs);
  return (
    <span className="gate" title={`${en.gate.closes(slot)} ${fullTime(market.nextGateMs)}`}>
      <span className="gate-slot">
        {slot} <small>{ZONE}</small>
      </span>
      <span className="gate-bar" aria-hidden="true">
        <i style={{ width: `${Math.round(done * 100)}%` }} />
      </span>
      <span className="gate-left" role="timer" aria-label={en.gate.closes(slot)}>
        {countdown(leftMs)} <small>{en.gate.left}</small>
      </span>
      {clock.speed > 1.5 && (
        <span className="pulse speed" title={en.gate.demoHint}>
          ×{Number(clock.speed.toPrecision(2))}
        </span>
      )}
      {pulse}
    </span>
  );
}
