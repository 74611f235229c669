import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
} from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browserCrypto } from '../crypto/browser-crypto.ts';
import { agreementKeyFromSeed, endorseAgreementKey } from './agreement-key.ts';
import { type MemberKeys, memberKeysFromSeed } from './member-keys.ts';
import {
  deriveMutualKey,
  isMutualKey,
  type MutualKey,
  type MutualKeyRequest,
  type Party,
  type PeerParty,
} from './mutual-key.ts';

const chain = new Uint8Array(32).fill(0xcc);
const negotiation = fromHex('7472616465203137');

interface Person {
  readonly keys: MemberKeys;
  readonly party: Party;
  readonly shown: PeerParty;
}

function person(member: number, seed: number): Person {
  const keys = memberKeysFromSeed(new Uint8Array(32).fill(seed));
  const publicKey = keys.signer.publicKey;
  const agreementPublicKey = keys.agreementKey.publicKey;
  const party = { member, publicKey, agreementPublicKey };
  const endorsement = endorseAgreementKey(keys.signer, chain, agreementPublicKey);
  return { keys, party, shown: { ...party, endorsement } };
}

const ana = person(12, 1);
const ben = person(7, 2);
const eve = person(9, 3);

function derive(own: Person, peer: PeerParty, changed: Partial<MutualKeyRequest> = {}) {
  const request = { chain, negotiation, own: own.party, ownKey: own.keys.agreementKey, peer };
  return deriveMutualKey(browserCrypto, { ...request, ...changed });
}

function mutual(own: Person, peer: PeerParty, changed: Partial<MutualKeyRequest> = {}): MutualKey {
  const outcome = derive(own, peer, changed);
  if (!isMutualKey(outcome)) throw new Error(`expected a mutual key, got ${outcome.code}`);
  return outcome;
}

/** Whether either side would go on. */
function eitherCompletes(one: MutualKey, two: MutualKey): boolean {
  return one.isConfirmedBy(two.confirmationTag()) || two.isConfirmedBy(one.confirmationTag());
}

