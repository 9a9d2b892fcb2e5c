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
  countByStanding,
  countPeople,
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
export {
  PeopleByHandService,
  type AddedPerson,
  type PastedChoices,
  type UnderstoodLine,
} from './people-by-hand.service.js';
export type { HandRow } from './hand-row.js';
export { usualExtent, type ExposureFields } from './documents.js';
export { HAND_STATES, type CorrectionForm, type FieldChange } from './correcting.js';
export { PersonCorrectionsService, type CheckedCorrection, type OpenedPerson } from './person-corrections.service.js';
export {
  ExposureCorrectionsService,
  type CheckedExposure,
  type ExposureCorrection,
} from './exposure-corrections.service.js';
export { explainedExposures, type ExplainedExposure } from './exposures.queries.js';
export { CHANGE_KINDS, type ChangeOfMany, type PeopleChoice } from './changing-many.js';
export { ExposureChangesService, type ChangePreview, type MadeChange } from './exposure-changes.service.js';
export type { ChangeFigures, UndoFigures } from './exposure-changes.store.js';
