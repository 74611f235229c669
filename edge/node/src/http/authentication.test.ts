import { randomBytes } from 'node:crypto';
import { ACTION, keys, rotateKeyCodec, type Share, shareCodec } from '@commonwatt/contracts';
import { possessionBytes, toHex } from '@commonwatt/ledger';
import { price } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  action,
  CALL,
  keyOf,
  numberOf,
  REQUEST_MS,
  SLOT_MS,
  TestingCommunity,
  wh,
} from './testing-community.test-support.ts';

let community: TestingCommunity;
const ANA = numberOf('ana');
const balanceUrl = `/api/members/${ANA}/balance`;
const ana = keyOf('ana');

beforeEach(async () => {
  community = await TestingCommunity.open();
});
afterEach(() => community.close());

async function withHeader(authorization: string, url = balanceUrl, address = '192.0.2.1') {
  const answer = await community.knock({ url, headers: { authorization }, address });
  return answer.statusCode === 200 ? 'ok' : (answer.json().code as string);
}

const sign = (changes: Parameters<TestingCommunity['authorization']>[2] = {}, url = balanceUrl) =>
  community.authorization(ana, { method: 'GET', url }, changes);

describe('a signed request', () => {
  test('is taken once', async () => {
    const header = sign();
    expect(await withHeader(header)).toBe('ok');
    expect(await withHeader(header)).toBe('request_replayed');
    expect(await withHeader(header, balanceUrl, '192.0.2.9')).toBe('request_replayed');
    expect(await withHeader(sign())).toBe('ok');
  });

  test('is taken a minute either way by the request clock, and no longer', async () => {
    expect(await withHeader(sign({ timeMs: REQUEST_MS - 60_000 }))).toBe('ok');
    expect(await withHeader(sign({ timeMs: REQUEST_MS + 60_000 }))).toBe('ok');
    expect(await withHeader(sign({ timeMs: REQUEST_MS - 60_001 }))).toBe('request_stale');
    expect(await withHeader(sign({ timeMs: REQUEST_MS + 60_001 }))).toBe('request_stale');
  });

  test('is not taken twice for as long as its time is good', async () => {
    const header = sign({ timeMs: REQUEST_MS + 60_000 });
    expect(await withHeader(header)).toBe('ok');
    for (const laterMs of [60_000, 119_999, 120_000]) {
      community.requestClock.ms = REQUEST_MS + laterMs;
      expect(await withHeader(header)).toBe('request_replayed');
    }
    community.requestClock.ms = REQUEST_MS + 120_001;
    expect(await withHeader(header)).toBe('request_stale');
  });

  test('counts for its chain, method, target and query alone', async () => {
    expect(await withHeader(sign({ chain: 'ab'.repeat(32) }))).toBe('signature_wrong');
    expect(await withHeader(sign({}, `${balanceUrl}?`))).toBe('signature_wrong');
    expect(await withHeader(sign({}, '/api/me'))).toBe('signature_wrong');
    const posted = community.authorization(ana, { method: 'POST', url: balanceUrl });
    expect(await withHeader(posted)).toBe('signature_wrong');
    expect(await withHeader(sign(), `${balanceUrl}?x=1`)).toBe('signature_wrong');
  });

  test('counts for its body alone', async () => {
    const url = '/api/operator/records';
    const registrar = keyOf('registrar');
    const payload = JSON.stringify({ member: ANA, label: 'Ana' });
    const authorization = community.authorization(registrar, { method: 'POST', url, payload });
    const swapped = JSON.stringify({ member: ANA, label: 'Eve' });
    const post = (body: string) =>
      community.knock({ method: 'POST', url, payload: body, headers: { authorization } });
    expect((await post(swapped)).json().code).toBe('signature_wrong');
    expect((await post(`${payload} `)).json().code).toBe('signature_wrong');
    expect((await post(payload)).statusCode).toBe(200);
    expect(community.fakes.labels.get(ANA)).toBe('Ana');
  });

  test.each([
    ['', 'unauthenticated'],
    ['Bearer x', 'unauthenticated'],
    ['Commonwatt key=00', 'unauthenticated'],
  ])('in the form %j is %s', async (header, code) => {
    expect(await withHeader(header)).toBe(code);
  });

  test('with any digit changed is refused', async () => {
    const header = sign();
    const places = [...header.matchAll(/[0-9a-f]/g)].map(({ index }) => index);
    for (const at of places.filter((place) => place > 'Commonwatt key='.length).slice(0, 270)) {
      const digit = header[at] === '1' ? '2' : '1';
      const changed = `${header.slice(0, at)}${digit}${header.slice(at + 1)}`;
      const address = `198.51.100.${at % 250}`;
      expect(await withHeader(changed, balanceUrl, address)).not.toBe('ok');
    }
    expect(await withHeader(header)).toBe('ok');
  });

  test('under an old key is nobody’s from the block of the rotation on', async () => {
    const next = keyOf('ana’s next');
    const { publicKey: newKey } = next;
    const agreement = agreementKey();
    const possession = possessionBytes(community.ledger.chain, 'rotate', newKey, agreement);
    const message = { newKey, agreementKey: agreement, possession: next.sign(possession) };
    await community.send('ana', action(ACTION.rotateKey, rotateKeyCodec, message));
    expect(community.ledger.state.get(keys, next.publicKey)?.member).toBe(ANA);
    expect(await withHeader(sign())).toBe('key_unknown');
    const answer = await community.knock({ url: balanceUrl, as: next });
    expect(answer.statusCode).toBe(200);
  });
});

