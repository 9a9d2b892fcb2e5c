import { Module } from '@nestjs/common';
import { CommunicationsService } from './communications.service.js';
import { NoticeTextsService } from './notice-texts.service.js';
import { NoticesService } from './notices.service.js';
import { OverridesService } from './overrides.service.js';
import { PreviewsService } from './previews.service.js';
import { TextPreviewsService } from './text-previews.service.js';

const SERVICES = [
  NoticesService,
  NoticeTextsService,
  OverridesService,
  PreviewsService,
  TextPreviewsService,
  CommunicationsService,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class LettersModule {}
