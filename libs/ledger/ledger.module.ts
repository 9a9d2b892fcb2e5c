import { Module } from '@nestjs/common';
import { Sequencer } from './sequencer.js';

@Module({ providers: [Sequencer], exports: [Sequencer] })
export class LedgerModule {}
