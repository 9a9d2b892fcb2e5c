import type { BreachTexts } from '#libs/breach/pure.js';
import type { Language } from '#libs/platform/pure.js';
import type { Change, LetterView } from './letter-view.js';
import { LETTERS_OF_KIND, refersBack, type NoticeKind } from './notice-kind.js';

/** The words of an invented breach: a mail gateway that was read by an intruder. */
const TEXTS: Record<Language, BreachTexts> = {
  nl: {
    whatHappened:
      'Een indringer heeft onze mailserver gelezen, van oktober 2022 tot mei 2023. Daar gingen ook mails over personeel door, met kopieën van documenten. We ontdekten dit op 24 mei 2023.',
    whatIsNotKnown:
      'We weten nog niet welke mails precies gekopieerd zijn. We schrijven u opnieuw zodra we meer weten.',
    likelyConsequences:
      'Iemand kan zich voor u uitgeven. Die persoon kan:\n\n- op uw naam een lening of een abonnement aanvragen;\n- u of uw familie berichten sturen die echt lijken;\n- u benaderen omdat u hier werkt of wilde werken.',
    measuresTaken:
      'We hebben het toestel afgesloten en vervangen. We hebben klacht ingediend bij het federaal parket. De toezichthouder is ingelicht. We zoeken elke dag of de gegevens ergens opduiken.',
    whoPays:
      'Wij betalen de nieuwe documenten. Bewaar het bewijs van betaling van de gemeente en stuur het naar ons. Stuur geen kopie van het document.',
  },
  fr: {
    whatHappened:
      'Un intrus a lu notre serveur de messagerie, d’octobre 2022 à mai 2023. Des mails du service du personnel y passaient, avec des copies de documents. Nous l’avons découvert le 24 mai 2023.',
    whatIsNotKnown:
      'Nous ne savons pas encore quels mails ont été copiés. Nous vous écrirons dès que nous en saurons plus.',
    likelyConsequences:
      'Quelqu’un peut se faire passer pour vous. Cette personne peut :\n\n- demander un prêt ou un abonnement à votre nom ;\n- vous envoyer, à vous ou à vos proches, des messages qui semblent vrais ;\n- vous aborder parce que vous travaillez ici ou vouliez le faire.',
    measuresTaken:
      'Nous avons coupé et remplacé l’appareil. Nous avons porté plainte auprès du parquet fédéral. L’autorité de contrôle est prévenue. Nous cherchons chaque jour si les données apparaissent quelque part.',
    whoPays:
      'Nous payons les nouveaux documents. Gardez la preuve de paiement de la commune et envoyez-la-nous. N’envoyez pas de copie du document.',
  },
  de: {
    whatHappened:
      'Ein Eindringling hat unseren Mailserver gelesen, von Oktober 2022 bis Mai 2023. Auch Mails des Personaldienstes liefen darüber, mit Kopien von Dokumenten. Wir haben das am 24. Mai 2023 entdeckt.',
    whatIsNotKnown:
      'Wir wissen noch nicht, welche Mails kopiert wurden. Wir schreiben Ihnen wieder, sobald wir mehr wissen.',
    likelyConsequences:
      'Jemand kann sich als Sie ausgeben. Diese Person kann:\n\n- auf Ihren Namen einen Kredit oder ein Abo beantragen;\n- Ihnen oder Ihrer Familie Nachrichten schicken, die echt aussehen;\n- Sie ansprechen, weil Sie hier arbeiten oder arbeiten wollten.',
    measuresTaken:
      'Wir haben das Gerät abgeschaltet und ersetzt. Wir haben beim föderalen Staatsanwalt Anzeige erstattet. Die Aufsicht weiß Bescheid. Wir suchen jeden Tag, ob die Daten irgendwo auftauchen.',
    whoPays:
      'Wir bezahlen die neuen Dokumente. Heben Sie den Zahlungsbeleg der Gemeinde auf und schicken Sie ihn uns. Schicken Sie keine Kopie des Dokuments.',
  },
  en: {
    whatHappened:
      'An intruder read our mail server from October 2022 to May 2023. E-mails of the staff office passed through it, with copies of documents. We found this out on 24 May 2023.',
    whatIsNotKnown: 'We do not know yet which e-mails were copied. We will write to you again as soon as we know more.',
    likelyConsequences:
      'Somebody can pose as you. That person can:\n\n- ask for a loan or a phone plan in your name;\n- send you or your family messages that look real;\n- approach you because you work here or wanted to.',
    measuresTaken:
      'We shut the device down and replaced it. We filed a complaint with the federal prosecutor. The data protection authority knows about it. We look every day whether the data turn up somewhere.',
    whoPays:
      'We pay for the new documents. Keep the receipt of the town hall and send it to us. Do not send a copy of the document.',
  },
};

