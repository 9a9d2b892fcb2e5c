import type { BreachTexts, Controller } from '#libs/breach/index.js';
import type { Language } from '#libs/platform/index.js';

/** The invented agency. The authority that takes complaints is the real one, since letters are read in Belgium. */
export const CONTROLLER = {
  name: {
    nl: 'Nationaal Bewakingsagentschap',
    fr: 'Agence nationale de veille',
    de: 'Nationale Wachagentur',
    en: 'National Watch Agency',
  },
  postalAddress: ['Wakersklokstraat 1 / rue de la Cloche-du-Guet 1', '1000 Brussel / Bruxelles'],
  timeZone: 'Europe/Brussels',
  languages: ['nl', 'fr', 'de', 'en'],
  kind: 'other',
  dataProtectionOfficer: {
    name: 'Griet Verlinden',
    email: 'dpo@bewaking.example',
    phone: '+32 2 555 01 00',
    postalAddress: ['Wakersklokstraat 1 / rue de la Cloche-du-Guet 1', '1000 Brussel / Bruxelles'],
  },
  website: 'https://bewaking.example',
  supervisoryAuthority: {
    nl: {
      name: 'Gegevensbeschermingsautoriteit',
      address: 'Drukpersstraat 35, 1000 Brussel, +32 2 274 48 00',
      website: 'https://www.gegevensbeschermingsautoriteit.be',
    },
    fr: {
      name: 'Autorité de protection des données',
      address: 'rue de la Presse 35, 1000 Bruxelles, +32 2 274 48 00',
      website: 'https://www.autoriteprotectiondonnees.be',
    },
    de: {
      name: 'Datenschutzbehörde',
      address: 'Rue de la Presse / Drukpersstraat 35, 1000 Brüssel, +32 2 274 48 00',
      website: 'https://www.dataprotectionauthority.be',
    },
    en: {
      name: 'Data Protection Authority',
      address: 'Rue de la Presse / Drukpersstraat 35, 1000 Brussels, +32 2 274 48 00',
      website: 'https://www.dataprotectionauthority.be',
    },
  },
  // Neutral: the name of the employer is no business of whoever sees the inbox.
  sender: { name: 'Bericht / Message', address: 'meldingen@bewaking.example' },
} satisfies Controller;

/** What is known of the breach; the kinds of data, the caps and the number of persons come from the rosters. */
export const FACTS = {
  title: 'Mail gateway read by an intruder',
  kinds: ['confidentiality'],
  cause: 'external-malicious',
  systems:
    'The mail gateway that all incoming and outgoing mail of the agency passed through, its attachment screening included. The internal network and the personnel system were not reached from it.',
  occurredFrom: [
    {
      at: '2024-11-04T02:10:00+01:00',
      certainty: 'estimated',
      source: 'Report of our security team, 21 November 2026: oldest trace in the logs of the gateway',
    },
    {
      at: '2025-02-11T00:00:00+01:00',
      certainty: 'disputed',
      source: 'Advisory of the maker of the gateway, 19 November 2026: earliest known use of the flaw',
    },
  ],
  occurredTo: [
    {
      at: '2026-11-20T18:05:00+01:00',
      certainty: 'exact',
      source: 'Network log: the gateway was taken off the network',
    },
  ],
  detected: {
    at: '2026-11-19T16:40:00+01:00',
    certainty: 'exact',
    source: 'The security team read the advisory and found the intruder on the gateway',
  },
  awareAt: '2026-11-22T09:20:00+01:00',
  awareBasis:
    'The security team reported that mail of the HR service with identity documents and CVs had passed the gateway while the intruder was on it. Until then it was known that the gateway had been entered, not that personal data had passed. The head of the agency recorded awareness on the advice of the data protection officer.',
  measures: [
    { kind: 'contain', what: 'Gateway taken off the network on 20 November 2026 and kept as evidence.', done: true },
    { kind: 'contain', what: 'New gateway of another maker put in place, watched day and night.', done: true },
    { kind: 'contain', what: 'Old mail domains barred as a channel to the persons concerned.', done: true },
    { kind: 'mitigate', what: 'Complaint lodged with the federal prosecutor; authority informed.', done: true },
    { kind: 'mitigate', what: 'Cost of renewed identity documents paid by the agency, up to a cap.', done: true },
    { kind: 'mitigate', what: 'Watch for the stolen data on the internet until the end of 2028.', done: false },
    { kind: 'prevent', what: 'Copies of identity documents deleted from all mailboxes.', done: false },
    { kind: 'prevent', what: 'Identity documents no longer accepted by e-mail.', done: true },
  ],
};

