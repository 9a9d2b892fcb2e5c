/** Forms in which a person may ask for their letters; kept with the person, for every notice to come. */
export const LETTER_FORMS = ['standard', 'large-print', 'plain-text', 'easy-to-read'] as const;
export type LetterForm = (typeof LETTER_FORMS)[number];

/** How somebody asked for another form. */
export const ASKED_BY = ['phone', 'e-mail', 'letter', 'in-person'] as const;
export type AskedBy = (typeof ASKED_BY)[number];
