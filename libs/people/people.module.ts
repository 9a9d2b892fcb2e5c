import { Module } from '@nestjs/common';
import { OpenRowsService } from './open-rows.service.js';
import { PeopleSearchService } from './people-search.service.js';
import { RosterImportService } from './roster-import.service.js';
import { RosterUploadsService } from './roster-uploads.service.js';

@Module({
  providers: [RosterImportService, RosterUploadsService, OpenRowsService, PeopleSearchService],
  exports: [RosterImportService, RosterUploadsService, OpenRowsService, PeopleSearchService],
})
export class PeopleModule {}
