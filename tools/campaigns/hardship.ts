/**
 * Hard times that are nobody's fault: a full disk, a clock that is set, someone who listens and never
 * reads, a crowd of idle connections, bodies that never end. Whoever caused it gets a clear answer,
 * memory stays bounded, and everybody else trades on.
 */

import { connect, type Socket } from 'node:net';
import { ACTION, transferCodec } from '@commonwatt/contracts';
import {
  act,
  type Campaign,
  COMMUNITY_FROM_MS,
  Device,
  type Figures,
  promise,
  SeededRandom,
} from '@commonwatt/simulator';
import { money } from '@commonwatt/units';
import { fullDisk, fullVault } from './full-disk.ts';
import { withNode } from './living-node.ts';
import { ANA, ANY_MEMBER, ThreeDoors } from './three-doors.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 366 * 24 * HOUR_MS;

type Hardship = (isSmall: boolean, note: (sentence: string) => void) => Promise<Figures>;

const HARDSHIPS: readonly Hardship[] = [
  fullDisk,
  setClock,
  deafListener,
  idleCrowd,
  endlessBodies,
  fullVault,
  steppedClock,
];

export const hardship: Campaign = {
  name: 'hardship',
  promise: 'hard times bring a clear error and bounded memory, and trading goes on',
  cases: { whole: HARDSHIPS.length, small: HARDSHIPS.length },
  ofCase:
    'one hardship: full disk or records, clock set or stepping, deaf listener, idle crowd, endless bodies',
  plants: ['forget what was acknowledged'],
  open: async ({ isSmall, note, plant }) => ({
    check: (index) => {
      const one = HARDSHIPS[index % HARDSHIPS.length] as Hardship;
      if (plant !== undefined) return fullDisk(isSmall, note, plant);
      return one(isSmall, note);
    },
  }),
};

/** The machine's clock is set forward and back by up to hours; block times never go back. */
async function setClock(): Promise<Figures> {
  const doors = await ThreeDoors.open();
  try {
    const { ledger } = doors.node;
    const ana = new Device(ANA, ledger.chain);
    ana.follow(ledger);
    const body = act(ACTION.transfer, transferCodec, { to: ANY_MEMBER + 1, amount: money(1n) });
    let lastMs = 0;
    let trades = 0;
    for (const stepMs of [
      0,
      1,
      -5000,
      60_000,
      -600_000,
      HOUR_MS,
      -HOUR_MS,
      4 * HOUR_MS,
      -4 * HOUR_MS,
    ]) {
      doors.clock.step(stepMs);
      const verdict = await doors.overHttp(ana.sign([body], doors.clock.nowMs()));
      promise(verdict === 'done', `after a step of ${stepMs} ms: ${verdict}`);
      const timeMs = ledger.head?.timeMs ?? 0;
      promise(timeMs >= lastMs, `block time went back from ${lastMs} to ${timeMs}`);
      lastMs = timeMs;
      trades++;
    }
    // Who signs for a window that is over is told so, with both instants.
    const late = ana.sign([body], doors.clock.nowMs() - 24 * HOUR_MS);
    promise((await doors.overHttp(late)) === 'expired', 'a window that is over was let in');
    await doors.follow();
    return { clockSteps: trades, trades };
  } finally {
    await doors.close();
  }
}

/**
 * The machine's clock steps by up to a year, to and fro, while members go by the true time: the node
 * goes by it too, and every order is taken within the slot that it names.
 */
async function steppedClock(isSmall: boolean): Promise<Figures> {
  const machine = { wallMs: COMMUNITY_FROM_MS, runningMs: 0 };
  const doors = await ThreeDoors.open({
    clockWatch: {
      time: {
        wall: { nowMs: () => machine.wallMs },
        runningMs: () => machine.runningMs,
        uptimeMs: () => machine.runningMs,
      },
    },
  });
  const pass = (ms: number) => {
    machine.wallMs += ms;
    machine.runningMs += ms;
    doors.clock.step(ms);
  };
  try {
    const { ledger } = doors.node;
    const ana = new Device(ANA, ledger.chain);
    ana.follow(ledger);
    const body = act(ACTION.transfer, transferCodec, { to: ANY_MEMBER + 1, amount: money(1n) });
    pass(600_000);
    const random = new SeededRandom(7);
    let trades = 0;
    for (let step = 0; step < (isSmall ? 40 : 2000); step++) {
      const away = Math.floor((random.fraction() - 0.5) * YEAR_MS);
      const leads = [away, Math.sign(away) * HOUR_MS, 0];
      for (const lead of leads) {
        machine.wallMs = doors.clock.nowMs() + lead;
        pass(random.below(20_000));
        const trueMs = doors.clock.nowMs();
        const verdict = await doors.overHttp(
          ana.sign([body], trueMs, { validUntilMs: trueMs + 60_000 }),
        );
        promise(verdict === 'done', `the clock ${lead} ms away: ${verdict}`);
        const timeMs = ledger.head?.timeMs ?? 0;
        promise(
          timeMs === trueMs,
          `the clock ${lead} ms away: block time ${timeMs}, true ${trueMs}`,
        );
        trades++;
      }
    }
    const { steps = 0 } = doors.node.clockWatch ?? {};
    promise(steps > trades / 4, `only ${steps} steps were held`);
    return { stepsHeld: steps, trades };
  } finally {
    await doors.close();
  }
}

