import { Module } from '@nestjs/common';
import { OpenRowsService } from './open-rows.service.js';
import { RosterImportService } from './roster-import.service.js';
import { RosterUploadsService } from './roster-uploads.service.js';

@Module({
  providers: [RosterImportService, RosterUploadsService, OpenRowsService],
  exports: [RosterImportService, RosterUploadsService, OpenRowsService],
})
export class PeopleModule {}
