import { Module } from '@nestjs/common';
import { LettersModule } from '#libs/letters/index.js';
import { CampaignService } from './campaign.service.js';
import { CaughtMailService } from './caught-mail.service.js';
import { DeliveringService } from './delivering.service.js';
import { MailRelay } from './mail-relay.js';
import { SendingService } from './sending.service.js';
import { SettlingService } from './settling.service.js';

@Module({
  imports: [LettersModule],
  providers: [SendingService, CampaignService, SettlingService, DeliveringService, CaughtMailService, MailRelay],
  exports: [SendingService, CampaignService, SettlingService, DeliveringService, CaughtMailService],
})
export class DeliveryModule {}
