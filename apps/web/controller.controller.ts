import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { BreachesService, findController, type Controller as ControllerFacts } from '#libs/breach/index.js';
import { LANGUAGES, LANGUAGE_NAMES, Problem } from '#libs/platform/index.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, fields, type Form } from './pages.js';

/** The settings page: the controller's own data, once for the installation. */
@Controller('settings')
export class ControllerController {
  constructor(
    private readonly database: DataSource,
    private readonly breaches: BreachesService,
    private readonly pages: Pages,
  ) {}

  @Permit('controller.write')
  @Get()
  async form(@Res() reply: FastifyReply, @SessionOf() session: Session): Promise<void> {
    const found = await findController(this.database.manager);
    this.pages.show(
      reply,
      session,
      'staff/settings',
      context(
        found
          ? typedOf(found.controller)
          : { kind: 'other', timeZone: 'Europe/Brussels', languages: ['nl', 'fr', 'de', 'en'], window: 'left' },
      ),
    );
  }

  @Permit('controller.write')
  @Post()
  async save(@Res() reply: FastifyReply, @SessionOf() session: Session, @Body() form: Form): Promise<void> {
    try {
      await this.breaches.recordController(session.actor, controllerOf(form));
      this.pages.show(reply, session, 'staff/settings', { ...context(form), done: 'settings.saved' });
    } catch (error) {
      const named =
        error instanceof Problem && error.code === 'controller.faulty'
          ? new Problem(
              'bad-input',
              error.code,
              'Some answers need mending.',
              error.faults.map((fault) => ({
                at: fieldOf(fault.at),
                message: SAYS[fieldOf(fault.at)] ?? fault.message,
              })),
            )
          : error;
      this.pages.again(reply, session, named, 'staff/settings', context(form));
    }
  }
}

function context(typed: Form): Record<string, unknown> {
  return {
    section: 'settings',
    typed: { ...typed, languages: fields(typed, 'languages') },
    allLanguages: LANGUAGES.map((code) => ({ code, name: LANGUAGE_NAMES[code] })),
    kinds: ['be-central', 'be-local', 'be-private', 'other'],
    windows: ['left', 'right'],
  };
}

const lines = (form: Form, name: string): string[] =>
  field(form, name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);

function inLanguages<T>(make: (language: string) => T | null): Record<string, T> {
  return Object.fromEntries(
    LANGUAGES.map((language) => [language, make(language)] as const).filter(
      (pair): pair is [(typeof LANGUAGES)[number], T] => pair[1] !== null,
    ),
  );
}

/** The form's flat fields as the controller's data. */
function controllerOf(form: Form): unknown {
  return {
    name: inLanguages((language) => field(form, `name_${language}`) || null),
    postalAddress: lines(form, 'postalAddress'),
    timeZone: field(form, 'timeZone'),
    languages: fields(form, 'languages'),
    kind: field(form, 'kind'),
    dataProtectionOfficer: {
      name: field(form, 'dpoName'),
      email: field(form, 'dpoEmail'),
      phone: field(form, 'dpoPhone'),
      postalAddress: lines(form, 'dpoAddress'),
    },
    website: field(form, 'website'),
    supervisoryAuthority: inLanguages((language) => {
      const name = field(form, `authorityName_${language}`);
      // Each language has its own: an authority answers by another address in each, as the Belgian one does.
      const address = field(form, `authorityAddress_${language}`);
      const website = field(form, `authorityWebsite_${language}`);
      return name === '' && address === '' && website === '' ? null : { name, address, website };
    }),
    sender: { name: field(form, 'senderName'), address: field(form, 'senderAddress') },
    window: field(form, 'window') || 'left',
  };
}

function typedOf(controller: ControllerFacts): Form {
  return {
    ...Object.fromEntries(Object.entries(controller.name).map(([language, name]) => [`name_${language}`, name])),
    ...Object.fromEntries(
      Object.entries(controller.supervisoryAuthority).flatMap(([language, one]) => [
        [`authorityName_${language}`, one.name],
        [`authorityAddress_${language}`, one.address],
        [`authorityWebsite_${language}`, one.website],
      ]),
    ),
    postalAddress: controller.postalAddress.join('\n'),
    timeZone: controller.timeZone,
    languages: controller.languages,
    kind: controller.kind,
    dpoName: controller.dataProtectionOfficer.name,
    dpoEmail: controller.dataProtectionOfficer.email,
    dpoPhone: controller.dataProtectionOfficer.phone,
    dpoAddress: controller.dataProtectionOfficer.postalAddress.join('\n'),
    website: controller.website,
    senderName: controller.sender.name,
    senderAddress: controller.sender.address,
    window: controller.window ?? 'left',
  };
}

const AUTHORITY_FIELDS: Record<string, string> = { address: 'Address', website: 'Website' };

/** The form's field for a fault of the schema. */
function fieldOf(at: string): string {
  const [first, second, third] = at.split('.');
  if (first === 'dataProtectionOfficer')
    return second === 'postalAddress' ? 'dpoAddress' : `dpo${second![0]!.toUpperCase()}${second!.slice(1)}`;
  if (first === 'sender') return second === 'name' ? 'senderName' : 'senderAddress';
  if (first === 'supervisoryAuthority') return `authority${AUTHORITY_FIELDS[third ?? ''] ?? 'Name'}_${second ?? 'nl'}`;
  return first === 'name' ? 'name_nl' : first!;
}

const SAYS: Record<string, string> = {
  name_nl: 'Enter the name of the controller in at least one language.',
  postalAddress: 'Enter the postal address, one line below the other, at most seven.',
  timeZone: 'Enter the time zone as Europe/Brussels.',
  languages: 'Choose at least one language.',
  dpoName: 'Enter the name of the data protection officer.',
  dpoEmail: 'Enter the e-mail address of the data protection officer, as dpo@example.org.',
  dpoPhone: 'Enter the telephone number of the data protection officer.',
  dpoAddress: 'Enter the postal address of the data protection officer.',
  website: 'Enter the website with https:// before it.',
  ...Object.fromEntries(
    LANGUAGES.flatMap((language) => [
      [`authorityName_${language}`, 'Enter the name of the authority in at least one language.'],
      [`authorityAddress_${language}`, 'Enter the address of the authority.'],
      [`authorityWebsite_${language}`, 'Enter the website of the authority.'],
    ]),
  ),
  senderName: 'Enter the name that letters come from.',
  senderAddress: 'Enter the e-mail address that letters come from.',
  window: 'Choose where the window of the envelopes is.',
};