/** Cap for one renewed document, in euro cents; the texts below name the same amounts. */
export const CAPS: Record<string, number> = {
  passport: 30_000,
  'id-card': 16_000,
  'kids-id': 16_000,
  'residence-card': 8_000,
  'driving-licence': 8_000,
};

export const BANNED_DOMAINS = [
  { domain: 'oud.bewaking.example', side: 'both', reason: 'Mailboxes behind the gateway that the intruder read' },
  { domain: 'gateway.bewaking.example', side: 'both', reason: 'The gateway that the intruder read' },
];

export const TEXTS: Record<Language, Required<BreachTexts>> = {
  nl: {
    whatHappened:
      'Een indringer heeft onze mailgateway gekraakt. Dat is de server waarlangs al onze e-mails binnenkomen en vertrekken. Van november 2024 tot 20 november 2026 had hij toegang tot elk bericht dat er passeerde, met de bijlagen. Daarbij waren e-mails van onze personeelsdienst: sollicitaties, kopieën van identiteitsdocumenten en dossiers over personeelsleden en hun gezin. Op 20 november 2026 hebben we de server van het netwerk gehaald. Op 22 november 2026 stelde ons onderzoek vast dat in die e-mails persoonsgegevens van personeelsleden, sollicitanten en hun gezinsleden stonden.',
    likelyConsequences:
      'Met een kopie of het nummer van een identiteitsdocument kan iemand zich voor u uitgeven: een lening aangaan, een contract tekenen of een rekening openen op uw naam. Wie uw adres, telefoonnummer of cv heeft, kan u schrijven of bellen en heel geloofwaardig overkomen. De e-mails tonen ook dat u een band hebt met ons agentschap. Daarmee kan iemand u of uw gezin onder druk zetten. In het ergste geval verliest u geld of moet u bewijzen dat een schuld niet van u is. Dit risico gaat niet snel voorbij: blijf ook de komende jaren waakzaam.',
    measuresTaken:
      'De oude gateway is sinds 20 november 2026 buiten gebruik. In de plaats staat een nieuwe, van een andere fabrikant, die dag en nacht wordt bewaakt. We hebben de Gegevensbeschermingsautoriteit ingelicht en klacht ingediend bij het federaal parket. We wissen de kopieën van identiteitsdocumenten uit al onze mailboxen en aanvaarden ze niet meer per e-mail. We zoeken op het internet naar gestolen gegevens en verwittigen u als we die van u vinden. Naar e-mailadressen die de indringer kon lezen, sturen we niets.',
    whatIsNotKnown:
      'De logbestanden van de oude gateway tonen niet welke e-mails de indringer heeft meegenomen. We kunnen dus niet zeggen welke e-mails gestolen zijn. Daarom behandelen we elke e-mail uit die periode als gelezen. Op de gateway vonden we een map met kopieën van een deel van de e-mails. Stonden uw gegevens daarin, dan zegt de lijst hieronder dat we het zeker weten. Ook het begin staat niet vast: onze logbestanden wijzen op november 2024, de fabrikant op februari 2025. Wij rekenen vanaf de vroegste datum. Wie de indringer is, weten we niet. We schrijven u opnieuw zodra we meer weten, uiterlijk op 31 januari 2027.',
    whoPays:
      'Wij betalen voor elk document dat u volgens deze brief moet vervangen: de kostprijs, de pasfoto en, als u haast hebt, de spoedprocedure. We betalen u tot 300 euro terug voor een paspoort, 160 euro voor een identiteitskaart en 80 euro voor een ander document. Betaal eerst zelf en bewaar het betaalbewijs. Stuur dat vóór 1 juli 2027 met de post naar onze functionaris voor gegevensbescherming, met uw naam en rekeningnummer. Maak het documentnummer onleesbaar. Stuur nooit een kopie van het document. U krijgt uw geld binnen 30 dagen.',
  },
  fr: {
    whatHappened:
      'Un intrus a piraté notre passerelle de messagerie, le serveur par lequel passent tous nos e-mails, entrants et sortants. De novembre 2024 au 20 novembre 2026, il a eu accès à chaque message qui y passait, pièces jointes comprises. Parmi eux figuraient des e-mails de notre service du personnel : des candidatures, des copies de documents d’identité et des dossiers sur des membres du personnel et leur famille. Le 20 novembre 2026, nous avons retiré ce serveur du réseau. Le 22 novembre 2026, notre enquête a établi que ces e-mails contenaient des données personnelles de membres du personnel, de candidats et de leurs proches.',
    likelyConsequences:
      'Avec la copie ou le numéro d’un document d’identité, quelqu’un peut se faire passer pour vous : contracter un prêt, signer un contrat ou ouvrir un compte à votre nom. Qui détient votre adresse, votre numéro de téléphone ou votre CV peut vous écrire ou vous appeler en paraissant très crédible. Les e-mails montrent aussi que vous avez un lien avec notre agence. On peut s’en servir pour faire pression sur vous ou votre famille. Au pire, vous perdez de l’argent ou devez prouver qu’une dette n’est pas la vôtre. Ce risque durera : restez vigilant dans les années à venir.',
    measuresTaken:
      'L’ancienne passerelle est hors service depuis le 20 novembre 2026. Une nouvelle, d’un autre fabricant, la remplace et fait l’objet d’une surveillance jour et nuit. Nous avons informé l’Autorité de protection des données et déposé plainte auprès du parquet fédéral. Nous effaçons les copies de documents d’identité de toutes nos boîtes aux lettres électroniques et ne les acceptons plus par e-mail. Nous recherchons sur internet les données volées et vous avertirons si nous y trouvons les vôtres. Nous n’envoyons rien aux adresses électroniques que l’intrus pouvait lire.',
    whatIsNotKnown:
      'Les journaux de l’ancienne passerelle ne montrent pas quels e-mails l’intrus a emportés. Nous ne pouvons donc pas dire lesquels ont été volés. C’est pourquoi nous traitons chaque e-mail de cette période comme lu. Sur la passerelle, nous avons trouvé un dossier avec des copies d’une partie des e-mails. Si vos données s’y trouvaient, la liste ci-dessous dit que nous en sommes certains. Le début est lui aussi contesté : novembre 2024 selon nos journaux, février 2025 selon le fabricant. Nous retenons la date la plus ancienne. Nous ignorons qui est l’intrus. Nous vous récrirons dès que nous en saurons plus, au plus tard le 31 janvier 2027.',
    whoPays:
      'Nous payons chaque document que cette lettre vous demande de renouveler : le prix, la photo et, si vous êtes pressé, la procédure d’urgence. Nous vous remboursons jusqu’à 300 euros pour un passeport, 160 euros pour une carte d’identité et 80 euros pour un autre document. Payez d’abord et gardez la preuve de paiement. Envoyez-la par la poste avant le 1er juillet 2027 à notre délégué à la protection des données, avec votre nom et votre numéro de compte. Rendez le numéro du document illisible. N’envoyez jamais de copie du document. Vous recevrez votre argent dans les 30 jours.',
  },
  de: {
    whatHappened:
      'Ein Eindringling hat unser Mail-Gateway gehackt. Das ist der Server, über den alle unsere E-Mails ein- und ausgehen. Von November 2024 bis zum 20. November 2026 hatte er Zugriff auf jede Nachricht, die darüber lief, samt Anhängen. Darunter waren E-Mails unseres Personaldienstes: Bewerbungen, Kopien von Ausweisen und Akten über Bedienstete und ihre Familien. Am 20. November 2026 haben wir den Server vom Netz genommen. Am 22. November 2026 ergab unsere Untersuchung, dass diese E-Mails personenbezogene Daten von Bediensteten, Bewerbern und ihren Angehörigen enthielten.',
    likelyConsequences:
      'Mit der Kopie oder der Nummer eines Ausweises kann sich jemand als Sie ausgeben: einen Kredit aufnehmen, einen Vertrag unterschreiben oder ein Konto auf Ihren Namen eröffnen. Wer Ihre Adresse, Telefonnummer oder Ihren Lebenslauf hat, kann Ihnen schreiben oder Sie anrufen und dabei sehr glaubwürdig wirken. Die E-Mails zeigen auch, dass Sie mit unserer Agentur in Verbindung stehen. Damit kann jemand Sie oder Ihre Familie unter Druck setzen. Im schlimmsten Fall verlieren Sie Geld oder müssen beweisen, dass eine Schuld nicht Ihre ist. Diese Gefahr geht nicht schnell vorüber: Bleiben Sie auch in den nächsten Jahren wachsam.',
    measuresTaken:
      'Das alte Gateway ist seit dem 20. November 2026 außer Betrieb. An seiner Stelle steht ein neues von einem anderen Hersteller, das Tag und Nacht überwacht wird. Wir haben die Datenschutzbehörde informiert und bei der Föderalstaatsanwaltschaft Strafanzeige erstattet. Wir löschen die Kopien von Ausweisen aus allen unseren Postfächern und nehmen sie nicht mehr per E-Mail an. Wir suchen im Internet nach gestohlenen Daten und benachrichtigen Sie, wenn wir Ihre finden. An E-Mail-Adressen, die der Eindringling lesen konnte, schicken wir nichts.',
    whatIsNotKnown:
      'Die Protokolle des alten Gateways zeigen nicht, welche E-Mails der Eindringling mitgenommen hat. Wir können also nicht sagen, welche gestohlen wurden. Deshalb behandeln wir jede E-Mail aus dieser Zeit als gelesen. Auf dem Gateway fanden wir einen Ordner mit Kopien eines Teils der E-Mails. Waren Ihre Daten darin, so sagt die Liste unten, dass wir es mit Sicherheit wissen. Auch der Beginn steht nicht fest: Unsere Protokolle weisen auf November 2024, der Hersteller nennt Februar 2025. Wir gehen vom früheren Datum aus. Wer der Eindringling ist, wissen wir nicht. Wir schreiben Ihnen wieder, sobald wir mehr wissen, spätestens am 31. Januar 2027.',
    whoPays:
      'Wir bezahlen jedes Dokument, das Sie laut diesem Brief erneuern sollen: die Gebühr, das Passfoto und, wenn es eilt, das Eilverfahren. Wir erstatten Ihnen bis zu 300 Euro für einen Reisepass, 160 Euro für einen Personalausweis und 80 Euro für ein anderes Dokument. Zahlen Sie zuerst selbst und bewahren Sie den Zahlungsbeleg auf. Senden Sie ihn vor dem 1. Juli 2027 per Post an unseren Datenschutzbeauftragten, mit Ihrem Namen und Ihrer Kontonummer. Machen Sie die Dokumentnummer unleserlich. Senden Sie nie eine Kopie des Dokuments. Sie erhalten Ihr Geld innerhalb von 30 Tagen.',
  },
  en: {
    whatHappened:
      'Someone broke into our mail gateway. That is the server through which all our e-mail comes in and goes out. From November 2024 to 20 November 2026 this intruder had access to each message that passed, with its attachments. Among them were mails of our HR service: job applications, copies of identity documents, and files about staff and their families. On 20 November 2026 we took the server off the network. On 22 November 2026 our inquiry found that those mails held personal data of staff, job applicants and their families.',
    likelyConsequences:
      'With a copy or the number of an identity document, a thief can pose as you: take out a loan, sign a contract or open an account in your name. Whoever has your address, phone number or CV can write to you or call you and sound very real. The mails also show that you have a link with our agency. Someone can use that to put pressure on you or your family. At worst you lose money or have to prove that a debt is not yours. This risk will not pass soon: stay alert in the years to come.',
    measuresTaken:
      'The old gateway has been out of use since 20 November 2026. A new one, from another maker, is in its place and is watched day and night. We have informed the Data Protection Authority and lodged a complaint with the federal prosecutor. We are deleting the copies of identity documents from all our mailboxes and no longer take them by e-mail. We search the internet for stolen data and will tell you if we find yours. We send nothing to e-mail addresses that the intruder could read.',
    whatIsNotKnown:
      'The logs of the old gateway do not show which mails the intruder took. So we cannot tell you which ones were stolen. That is why we treat every mail of that time as read. On the gateway we found a folder with copies of some mails. If your data was in it, the list below says that we know this. The start is not settled either: our logs point to November 2024, the maker to February 2025. We go by the earlier date. We do not know who the intruder is. We will write to you again once we know more, by 31 January 2027 at the latest.',
    whoPays:
      'We pay for each document that this letter asks you to renew: the fee, the photo and, if you need it fast, the urgent service. We pay you back up to 300 euros for a passport, 160 euros for an identity card and 80 euros for any other document. Pay first and keep the receipt. Send it by post before 1 July 2027 to our data protection officer, with your name and account number. Black out the document number. Never send a copy of the document. You will have your money within 30 days.',
  },
};
