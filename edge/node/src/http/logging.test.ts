import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from './logging.ts';
import { keyOf, TestingCommunity } from './testing-community.test-support.ts';

const CANARY = 'canary7f3e91';
let logged = '';
const destination = new Writable({
  write(chunk, _encoding, done) {
    logged += String(chunk);
    done();
  },
});
let community: TestingCommunity;

beforeAll(async () => {
  const logger = createLogger({ level: 'trace', destination });
  community = await TestingCommunity.open({ logger });
});
afterAll(() => community.close());

describe('the log', () => {
  test('names the route, the status and the code of every request, and no secret', async () => {
    const authorization = `Commonwatt key=${CANARY}`;
    await community.knock({ url: `/api/me?${CANARY}=1`, headers: { authorization } });
    await community.knock({ url: `/${CANARY}`, headers: { cookie: CANARY, 'user-agent': CANARY } });
    const label = { member: 2, label: CANARY };
    const url = '/api/operator/records';
    await community.knock({ method: 'POST', url, as: keyOf('registrar'), body: label });
    await community.knock({ method: 'POST', url, payload: `{"${CANARY}"` });
    const signed = await community.knock({ url: '/api/members/2/balance', as: keyOf('ana') });
    expect(signed.statusCode).toBe(200);
    const rows = logged
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(rows.map(({ route, status, code }) => [route, status, code])).toEqual([
      ['ownMember', 401, 'unauthenticated'],
      ['other', 404, 'not_found'],
      ['postRecord', 200, undefined],
      ['postRecord', 401, 'unauthenticated'],
      ['memberBalance', 200, undefined],
    ]);
    expect(logged).not.toContain(CANARY);
    expect(logged).not.toContain('192.0.2.1');
    expect(logged).not.toContain(Buffer.from(keyOf('ana').publicKey).toString('hex'));
    expect(logged).not.toContain('/members/2');
  });

  test('keeps a fault of ours with where it happened', async () => {
    logged = '';
    Object.assign(community.desks, {
      community: () => {
        throw new Error('the figures are gone');
      },
    });
    await community.knock({ url: '/api/community' });
    expect(logged).toContain('the figures are gone');
    expect(logged).toContain('"route":"communityTotals"');
  });

  test('hides what is named like a secret, wherever it stands', () => {
    logged = '';
    const logger = createLogger({ destination });
    for (const name of ['authorization', 'password', 'seed', 'secret', 'salt', 'privateKey']) {
      logger.info({ [name]: CANARY, a: { [name]: CANARY, b: { [name]: CANARY } } }, 'x');
    }
    expect(logged).not.toContain(CANARY);
    expect(logged.match(/\[hidden\]/g)).toHaveLength(18);
  });
});
