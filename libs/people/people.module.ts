import { Module } from '@nestjs/common';
import { StaffModule } from '#libs/staff/index.js';
import { DuplicatesService } from './duplicates.service.js';
import { ErasuresService } from './erasures.service.js';
import { ExposureChangesService } from './exposure-changes.service.js';
import { ExposureCorrectionsService } from './exposure-corrections.service.js';
import { LetterFormsService } from './letter-forms.service.js';
import { OpenRowsService } from './open-rows.service.js';
import { PeopleByHandService } from './people-by-hand.service.js';
import { PeopleExportService } from './people-export.service.js';
import { PeopleSearchService } from './people-search.service.js';
import { PersonCorrectionsService } from './person-corrections.service.js';
import { RosterImportService } from './roster-import.service.js';
import { RosterRunsService } from './roster-runs.service.js';
import { RosterStepsService } from './roster-steps.service.js';
import { RosterUploadsService } from './roster-uploads.service.js';

const services = [
  RosterImportService,
  RosterUploadsService,
  RosterStepsService,
  RosterRunsService,
  OpenRowsService,
  PeopleSearchService,
  ErasuresService,
  DuplicatesService,
  PeopleExportService,
  PeopleByHandService,
  PersonCorrectionsService,
  ExposureCorrectionsService,
  ExposureChangesService,
  LetterFormsService,
];

@Module({ imports: [StaffModule], providers: services, exports: services })
export class PeopleModule {}
