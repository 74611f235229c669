/** A call ends when its caller gives up or its time is over, whichever comes first. */

export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether the caller gave up, and not the clock. */
  isAborted(): boolean;
  /** The answer has begun: the clock stops, and the caller's signal still ends a stream. */
  stopClock(): void;
  /** The answer is whole. */
  settle(): void;
}

export function deadline(options: {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}): Deadline {
  const { signal, timeoutMs } = options;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  const abort = () => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    isAborted: () => signal?.aborted ?? false,
    stopClock: () => clearTimeout(timer),
    settle() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
