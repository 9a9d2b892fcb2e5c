import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#libs/platform/index.js';
import { Assets } from './assets.js';
import { Public } from './guard.js';

@Controller()
export class AssetsController {
  constructor(private readonly assets: Assets) {}

  @Public()
  @Get('/assets/:hash/:name')
  asset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const asset = this.assets.find(request.url);
    if (!asset)
      throw new Problem(
        'not-found',
        'page.unknown',
        'There is no such page. Check the address, or start from the first page.',
      );
    void reply.header('cache-control', 'public, max-age=31536000, immutable').type(asset.type).send(asset.body);
  }

  /** Browsers ask for it unasked; an empty answer keeps it out of the log of unknown pages. */
  @Public()
  @Get('/favicon.ico')
  favicon(@Res() reply: FastifyReply): void {
    void reply.status(204).send();
  }
}
