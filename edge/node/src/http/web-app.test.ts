import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestingCommunity } from './testing-community.test-support.ts';

let community: TestingCommunity;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-web-'));
  const webRoot = join(folder, 'dist');
  mkdirSync(join(webRoot, 'assets'), { recursive: true });
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>the app</title>');
  writeFileSync(join(webRoot, 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(webRoot, '.env'), 'secret');
  writeFileSync(join(folder, 'outside.txt'), 'outside');
  community = await TestingCommunity.open({ webRoot });
});
afterAll(async () => {
  await community.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, accept = 'text/html') => community.knock({ url, headers: { accept } });

describe('the web app', () => {
  test.each(['/', '/index.html', '/market/today', '/?x=1'])('stands at %s', async (url) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining('the app')]);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('has files named by content, which may be kept', async () => {
    const answer = await get('/assets/app-1a2b.js', '*/*');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('javascript');
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    '/assets/gone.js',
    '/.env',
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/api/nothing',
    '/api',
  ])('never answers %s', async (url) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.json().code).toBe('not_found');
  });

  test('does not stand in for what is no page', async () => {
    expect((await get('/market/today', 'application/json')).statusCode).toBe(404);
    const posted = await community.knock({ method: 'POST', url: '/market/today', body: {} });
    expect(posted.statusCode).toBe(404);
  });
});

test('without a built app the doors stand alone', async () => {
  const bare = await TestingCommunity.open({ webRoot: join(folder, 'nothing here') });
  expect((await bare.knock({ url: '/', headers: { accept: 'text/html' } })).statusCode).toBe(404);
  expect((await bare.knock({ url: '/health' })).statusCode).toBe(200);
  await bare.close();
});
