import type { Language } from '#libs/platform/pure.js';

/** What a letter that is a test says of itself; in front of its subject, and first of all in its text. */
const TEST_WORDS: Record<Language, { mark: string; says: string }> = {
  nl: {
    mark: 'TEST',
    says: 'TEST. Deze brief gaat over een verzonnen persoon. Er is niemand mee op de hoogte gebracht.',
  },
  fr: { mark: 'TEST', says: 'TEST. Cette lettre parle d’une personne inventée. Personne n’a été informé par elle.' },
  de: {
    mark: 'TEST',
    says: 'TEST. Dieser Brief handelt von einer erfundenen Person. Niemand wurde damit benachrichtigt.',
  },
  en: { mark: 'TEST', says: 'TEST. This letter is about an invented person. Nobody was notified by it.' },
};

/** A letter marked as a test, so that nobody who finds it takes it for real: in subject, text and HTML. */
export function asTest<Letter extends { subject: string; text: string; html: string }>(
  letter: Letter,
  language: Language,
): Letter {
  const { mark, says } = TEST_WORDS[language];
  const shown = `<p style="margin:0 0 16px;padding:12px;border:4px solid #d4351c;font-weight:bold">${says}</p>\n`;
  // At the top of the letter itself: programs that drop styles and heads keep what stands there.
  const top = /<body[^>]*>\s*(?:<div class="letter"[^>]*>\s*)?/.exec(letter.html);
  const at = top ? top.index + top[0].length : 0;
  return {
    ...letter,
    subject: `${mark}: ${letter.subject}`,
    text: `${says}\n\n${letter.text}`,
    html: `${letter.html.slice(0, at)}${shown}${letter.html.slice(at)}`,
  };
}
