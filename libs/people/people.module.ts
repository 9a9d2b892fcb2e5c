import { Module } from '@nestjs/common';
import { StaffModule } from '#libs/staff/index.js';
import { DuplicatesService } from './duplicates.service.js';
import { OpenRowsService } from './open-rows.service.js';
import { PeopleSearchService } from './people-search.service.js';
import { RosterImportService } from './roster-import.service.js';
import { RosterRunsService } from './roster-runs.service.js';
import { RosterStepsService } from './roster-steps.service.js';
import { RosterUploadsService } from './roster-uploads.service.js';

@Module({
  imports: [StaffModule],
  providers: [
    RosterImportService,
    RosterUploadsService,
    RosterStepsService,
    RosterRunsService,
    OpenRowsService,
    PeopleSearchService,
    DuplicatesService,
  ],
  exports: [
    RosterImportService,
    RosterUploadsService,
    RosterStepsService,
    RosterRunsService,
    OpenRowsService,
    PeopleSearchService,
    DuplicatesService,
  ],
})
export class PeopleModule {}
