import { Module } from '@nestjs/common';
import { CommunicationsService } from './communications.service.js';
import { NoticesService } from './notices.service.js';
import { PreviewsService } from './previews.service.js';

@Module({
  providers: [NoticesService, PreviewsService, CommunicationsService],
  exports: [NoticesService, PreviewsService, CommunicationsService],
})
export class LettersModule {}
