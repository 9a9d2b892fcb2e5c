import type { Says } from './lint-rules.js';

export const SAYS_NL: Says = {
  'missing-nature': [
    'De brief zegt niet wat er gebeurd is: wie bij de gegevens kon, hoe en wanneer.',
    'Voeg een deel "Wat is er gebeurd?" toe, met de feiten, de data en wat er gelezen, meegenomen of verloren is.',
  ],
  'missing-consequences': [
    'De brief zegt niet wat het datalek voor de lezer kan betekenen.',
    'Voeg een deel "Wat kunnen de gevolgen zijn?" toe, met de concrete schade: wie kan wat doen met deze gegevens.',
  ],
  'missing-measures': [
    'De brief zegt niet wat u aan het datalek gedaan hebt of nog doet.',
    'Voeg een deel "Wat hebben wij gedaan?" toe. Een melding bij de toezichthouder is een plicht en geen maatregel.',
  ],
  'missing-contact': [
    'De brief noemt niemand bij wie de lezer met vragen terechtkan.',
    'Noem de functionaris voor gegevensbescherming of een ander contactpunt, met telefoon, e-mail of adres.',
  ],
  'missing-advice': [
    'De brief zegt niet wat de lezer zelf kan doen.',
    'Voeg een deel "Wat kunt u zelf doen?" toe, met concrete stappen voor elk soort gegevens.',
  ],
  hedge: [
    '"{it}" laat open of het de lezer treft, en dan doet de lezer niets.',
    'Zeg wat u weet en wat u niet weet, elk in een eigen zin, en hoe zeker u bent.',
  ],
  minimising: ['"{it}" maakt het datalek klein.', 'Schrap het. Noem het feit en laat de lezer oordelen.'],
  identifier: [
    'Hier staat een kenmerk voluit ({it}). Wie de brief krijgt, krijgt het ook.',
    'Noem het soort gegeven, of toon alleen de laatste twee tekens.',
  ],
  'tracked-link': [
    'Deze link verraadt wie hem opent ({it}).',
    'Schrap hem. Schrijf het gewone adres van uw eigen site, zodat de lezer het kan typen.',
  ],
  'remote-image': [
    'Deze afbeelding komt van elders, en dat verraadt dat de brief geopend is.',
    'Schrap de afbeelding, of zet ze in de brief zelf.',
  ],
  placeholder: ['"{it}" is nooit ingevuld.', 'Zet de waarde op haar plaats, of schrap de zin.'],
  link: [
    'Een link om op te klikken is precies wat een valse kopie van deze brief zou bevatten.',
    'Schrijf het adres van uw eigen site voluit, zodat de lezer het kan typen.',
  ],
  'data-kinds': [
    'De brief noemt andere soorten gegevens dan het register ({it}).',
    'Vul in het register van het datalek in wat gelekt is, of verbeter de brief.',
  ],
  'renewal-costs': [
    'Een document moet vernieuwd worden en de brief zegt niet wie betaalt.',
    'Schrijf in de teksten van het datalek wie betaalt, tot welk bedrag en hoe men het terugvraagt.',
  ],
  'officer-contact': [
    'Het contact in de brief is niet dat van de functionaris voor gegevensbescherming ({it}).',
    'Gebruik de invulplaatsen van de functionaris, of verbeter de gegevens van de verantwoordelijke.',
  ],
  'placeholders-differ': [
    'Deze taal mist waarden die andere talen vermelden: {it}.',
    'Gebruik in elke taal dezelfde invulplaatsen.',
  ],
  'blocks-differ': ['Deze taal mist delen die andere talen hebben: {it}.', 'Geef elke taal dezelfde delen.'],
  untranslated: [
    'Deze taal is niet mee met een wijziging: {it}.',
    'Vertaal de wijziging, of bevestig de tekst door hem opnieuw te bewaren.',
  ],
  'incident-word': [
    '"{it}" is een zachter woord voor wat deze brief elders een datalek noemt.',
    'Zeg overal "datalek".',
  ],
  inconvenience: [
    '"{it}" maakt van de schade een ongemakje.',
    'Zeg dat het u spijt wat er gebeurd is, en laat het daarbij.',
  ],
  jargon: [
    '"{it}" is een vakwoord dat hier niet uitgelegd wordt.',
    'Gebruik een gewoon woord, of leg het in dezelfde zin uit.',
  ],
  'long-sentence': ['Deze zin telt {it} woorden.', 'Maak er zinnen van hoogstens 25 woorden van.'],
  'reading-level': [
    'De brief leest moeilijk: leesgemak {it}, en 60 is vlot.',
    'Gebruik kortere zinnen en kortere woorden.',
  ],
  'wordy-opening': ['"{it}" zegt nog niets.', 'Begin met wat er gebeurd is.'],
  'other-matter': [
    '"{it}" hoort niet in deze brief.',
    'Stuur het apart. Deze brief gaat over het datalek en over niets anders.',
  ],
  'subject-missing': [
    'De brief heeft geen onderwerp.',
    'Geef hem een onderwerp dat zegt dat het om persoonsgegevens van de lezer gaat.',
  ],
  'subject-unclear': [
    'Het onderwerp "{it}" zegt niet dat dit belangrijk is.',
    'Zeg erin dat het om persoonsgegevens van de lezer gaat.',
  ],
  'who-pays': [
    'De brief vraagt een document te vernieuwen en zegt niet wie betaalt.',
    'Zeg wie betaalt, tot welk bedrag en hoe men het terugvraagt.',
  ],
  'phone-on-site': [
    'Een telefoonnummer in een brief bewijst niets.',
    'Zeg dat hetzelfde nummer op uw eigen website staat.',
  ],
  apology: ['De brief zegt geen sorry.', 'Zeg één keer, in gewone woorden, dat het u spijt.'],
  complaint: [
    'De brief zegt niet dat de lezer een klacht kan indienen.',
    'Noem de toezichthouder en zeg dat een klacht gratis is.',
  ],
  'which-data': [
    'De brief zegt niet om welke gegevens het gaat.',
    'Som de soorten gegevens op, en hoe zeker u van elk bent.',
  ],
  genuine: ['De brief zegt niet hoe men nagaat dat hij echt is.', 'Zeg hoe de lezer dat zonder link kan nagaan.'],
  'fraud-warning': [
    'De brief waarschuwt niet dat oplichters dit datalek kunnen gebruiken.',
    'Zeg dat u nooit om een document, pincode of wachtwoord vraagt.',
  ],
  'false-loss': [
    '"{it}" laat de lezer een verlies aangeven dat er niet was.',
    'Raad aan een nieuw document te vragen en te zeggen dat de gegevens gelekt zijn.',
  ],
  language: ['De brief lijkt in een andere taal geschreven ({it}).', 'Noem de juiste taal, of kijk de tekst na.'],
};
