import type { Says } from './lint-rules.js';

export const SAYS_EN: Says = {
  'missing-nature': [
    'The letter does not say what happened: who got at the data, how, and when.',
    'Add a part "What happened?" with the event, the dates and what was read, taken or lost.',
  ],
  'missing-consequences': [
    'The letter does not say what the breach can lead to for its reader.',
    'Add a part "What can this lead to?" with the concrete harm: who can do what with these data.',
  ],
  'missing-measures': [
    'The letter does not say what you have done, or will do, about the breach.',
    'Add a part "What have we done?". A report to the authority alone is a duty, not a measure.',
  ],
  'missing-contact': [
    'The letter names no contact with whom its reader can ask about the breach.',
    'Add the name of the data protection officer or another contact point, with telephone, e-mail or address.',
  ],
  'missing-advice': [
    'The letter does not say what its reader can do.',
    'Add a part "What can you do?" with concrete steps, one for each kind of data.',
  ],
  hedge: [
    '"{it}" leaves open whether the reader is affected, so the reader waits.',
    'Say what you know and what you do not know, each in a sentence of its own, and how sure you are.',
  ],
  minimising: ['"{it}" makes the breach look small.', 'Take it out. State the fact and let the reader judge.'],
  identifier: [
    'Here stands an identifier in full ({it}). Whoever gets the letter gets it too.',
    'Name the kind of data, or show the last two characters only.',
  ],
  'tracked-link': [
    'This link tells somebody who opened it ({it}).',
    'Take it out. Write the plain address of your own site, for the reader to type.',
  ],
  'remote-image': [
    'This picture is fetched from elsewhere, which tells that the letter was opened.',
    'Take the picture out, or put it into the letter itself.',
  ],
  placeholder: ['"{it}" was never filled in.', 'Put the value in its place, or take the sentence out.'],
  link: [
    'A link to click is what a fraudulent copy of this letter would hold.',
    'Write the address of your own site in plain, for the reader to type.',
  ],
  'data-kinds': [
    'The letter names other kinds of data than the register ({it}).',
    'Enter in the register of the breach what is out, or correct what the letter says.',
  ],
  'renewal-costs': [
    'A document is to be renewed and the letter does not say who pays.',
    'Write in the texts of the breach who pays, up to what, and how it is claimed.',
  ],
  'officer-contact': [
    "The contact in the letter is not that of the controller's data protection officer ({it}).",
    "Use the placeholders of the data protection officer, or correct the controller's data.",
  ],
  'placeholders-differ': [
    'This language lacks values that other languages state: {it}.',
    'Use the same placeholders in every language.',
  ],
  'blocks-differ': [
    'This language lacks parts that other languages have: {it}.',
    'Give every language the same parts.',
  ],
  untranslated: [
    'This language has not followed a change: {it}.',
    'Translate the change, or confirm the text by saving it again.',
  ],
  'incident-word': [
    '"{it}" is a softer word for what this letter elsewhere calls a breach.',
    'Say "data breach" throughout.',
  ],
  inconvenience: [
    '"{it}" treats the harm as a nuisance.',
    'Say that you are sorry for what happened, and leave it there.',
  ],
  jargon: [
    '"{it}" is a word of the trade that nothing here explains.',
    'Use an everyday word, or explain it in the same sentence.',
  ],
  'long-sentence': ['This sentence has {it} words.', 'Cut it into sentences of at most 25 words.'],
  'reading-level': [
    'The letter is hard to read: reading ease {it}, and 60 is plain.',
    'Use shorter sentences and shorter words.',
  ],
  'wordy-opening': ['"{it}" says nothing yet.', 'Begin with what happened.'],
  'other-matter': [
    '"{it}" does not belong in this letter.',
    'Send it in a message of its own. This letter is about the breach and nothing else.',
  ],
  'subject-missing': [
    'The letter has no subject line.',
    "Give it one that says that it is about the reader's personal data.",
  ],
  'subject-unclear': [
    'The subject "{it}" does not tell that this matters.',
    "Say in it that it is about the reader's personal data.",
  ],
  'who-pays': [
    'The letter asks its reader to renew a document and does not say who pays.',
    'Say who pays, up to what, and how it is claimed.',
  ],
  'phone-on-site': [
    'A telephone number in a letter proves nothing.',
    'Say that the same number stands on your own website.',
  ],
  apology: ['The letter does not say sorry.', 'Say once, in plain words, that you are sorry.'],
  complaint: [
    'The letter does not say that its reader may complain.',
    'Name the supervisory authority and say that complaining is free.',
  ],
  'which-data': [
    'The letter does not say which data it is about.',
    'List the kinds of data, and how sure you are of each.',
  ],
  genuine: [
    'The letter does not say how to check that it is genuine.',
    'Say how its reader can check it without a link.',
  ],
  'fraud-warning': [
    'The letter does not warn that fraudsters may use this breach.',
    'Say that you never ask for a document, a PIN or a password.',
  ],
  'false-loss': [
    '"{it}" tells its reader to declare a loss that did not happen.',
    'Advise to ask for a new document and to say that its details were exposed.',
  ],
  language: [
    'The letter seems to be written in another language ({it}).',
    'Name the right language, or check the text.',
  ],
};
