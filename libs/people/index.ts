export { letterLanguages, officialLanguages, type LanguagesReason } from './letter-languages.js';
export { nameOf, type Contact, type ContactKind, type PersonRecord } from './person-record.js';
export { ROSTER_COLUMNS, columnOf, type RosterColumn } from './roster-columns.js';
export { openRoster, openTable, rosterExample, type MappingOf, type RosterFile } from './roster-file.js';
export {
  columnNames,
  headerKey,
  mappingFrom,
  mappingToJson,
  mayHoldForEverybody,
  type RosterMapping,
} from './roster-mapping.js';
export { guessMapping, type ColumnGuess, type MappingGuess } from './mapping-guess.js';
export { sourceOfBytes, sourceOfFile, type RosterSource } from './roster-source.js';
export { RosterImportService, type ImportOptions, type RosterOrigin } from './roster-import.service.js';
export { RosterUploadsService, type IncomingFile } from './roster-uploads.service.js';
export { MOST_ROWS_OF_A_PAGE, RosterStepsService, SHOWN_ROWS, faultyMapping } from './roster-steps.service.js';
export { RosterRunsService } from './roster-runs.service.js';
export { importRoster } from './import-roster.job.js';
export { headerOf, isGuessed, samplesOf, type CheckedResult, type RosterUpload } from './roster-upload.js';
export { LARGEST_UPLOAD } from './roster-pieces.js';
export { atColumn, atEverybody, missingColumns } from './mapping-faults.js';
export { mendableCsv, type RowToMend } from './mendable-rows.js';
export { xlsxOf } from './xlsx-rows.js';
export type { RejectedCell, RosterResult, RowDifference } from './roster-check.js';
export { OpenRowsService } from './open-rows.service.js';
export { listOpenRows, type OpenRow } from './open-rows.queries.js';
export { emailIndex, referenceIndex } from './identity-indexes.js';
export { acknowledged, attemptsClosed, attemptsOpened, letterArrived, setLadderSpent } from './person-facts.js';
export {
  STANDINGS,
  contactPointsOf,
  countByStanding,
  getPerson,
  listPeople,
  openPeople,
  personIdByReference,
  type ContactPoint,
  type CurrentExposure,
  type PeopleFilter,
  type PersonRow,
  type Standing,
} from './people.queries.js';
export { PeopleModule } from './people.module.js';
export { remarkInWords, type Remark } from './table.js';
export { PeopleSearchService, type FoundPeople } from './people-search.service.js';
export { hasCheckDigits } from './checked-number.js';
export {
  MATCH_KEYS,
  isOneSlip,
  matchPersons,
  numberTraces,
  reasonInWords,
  reviewInWords,
  type MatchKey,
  type MatchLink,
  type MatchReason,
  type Matching,
  type MergedPerson,
  type PersonToMatch,
  type ReviewCause,
  type ReviewEntry,
} from './pure.js';
export { DuplicatesService, type MatchingDone } from './duplicates.service.js';
export { findDuplicates } from './find-duplicates.job.js';
export { listMerged, listReview, type MergedRow, type ReviewRow } from './duplicates.queries.js';
