import { DEFAULT_ROLES } from '@commonwatt/contracts';
import { money, power } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { actions, provePossession } from './actions.ts';
import { hashOf, keysOf, SmallNode } from './testing/small-node.ts';

test('a key proves what it asks for together with its agreement key, and nothing else', async () => {
  const node = await SmallNode.create({});
  const ana = keysOf('ana');
  const enrolment = {
    publicKey: ana.signer.publicKey,
    agreementKey: ana.agreementKey.publicKey,
    kind: 'household' as const,
    roles: DEFAULT_ROLES.household,
    recordCommitment: hashOf('record of ana'),
    importLimitW: power(11_000n),
    exportLimitW: power(0n),
    creditLimit: money(0n),
    activeFromHeight: 0,
  };
  const { chain } = node;
  const possession = provePossession(ana, { chain, purpose: 'enrol' });
  const foreign = [
    { ...enrolment, possession: provePossession(ana, { chain, purpose: 'rotate' }) },
    {
      ...enrolment,
      possession: provePossession(ana, { chain: 'ab'.repeat(32), purpose: 'enrol' }),
    },
    // Whoever carries the proof to the registrar puts an agreement key of its own in the place.
    { ...enrolment, possession, agreementKey: keysOf('eve').agreementKey.publicKey },
  ];
  for (const one of foreign) {
    await expect(node.run('officer', actions.enrol(one))).rejects.toThrow('possession_missing');
  }
  await node.run('officer', actions.enrol({ ...enrolment, possession }));
  expect(node.memberOf('ana')).toBe(2);
});
