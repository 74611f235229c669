/** Enrolment: the registrars admit a member whose holder proved possession of the key. */

import { type ActionContext, possessionBytes, verifyRegistered } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { refuseAdmission } from './admission.ts';
import { type Enrol, enrolCodec } from './messages.ts';
import { refuseAgreementKey, refuseCrowd, refuseKey, registerMember } from './registration.ts';

export const enrol = authorised(ACTION.enrol, 'enrol', 'registrar', enrolCodec, carryOutEnrol);

function carryOutEnrol(context: ActionContext, message: Enrol): ContractRefusal | undefined {
  const refusal = refuseAdmission(context, message) ?? refuseEnrolment(context, message);
  if (refusal !== undefined) return refusal;
  registerMember(context, {
    publicKey: message.publicKey,
    agreementKey: message.agreementKey,
    admission: message,
    activeFromHeight: Math.max(message.activeFromHeight, context.height),
    change: 'enrolled',
  });
  return undefined;
}

function refuseEnrolment(context: ActionContext, message: Enrol): ContractRefusal | undefined {
  const { activeFromHeight, publicKey, possession } = message;
  if (activeFromHeight !== 0 && activeFromHeight < context.height) {
    return { code: 'height_past', activeFromHeight, height: context.height };
  }
  return (
    refuseCrowd(context.state) ??
    refuseNewKey(context, { publicKey, agreementKey: message.agreementKey, possession }, 'enrol')
  );
}

/** Three things that come together whenever a key is registered for a member. */
export interface OfferedKeys {
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  /** Signature by the public key that its holder wants both registered. */
  readonly possession: Uint8Array;
}

/** Why keys offered for a purpose cannot be registered; nothing when they can. */
export function refuseNewKey(
  context: ActionContext,
  offered: OfferedKeys,
  purpose: 'enrol' | 'rotate' | 'recover',
): ContractRefusal | undefined {
  const { publicKey, agreementKey, possession } = offered;
  const unfit = refuseKey(context.state, publicKey) ?? refuseAgreementKey(agreementKey);
  if (unfit !== undefined) return unfit;
  const asked = possessionBytes(context.chain, purpose, publicKey, agreementKey);
  return verifyRegistered(context.crypto, publicKey, asked, possession)
    ? undefined
    : { code: 'possession_missing', purpose };
}