const CONTROLLERS: Record<Language, string> = {
  nl: 'Agentschap Voorbeeld',
  fr: 'Agence Exemple',
  de: 'Agentur Beispiel',
  en: 'Example Agency',
};

/** Everything that the letter of an invented person is made from: for tests and for trying a text out. */
export function inventedLetterView(language: Language, changes: Partial<LetterView> = {}): LetterView {
  return {
    language,
    date: '2026-11-24',
    notice: 'N-2026-0001',
    person: { givenName: 'Émilie', familyName: 'D’Hondt-Peeters' },
    exposures: [
      { dataKind: 'id-card', country: 'BE', extent: 'scan-both-sides', confidence: 'confirmed' },
      { dataKind: 'passport', country: 'BE', extent: 'number', confidence: 'presumed' },
      { dataKind: 'cv', country: null, extent: 'copy', confidence: 'presumed' },
      { dataKind: 'iban', country: null, extent: 'number', confidence: 'not-excluded' },
    ],
    breach: { title: 'Mail gateway read by an intruder', ...TEXTS[language] },
    controller: {
      name: CONTROLLERS[language],
      postalAddress: ['Voorbeeldstraat 1', '1000 Brussel'],
      website: 'https://www.agency.example',
      dataProtectionOfficer: {
        name: 'An Voorbeeld',
        email: 'dpo@agency.example',
        phone: '+32 2 555 01 00',
        postalAddress: ['Voorbeeldstraat 1', '1000 Brussel'],
      },
      authority: {
        name: 'Data Authority',
        address: 'Drukpersstraat 35, 1000 Brussel',
        website: 'https://www.authority.example',
      },
    },
    code: '0123-4567-89AB-CDEF-GH',
    word: 'bakolim',
    address: 'https://notices.example/n',
    ...changes,
  };
}

/** One change of each kind, as they fit the exposures of the invented person. */
const CHANGES: Change[] = [
  { kind: 'added', exposure: { dataKind: 'passport', country: 'BE', extent: 'number', confidence: 'presumed' } },
  { kind: 'excluded', exposure: { dataKind: 'photo', country: null, extent: 'copy', confidence: 'presumed' } },
  { kind: 'surer', dataKind: 'id-card', country: 'BE', now: 'confirmed' },
  { kind: 'less-sure', dataKind: 'iban', country: null, now: 'not-excluded' },
  { kind: 'extent', dataKind: 'id-card', country: 'BE', before: 'number', now: 'scan-both-sides' },
  { kind: 'breach', part: 'measuresTaken' },
];

/** The letter of an invented person of that kind: in a follow-up and a correction one change of each kind. */
export function inventedLetterOf(kind: NoticeKind, language: Language, changes: Partial<LetterView> = {}): LetterView {
  return inventedLetterView(language, {
    kind,
    ...(refersBack(kind) ? { since: { date: '2026-10-02', notice: 'N-2026-0001' }, notice: 'N-2026-0002' } : {}),
    ...(LETTERS_OF_KIND[kind].says === 'what-changed' ? { changes: CHANGES } : {}),
    ...changes,
  });
}
