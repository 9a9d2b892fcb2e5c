import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  CONFIG,
  Clock,
  SmtpClient,
  readDkimKey,
  startMailCatcher,
  type Config,
  type DkimKey,
} from '#libs/platform/index.js';
import { CaughtMailService } from './caught-mail.service.js';

/**
 * The peer that takes our letters: the relay of SMTP_URL, or else the built-in catcher on a free loopback port, which
 * keeps what it caught sealed in the database. Opened at first use and closed with the process.
 */
@Injectable()
export class MailRelay implements OnModuleDestroy {
  private readonly dkim: DkimKey | null;
  private opened: Promise<{ client: SmtpClient; stop(): Promise<void> }> | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly caughtMail: CaughtMailService,
  ) {
    // Read at the start: a key that cannot be read is not to be found out once letters are claimed.
    this.dkim = readDkimKey(config);
  }

  async client(): Promise<SmtpClient> {
    this.opened ??= this.open();
    return (await this.opened).client;
  }

  private async open(): Promise<{ client: SmtpClient; stop(): Promise<void> }> {
    const { dkim } = this;
    if (this.config.SMTP_URL) {
      const client = new SmtpClient(this.config.SMTP_URL, { clock: this.clock, dkim });
      return { client, stop: () => client.close() };
    }
    const catcher = await startMailCatcher((mail) => this.caughtMail.keep(mail));
    const client = new SmtpClient(catcher.url, { clock: this.clock, dkim });
    return {
      client,
      async stop() {
        await client.close();
        await catcher.stop();
      },
    };
  }

  async onModuleDestroy(): Promise<void> {
    if (this.opened) await (await this.opened).stop();
  }
}
