import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACTION, arrivals, peers, setPeerOpenCodec } from '@commonwatt/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actionOf, type Officer } from '../officer.ts';
import { RELAY_LANE } from './relay-service.ts';
import { TwoLedgers } from './testing/two-ledgers.ts';

const ENDS = 'the process ends here';
const FUNDS = 1000n;

let folder: string;
let two: TwoLedgers;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-relay-'));
});
afterEach(async () => {
  await two.node.stop();
  rmSync(folder, { recursive: true });
});

/** Ana locks 400; nothing of it is carried yet. */
async function begun(dir: string): Promise<void> {
  two = await TwoLedgers.open({ dir });
  await two.enrol('ana', FUNDS);
  await two.node.tick();
  expect(await two.lock('ana', 400n)).toEqual(['done']);
}

/** Lets a number of batches through; the next one fails before or after it was done. */
class Fuse {
  left: number;
  readonly how: 'before' | 'after';
  constructor(left: number, how: 'before' | 'after') {
    this.left = left;
    this.how = how;
  }

  set(officer: Officer): void {
    const whole = officer.submitEach.bind(officer);
    officer.submitEach = async (actions, options) => {
      expect(options).toEqual({ lane: RELAY_LANE });
      const ends = this.left-- === 0;
      if (ends && this.how === 'before') throw new Error(ENDS);
      const answer = await whole(actions, options);
      if (ends) throw new Error(ENDS);
      return answer;
    };
  }
}

/** Goes on with a copy of the folder as it is on disk now, as after a power cut. */
async function powerCut(to: string): Promise<void> {
  const dir = join(folder, to);
  cpSync(join(folder, 'first'), dir, { recursive: true });
  await two.community.restart(dir);
}

/** What is locked arrives, is burnt and comes back; ends early where the relay does. */
async function toTheEnd(): Promise<void> {
  await two.blocks();
  await two.node.tick();
  if (two.certificates.relay.standing === ENDS) return;
  const minted = two.free('ana', 'certificates');
  if (minted > 0n) expect(await two.burn('ana', minted)).toEqual(['done']);
  await two.blocks();
  await two.node.tick();
}

function expectEnd(): void {
  expect(two.pegged()).toEqual({ locked: 0n, minted: 0n });
  expect(two.free('ana', 'market')).toBe(FUNDS);
  expect(two.free('ana', 'certificates')).toBe(0n);
  expect(two.certificates.ledger.state.size(arrivals)).toBe(1);
  expect(two.node.ledger.state.size(arrivals)).toBe(1);
}

describe('ended at each of its steps', () => {
  const steps = [0, 1].flatMap((left) => (['before', 'after'] as const).map((how) => [left, how]));
  test.each(steps as [number, 'before' | 'after'][])(
    'batch %i, %s it is done',
    async (left, how) => {
      await begun(join(folder, 'first'));
      const fuse = new Fuse(left, how);
      fuse.set(two.node.officer);
      fuse.set(two.certificates.officer);
      await toTheEnd();
      expect(fuse.left).toBeLessThan(0);
      expect(two.certificates.relay.standing).toBe(ENDS);
      await powerCut('second');
      await two.node.tick();
      await toTheEnd();
      await toTheEnd();
      expectEnd();
      expect(two.certificates.relay).toMatchObject({ standing: undefined, refused: [] });
    },
  );
});

test('carries nothing while too few blocks stand behind it', async () => {
  await begun(join(folder, 'first'));
  await two.node.tick();
  expect([two.pegged(), two.certificates.relay.carried]).toEqual([{ locked: 400n, minted: 0n }, 0]);
  await two.blocks();
  await two.node.tick();
  expect([two.pegged(), two.certificates.relay.carried]).toEqual([
    { locked: 400n, minted: 400n },
    1,
  ]);
});

test('what goes to somebody who is not there waits, and goes on with the rest', async () => {
  await begun(join(folder, 'first'));
  await two.enrolHere('ben', 50n);
  const { number: ben } = two.community.member('ben');
  expect(two.certificates.memberOf(ben)).toBeUndefined();
  expect(await two.lock('ben', 50n)).toEqual(['done']);
  await two.blocks();
  await two.node.tick();
  expect(two.pegged()).toEqual({ locked: 450n, minted: 400n });
  await two.enrolThere('ben');
  expect(two.certificates.memberOf(ben)).toBeGreaterThan(0);
  await two.node.tick();
  expect(two.pegged()).toEqual({ locked: 450n, minted: 450n });
  expect(two.free('ben', 'certificates')).toBe(50n);
});

test('what is refused holds up nothing else, is told, and is tried again after ten minutes', async () => {
  await begun(join(folder, 'first'));
  expect(await two.lock('ana', 30n)).toEqual(['done']);
  await two.blocks();
  const { officer } = two.certificates;
  const whole = officer.submitEach.bind(officer);
  let refusing = true;
  officer.submitEach = async (actions, options) => {
    if (!refusing) return whole(actions, options);
    // The first claim stands behind the head under which it is proven.
    const kept = actions.filter((_, at) => at !== 1);
    const answers = [...(await whole(kept, options))];
    answers.splice(1, 0, { code: 'ranges_too_many' });
    return answers;
  };
  await two.node.tick();
  const { relay } = two.certificates;
  const refused = { way: 'to certificates', code: 'ranges_too_many' };
  expect(relay).toMatchObject({ carried: 1, refused: [refused] });
  expect(two.pegged()).toEqual({ locked: 430n, minted: 30n });
  refusing = false;
  await two.node.tick();
  expect(two.certificates.relay.batches).toBe(relay.batches);
  await two.community.advance(10 * 60_000);
  expect(two.certificates.relay).toMatchObject({ carried: 2, refused: [] });
  expect(two.pegged()).toEqual({ locked: 430n, minted: 430n });
});

test('while the peg stands still nothing is carried, and the figures say why', async () => {
  await begun(join(folder, 'first'));
  const { officer, marketPeer = 0 } = two.certificates;
  const stand = (open: 'open' | 'halted') => {
    const message = { peer: marketPeer, open, reason: 'a drill', forgetHeads: false };
    return officer.submit([actionOf(ACTION.setPeerOpen, setPeerOpenCodec, message)]);
  };
  await stand('halted');
  await two.blocks();
  await two.node.tick();
  expect(two.certificates.relay).toMatchObject({ standing: 'a drill', carried: 0 });
  await stand('open');
  await two.node.tick();
  expect(two.certificates.relay).toMatchObject({ standing: undefined, carried: 1 });
});

test('started, it is woken by the blocks of either ledger', async () => {
  two = await TwoLedgers.open({ dir: join(folder, 'first') }, 0);
  await two.node.start();
  await two.enrol('ana', FUNDS);
  await expect.poll(() => two.node.ledger.state.size(peers)).toBe(1);
  expect(await two.lock('ana', 400n)).toEqual(['done']);
  await expect.poll(() => two.pegged().minted).toBe(400n);
  expect(await two.burn('ana', 150n)).toEqual(['done']);
  await expect.poll(() => two.pegged()).toEqual({ locked: 250n, minted: 250n });
});
