export { LetterFormsService } from './letter-forms.service.js';
export { ASKED_BY, LETTER_FORMS, type AskedBy, type LetterForm } from './letter-form.js';
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
export { RosterImportService } from './roster-import.service.js';
export type { ImportOptions, RosterOrigin } from './import-options.js';
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
export { listPseudonyms, pseudonymOf } from './pseudonyms.js';
export {
  acknowledged,
  attemptsClosed,
  attemptsOpened,
  factsAsTold,
  letterArrived,
  lettersHad,
  setLadderSpent,
  type HadLetter,
} from './person-facts.js';
export { lettersCameBack, type LetterBack } from './letters-back.js';
export { setContactStates } from './persons.store.js';
export {
  STANDINGS,
  contactPointsOf,
  getPerson,
  openPeople,
  personIdByReference,
  type ContactPoint,
  type CurrentExposure,
  type PersonRow,
  type Standing,
} from './people.queries.js';
export {
  FOUND_CONTACT_STATES,
  ChosenPeople,
  issuingCountries,
  listPeople,
  type FoundContactState,
  countListed,
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

/** Not in a backup: sealed files of a day, between their check and their import. */
export const PASSING_TABLES = ['roster_upload_piece', 'roster_upload'] as const;
export { eraseAgain, erasedPersons } from './erase-again.js';
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
export { CHANGE_KINDS, type ChangeOfMany, type ChangeChoice } from './changing-many.js';
export { ExposureChangesService, type ChangePreview, type MadeChange } from './exposure-changes.service.js';
export type { ChangeFigures, UndoFigures } from './exposure-changes.store.js';
