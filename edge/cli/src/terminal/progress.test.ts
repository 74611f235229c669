import { expect, test } from 'vitest';
import { Progress } from './progress.ts';
import { testTerminal } from './terminal.test-support.ts';

test('a person sees one line that renews itself and is gone at the end', () => {
  let nowMs = 0;
  const terminal = { ...testTerminal(), isWatched: true };
  const progress = new Progress(terminal, 'auditing', () => nowMs);
  progress.at(1, 200);
  nowMs = 100;
  progress.at(50, 200);
  nowMs = 150;
  progress.at(60, 200);
  progress.end();
  expect(terminal.err()).toBe('\r\x1b[Kauditing: 50 of 200 (25 %)\r\x1b[K');
});

test('a log gets a line every five seconds, and quick work none', () => {
  let nowMs = 0;
  const terminal = testTerminal();
  const progress = new Progress(terminal, 'auditing', () => nowMs);
  nowMs = 4_999;
  progress.at(1, 2);
  expect(terminal.err()).toBe('');
  nowMs = 5_000;
  progress.at(2, 2);
  progress.end();
  expect(terminal.err()).toBe('auditing: 2 of 2 (100 %)\n');
});
