export * from './vocabulary.js';
export {
  bannedDomainSchema,
  breachFactsSchema,
  breachFileSchema,
  breachTextsSchema,
  controllerSchema,
  type BreachFacts,
  type BreachFile,
  type BreachTexts,
  type Controller,
} from './breach-file.js';
export { deadlinesOf, minutesLeft, type Deadlines } from './deadlines.js';
export { isBanned, listBans, type ChannelBan } from './channel-ban.js';
export { domainIndexes, domainOf } from './domain-index.js';
export {
  allBreaches,
  breachKey,
  factsOf,
  findController,
  getBreach,
  getBreachById,
  getController,
  textsOf,
  type Breach,
  type ControllerRevision,
  type FactsRevision,
} from './breach.js';
export { listBreaches, type BreachCard } from './breaches.queries.js';
export { BreachesService, isBreachLocked, lockBreach, requireOpen } from './breaches.service.js';
export {
  countFenced,
  isFenced,
  recordGoLive,
  type LiveProof,
  requireNotFenced,
  settleFence,
  settleFenceToSend,
} from './go-live.js';
export { isDelayed, listDelays, requireNotDelayed, type LegalDelay } from './legal-delay.js';
export { LegalDelaysService, type DelayEndInput, type DelayInput } from './legal-delays.service.js';
export { BreachModule } from './breach.module.js';
