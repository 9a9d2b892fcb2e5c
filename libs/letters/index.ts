export type { AddresseeView, Change, ExposureView, LetterView, SinceView } from './letter-view.js';
export { codeOf, readCode, readWord, tokenOf, wordOf } from './codes.js';
export { LETTERS_OF_KIND, NOTICE_KINDS, refersBack, type NoticeKind } from './notice-kind.js';
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
export { ACTIONS, adviceFor, type Action, type AdviceChoice } from './advice.js';
export { adviceText, describeExposure, type Advice, type DescribedExposure } from './advice-book.js';
export { LetterRenderer, type LetterPart, type RenderedLetter } from './render.js';
export { bodyHash, inputsHash } from './render-hash.js';
export { inventedLetterOf, inventedLetterView } from './render-sample.js';
export { PLACEHOLDERS, SUBJECT_FORMS, compileLetter, type CompiledLetter, type SubjectForm } from './template.js';
export { changesSince, type Stated } from './letter-changes.js';
export { nameOnEnvelope } from './letter-inputs.js';
export { compileLetterOfKind, requireSoundTemplates } from './letter-text.js';
export { letterTemplates, sharedTemplates, sharedTemplatesHash, type SharedTemplates } from './template-files.js';
