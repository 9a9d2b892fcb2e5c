import { Module } from '@nestjs/common';
import { LettersModule } from '#libs/letters/index.js';
import { StaffModule } from '#libs/staff/index.js';
import { CaughtMailService } from './caught-mail.service.js';
import { DeliveringService } from './delivering.service.js';
import { HandoversService } from './handovers.service.js';
import { MailRelay } from './mail-relay.js';
import { PrintFilesService } from './print-files.service.js';
import { PrintRunsService } from './print-runs.service.js';
import { ReturnedLettersService } from './returned-letters.service.js';
import { SendingService } from './sending.service.js';

const ON_PAPER = [PrintRunsService, PrintFilesService, ReturnedLettersService, HandoversService];

@Module({
  imports: [LettersModule, StaffModule],
  providers: [SendingService, DeliveringService, CaughtMailService, MailRelay, ...ON_PAPER],
  exports: [SendingService, DeliveringService, CaughtMailService, ...ON_PAPER],
})
export class DeliveryModule {}
