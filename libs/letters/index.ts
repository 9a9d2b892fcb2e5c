export type { AddresseeView, Change, ExposureView, LetterView, SinceView } from './letter-view.js';
export { codeOf, readCode, readWord, tokenOf, wordOf } from './codes.js';
export { LETTERS_OF_KIND, NOTICE_KINDS, refersBack, type NoticeKind } from './notice-kind.js';
export {
  MOVES,
  getNotice,
  requireNoticeOf,
  getNoticeById,
  listNotices,
  hasLetters,
  requireMove,
  requireState,
  wrongState,
  type Notice,
  type PauseWhy,
  type NoticeState,
} from './notice.js';
export { NoticesService, changed, requireReady, type NoticeCheck } from './notices.service.js';
export { PREVIEW_FORMS, PreviewsService, isPreviewForm, type Preview, type PreviewForm } from './previews.service.js';
export { letterMail } from './letter-mail.js';
export { pagesOf, paperOf, type PaperForm, type PaperPart } from './paper.js';
export { setWith } from './paper-typesetter.js';
export { NoticeTextsService, getText, type WrittenText } from './notice-texts.service.js';
export { listTextVersions, textStatesOf } from './notice-texts.store.js';
export { normalText, type TextState, type TextVersion } from './notice-text.js';
export { TextPreviewsService, type DraftLetter } from './text-previews.service.js';
export { PREVIEW_RULES } from './preview-choice.js';
export { approvalSample, type SampledLetter } from './approval-sample.js';
export { changesSinceApproval, type NoticeChanges } from './notice-changes.js';
export { changedValues, type ValueChange } from './value-changes.js';
export { diffTexts, type DiffLine } from './text-diff.js';
export { addresseeIds, countLeftOut, isWhyLeftOut, leftOutIds, type LeftOut } from './addressees.js';
export { LetterMaker, type LetterOfRun, type MadeLetter, type OpenedLetter } from './letter-maker.js';
export {
  addLetters,
  findLetterByCode,
  findLetterByToken,
  hasWord,
  openLetters,
  type FoundLetter,
} from './letters.store.js';
export { gatherAddressees } from './notice-addressees.js';
export { isWithinApproval } from './notice-approvals.js';
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
export { inventedLetterOf, inventedLetterView } from './render-sample.js';
export { PLACEHOLDERS, SUBJECT_FORMS, compileLetter, type CompiledLetter, type SubjectForm } from './template.js';
export { nameOnEnvelope } from './letter-inputs.js';
export { compileLetterOfKind, requireSoundTemplates } from './letter-text.js';
export {
  letterTemplates,
  sharedTemplates,
  sharedTemplatesHash,
  templatesFolder,
  type SharedTemplates,
} from './template-files.js';
export { LINT_RULES, lintLetter, type Finding, type LintRule } from './lint.js';
export { OverridesService } from './overrides.service.js';
export type { NoticeFinding } from './notice-findings.js';
export { PLAIN, readingOf, syllablesOf, type Reading } from './reading-ease.js';
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
