import { Module } from '@nestjs/common';
import { NoticesService } from './notices.service.js';
import { PreviewsService } from './previews.service.js';

@Module({ providers: [NoticesService, PreviewsService], exports: [NoticesService, PreviewsService] })
export class LettersModule {}
