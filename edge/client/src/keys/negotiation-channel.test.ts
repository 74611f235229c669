import { fromHex, type Random, toHex, utf8Bytes } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browserCrypto, browserRandom } from '../crypto/browser-crypto.ts';
import { endorseAgreementKey } from './agreement-key.ts';
import { memberKeysFromSeed } from './member-keys.ts';
import { deriveMutualKey, isMutualKey, type MutualKey } from './mutual-key.ts';
import {
  NEGOTIATION_MESSAGE_BYTES_MAX,
  NEGOTIATION_MESSAGES_MAX,
  negotiationChannel,
} from './negotiation-channel.ts';

const chain = new Uint8Array(32).fill(0xcc);

/** Both ends of one negotiation. */
function ends(negotiation = fromHex('0017')): readonly [MutualKey, MutualKey] {
  const [ana, ben] = [1, 2].map((member) => {
    const { signer, agreementKey: ownKey } = memberKeysFromSeed(new Uint8Array(32).fill(member));
    const agreementPublicKey = ownKey.publicKey;
    const own = { member, publicKey: signer.publicKey, agreementPublicKey };
    return { own, ownKey, endorsement: endorseAgreementKey(signer, chain, agreementPublicKey) };
  });
  const derived = [
    [ana!, ben!],
    [ben!, ana!],
  ].map(([here, there]) => {
    const peer = { ...there!.own, endorsement: there!.endorsement };
    const request = { chain, negotiation, own: here!.own, ownKey: here!.ownKey, peer };
    const outcome = deriveMutualKey(browserCrypto, request);
    if (!isMutualKey(outcome)) throw new Error(outcome.code);
    return outcome;
  });
  return [derived[0]!, derived[1]!];
}

const [anaKey, benKey] = ends();
const channels = () =>
  [negotiationChannel(browserRandom, anaKey), negotiationChannel(browserRandom, benKey)] as const;

describe('messages', () => {
  test('arrive in both directions, whatever they say', () => {
    const [ana, ben] = channels();
    const messages = fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 300 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(messages, (sent) => {
        for (const [fromAna, message] of sent) {
          const [sender, receiver] = fromAna ? [ana, ben] : [ben, ana];
          expect(toHex(receiver.open(sender.seal(message))!)).toBe(toHex(message));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('with any bit flipped do not open, and the right one still does afterwards', () => {
    const [ana, ben] = channels();
    const sealed = ana.seal(utf8Bytes('41 EUR/MWh'));
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(ben.open(changed)).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(ben.open(sealed.subarray(0, length))).toBeUndefined();
    }
    expect(ben.open(sealed)).toEqual(utf8Bytes('41 EUR/MWh'));
  });

  test('repeated, left out, reordered or sent back do not open', () => {
    const [ana, ben] = channels();
    const [one, two] = [ana.seal(fromHex('01')), ana.seal(fromHex('02'))];
    expect(ben.open(two)).toBeUndefined();
    expect(ana.open(one)).toBeUndefined();
    expect(ben.open(one)).toEqual(fromHex('01'));
    expect(ben.open(one)).toBeUndefined();
    expect(ben.open(two)).toEqual(fromHex('02'));
    expect(ben.position).toEqual({ nextSent: 0, nextReceived: 2 });
    expect(ana.position).toEqual({ nextSent: 2, nextReceived: 0 });
  });

  test('of another negotiation between the same two do not open', () => {
    const [ana] = channels();
    const [, elsewhere] = ends(fromHex('0018'));
    const sealed = ana.seal(fromHex('01'));
    expect(negotiationChannel(browserRandom, elsewhere).open(sealed)).toBeUndefined();
  });

  test('under one key never share a nonce, even when a device forgot its place', () => {
    const message = utf8Bytes('the same words');
    const before = negotiationChannel(browserRandom, anaKey).seal(message);
    const after = negotiationChannel(browserRandom, anaKey).seal(message);
    expect(toHex(before.subarray(0, 16))).not.toBe(toHex(after.subarray(0, 16)));
    expect(toHex(before.subarray(16))).not.toBe(toHex(after.subarray(16)));
    const still: Random = { bytes: (length) => new Uint8Array(length) };
    const channel = negotiationChannel(still, anaKey);
    const bodyOf = (sealed: Uint8Array): string => toHex(sealed.subarray(16, 16 + message.length));
    expect(bodyOf(channel.seal(message))).not.toBe(bodyOf(channel.seal(message)));
  });
});

describe('a place that was stored', () => {
  test('is taken up again', () => {
    const [ana, ben] = channels();
    ben.open(ana.seal(fromHex('01')));
    const anaAgain = negotiationChannel(browserRandom, anaKey, ana.position);
    const benAgain = negotiationChannel(browserRandom, benKey, ben.position);
    expect(benAgain.open(anaAgain.seal(fromHex('02')))).toEqual(fromHex('02'));
    expect(anaAgain.open(benAgain.seal(fromHex('03')))).toEqual(fromHex('03'));
  });

  test.each([-1, 0.5, NEGOTIATION_MESSAGES_MAX + 1])('of %s is refused', (nextSent) => {
    const position = { nextSent, nextReceived: 0 };
    expect(() => negotiationChannel(browserRandom, anaKey, position)).toThrow('position: expected');
  });
});

describe('limits', () => {
  test('the longest message, and one byte more', () => {
    const [ana, ben] = channels();
    const longest = new Uint8Array(NEGOTIATION_MESSAGE_BYTES_MAX).fill(5);
    expect(ben.open(ana.seal(longest))).toEqual(longest);
    const longer = new Uint8Array(NEGOTIATION_MESSAGE_BYTES_MAX + 1);
    expect(() => ana.seal(longer)).toThrow('negotiation message: expected at most 16384 bytes');
    expect(ben.open(new Uint8Array(NEGOTIATION_MESSAGE_BYTES_MAX + 33))).toBeUndefined();
  });

  test('the last message, and one more', () => {
    const last = NEGOTIATION_MESSAGES_MAX - 1;
    const ana = negotiationChannel(browserRandom, anaKey, { nextSent: last, nextReceived: 0 });
    const ben = negotiationChannel(browserRandom, benKey, { nextSent: 0, nextReceived: last });
    const sealed = ana.seal(fromHex('01'));
    expect(ben.open(sealed)).toEqual(fromHex('01'));
    expect(() => ana.seal(fromHex('02'))).toThrow('negotiation messages: expected at most 65536');
    expect(ben.open(sealed)).toBeUndefined();
  });
});
