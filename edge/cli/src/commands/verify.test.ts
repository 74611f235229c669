import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

function signatureRequest(text: string, altered = false): string {
  const message = Buffer.from(text, 'utf8');
  const signature = sign(null, message, privateKey);
  if (altered) signature[0] = (signature[0] ?? 0) ^ 1;
  return JSON.stringify({
    type: 'signature',
    publicKey: raw,
    message: message.toString('hex'),
    signature: signature.toString('hex'),
  });
}

async function verdicts(input: string | Uint8Array): Promise<{ ok: boolean; reason?: string }[]> {
  const terminal = testTerminal(input);
  expect(await main(['verify'], terminal)).toBe(0);
  expect(terminal.err()).toBe('');
  const lines = terminal.out().split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

test('every line gets one verdict, in order, and the status says that all were answered', async () => {
  const lines = [
    signatureRequest('a'),
    '',
    signatureRequest('b', true),
    'no json',
    JSON.stringify({ type: 'json', text: '{"a":1,"a":2}' }),
    JSON.stringify({ type: 'json', text: '{"a":1}' }),
    JSON.stringify({ type: 'public-key', publicKey: '00'.repeat(32) }),
    JSON.stringify({ type: 'unheard of' }),
  ];
  const answers = await verdicts(`${lines.join('\n')}\n`);
  expect(answers.map((one) => one.ok)).toEqual([
    true,
    false,
    false,
    false,
    false,
    true,
    false,
    false,
  ]);
  for (const answer of answers) {
    expect(Object.keys(answer)).toEqual(answer.ok ? ['ok'] : ['ok', 'reason']);
  }
});

test('thousands of lines', async () => {
  const lines = Array.from({ length: 5000 }, (_, at) =>
    JSON.stringify({ type: 'json', text: at % 3 === 0 ? '[' : '[]' }),
  );
  const answers = await verdicts(lines.join('\n'));
  expect(answers).toHaveLength(5000);
  expect(answers.every((one, at) => one.ok === (at % 3 !== 0))).toBe(true);
});

test('a line that is no UTF-8 is refused in its place, and nothing in gives nothing out', async () => {
  const answers = await verdicts(Buffer.from([0x22, 0xff, 0x22, 10, 0x7b, 0x7d]));
  expect(answers).toEqual([
    { ok: false, reason: expect.stringContaining('bad_utf8') },
    { ok: false, reason: expect.any(String) },
  ]);
  const terminal = testTerminal('');
  expect(await main(['verify'], terminal)).toBe(0);
  expect(terminal.out()).toBe('');
});
