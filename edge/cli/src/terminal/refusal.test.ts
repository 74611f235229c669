import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClientError, StepFault } from '@commonwatt/client';
import { describe, expect, test } from 'vitest';
import { answered } from '../commands/member/session.ts';
import { main } from '../main.ts';
import { testTerminal } from './terminal.test-support.ts';

async function refused(...words: readonly string[]) {
  const terminal = testTerminal();
  const status = await main(words, terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

describe('with --json a refusal is JSON on standard output, and the status stays', () => {
  test('bad input names field, expectation and value', async () => {
    const { status, out, err } = await refused('audit', '/nowhere/at/all', '--json');
    expect(status).toBe(2);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      code: 'bad_input',
      reason: 'DIR /nowhere/at/all: expected the folder of a ledger, got nothing there',
      facts: {
        field: 'DIR /nowhere/at/all',
        expected: 'the folder of a ledger',
        got: 'nothing there',
      },
    });
    expect(err).toContain('commonwatt: DIR /nowhere/at/all: expected');
  });

  test('words that are no command line', async () => {
    const { status, out, err } = await refused('settle', '--json');
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'bad_input' });
    expect(JSON.parse(out).reason).toContain('--trades');
    expect(err).toContain('--trades');
  });

  test('what a node refuses, with its code and facts', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end('{"code":"rate_limited","message":"no","facts":{"seconds":7}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const node = `http://127.0.0.1:${port}`;
      const { status, out, err } = await refused('blocks', '--node', node, '--json');
      expect(status).toBe(1);
      const said = JSON.parse(out);
      expect(said).toMatchObject({ ok: false, code: 'rate_limited', facts: { seconds: 7 } });
      expect(err).toBe(`commonwatt: ${said.reason}\n`);
    } finally {
      server.close();
    }
  });

  test('amounts beyond 53 bits become text, and an answer that does not hold has a code', async () => {
    const terminal = { ...testTerminal(), isForPrograms: true };
    const facts = { amount: 2n ** 60n };
    await answered(terminal, async () => {
      throw new ClientError('a route', { code: 'short', facts });
    });
    await answered(terminal, async () => {
      throw new StepFault('blocks: no');
    });
    const lines = terminal.out().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { ok: false, code: 'short', facts: { amount: '1152921504606846976' } },
      { ok: false, code: 'answer_unproven', facts: {} },
    ]);
  });
});

test('without --json standard output stays empty', async () => {
  const { status, out, err } = await refused('audit', '/nowhere/at/all');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).not.toBe('');
});

test('help that is asked for is no refusal', async () => {
  const { status, out } = await refused('settle', '--help', '--json');
  expect(status).toBe(0);
  expect(out).not.toContain('"ok"');
});
