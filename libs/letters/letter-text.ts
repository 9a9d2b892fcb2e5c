import { LANGUAGES, type Language } from '#libs/platform/pure.js';
import { shippedAdvice } from './advice-book.js';
import { LETTERS_OF_KIND, NOTICE_KINDS, refersBack, type NoticeKind } from './notice-kind.js';
import { letterTemplates } from './template-files.js';
import { compileLetter, faulty, type CompiledLetter } from './template.js';

/** Without these no reader could be greeted, answer, or ask: whatever else somebody makes of the text. */
const ALWAYS = ['salutation', 'code', 'word', 'address', 'controller.dataProtectionOfficer.phone'];
/** Of the former letter, so only in letters that refer to one. */
const OF_THE_FORMER = ['since.date', 'since.notice', 'changes'];

/**
 * A text for the letters of that kind in that language: what `compileLetter` says, and that it names what letters of
 * this kind have to name and nothing that they never have. For the shipped files at the start, and for every text that
 * somebody saves. Throws `template.faulty`.
 */
export function compileLetterOfKind(source: string, kind: NoticeKind, language: Language): CompiledLetter {
  const letter = compileLetter(source);
  if (letter.language !== language)
    throw faulty(2, `Write "language: ${language}": this is the text in that language.`, 'other-language', {
      code: language,
      language,
    });
  const used = new Set(letter.placeholders);
  const required = [
    ...ALWAYS,
    ...(refersBack(kind) ? ['since.date'] : []),
    ...(LETTERS_OF_KIND[kind].says === 'what-changed' ? ['changes'] : []),
  ];
  const lacking = required.find((name) => !used.has(name));
  if (lacking)
    throw faulty(1, `Name {{${lacking}}}: every letter of this kind needs it.`, 'lacking', { name: lacking });
  const foreign = OF_THE_FORMER.find(
    (name) =>
      used.has(name) && !(name === 'changes' ? LETTERS_OF_KIND[kind].says === 'what-changed' : refersBack(kind)),
  );
  if (foreign) {
    const line = source
      .slice(0, source.search(new RegExp(`\\{\\{(#each |#if )?${foreign.replace('.', '\\.')}\\}\\}`)))
      .split('\n').length;
    throw faulty(line, `Take out {{${foreign}}}: letters of this kind do not have it.`, 'foreign', { name: foreign });
  }
  return letter;
}

/** Compiles every shipped text, words and advice, so that a fault stops the start and never a letter. Throws `template.faulty`. */
export function requireSoundTemplates(): void {
  shippedAdvice();
  for (const kind of NOTICE_KINDS)
    for (const language of LANGUAGES) compileLetterOfKind(letterTemplates(kind)[language], kind, language);
}
