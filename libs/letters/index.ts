export type { ExposureView, LetterView } from './letter-view.js';
export { codeOf, readCode, readWord, tokenOf, wordOf } from './codes.js';
export { NOTICE_KINDS, type NoticeKind } from './notice-kind.js';
export {
  MOVES,
  getNotice,
  requireNoticeOf,
  getNoticeById,
  listNotices,
  requireMove,
  type Notice,
  type NoticeState,
} from './notice.js';
export { NoticesService, changed, requireReady, type NoticeCheck } from './notices.service.js';
export { PreviewsService, type Preview } from './previews.service.js';
export { LetterMaker, type MadeLetter, type OpenedLetter } from './letter-maker.js';
export {
  addLetters,
  findLetterByCode,
  findLetterByToken,
  hasWord,
  openLetters,
  type FoundLetter,
} from './letters.store.js';
export { LettersModule } from './letters.module.js';
export { ACTIONS, type Action, type AdviceChoice } from './advice.js';
export {
  adviceFor,
  adviceOn,
  adviceText,
  advicesToReview,
  describeExposure,
  type Advice,
  type DescribedExposure,
  type StaleAdvice,
} from './advice-book.js';
export { checkAdvice } from './stale-advice.js';
export { LetterRenderer, type LetterPart, type RenderedLetter } from './render.js';
export { bodyHash, inputsHash } from './render-hash.js';
export { inventedLetterView } from './render-sample.js';
export { PLACEHOLDERS, compileLetter, type CompiledLetter } from './template.js';
export { letterTemplates, sharedTemplates, sharedTemplatesHash, type SharedTemplates } from './template-files.js';
export {
  CommunicationsService,
  PUBLICATION_MEDIA,
  isPublished,
  publicationsOf,
  type Publication,
  type ShownCommunication,
} from './communications.service.js';
export { findingsOf } from './communication-lint.js';
export { COMMUNICATION_KINDS, type CommunicationKind } from './template-files.js';
export type { RenderedCommunication } from './render-communication.js';
export { LINT_RULES, lintLetter, type Finding, type LintRule } from './lint.js';
export { OverridesService } from './overrides.service.js';
export type { NoticeFinding } from './notice-findings.js';
export { PLAIN, readingOf, syllablesOf, type Reading } from './reading-ease.js';
