import { Module } from '@nestjs/common';
import { DuplicatesService } from './duplicates.service.js';
import { ErasuresService } from './erasures.service.js';
import { OpenRowsService } from './open-rows.service.js';
import { PeopleExportService } from './people-export.service.js';
import { PeopleSearchService } from './people-search.service.js';
import { RosterImportService } from './roster-import.service.js';
import { RosterUploadsService } from './roster-uploads.service.js';

@Module({
  providers: [
    RosterImportService,
    RosterUploadsService,
    OpenRowsService,
    PeopleSearchService,
    ErasuresService,
    DuplicatesService,
    PeopleExportService,
  ],
  exports: [
    RosterImportService,
    RosterUploadsService,
    OpenRowsService,
    PeopleSearchService,
    ErasuresService,
    DuplicatesService,
    PeopleExportService,
  ],
})
export class PeopleModule {}
