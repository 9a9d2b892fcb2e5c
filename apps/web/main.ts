import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { LARGEST_UPLOAD } from '#libs/people/index.js';
import { Problem } from '#libs/platform/index.js';
import { domainModules, type Platform } from '../assembly.js';
import { AccountController } from './account.controller.js';
import { ApprovalView } from './approval-view.js';
import { Assets } from './assets.js';
import { AssetsController } from './assets.controller.js';
import { BreachController } from './breach.controller.js';
import { BreachFrame } from './breach-frame.js';
import { ByHandController } from './by-hand.controller.js';
import { ExposureChangesController } from './exposure-changes.controller.js';
import { CommunicationsController } from './communications.controller.js';
import { ControllerController } from './controller.controller.js';
import { RouteGuard, requirePermissions, routesOf } from './guard.js';
import { HealthController } from './health.controller.js';
import { LegalDelayController } from './legal-delay.controller.js';
import { LeftOutController } from './left-out.controller.js';
import { letFileGo, readFields } from './multipart-form.js';
import { NoticeControlController } from './notice-control.controller.js';
import { NoticeController } from './notice.controller.js';
import { NoticeLeftOutController } from './notice-left-out.controller.js';
import { NoticeTestController } from './notice-test.controller.js';
import { NoticeLetterController } from './notice-letter.controller.js';
import { NoticeTextController } from './notice-text.controller.js';
import { NoticeTextPage } from './notice-text-page.js';
import { OutboxController } from './outbox.controller.js';
import { Pages } from './pages.js';
import { HandoverController } from './handover.controller.js';
import { PaperController } from './paper.controller.js';
import { PrintRunController } from './print-run.controller.js';
import { DuplicatesController } from './duplicates.controller.js';
import { PeopleController } from './people.controller.js';
import { PeopleExportController } from './people-export.controller.js';
import { PersonErasureController } from './person-erasure.controller.js';
import { PersonTimelines } from './person-timeline.js';
import { PersonCorrectionsController } from './person-corrections.controller.js';
import { PersonController } from './person.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RosterController } from './roster.controller.js';
import { ReturnedController } from './returned.controller.js';
import { RosterUploadController } from './roster-upload.controller.js';
import { SignInController } from './sign-in.controller.js';
import { UntoldController } from './untold.controller.js';
import { Views } from './views.js';

/** Every controller of the pages; the list of routes in docs and tests is read from it. */
export const CONTROLLERS = [
  AssetsController, HealthController, SignInController, AccountController, ControllerController, BreachController, RosterController, RosterUploadController, LeftOutController,
  PeopleExportController, PersonErasureController, PeopleController, DuplicatesController, ByHandController, PersonCorrectionsController, ExposureChangesController,
  NoticeController, NoticeLeftOutController, NoticeTestController, NoticeLetterController, NoticeTextController, CommunicationsController, OutboxController, ReturnedController, PersonController,
  PaperController, PrintRunController, HandoverController, NoticeControlController, UntoldController, LegalDelayController,
]; // prettier-ignore

@Module({})
class WebModule {
  static of(platform: Platform): DynamicModule {
    return {
      module: WebModule,
      imports: domainModules(platform),
      controllers: CONTROLLERS,
      providers: [
        Assets,
        Views,
        Pages,
        BreachFrame,
        ApprovalView,
        NoticeTextPage,
        PersonTimelines,
        RouteGuard,
        { provide: APP_GUARD, useExisting: RouteGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}

/** A file of the largest size takes nine minutes over a line of 1.5 Mbit/s. */
const REQUEST_MILLISECONDS = 600_000;
const LARGEST_FORM = 1024 * 1024;

/** Builds the web app without listening. Refuses to when a route does not say who may call it. */
export async function makeWebApp(platform: Platform): Promise<NestFastifyApplication> {
  requirePermissions(routesOf(CONTROLLERS));
  const adapter = new FastifyAdapter({
    bodyLimit: LARGEST_FORM,
    trustProxy: platform.config.trustedProxies.length > 0 ? platform.config.trustedProxies : false,
    logger: false,
    requestTimeout: REQUEST_MILLISECONDS,
  });
  const app = await NestFactory.create<NestFastifyApplication>(WebModule.of(platform), adapter, {
    logger: false,
    abortOnError: false,
  });
  const https = platform.config.publicUrl.startsWith('https:');
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameSrc: ["'self'"],
        // Letters, which are shown in a frame of our pages, say otherwise themselves.
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    hsts: https ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    // Letters are shown in a sandbox, which has an origin of its own and would be told off by the browser for it.
    originAgentCluster: false,
  });
  await app.register(cookie);
  // The route that takes a file counts its bytes, and says in words where they are too many.
  await app.register(multipart, { limits: { fileSize: LARGEST_UPLOAD + 1, files: 1, fields: 20, parts: 21 } });
  const server = app.getHttpAdapter().getInstance();
  // Browsers let any site send plain text here unasked; no page of ours does.
  server.removeContentTypeParser('text/plain');
  const guard = app.get(RouteGuard);
  server.addHook('onRequest', (request) => guard.recognise(request));
  server.addHook('preValidation', (request) => readFields(request));
  server.addHook('onResponse', async (request) => letFileGo(request));
  server.addHook('onSend', async (_request, reply, payload) => {
    // Pages name persons: no cache keeps them. Assets say otherwise themselves.
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    return await Promise.resolve(payload);
  });
  await app.init();
  return app;
}

/** Serves the pages. Throws `port.taken` with one sentence when another program listens there. */
export async function startWeb(platform: Platform): Promise<{ url: string; close(): Promise<void> }> {
  const app = await makeWebApp(platform);
  const { PORT, HOST } = platform.config;
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Problem(
      'unavailable',
      'port.taken',
      `Port ${PORT} is taken by another program. End it, or choose another port with PORT or --port.`,
    );
  }
  const { port } = app.getHttpServer().address() as { port: number };
  return { url: `http://${HOST === '127.0.0.1' ? 'localhost' : HOST}:${port}`, close: () => app.close() };
}
