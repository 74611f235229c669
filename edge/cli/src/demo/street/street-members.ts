/**
 * The street's members on the ledger: each with keys of its own, enrolled by the officer, and a
 * meter that signs with a key of its own. A visitor who took an invite gets a meter too, so that the
 * demonstration can settle with it.
 */

import {
  ACTION,
  DEFAULT_ROLES,
  type Enrol,
  enrolCodec,
  keys,
  members,
  meters,
  PLAIN_CONNECTION,
  type RegisterMeter,
  registerMeterCodec,
} from '@commonwatt/contracts';
import { type Action, encode, possessionBytes, type Signer } from '@commonwatt/ledger';
import type { CommunityNode } from '@commonwatt/node';
import type { Street, StreetMember } from '@commonwatt/simulator';
import { money } from '@commonwatt/units';
import { type DemoKeys, demoKeys } from '../demo-keys.ts';
import { recordCommitment } from './street-genesis.ts';

/** Until the first bill: 200 EUR for a home, and more than any day costs for the large ones. */
const CREDIT = money(200_000_000_000n);
const LARGE_CREDIT = money(20_000_000_000_000n);
const LARGE_FROM_W = 100_000n;

/** A meter of the demonstration and whose energy it counts. */
export interface DemoMeter {
  readonly meter: number;
  readonly device: Signer;
  readonly home: StreetMember;
}

export interface Resident {
  readonly home: StreetMember;
  readonly keys: DemoKeys;
  readonly member: number;
}

function actionOf<M>(type: number, codec: Parameters<typeof encode<M>>[0], message: M): Action {
  return { type, body: encode(codec, message) };
}

/** Enrols everyone of the street in one batch. */
export async function enrolStreet(
  node: CommunityNode,
  street: Street,
  seed: string,
): Promise<readonly Resident[]> {
  const arrivals = street.members.map((home) => ({ home, keys: demoKeys(seed, home.label) }));
  const enrolments = arrivals.map(({ home, keys: own }) =>
    actionOf<Enrol>(ACTION.enrol, enrolCodec, enrolmentOf(node.ledger.chain, home, own, seed)),
  );
  await node.officer.submit(enrolments);
  const residents = arrivals.map((arrival) => {
    const registered = node.ledger.state.get(keys, arrival.keys.signer.publicKey);
    if (registered === undefined) throw new Error(`demo: ${arrival.home.label} is not enrolled`);
    return { ...arrival, member: registered.member };
  });
  for (const { home, member } of residents) await node.personal.putLabel(member, home.label);
  return residents;
}

function enrolmentOf(chain: Uint8Array, home: StreetMember, own: DemoKeys, seed: string): Enrol {
  const { publicKey } = own.signer;
  const limit = home.connectionPowerW;
  return {
    publicKey,
    agreementKey: own.agreementPublicKey,
    kind: home.kind,
    roles: DEFAULT_ROLES[home.kind],
    recordCommitment: recordCommitment(seed, home.label),
    importLimitW: limit,
    exportLimitW: limit,
    creditLimit: limit >= LARGE_FROM_W ? LARGE_CREDIT : CREDIT,
    activeFromHeight: 0,
    possession: own.signer.sign(possessionBytes(chain, 'enrol', publicKey, own.agreementPublicKey)),
  };
}

/** Registers a meter for each of the given members. Its device signs; the officer commits. */
export async function registerMeters(
  node: CommunityNode,
  seed: string,
  owners: readonly { readonly member: number; readonly home: StreetMember }[],
): Promise<readonly DemoMeter[]> {
  const devices = owners.map((one) => ({
    ...one,
    device: demoKeys(seed, `meter of member ${one.member}`).signer,
  }));
  const first = node.ledger.state.size(meters) + 1;
  await node.officer.submit(
    devices.map(({ member, home, device }) =>
      actionOf<RegisterMeter>(ACTION.registerMeter, registerMeterCodec, {
        ...PLAIN_CONNECTION,
        member,
        source: 'device',
        key: device.publicKey,
        importLimitW: home.connectionPowerW,
        exportLimitW: home.connectionPowerW,
        renewable: home.solarW > 0n || home.kind === 'energy company' ? 'yes' : 'no',
      }),
    ),
  );
  return devices.map(({ home, device }, at) => ({ meter: first + at, device, home }));
}

/** Members who came by themselves, through an invite, and have no meter yet. */
export function newcomers(node: CommunityNode, known: ReadonlySet<number>): readonly number[] {
  return node.ledger.state
    .entries(members)
    .filter(([member, { kind }]) => kind !== 'organisation' && !known.has(member))
    .map(([member]) => member);
}
