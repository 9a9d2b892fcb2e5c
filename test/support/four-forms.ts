import { simpleParser } from 'mailparser';
import { letterMail, LetterRenderer, type PaperPart } from '#libs/letters/index.js';
import { Problem, composeMail } from '#libs/platform/index.js';
import { printed, wordsOfLetter } from './paper-text.js';

export interface FourForms {
  html: string;
  text: string;
  /** Set when it is asked for; null where no font has some of the signs. */
  pdf: () => Buffer | null;
  /** What a mail program reads in the file of the mail. */
  mail: { html: string; text: string };
  /** The words of the text part, as `wordsOfPaper` gives those of the pages. */
  words: string;
}

/** A letter in one language in every form in which it leaves. */
export async function inFourForms(part: PaperPart, name: string): Promise<FourForms> {
  const letter = LetterRenderer.join([part.part]);
  const sender = { name: 'Agency', address: 'notices@agency.example' };
  const mail = letterMail(
    letter,
    part.view.language,
    sender,
    { name, address: 'a@post.example' },
    '<a.b@agency.example>',
  );
  const read = await simpleParser(await composeMail(mail, new Date('2026-11-24T12:00:00Z')));
  return {
    html: letter.html,
    text: letter.text,
    pdf: () => printable(part),
    mail: { html: String(read.html), text: read.text! },
    words: wordsOfLetter(letter),
  };
}

function printable(part: PaperPart): Buffer | null {
  try {
    return printed([part]);
  } catch (error) {
    if (error instanceof Problem && error.code === 'letter.unprintable') return null;
    throw error;
  }
}
