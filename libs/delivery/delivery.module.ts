import { Module } from '@nestjs/common';
import { LettersModule } from '#libs/letters/index.js';
import { CaughtMailService } from './caught-mail.service.js';
import { DeliveringService } from './delivering.service.js';
import { MailRelay } from './mail-relay.js';
import { SendingService } from './sending.service.js';
import { TestLetterService } from './test-letter.service.js';

@Module({
  imports: [LettersModule],
  providers: [SendingService, DeliveringService, CaughtMailService, MailRelay, TestLetterService],
  exports: [SendingService, DeliveringService, CaughtMailService, TestLetterService],
})
export class DeliveryModule {}
