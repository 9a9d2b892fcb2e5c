import { Module } from '@nestjs/common';
import { BreachesService } from './breaches.service.js';
import { LegalDelaysService } from './legal-delays.service.js';

@Module({ providers: [BreachesService, LegalDelaysService], exports: [BreachesService, LegalDelaysService] })
export class BreachModule {}
