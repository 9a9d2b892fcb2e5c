import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  Injectable,
  RequestMethod,
  SetMetadata,
  createParamDecorator,
  type CanActivate,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { countFenced } from '#libs/breach/index.js';
import { Problem } from '#libs/platform/index.js';
import { AccountsService, requirePermission, type Actor, type Permission } from '#libs/staff/index.js';

const PERMISSION = 'tocsin:permission';
/** Who may call a route: a permission, or `public`. Every route says one, else the program does not start. */
export const Permit = (permission: Permission) => SetMetadata(PERMISSION, permission);
export const Public = () => SetMetadata(PERMISSION, 'public');

export interface Session {
  token: string;
  actor: Actor;
  csrf: string;
  /** Signed in with a one-time password: nothing but choosing an own one is open. */
  mustChangePassword: boolean;
  /** Open breaches whose letters wait for go-live after a restore. */
  fencedBreaches: number;
}
export interface SessionRequest extends FastifyRequest {
  session?: Session;
}

/** The signed-in account's session; only on routes with a permission. */
export const SessionOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): Session => context.switchToHttp().getRequest<SessionRequest>().session!,
);
export const ActorOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => context.switchToHttp().getRequest<SessionRequest>().session!.actor,
);

/** `__Host-` binds the cookie to this host and to https; on plain http (a machine's own) browsers refuse such a name. */
export function cookieName(secure: boolean): string {
  return secure ? '__Host-tocsin' : 'tocsin';
}

export function csrfOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('csrf').digest('base64url');
}

/** A route as it is declared. `permission` is null where its handler says nothing. */
export interface Route {
  method: string;
  path: string;
  permission: Permission | 'public' | null;
}

/** Every route of the controllers, as their decorators say. */
export function routesOf(controllers: Type[]): Route[] {
  return controllers.flatMap((controller) => {
    const base = String(Reflect.getMetadata(PATH_METADATA, controller) ?? '');
    const handlers = Object.getOwnPropertyNames(controller.prototype as object).map(
      (name) => (controller.prototype as Record<string, unknown>)[name] as object,
    );
    return handlers.flatMap((handler) => {
      const method =
        typeof handler === 'function'
          ? (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined)
          : undefined;
      if (method === undefined) return [];
      const path = `/${base}/${String(Reflect.getMetadata(PATH_METADATA, handler))}`
        .replace(/\/{2,}/g, '/')
        .replace(/(.)\/$/, '$1');
      const permission = (Reflect.getMetadata(PERMISSION, handler) ??
        Reflect.getMetadata(PERMISSION, controller) ??
        null) as Route['permission'];
      return [{ method: RequestMethod[method], path, permission }];
    });
  });
}

/** Refuses to start with a route that does not say who may call it; the message lists them. */
export function requirePermissions(routes: Route[]): void {
  const silent = routes.filter((route) => route.permission === null).map((route) => `${route.method} ${route.path}`);
  if (silent.length > 0) throw new Error(`these routes do not say who may call them: ${silent.join(', ')}`);
}

/** The person's pages, assets and health. */
const WITHOUT_ACCOUNT = /^\/(n|real|assets|health)([/?]|$)/;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One guard for all routes: session, permission, and on every unsafe method the form's token. */
@Injectable()
export class RouteGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accounts: AccountsService,
    private readonly database: DataSource,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.getAllAndOverride<Permission | 'public' | undefined>(PERMISSION, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!permission) throw new Error('this route does not say who may call it');
    const request = context.switchToHttp().getRequest<SessionRequest>();
    if (!SAFE.has(request.method)) requireOwnSite(request);
    if (permission === 'public') return true;
    const session = request.session;
    if (!session) throw new Problem('forbidden', 'session.missing', 'Sign in to see this page.');
    if (!SAFE.has(request.method)) requireCsrf(request, session.csrf);
    if (session.mustChangePassword && !request.url.startsWith('/password') && !request.url.startsWith('/sign-out')) {
      throw new Problem('forbidden', 'password.one-time', 'Choose a password of your own first.');
    }
    requirePermission(session.actor, permission);
    return true;
  }

  /**
   * Finds out whose cookie a request carries, before its body is read: a file is read into memory, so nobody without a
   * session may send one. Pages that nobody signs in to are left alone.
   */
  async recognise(request: SessionRequest): Promise<void> {
    const isFile = (request.headers['content-type'] ?? '').toLowerCase().startsWith('multipart/');
    if (WITHOUT_ACCOUNT.test(request.url)) {
      if (isFile) throw new Problem('bad-input', 'request.unreadable', 'This page takes no file.');
      return;
    }
    const { cookies } = request as SessionRequest & { cookies?: Record<string, string | undefined> };
    const token = cookies?.[cookieName(request.protocol === 'https')];
    const found = token ? await this.accounts.actorOfSession(token) : null;
    if (found) {
      const fencedBreaches = await countFenced(this.database.manager);
      request.session = { token: token!, csrf: csrfOf(token!), fencedBreaches, ...found };
    }
    if (isFile && !found) throw new Problem('forbidden', 'session.missing', 'Sign in to see this page.');
  }
}

function foreignForm(): Problem {
  return new Problem(
    'forbidden',
    'form.foreign',
    'This form did not come from a page of yours, or your session changed meanwhile. Load the page again, then repeat.',
  );
}

/**
 * Refuses what a browser says was sent by a page of another site; also for forms without a session, where no token can
 * be asked for. The Origin header says nothing here: with Referrer-Policy no-referrer it is `null` on our own forms.
 */
function requireOwnSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreignForm();
}

function requireCsrf(request: FastifyRequest, expected: string): void {
  const given = (request.body as Record<string, unknown> | undefined)?.['_csrf'];
  const token = Buffer.from(typeof given === 'string' ? given : '');
  if (token.length !== expected.length || !timingSafeEqual(token, Buffer.from(expected))) throw foreignForm();
}
