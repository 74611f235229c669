/**
 * One builder per action, from its message to what stands in a batch:
 * `actions.share({ market: 0, slotMs, energy: energy(1500n), limit: price(180_000n) })`.
 */
import {
  ACTION,
  type ActionName,
  acceptCodec,
  activateRulesCodec,
  amendMemberCodec,
  approveCodec,
  beginEpochCodec,
  cancelInviteCodec,
  cancelRecoveryCodec,
  commitReadingsCodec,
  confirmWithdrawalCodec,
  counterCodec,
  decideDisputeCodec,
  defineMarketCodec,
  depositCodec,
  disputeRunCodec,
  endMandateCodec,
  endNegotiationCodec,
  endReadingCodec,
  enrolCodec,
  giveMandateCodec,
  grantReadingCodec,
  inviteCodec,
  joinCodec,
  openLaneCodec,
  payOutCodec,
  proposeCodec,
  proposeRunCodec,
  recoverKeyCodec,
  registerMeterCodec,
  rejectWithdrawalCodec,
  replaceMeterCodec,
  replyCodec,
  requestCodec,
  requestWithdrawalCodec,
  retireMeterCodec,
  revokeMemberCodec,
  revokeMeterCodec,
  rotateKeyCodec,
  sendEnergyCodec,
  setCreditLimitCodec,
  setMarketOpenCodec,
  setParticipationCodec,
  setSettlementPolicyCodec,
  setTariffCodec,
  shareCodec,
  signRunCodec,
  standingOrderCodec,
  transferCodec,
  withdrawCodec,
  withdrawStandingCodec,
} from '@commonwatt/contracts';
import {
  type Action,
  type Codec,
  encode,
  fromHex,
  possessionBytes,
  type Signer,
} from '@commonwatt/ledger';
import type { MemberKeys } from './keys/member-keys.ts';

type Builder<M> = (message: M) => Action;

/** @throws RangeError from the builder for a message that its layout cannot hold. */
function builder<M>(name: ActionName, codec: Codec<M>): Builder<M> {
  return (message) => ({ type: ACTION[name], body: encode(codec, message) });
}

export const actions = {
  enrol: builder('enrol', enrolCodec),
  invite: builder('invite', inviteCodec),
  cancelInvite: builder('cancelInvite', cancelInviteCodec),
  join: builder('join', joinCodec),
  openLane: builder('openLane', openLaneCodec),
  rotateKey: builder('rotateKey', rotateKeyCodec),
  revokeMember: builder('revokeMember', revokeMemberCodec),
  amendMember: builder('amendMember', amendMemberCodec),
  recoverKey: builder('recoverKey', recoverKeyCodec),
  cancelRecovery: builder('cancelRecovery', cancelRecoveryCodec),
  giveMandate: builder('giveMandate', giveMandateCodec),
  endMandate: builder('endMandate', endMandateCodec),
  grantReading: builder('grantReading', grantReadingCodec),
  endReading: builder('endReading', endReadingCodec),
  deposit: builder('deposit', depositCodec),
  requestWithdrawal: builder('requestWithdrawal', requestWithdrawalCodec),
  confirmWithdrawal: builder('confirmWithdrawal', confirmWithdrawalCodec),
  rejectWithdrawal: builder('rejectWithdrawal', rejectWithdrawalCodec),
  transfer: builder('transfer', transferCodec),
  setCreditLimit: builder('setCreditLimit', setCreditLimitCodec),
  share: builder('share', shareCodec),
  request: builder('request', requestCodec),
  reply: builder('reply', replyCodec),
  sendEnergy: builder('sendEnergy', sendEnergyCodec),
  counter: builder('counter', counterCodec),
  accept: builder('accept', acceptCodec),
  endNegotiation: builder('endNegotiation', endNegotiationCodec),
  withdraw: builder('withdraw', withdrawCodec),
  standingOrder: builder('standingOrder', standingOrderCodec),
  withdrawStanding: builder('withdrawStanding', withdrawStandingCodec),
  defineMarket: builder('defineMarket', defineMarketCodec),
  setMarketOpen: builder('setMarketOpen', setMarketOpenCodec),
  registerMeter: builder('registerMeter', registerMeterCodec),
  retireMeter: builder('retireMeter', retireMeterCodec),
  replaceMeter: builder('replaceMeter', replaceMeterCodec),
  revokeMeter: builder('revokeMeter', revokeMeterCodec),
  setParticipation: builder('setParticipation', setParticipationCodec),
  commitReadings: builder('commitReadings', commitReadingsCodec),
  proposeRun: builder('proposeRun', proposeRunCodec),
  signRun: builder('signRun', signRunCodec),
  disputeRun: builder('disputeRun', disputeRunCodec),
  setSettlementPolicy: builder('setSettlementPolicy', setSettlementPolicyCodec),
  setTariff: builder('setTariff', setTariffCodec),
  decideDispute: builder('decideDispute', decideDisputeCodec),
  payOut: builder('payOut', payOutCodec),
  propose: builder('propose', proposeCodec),
  approve: builder('approve', approveCodec),
  activateRules: builder('activateRules', activateRulesCodec),
  beginEpoch: builder('beginEpoch', beginEpochCodec),
} satisfies Readonly<Record<ActionName, Builder<never>>>;

/**
 * What a new key signs to prove that its holder asks for it and for the agreement key beside it, so
 * that nobody on the way registers another: the purpose says for what.
 */
export function provePossession(
  { signer, agreementKey }: MemberKeys,
  asked: { readonly chain: string; readonly purpose: 'enrol' | 'rotate' | 'recover' },
): Uint8Array {
  const { chain, purpose } = asked;
  const keys = [signer.publicKey, agreementKey.publicKey] as const;
  return signer.sign(possessionBytes(fromHex(chain), purpose, ...keys));
}

/** What an invite's key signs for the key that takes it. */
export function signInvited(
  inviteSigner: Signer,
  asked: { readonly chain: string; readonly newKey: Uint8Array },
): Uint8Array {
  return inviteSigner.sign(possessionBytes(fromHex(asked.chain), 'join', asked.newKey));
}
