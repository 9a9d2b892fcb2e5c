import { Module } from '@nestjs/common';
import { LettersModule } from '#libs/letters/index.js';
import { CampaignService } from './campaign.service.js';
import { BounceMailboxService } from './bounce-mailbox.service.js';
import { CaughtMailService } from './caught-mail.service.js';
import { DeliveringService } from './delivering.service.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import { KeptReportsService } from './kept-reports.service.js';
import { MailRelay } from './mail-relay.js';
import { SendingService } from './sending.service.js';
import { RelaySettlingService } from './relay-settling.service.js';
import { SettlingService } from './settling.service.js';
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
];

@Module({
  imports: [LettersModule],
  providers: [...SERVICES, MailRelay],
  exports: SERVICES,
})
export class DeliveryModule {}
