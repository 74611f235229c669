import { expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

test('a bench that there is not is bad input, and the benches are named', async () => {
  const terminal = testTerminal();
  expect(await main(['bench', 'toString'], terminal)).toBe(2);
  expect(terminal.err()).toContain(
    'bench: expected ingest, batch, persist, merkle, audit, http, memory, got toString',
  );
  expect(terminal.out()).toBe('');
});
