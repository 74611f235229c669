/** Every route, by name. The order is the order of the OpenAPI document. */

import type { Route } from './route.ts';
import * as accessRoutes from './routes/access-routes.ts';
import * as billingRoutes from './routes/billing-routes.ts';
import * as certificateRoutes from './routes/certificate-routes.ts';
import * as directRoutes from './routes/direct-routes.ts';
import * as ledgerRoutes from './routes/ledger-routes.ts';
import * as marketRoutes from './routes/market-routes.ts';
import * as memberRoutes from './routes/member-routes.ts';
import * as meteringRoutes from './routes/metering-routes.ts';
import * as operatorRoutes from './routes/operator-routes.ts';
import * as sharingRoutes from './routes/sharing-routes.ts';

export const routes = {
  health: operatorRoutes.health,
  metrics: operatorRoutes.metrics,
  openapi: operatorRoutes.openapi,
  ledgerStatus: ledgerRoutes.ledgerStatus,
  genesisDocument: ledgerRoutes.genesisDocument,
  checkpointNote: ledgerRoutes.checkpointNote,
  blockList: ledgerRoutes.blockList,
  blockDetail: ledgerRoutes.blockDetail,
  blockProof: ledgerRoutes.blockProof,
  consistencyProof: ledgerRoutes.consistencyProof,
  laneStatus: ledgerRoutes.laneStatus,
  submitTransaction: ledgerRoutes.submitTransaction,
  transactionDetail: ledgerRoutes.transactionDetail,
  publicEvents: ledgerRoutes.publicEvents,
  marketList: marketRoutes.marketList,
  openBook: marketRoutes.openBook,
  slotClearing: marketRoutes.slotClearing,
  priceList: marketRoutes.priceList,
  availableQuotes: marketRoutes.availableQuotes,
  communityTotals: marketRoutes.communityTotals,
  ownMember: memberRoutes.ownMember,
  ownAccess: accessRoutes.ownAccess,
  accessLog: accessRoutes.accessLog,
  memberBalance: memberRoutes.memberBalance,
  memberOrders: memberRoutes.memberOrders,
  memberTrades: memberRoutes.memberTrades,
  memberReadings: memberRoutes.memberReadings,
  memberReadingHistory: meteringRoutes.memberReadingHistory,
  memberReadingQuality: meteringRoutes.memberReadingQuality,
  memberStatement: memberRoutes.memberStatement,
  memberOpenRuns: memberRoutes.memberOpenRuns,
  memberPeriod: billingRoutes.memberPeriod,
  memberBills: billingRoutes.memberBills,
  memberBill: billingRoutes.memberBill,
  memberBundle: memberRoutes.memberBundle,
  memberEvents: memberRoutes.memberEvents,
  inviteStatus: memberRoutes.inviteStatus,
  negotiationMessages: memberRoutes.negotiationMessages,
  postNegotiationMessage: memberRoutes.postNegotiationMessage,
  clockStatus: operatorRoutes.clockStatus,
  confirmClock: operatorRoutes.confirmClock,
  memberList: operatorRoutes.memberList,
  meterList: meteringRoutes.meterList,
  readingQualityList: meteringRoutes.readingQualityList,
  providedReadings: meteringRoutes.providedReadings,
  openDecisions: accessRoutes.openDecisions,
  proposedRun: accessRoutes.proposedRun,
  postReadings: operatorRoutes.postReadings,
  postSharing: sharingRoutes.postSharing,
  sharingDifferences: sharingRoutes.sharingDifferences,
  postRecord: operatorRoutes.postRecord,
  billingRecord: billingRoutes.billingRecord,
  putBillingRecord: billingRoutes.putBillingRecord,
  previewBilling: billingRoutes.previewBilling,
  finaliseBilling: billingRoutes.finaliseBilling,
  correctBill: billingRoutes.correctBill,
  billingDocuments: billingRoutes.billingDocuments,
  billingDocument: billingRoutes.billingDocument,
  noteDelivery: billingRoutes.noteDelivery,
  billingTable: billingRoutes.billingTable,
  directRounds: directRoutes.directRounds,
  directRound: directRoutes.directRound,
  directListings: directRoutes.directListings,
  directMatrix: directRoutes.directMatrix,
  directMatching: directRoutes.directMatching,
  directContracts: directRoutes.directContracts,
  directContractTable: directRoutes.directContractTable,
  directAdmissions: directRoutes.directAdmissions,
  memberDirect: directRoutes.memberDirect,
  memberDirectContracts: directRoutes.memberDirectContracts,
  memberDirectContractTable: directRoutes.memberDirectContractTable,
  memberCertificates: certificateRoutes.memberCertificates,
  certificateOffers: certificateRoutes.certificateOffers,
  certificateCompliance: certificateRoutes.certificateCompliance,
  certificateBridge: certificateRoutes.certificateBridge,
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof routes;
