export { letterLanguages, officialLanguages } from './letter-languages.js';
export type { PersonRecord } from './person-record.js';
export { ROSTER_COLUMNS, columnOf, type RosterColumn } from './roster-columns.js';
export { readRoster, readTable, rosterTemplate, type RosterFile } from './roster-file.js';
export { RosterImportService, type ImportOptions } from './roster-import.service.js';
export { RosterUploadsService } from './roster-uploads.service.js';
export type { RejectedCell, RosterResult } from './roster-check.js';
export { OpenRowsService } from './open-rows.service.js';
export { emailIndex, referenceIndex } from './persons.store.js';
export { acknowledged, attemptsClosed, attemptsOpened, letterArrived, setLadderSpent } from './person-facts.js';
export {
  STANDINGS,
  contactPointsOf,
  countByStanding,
  getPerson,
  listOpenRows,
  listPeople,
  openPeople,
  personIdByReference,
  type ContactPoint,
  type CurrentExposure,
  type OpenRow,
  type PeopleFilter,
  type PersonRow,
  type Standing,
} from './people.queries.js';
export { PeopleModule } from './people.module.js';
export { remarkInWords, type Remark } from './table.js';
export { PeopleSearchService, type FoundPeople } from './people-search.service.js';

/** Not in a backup: sealed files of a day, between their check and their import. */
export const PASSING_TABLES = ['roster_upload'] as const;
export { eraseAgain, erasedPersons } from './erase-again.js';
