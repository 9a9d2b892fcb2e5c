export type { ExposureView, LetterView } from './letter-view.js';
export { codeOf, readCode, readWord, tokenOf, wordOf } from './codes.js';
export { MOVES, NOTICE_KINDS, getNotice, getNoticeById, listNotices, requireMove, type Notice, type NoticeKind, type NoticeState } from './notice.js';
export { NoticesService, changed, requireReady, type NoticeCheck } from './notices.service.js';
export { PreviewsService, type Preview } from './previews.service.js';
export { LetterMaker, type MadeLetter, type OpenedLetter } from './letter-maker.js';
export { addLetters, findLetterByCode, findLetterByToken, hasWord, openLetters, type FoundLetter } from './letters.store.js';
export { LettersModule } from './letters.module.js';
