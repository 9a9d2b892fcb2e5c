import { Module } from '@nestjs/common';
import { LettersModule } from '#libs/letters/index.js';
import { BounceMailboxService } from './bounce-mailbox.service.js';
import { CaughtMailService } from './caught-mail.service.js';
import { DeliveringService } from './delivering.service.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import { KeptReportsService } from './kept-reports.service.js';
import { MailRelay } from './mail-relay.js';
import { SendingService } from './sending.service.js';
import { SettlingService } from './settling.service.js';

@Module({
  imports: [LettersModule],
  providers: [
    SendingService,
    DeliveringService,
    CaughtMailService,
    MailRelay,
    DeliveryReportsService,
    KeptReportsService,
    BounceMailboxService,
    SettlingService,
  ],
  exports: [
    SendingService,
    DeliveringService,
    CaughtMailService,
    DeliveryReportsService,
    KeptReportsService,
    BounceMailboxService,
    SettlingService,
  ],
})
export class DeliveryModule {}