function agreementKey(): Uint8Array {
  const bytes = new Uint8Array(randomBytes(32));
  bytes[31] = (bytes[31] as number) & 0x7f;
  return bytes;
}

const share = (changes: Partial<Share> = {}) =>
  action(ACTION.share, shareCodec, {
    market: CALL,
    slotMs: SLOT_MS,
    energy: wh(10n),
    limit: price(100n),
    ...changes,
  });

function submit(bytes: Uint8Array, address: string) {
  const body = { transaction: toHex(bytes) };
  return community.knock({ method: 'POST', url: '/api/transactions', body, address });
}

describe('whom a refusal counts against', () => {
  test('ten thousand forged requests leave the member they name untouched', async () => {
    const forger = '203.0.113.5';
    const codes = new Map<string, number>();
    for (let at = 0; at < 10_000; at++) {
      const good = sign();
      const forged = `${good.slice(0, -128)}${randomBytes(64).toString('hex')}`;
      const code = await withHeader(forged, balanceUrl, forger);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (at % 500 === 0) expect(await withHeader(sign())).toBe('ok');
    }
    expect([...codes.keys()].sort()).toEqual(['rate_limited', 'signature_wrong']);
    expect(codes.get('signature_wrong')).toBeLessThan(300);
    expect(await withHeader(sign())).toBe('ok');
    const own = await submit(community.sign(ana, [share()]), '192.0.2.1');
    expect(own.statusCode).toBe(200);
  }, 60_000);

  test('ten thousand forged transactions do not either, nor does catching and resending', async () => {
    const refusedOnce = community.sign(ana, [share({ slotMs: SLOT_MS + 1 })]);
    const taken = community.sign(ana, [share()]);
    expect((await submit(taken, '192.0.2.1')).statusCode).toBe(200);
    const stale = community.sign(ana, [share({ energy: wh(11n) })], { sequence: 0 });
    const forged = community.sign(ana, [share({ energy: wh(12n) })]);
    for (let at = 0; at < 10_000; at++) {
      const bytes = Uint8Array.from([refusedOnce, taken, stale, forged][at % 4] as Uint8Array);
      if (at % 4 === 3) bytes.set(randomBytes(64), bytes.length - 64);
      await submit(bytes, `203.0.${at % 100}.5`);
    }
    const next = community.sign(ana, [share({ energy: wh(13n) })]);
    expect((await submit(next, '192.0.2.1')).statusCode).toBe(200);
    expect(await withHeader(sign())).toBe('ok');
  }, 120_000);

  test('refused messages of her own shut a member out for a while', async () => {
    const codes: string[] = [];
    for (let at = 0; at < 25; at++) {
      const bytes = community.sign(ana, [share({ slotMs: SLOT_MS + 1 + at })]);
      codes.push((await submit(bytes, '192.0.2.1')).json().code);
    }
    expect(codes.slice(0, 20).every((code) => code === 'refused')).toBe(true);
    // A little is forgotten while they come.
    expect(codes.slice(22)).toEqual(['rate_limited', 'rate_limited', 'rate_limited']);
    expect(await withHeader(sign())).toBe('rate_limited');
    const shut = await submit(community.sign(ana, [share()]), '192.0.2.77');
    expect(shut.statusCode).toBe(429);
    expect(Number(shut.headers['retry-after'])).toBeGreaterThan(0);
    // Nobody else is.
    const other = await community.knock({ url: '/api/me', as: keyOf('bob') });
    expect(other.statusCode).toBe(200);
  });

  test('asking for other members’ rows again and again counts too', async () => {
    const url = `/api/members/${numberOf('bob')}/balance`;
    const codes: string[] = [];
    for (let at = 0; at < 23; at++) {
      codes.push((await community.knock({ url, as: ana })).json().code);
    }
    expect(codes.at(0)).toBe('forbidden');
    expect(codes.at(-1)).toBe('rate_limited');
  });
});
