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
};
