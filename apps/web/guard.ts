import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable, SetMetadata, createParamDecorator, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '#libs/platform/index.js';
import { AccountsService, requirePermission, type Actor, type Permission } from '#libs/staff/index.js';

const PERMISSION = 'tocsin:permission';
/** Who may call a route: a permission, or `public`. Every route says one; a test lists those that do not. */
export const Permit = (permission: Permission) => SetMetadata(PERMISSION, permission);
export const Public = () => SetMetadata(PERMISSION, 'public');

export interface Session {
  token: string;
  actor: Actor;
  csrf: string;
}
export interface SessionRequest extends FastifyRequest {
  session?: Session;
}

/** The signed-in account's session; only on routes with a permission. */
export const SessionOf = createParamDecorator((_: unknown, context: ExecutionContext): Session => context.switchToHttp().getRequest<SessionRequest>().session!);
export const ActorOf = createParamDecorator((_: unknown, context: ExecutionContext): Actor => context.switchToHttp().getRequest<SessionRequest>().session!.actor);

/** `__Host-` binds the cookie to this host and to https; on plain http (a machine's own) browsers refuse such a name. */
export function cookieName(secure: boolean): string {
  return secure ? '__Host-tocsin' : 'tocsin';
}

export function csrfOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('csrf').digest('base64url');
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One guard for all routes: session, permission, and on every unsafe method the form's token. */
@Injectable()
export class RouteGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accounts: AccountsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.getAllAndOverride<Permission | 'public' | undefined>(PERMISSION, [context.getHandler(), context.getClass()]);
    if (!permission) throw new Error('this route does not say who may call it');
    const request = context.switchToHttp().getRequest<SessionRequest>();
    const found = await this.sessionOf(request);
    if (found) request.session = found.session;
    if (permission === 'public') return true;
    if (!found) throw new Problem('forbidden', 'session.missing', 'Sign in to see this page.');
    if (!SAFE.has(request.method)) requireCsrf(request, found.session.csrf);
    if (found.mustChangePassword && !request.url.startsWith('/password') && !request.url.startsWith('/sign-out')) {
      throw new Problem('forbidden', 'password.one-time', 'Choose a password of your own first.');
    }
    requirePermission(found.session.actor, permission);
    return true;
  }

  private async sessionOf(request: SessionRequest): Promise<{ session: Session; mustChangePassword: boolean } | null> {
    const { cookies } = request as SessionRequest & { cookies?: Record<string, string | undefined> };
    const token = cookies?.[cookieName(request.protocol === 'https')];
    const found = token ? await this.accounts.actorOfSession(token) : null;
    return found ? { session: { token: token!, actor: found.actor, csrf: csrfOf(token!) }, mustChangePassword: found.mustChangePassword } : null;
  }
}

function requireCsrf(request: FastifyRequest, expected: string): void {
  const given = (request.body as Record<string, unknown> | undefined)?.['_csrf'];
  const right = typeof given === 'string' && given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  if (!right) throw new Problem('forbidden', 'form.foreign', 'This form did not come from a page of yours, or your session changed meanwhile. Load the page again, then repeat.');
}

