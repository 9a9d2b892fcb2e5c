import { BreachesService } from '#libs/breach/index.js';
import { SendingService } from '#libs/delivery/index.js';
import { NoticesService } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import type { Actor, Role } from '#libs/staff/index.js';
import { aController, someFacts } from './given-breach.js';
import type { TestWeb } from './web-browser.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail server.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We replaced the device.',
  whoPays: 'We pay.',
};
const ROSTER = `reference,category,language,given_name,email,private_email,street,city,country,documents,protected
P-1,staff,nl,Lotte,lotte@work.example,,Kerkstraat 1,Gent,BE,BE:id-card:scan:confirmed,
P-2,staff,nl,Tom,tom@work.example,,Kerkstraat 2,Gent,BE,BE:id-card:scan:confirmed,
P-3,past-applicant,nl,Luc,,,Kerkstraat 3,Gent,BE,BE:id-card:scan:confirmed,
P-4,staff,nl,Isidoor,isidoor@work.example,,,,,BE:id-card:scan:confirmed,yes
`;

export interface SendingOnPages {
  breach: string;
  notice: string;
  actor(role: Role): Promise<Actor>;
}

/** A notice to four people, by e-mail, by post and by hand, that was sent to the queue; no worker takes it from there. */
export async function givenSendingOnPages(web: TestWeb): Promise<SendingOnPages> {
  const actor = async (role: Role): Promise<Actor> =>
    await web.accounts.actorByEmail((await web.account([role])).email, 'web');
  const [writer, dpo, officer] = [await actor('hr'), await actor('dpo'), await actor('security')];
  const breach = await web.app.get(BreachesService).open(dpo, {
    facts: someFacts({ affectedCategories: ['staff', 'past-applicant'] }),
    controller: aController({ kind: 'other' }),
    texts: { nl: TEXTS },
  });
  const roster = web.app.get(RosterImportService);
  await roster.import(officer, breach.reference, sourceOfBytes(Buffer.from(ROSTER)), { keepGood: false });
  const notices = web.app.get(NoticesService);
  const { reference } = await notices.draft(writer, breach.reference, 'initial');
  await notices.submit(writer, reference);
  await notices.approve(dpo, reference);
  await web.app.get(SendingService).send(writer, reference);
  return { breach: breach.reference, notice: reference, actor };
}
