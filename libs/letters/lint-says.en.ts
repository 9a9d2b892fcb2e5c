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
};
