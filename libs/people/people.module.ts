import { Module } from '@nestjs/common';
import { OpenRowsService } from './open-rows.service.js';
import { RosterImportService } from './roster-import.service.js';

@Module({ providers: [RosterImportService, OpenRowsService], exports: [RosterImportService, OpenRowsService] })
export class PeopleModule {}