function socketTo(port: number, from: string, first: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from }, () => {
      socket.write(first);
      resolve(socket);
    });
    socket.on('error', () => undefined); // being cut off is what these are here for
  });
}

/** Subscribers that never read what they are told. */
async function deafListener(isSmall: boolean): Promise<Figures> {
  return withNode({}, async (node) => {
    const listeners: Socket[] = [];
    for (let at = 0; at < 30; at++) {
      const socket = await socketTo(
        node.port,
        '127.0.0.9',
        'GET /api/events HTTP/1.1\r\nhost: a\r\n\r\n',
      );
      socket.pause();
      listeners.push(socket);
    }
    const rounds = isSmall ? 30 : 3000;
    for (let round = 0; round < rounds; round++) await node.trade();
    const figures = node.figures();
    for (const socket of listeners) socket.destroy();
    return { deafListeners: listeners.length, ...figures };
  });
}

/** A thousand connections from two addresses that say nothing, or only half a head. */
async function idleCrowd(isSmall: boolean): Promise<Figures> {
  const count = isSmall ? 300 : 1000;
  return withNode({}, async (node) => {
    const sockets: Socket[] = [];
    let cut = 0;
    for (let at = 0; at < count; at++) {
      const from = `127.0.0.${20 + (at % 2)}`;
      const socket = await socketTo(
        node.port,
        from,
        at % 3 === 0 ? 'GET /api/ledger HTTP/1.1\r\nx-a: ' : '',
      );
      socket.on('close', () => cut++);
      sockets.push(socket);
      if (at % 50 === 0) await node.trade();
    }
    for (let round = 0; round < 10; round++) await node.trade();
    const figures = node.figures();
    const idleConnections = sockets.length - cut;
    for (const socket of sockets) socket.destroy();
    promise(idleConnections > count * 0.9, `only ${idleConnections} idle connections stood`);
    return { idleConnections, ...figures };
  });
}

/** Bodies that trickle on for ever are timed out; bodies that pour for ever are cut off. */
async function endlessBodies(): Promise<Figures> {
  const limits = { requestTimeoutMs: 1500, headersTimeoutMs: 1000, timeoutCheckMs: 200 };
  return withNode({ limits }, async (node) => {
    const head = 'POST /api/transactions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
    const answers: Promise<string>[] = [];
    for (let at = 0; at < 60; at++) {
      const isPouring = at % 2 === 0;
      const first = isPouring
        ? `${head}transfer-encoding: chunked\r\n\r\n`
        : `${head}content-length: 900000\r\n\r\n`;
      const socket = await socketTo(node.port, '127.0.0.30', first);
      answers.push(answerTo(socket, isPouring));
    }
    for (let round = 0; round < 30; round++) await node.trade();
    let timedOut = 0;
    let cutOff = 0;
    for (const answer of await Promise.all(answers)) {
      if (/^HTTP\/1.1 408/.test(answer)) timedOut++;
      else if (/^HTTP\/1.1 413/.test(answer) || answer === '') cutOff++;
      else throw new Error(`an endless body: ${answer.slice(0, 200)}`);
    }
    promise(timedOut >= 20, `only ${timedOut} trickling bodies were timed out`);
    return { timedOut, cutOff, ...node.figures() };
  });
}

/** Writes a body that never ends until the other side has had enough, and says what it answered. */
function answerTo(socket: Socket, isPouring: boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const chunk = isPouring ? `10000\r\n${'z'.repeat(65_536)}\r\n` : 'z';
    const timer = setInterval(() => socket.writable && socket.write(chunk), isPouring ? 5 : 100);
    socket.on('data', (part) => {
      text += part.toString('latin1');
    });
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
  });
}
