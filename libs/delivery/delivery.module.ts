import { Module } from '@nestjs/common';
import { BreachModule } from '#libs/breach/index.js';
import { LettersModule } from '#libs/letters/index.js';
import { StaffModule } from '#libs/staff/index.js';
import { BounceMailboxService } from './bounce-mailbox.service.js';
import { CampaignService } from './campaign.service.js';
import { CaughtMailService } from './caught-mail.service.js';
import { DeliveringService } from './delivering.service.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import { DoubtsService } from './doubts.service.js';
import { GoLiveService } from './go-live.service.js';
import { HandoversService } from './handovers.service.js';
import { KeptReportsService } from './kept-reports.service.js';
import { MailRelay } from './mail-relay.js';
import { PrintFilesService } from './print-files.service.js';
import { PrintRunsService } from './print-runs.service.js';
import { ReturnedLettersService } from './returned-letters.service.js';
import { RemindersService } from './reminders.service.js';
import { SendingService } from './sending.service.js';
import { RelaySettlingService } from './relay-settling.service.js';
import { SettlingService } from './settling.service.js';
import { SilenceService } from './silence.service.js';
import { TestLetterService } from './test-letter.service.js';

const SERVICES = [
  SendingService,
  CampaignService,
  DeliveringService,
  DeliveryReportsService,
  KeptReportsService,
  BounceMailboxService,
  SettlingService,
  RelaySettlingService,
  CaughtMailService,
  TestLetterService,
  GoLiveService,
  DoubtsService,
  RemindersService,
  SilenceService,
];

const ON_PAPER = [PrintRunsService, PrintFilesService, ReturnedLettersService, HandoversService];

@Module({
  imports: [BreachModule, LettersModule, StaffModule],
  providers: [...SERVICES, ...ON_PAPER, MailRelay],
  exports: [...SERVICES, ...ON_PAPER],
})
export class DeliveryModule {}
