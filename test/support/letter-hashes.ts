import { createHash } from 'node:crypto';
import {
  LetterRenderer,
  inventedLetterOf,
  letterMail,
  letterTemplates,
  type LetterView,
  type NoticeKind,
} from '#libs/letters/index.js';
import { composeMail, type Language } from '#libs/platform/index.js';
import { printed } from './paper-text.js';

/** What one letter is made from: the same words of an invented breach, and what is a person's own. */
export interface LetterCase {
  kind: NoticeKind;
  languages: Language[];
  own: Pick<LetterView, 'person' | 'exposures' | 'code'> & { residence?: string };
  large: boolean;
  window: 'left' | 'right';
}

/** SHA-256 of HTML, text, EML and PDF of each letter, in this order. */
export async function letterHashes(cases: LetterCase[]): Promise<string[][]> {
  const hashes: string[][] = [];
  for (const { kind, languages, own, large, window } of cases) {
    const parts = languages.map((language) => {
      const view = inventedLetterOf(kind, language, own);
      return { part: new LetterRenderer(letterTemplates(kind)[language]).render(view), view };
    });
    const letter = LetterRenderer.join(parts.map(({ part }) => part));
    const sender = { name: 'Agency', address: 'notices@agency.example' };
    const to = { name: own.person.givenName, address: 'a@post.example' };
    const mail = letterMail(letter, languages[0]!, sender, to, '<a.b@agency.example>');
    const eml = await composeMail(mail, new Date('2026-11-24T12:00:00Z'));
    const pdf = printed(parts, { large, window });
    hashes.push([letter.html, letter.text, eml, pdf].map((form) => createHash('sha256').update(form).digest('hex')));
  }
  return hashes;
}
