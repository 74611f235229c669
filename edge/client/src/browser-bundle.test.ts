import { webcrypto } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const entry = fileURLToPath(new URL('index.ts', import.meta.url));

/** All that a browser lends; nothing of Node is there. */
const BROWSER_GLOBALS = {
  crypto: webcrypto,
  AbortController,
  TextDecoder,
  TextEncoder,
  URLSearchParams,
  clearTimeout,
  setTimeout,
  Response,
};

const SESSION = `(async () => {
  const { browserCrypto, browserRandom, browserSigner } = client;
  const signer = browserSigner(browserRandom.bytes(32));
  const message = browserRandom.bytes(40);
  const signature = signer.sign(message);
  const verdicts = [browserCrypto.verify(signer.publicKey, message, signature)];
  signature[3] ^= 1;
  verdicts.push(browserCrypto.verify(signer.publicKey, message, signature));
  const host = { random: browserRandom };
  const made = { seed: browserRandom.bytes(32), password: 'wind over the lagoon', label: 'Zoë' };
  const text = await client.createKeystore(host, made);
  const { header } = await client.openKeystore(host, text, made.password);
  const refused = await client.openKeystore(host, text, 'another').catch((fault) => fault.code);
  const answer = { status: 'ok', height: 7, reason: null };
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const fetch = async () => new Response(JSON.stringify(answer), { headers });
  const { height } = await client.createClient({ baseUrl: '', fetch }).health();
  const json = '{"type":"json","text":"[1, 2]"}';
  verdicts.push(client.verifyRequest(json, { crypto: browserCrypto }).ok);
  return JSON.stringify({ verdicts, label: header.label, refused, height });
})()`;

/** What a page loads of the client, minified, in bytes; a quarter of it are the auctions with which it clears a slot again. */
const SIZE_MAX = 430_000;

test('the whole client runs where there is no Node', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'client',
    target: 'es2022',
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  expect(imports).toEqual([]);
  // The policy of the page forbids `eval` and everything like it.
  const noCode = { codeGeneration: { strings: false, wasm: false } };
  const page = createContext({ ...BROWSER_GLOBALS }, noCode);
  expect(runInContext('typeof process + typeof Buffer + typeof require', page)).toBe(
    'undefined'.repeat(3),
  );
  runInContext(outputFiles[0]!.text, page);
  expect(JSON.parse(await runInContext(SESSION, page))).toEqual({
    verdicts: [true, false, true],
    label: 'Zoë',
    refused: 'keystore_not_opened',
    height: 7,
  });
});

test('a page does not load what only a server needs', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  expect(outputFiles[0]!.contents.length).toBeLessThan(SIZE_MAX);
  const [output] = Object.values(metafile.outputs);
  const loaded = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  // The server compiles its schemas; the ledger's rules are executed by nodes.
  for (const part of ['typebox/build/compile', 'api/src/openapi', 'contracts/src/execution']) {
    expect(loaded.filter((path) => path.includes(part))).toEqual([]);
  }
});
