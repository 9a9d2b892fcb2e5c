import { Module } from '@nestjs/common';
import { CommunicationsService } from './communications.service.js';
import { NoticesService } from './notices.service.js';
import { OverridesService } from './overrides.service.js';
import { PreviewsService } from './previews.service.js';

const SERVICES = [NoticesService, OverridesService, PreviewsService, CommunicationsService];

@Module({ providers: SERVICES, exports: SERVICES })
export class LettersModule {}
