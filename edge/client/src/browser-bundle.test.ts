import { webcrypto } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const entry = fileURLToPath(new URL('index.ts', import.meta.url));

/** All that a browser lends; nothing of Node is there. */
const BROWSER_GLOBALS = { crypto: webcrypto, TextEncoder, setTimeout };

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
  return JSON.stringify({ verdicts, label: header.label, refused });
})()`;

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
  const page = createContext({ ...BROWSER_GLOBALS });
  expect(runInContext('typeof process + typeof Buffer + typeof require', page)).toBe(
    'undefined'.repeat(3),
  );
  runInContext(outputFiles[0]!.text, page);
  expect(JSON.parse(await runInContext(SESSION, page))).toEqual({
    verdicts: [true, false],
    label: 'Zoë',
    refused: 'keystore_not_opened',
  });
});
