import { Module } from '@nestjs/common';
import { BreachesService } from './breaches.service.js';

@Module({ providers: [BreachesService], exports: [BreachesService] })
export class BreachModule {}
