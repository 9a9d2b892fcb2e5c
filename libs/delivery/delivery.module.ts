import { Module } from '@nestjs/common';
import { LettersModule } from '#libs/letters/index.js';
import { CampaignService } from './campaign.service.js';
import { CaughtMailService } from './caught-mail.service.js';
import { DeliveringService } from './delivering.service.js';
import { MailRelay } from './mail-relay.js';
import { SendingService } from './sending.service.js';
import { RelaySettlingService } from './relay-settling.service.js';
import { TestLetterService } from './test-letter.service.js';

const SERVICES = [
  SendingService,
  CampaignService,
  RelaySettlingService,
  DeliveringService,
  CaughtMailService,
  TestLetterService,
];

@Module({
  imports: [LettersModule],
  providers: [...SERVICES, MailRelay],
  exports: SERVICES,
})
export class DeliveryModule {}
