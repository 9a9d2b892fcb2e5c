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
};
