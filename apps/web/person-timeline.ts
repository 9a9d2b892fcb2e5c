import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { personTimeline, type PersonTimelineEntry } from '#libs/people/index.js';
import { dateInWords, type Language } from '#libs/platform/index.js';
import { named } from './breach.controller.js';
import { eventDetails } from './event-words.js';
import { Views } from './views.js';

export interface ShownTimeline {
  items: (PersonTimelineEntry & { who: string; details: string[] })[];
  next: number | null;
}

/** A person's timeline as their page shows it: each entry in words, with who did it. */
@Injectable()
export class PersonTimelines {
  constructor(private readonly views: Views) {}

  async read(
    tx: EntityManager,
    language: Language,
    of: { breachId: string; personId: string; timeZone: string },
    page: { after: number | null; limit: number },
  ): Promise<ShownTimeline> {
    const { entries, next } = await personTimeline(tx, of.breachId, of.personId, page);
    const day = (iso: string): string => dateInWords(new Date(iso), language, of.timeZone);
    const items = (await named(tx, entries)).map((entry) => ({
      ...entry,
      details: eventDetails(this.views, language, entry, day),
    }));
    return { items, next };
  }
}
