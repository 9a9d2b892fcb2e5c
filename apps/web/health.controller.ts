import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public } from './guard.js';

@Controller('health')
export class HealthController {
  constructor(private readonly database: DataSource) {}

  @Public()
  @Get('live')
  live(): { status: string } {
    return { status: 'live' };
  }

  /** Ready once the database answers; a failure is answered as 503 by the filter. */
  @Public()
  @Get('ready')
  async ready(): Promise<{ status: string }> {
    await this.database.query('select 1');
    return { status: 'ready' };
  }
}
