import type { Says } from './lint-rules.js';

export const SAYS_DE: Says = {
  'missing-nature': [
    'Der Brief sagt nicht, was geschehen ist: wer an die Daten kam, wie und wann.',
    'Fügen Sie einen Teil „Was ist geschehen?“ hinzu, mit Hergang, Daten und dem, was gelesen, mitgenommen oder verloren wurde.',
  ],
  'missing-consequences': [
    'Der Brief sagt nicht, was die Datenpanne für den Leser bedeuten kann.',
    'Fügen Sie einen Teil „Welche Folgen kann das haben?“ hinzu, mit dem konkreten Schaden: Wer kann was mit diesen Daten tun?',
  ],
  'missing-measures': [
    'Der Brief sagt nicht, was Sie gegen die Datenpanne getan haben oder tun werden.',
    'Fügen Sie einen Teil „Was haben wir getan?“ hinzu. Die Meldung an die Aufsicht ist eine Pflicht und keine Maßnahme.',
  ],
  'missing-contact': [
    'Der Brief nennt niemanden, den der Leser fragen kann.',
    'Nennen Sie den Datenschutzbeauftragten oder eine andere Anlaufstelle, mit Telefon, E-Mail oder Anschrift.',
  ],
  'missing-advice': [
    'Der Brief sagt nicht, was der Leser tun kann.',
    'Fügen Sie einen Teil „Was können Sie tun?“ hinzu, mit konkreten Schritten für jede Art von Daten.',
  ],
  hedge: [
    '„{it}“ lässt offen, ob es den Leser betrifft, und dann wartet er ab.',
    'Sagen Sie, was Sie wissen und was Sie nicht wissen, jedes in einem eigenen Satz, und wie sicher Sie sind.',
  ],
  minimising: [
    '„{it}“ lässt die Datenpanne klein erscheinen.',
    'Streichen Sie es. Nennen Sie die Tatsache; urteilen soll der Leser.',
  ],
  identifier: [
    'Hier steht eine Kennung in voller Länge ({it}). Wer den Brief bekommt, bekommt auch sie.',
    'Nennen Sie die Art der Angabe, oder zeigen Sie nur die letzten zwei Zeichen.',
  ],
  'tracked-link': [
    'Dieser Link verrät, wer ihn öffnet ({it}).',
    'Streichen Sie ihn. Schreiben Sie die einfache Adresse Ihrer eigenen Seite zum Abtippen.',
  ],
  'remote-image': [
    'Dieses Bild wird von anderswo geladen; das verrät, dass der Brief geöffnet wurde.',
    'Streichen Sie das Bild, oder setzen Sie es in den Brief selbst.',
  ],
  placeholder: ['„{it}“ wurde nie ausgefüllt.', 'Setzen Sie den Wert ein, oder streichen Sie den Satz.'],
  link: [
    'Ein Link zum Anklicken ist genau das, was eine Fälschung dieses Briefs enthielte.',
    'Schreiben Sie die Adresse Ihrer eigenen Seite zum Abtippen.',
  ],
  'data-kinds': [
    'Der Brief nennt andere Arten von Daten als das Register ({it}).',
    'Tragen Sie im Register ein, was betroffen ist, oder berichtigen Sie den Brief.',
  ],
  'renewal-costs': [
    'Ein Dokument soll erneuert werden, und der Brief sagt nicht, wer zahlt.',
    'Schreiben Sie in die Texte der Datenpanne, wer zahlt, bis zu welchem Betrag und wie man es verlangt.',
  ],
  'officer-contact': [
    'Der Kontakt im Brief ist nicht der des Datenschutzbeauftragten ({it}).',
    'Nutzen Sie die Platzhalter des Datenschutzbeauftragten, oder berichtigen Sie die Angaben des Verantwortlichen.',
  ],
  'placeholders-differ': [
    'Dieser Sprache fehlen Werte, die andere Sprachen nennen: {it}.',
    'Verwenden Sie in jeder Sprache dieselben Platzhalter.',
  ],
  'blocks-differ': [
    'Dieser Sprache fehlen Teile, die andere Sprachen haben: {it}.',
    'Geben Sie jeder Sprache dieselben Teile.',
  ],
  untranslated: [
    'Diese Sprache ist einer Änderung nicht gefolgt: {it}.',
    'Übersetzen Sie die Änderung, oder bestätigen Sie den Text, indem Sie ihn neu speichern.',
  ],
  'incident-word': [
    '„{it}“ ist ein milderes Wort für das, was dieser Brief sonst Datenpanne nennt.',
    'Sagen Sie durchweg „Datenpanne“ oder „Datenleck“.',
  ],
  inconvenience: [
    '„{it}“ macht aus dem Schaden eine Lästigkeit.',
    'Sagen Sie, dass Ihnen leidtut, was geschehen ist, und belassen Sie es dabei.',
  ],
  jargon: [
    '„{it}“ ist ein Fachwort, das hier nichts erklärt.',
    'Nehmen Sie ein Alltagswort, oder erklären Sie es im selben Satz.',
  ],
  'long-sentence': ['Dieser Satz hat {it} Wörter.', 'Machen Sie Sätze von höchstens 25 Wörtern daraus.'],
  'reading-level': [
    'Der Brief liest sich schwer: Lesbarkeit {it}, und 60 ist leicht.',
    'Nehmen Sie kürzere Sätze und kürzere Wörter.',
  ],
  'wordy-opening': ['„{it}“ sagt noch nichts.', 'Beginnen Sie mit dem, was geschehen ist.'],
  'other-matter': [
    '„{it}“ gehört nicht in diesen Brief.',
    'Schicken Sie es gesondert. Dieser Brief handelt von der Datenpanne und von nichts sonst.',
  ],
  'subject-missing': [
    'Der Brief hat keinen Betreff.',
    'Geben Sie ihm einen, der sagt, dass es um Daten des Lesers geht.',
  ],
  'subject-unclear': [
    'Der Betreff „{it}“ sagt nicht, dass dies wichtig ist.',
    'Sagen Sie darin, dass es um Daten des Lesers geht.',
  ],
  'who-pays': [
    'Der Brief bittet, ein Dokument zu erneuern, und sagt nicht, wer zahlt.',
    'Sagen Sie, wer zahlt, bis zu welchem Betrag und wie man es verlangt.',
  ],
  'phone-on-site': [
    'Eine Telefonnummer in einem Brief beweist nichts.',
    'Sagen Sie, dass dieselbe Nummer auf Ihrer eigenen Website steht.',
  ],
  apology: [
    'Der Brief bittet nicht um Entschuldigung.',
    'Sagen Sie einmal, in einfachen Worten, dass es Ihnen leidtut.',
  ],
  complaint: [
    'Der Brief sagt nicht, dass der Leser sich beschweren kann.',
    'Nennen Sie die Aufsichtsbehörde und sagen Sie, dass die Beschwerde nichts kostet.',
  ],
  'which-data': [
    'Der Brief sagt nicht, um welche Daten es geht.',
    'Zählen Sie die Arten von Daten auf, und wie sicher Sie sich jeweils sind.',
  ],
  genuine: [
    'Der Brief sagt nicht, wie man prüft, ob er echt ist.',
    'Sagen Sie, wie der Leser das ohne Link prüfen kann.',
  ],
  'fraud-warning': [
    'Der Brief warnt nicht davor, dass Betrüger die Datenpanne nutzen.',
    'Sagen Sie, dass Sie nie nach einem Dokument, einer PIN oder einem Passwort fragen.',
  ],
  'false-loss': [
    '„{it}“ lässt einen Verlust melden, den es nicht gab.',
    'Raten Sie, ein neues Dokument zu beantragen und zu sagen, dass seine Daten offengelegt wurden.',
  ],
  language: [
    'Der Brief scheint in einer anderen Sprache geschrieben ({it}).',
    'Nennen Sie die richtige Sprache, oder prüfen Sie den Text.',
  ],
};
