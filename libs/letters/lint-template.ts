import type { Language } from '#libs/platform/pure.js';

/**
 * Whether a text is the source of a notice's letters and no letter: it begins with front matter and takes the words of
 * the breach, or rows of data, from elsewhere. A letter in which one `{{name}}` was left is none.
 */
export function isTemplate(source: string): boolean {
  return /^---\r?\n/.test(source) && /\{\{(?:breach\.|#(?:if|each) )/.test(source);
}

/** What stands for whole paragraphs, said so that the part that it fills counts as filled. */
const PROSE: Record<Language, Record<string, string>> = {
  en: {
    'breach.whatHappened': 'An intruder read our mail server. We found this out on 24 May 2023.',
    'breach.likelyConsequences': 'Somebody can pose as you and ask for a loan in your name.',
    'breach.measuresTaken': 'We shut the device down and replaced it at once.',
    'breach.whoPays': 'We pay for the new documents.',
    advice: 'Check your account every week, and stay alert.',
  },
  nl: {
    'breach.whatHappened': 'Een indringer heeft onze mailserver gelezen. We ontdekten dit op 24 mei 2023.',
    'breach.likelyConsequences': 'Iemand kan zich voor u uitgeven en op uw naam een lening aanvragen.',
    'breach.measuresTaken': 'We hebben het toestel afgesloten en vervangen.',
    'breach.whoPays': 'Wij betalen de nieuwe documenten.',
    advice: 'Kijk elke week uw rekening na en blijf waakzaam.',
  },
  fr: {
    'breach.whatHappened': 'Un intrus a lu notre serveur de messagerie. Nous l\u2019avons découvert le 24 mai 2023.',
    'breach.likelyConsequences': 'Quelqu\u2019un peut se faire passer pour vous et demander un prêt à votre nom.',
    'breach.measuresTaken': 'Nous avons coupé et remplacé l\u2019appareil.',
    'breach.whoPays': 'Nous payons les nouveaux documents.',
    advice: 'Vérifiez votre compte chaque semaine et restez attentif.',
  },
  de: {
    'breach.whatHappened': 'Ein Eindringling hat unseren Mailserver gelesen. Wir haben das am 24. Mai 2023 entdeckt.',
    'breach.likelyConsequences': 'Jemand kann sich als Sie ausgeben und auf Ihren Namen einen Kredit beantragen.',
    'breach.measuresTaken': 'Wir haben das Gerät abgeschaltet und ersetzt.',
    'breach.whoPays': 'Wir bezahlen die neuen Dokumente.',
    advice: 'Prüfen Sie Ihr Konto jede Woche und bleiben Sie wachsam.',
  },
};

const LINES: [name: RegExp, value: string][] = [
  [/(?:^|\.)email$/, 'dpo@agency.example'],
  [/(?:^|\.)phone$/, '+32 2 555 01 00'],
  [/postalAddress|\.address$/, 'Voorbeeldstraat 1, 1000 Brussel'],
  [/website$|ddress$/, 'https://www.agency.example'],
  [/^code$/, '0123-4567-89AB-CDEF-GH'],
  [/date/i, '24 May 2026'],
];

/** The source with invented values, each on the line of its placeholder: lines keep their numbers. */
export function filledAsSample(source: string, language: Language): string {
  return source
    .replace(/\{\{[#/][^{}\n]{0,80}\}\}|\{\{else\}\}/g, '')
    .replace(/\{\{([A-Za-z][\w.]{0,80})\}\}/g, (_, name: string) => {
      const prose = PROSE[language][name] ?? (name.startsWith('breach.') ? PROSE[language].advice : undefined);
      return prose ?? LINES.find(([pattern]) => pattern.test(name))?.[1] ?? 'Voorbeeld';
    });
}
