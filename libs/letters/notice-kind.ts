/** Kinds of the Art. 34 communication. */
export const NOTICE_KINDS = ['initial', 'follow-up', 'reminder', 'correction'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What sets the letters of one kind apart from those of the others. */
export interface LettersOfKind {
  /** `everything` that is known, `what-changed` since the person's former letter, or what `to-do` first and how to reply. */
  says: 'everything' | 'what-changed' | 'to-do';
  /** Whether its arrival tells a person of the breach: a reminder or a follow-up that comes back takes nobody out of *told*. */
  tells: boolean;
  /** Whether it states facts, so that a later letter says what changed since it. */
  states: boolean;
}

export const LETTERS_OF_KIND: Record<NoticeKind, LettersOfKind> = {
  initial: { says: 'everything', tells: true, states: true },
  'follow-up': { says: 'what-changed', tells: false, states: true },
  reminder: { says: 'to-do', tells: false, states: false },
  correction: { says: 'what-changed', tells: true, states: true },
};

/** Whether a letter of that kind names the person's former letter. */
export function refersBack(kind: NoticeKind): boolean {
  return LETTERS_OF_KIND[kind].says !== 'everything';
}