describe('two parties', () => {
  test('derive one key, and each proves it to the other', () => {
    const [one, two] = [mutual(ana, ben.shown), mutual(ben, ana.shown)];
    expect(one.isConfirmedBy(two.confirmationTag())).toBe(true);
    expect(two.isConfirmedBy(one.confirmationTag())).toBe(true);
    expect([one.side, two.side]).toEqual(['second', 'first']);
    for (const side of ['first', 'second'] as const) {
      expect(toHex(one.sealingKey(side))).toBe(toHex(two.sealingKey(side)));
    }
    expect(toHex(one.sealingKey('first'))).not.toBe(toHex(one.sealingKey('second')));
  });

  test('for any two members', () => {
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(
        fc.uniqueArray(bytes32, { minLength: 2, maxLength: 2, selector: toHex }),
        (seeds) => {
          const [one, two] = seeds.map((seed, member): Person => {
            const keys = memberKeysFromSeed(seed);
            const agreementPublicKey = keys.agreementKey.publicKey;
            const party = { member, publicKey: keys.signer.publicKey, agreementPublicKey };
            const endorsement = endorseAgreementKey(keys.signer, chain, agreementPublicKey);
            return { keys, party, shown: { ...party, endorsement } };
          });
          const here = mutual(one!, two!.shown);
          const there = mutual(two!, one!.shown);
          expect(here.isConfirmedBy(there.confirmationTag())).toBe(true);
          expect(there.isConfirmedBy(here.confirmationTag())).toBe(true);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('the construction, computed once more with OpenSSL from its description', () => {
    const privateKeyOf = (seed: number) => {
      const purpose = 'commonwatt/agreement-key-from-seed/1';
      const derived = hkdfSync('sha256', new Uint8Array(32).fill(seed), '', purpose, 32);
      const prefix = fromHex('302e020100300506032b656e04220420');
      const key = Buffer.concat([prefix, new Uint8Array(derived)]);
      return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    };
    const publicKey = createPublicKey(privateKeyOf(2));
    const shared = diffieHellman({ privateKey: privateKeyOf(1), publicKey });
    const binding = concatBytes(
      chain,
      ...[ben, ana].flatMap(({ party }) => [
        Uint8Array.of(0, 0, 0, party.member),
        party.publicKey,
        party.agreementPublicKey,
      ]),
      Uint8Array.of(0, negotiation.length),
      negotiation,
    );
    const derived = (purpose: string): Uint8Array => {
      const info = Buffer.concat([Buffer.from(`${purpose}\0`), binding]);
      return new Uint8Array(hkdfSync('sha256', shared, 'commonwatt/mutual-key/1', info, 32));
    };
    const key = mutual(ana, ben.shown);
    expect(toHex(key.sealingKey('second'))).toBe(toHex(derived('seal by second')));
    const tag = createHmac('sha256', derived('confirm'))
      .update('confirmed by second')
      .digest('hex');
    expect(toHex(key.confirmationTag())).toBe(tag);
  });
});

describe('a swapped key', () => {
  test('that its owner did not endorse ends the derivation', () => {
    const { agreementPublicKey } = eve.party;
    const swapped = { ...ben.shown, agreementPublicKey };
    expect(derive(ana, swapped)).toEqual({ code: 'agreement_key_not_endorsed', member: 7 });
    const withOwnWord = { ...swapped, endorsement: eve.shown.endorsement };
    expect(derive(ana, withOwnWord)).toEqual({ code: 'agreement_key_not_endorsed', member: 7 });
    const elsewhere = endorseAgreementKey(
      ben.keys.signer,
      new Uint8Array(32),
      ben.party.agreementPublicKey,
    );
    const fromElsewhere = { ...ben.shown, endorsement: elsewhere };
    expect(derive(ana, fromElsewhere)).toEqual({ code: 'agreement_key_not_endorsed', member: 7 });
  });

  test('of the whole peer completes on neither side', () => {
    const asBen: PeerParty = { ...eve.shown, member: ben.party.member };
    expect(eitherCompletes(mutual(ana, asBen), mutual(ben, ana.shown))).toBe(false);
  });

  test('an agreement key that its owner replaced meanwhile completes on neither side', () => {
    const fresh = agreementKeyFromSeed(new Uint8Array(32).fill(77));
    const endorsement = endorseAgreementKey(ben.keys.signer, chain, fresh.publicKey);
    const party = { ...ben.party, agreementPublicKey: fresh.publicKey };
    const renewed = mutual(ben, ana.shown, { own: party, ownKey: fresh });
    expect(eitherCompletes(mutual(ana, ben.shown), renewed)).toBe(false);
    expect(eitherCompletes(mutual(ana, { ...party, endorsement }), renewed)).toBe(true);
  });

  test('of small order is refused, whoever endorses it', () => {
    for (const first of [0, 1]) {
      const agreementPublicKey = new Uint8Array(32);
      agreementPublicKey[0] = first;
      const peer = { ...ben.shown, agreementPublicKey };
      expect(derive(ana, peer)).toEqual({ code: 'agreement_key_not_endorsed', member: 7 });
    }
  });
});

describe('what the key is bound to', () => {
  const there = mutual(ben, ana.shown);

  test.each<[string, () => MutualKey]>([
    [
      'another negotiation',
      () => mutual(ana, ben.shown, { negotiation: fromHex('7472616465203138') }),
    ],
    [
      'a longer negotiation',
      () => mutual(ana, ben.shown, { negotiation: concatBytes(negotiation, Uint8Array.of(0)) }),
    ],
    ['another number of the peer', () => mutual(ana, { ...ben.shown, member: 8 })],
    [
      'another number of one’s own',
      () => mutual(ana, ben.shown, { own: { ...ana.party, member: 13 } }),
    ],
    ['another order', () => mutual(ana, ben.shown, { own: { ...ana.party, member: 1 } })],
    [
      'another key of one’s own',
      () => mutual(ana, ben.shown, { own: { ...ana.party, publicKey: eve.party.publicKey } }),
    ],
    [
      'another chain',
      () => {
        const elsewhere = new Uint8Array(32);
        const endorsement = endorseAgreementKey(
          ben.keys.signer,
          elsewhere,
          ben.party.agreementPublicKey,
        );
        return mutual(ana, { ...ben.shown, endorsement }, { chain: elsewhere });
      },
    ],
  ])('%s: another key', (_name, here) => {
    expect(eitherCompletes(here(), there)).toBe(false);
  });
});

describe('a tag', () => {
  const [one, two] = [mutual(ana, ben.shown), mutual(ben, ana.shown)];

  test('sent back to who made it confirms nothing', () => {
    expect(one.isConfirmedBy(one.confirmationTag())).toBe(false);
    expect(two.isConfirmedBy(two.confirmationTag())).toBe(false);
  });

  test('with any bit flipped, shortened or lengthened confirms nothing', () => {
    const tag = two.confirmationTag();
    for (let bit = 0; bit < 256; bit++) {
      const changed = Uint8Array.from(tag);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(one.isConfirmedBy(changed)).toBe(false);
    }
    expect(one.isConfirmedBy(tag.subarray(0, 31))).toBe(false);
    expect(one.isConfirmedBy(new Uint8Array(0))).toBe(false);
    expect(one.isConfirmedBy(concatBytes(tag, Uint8Array.of(0)))).toBe(false);
    expect(one.isConfirmedBy(tag)).toBe(true);
  });

  test('of a stranger who knows every public thing confirms nothing', () => {
    const stranger = mutual(eve, ben.shown);
    expect(one.isConfirmedBy(stranger.confirmationTag())).toBe(false);
    expect(two.isConfirmedBy(stranger.confirmationTag())).toBe(false);
  });
});

describe('who has no mutual key', () => {
  test.each<[string, PeerParty]>([
    ['oneself', ana.shown],
    ['one’s own member number', { ...ben.shown, member: 12 }],
    ['one’s own signing key', { ...ben.shown, publicKey: ana.party.publicKey }],
    ['one’s own agreement key', { ...ben.shown, agreementPublicKey: ana.party.agreementPublicKey }],
  ])('%s', (_name, peer) => {
    expect(derive(ana, peer)).toEqual({ code: 'mutual_key_with_self' });
  });
});

test('mistakes of the caller are errors', () => {
  const nothing = new Uint8Array(0);
  expect(() => derive(ana, ben.shown, { negotiation: nothing })).toThrow('negotiation: expected 1');
  expect(() => derive(ana, ben.shown, { negotiation: new Uint8Array(65) })).toThrow(RangeError);
  expect(() => derive(ana, ben.shown, { chain: new Uint8Array(31) })).toThrow(
    'chain: expected 32 bytes, got 31',
  );
  expect(() => derive(ana, ben.shown, { ownKey: eve.keys.agreementKey })).toThrow(
    'agreement key: expected the one registered for member 12',
  );
});

test('the key is not shown by accident', () => {
  const key = mutual(ana, ben.shown);
  expect(Object.keys(key).sort()).toEqual(['negotiation', 'side']);
});
