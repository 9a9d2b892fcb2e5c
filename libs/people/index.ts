export { letterLanguages, officialLanguages, type LanguagesReason } from './letter-languages.js';
export { nameOf, type Contact, type ContactKind, type PersonRecord } from './person-record.js';
export { ROSTER_COLUMNS, columnOf, type RosterColumn } from './roster-columns.js';
export { openRoster, openTable, rosterTemplate, type RosterFile } from './roster-file.js';
export { sourceOfBytes, sourceOfFile, type RosterSource } from './roster-source.js';
export { RosterImportService, type ImportOptions } from './roster-import.service.js';
export { RosterUploadsService } from './roster-uploads.service.js';
export type { RejectedCell, RosterResult, RowDifference } from './roster-check.js';
export { OpenRowsService } from './open-rows.service.js';
export { emailIndex, referenceIndex } from './identity-indexes.js';
export { acknowledged, attemptsClosed, attemptsOpened, letterArrived, setLadderSpent } from './person-facts.js';
export {
  STANDINGS,
  contactPointsOf,
  getPerson,
  listOpenRows,
  openPeople,
  personIdByReference,
  type ContactPoint,
  type CurrentExposure,
  type OpenRow,
  type PersonRow,
  type Standing,
} from './people.queries.js';
export {
  FOUND_CONTACT_STATES,
  ChosenPeople,
  issuingCountries,
  listPeople,
  type FoundContactState,
  type PeopleChoice,
  type PeopleFilter,
} from './people-list.queries.js';
export {
  auditCounts,
  countByStanding,
  countPeople,
  foldCounts,
  type CountDifference,
  type CountedPeople,
} from './people-count.js';
export { PeopleModule } from './people.module.js';
export { remarkInWords, type Remark } from './table.js';
export { PeopleSearchService, type FoundPeople } from './people-search.service.js';
export { ErasuresService, type ErasureState, type Hold } from './erasures.service.js';
export { erasePersons } from './erasing.js';
export { personTimeline, type PersonTimeline, type PersonTimelineEntry } from './person-timeline.js';
export {
  EXPORT_FORMATS,
  EXPORT_REASONS,
  PeopleExportService,
  type ExportFormat,
  type ExportReason,
} from './people-export.service.js';
