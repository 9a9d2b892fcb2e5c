import { pino, type Logger } from 'pino';

/**
 * The fields that a log line may carry. Everything else is dropped, so that a person's data cannot reach a log by
 * being handed over with the rest of an object.
 */
const ALLOWED = [
  'code',
  'kind',
  'job',
  'jobId',
  'attempt',
  'count',
  'milliseconds',
  'method',
  'route',
  'status',
  'requestId',
  'reference',
  'port',
  'pid',
  'state',
  'errorName',
  'stack',
] as const;
export type LogFields = Partial<Record<(typeof ALLOWED)[number], string | number | boolean>>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Keeps the allowed fields only; strings are cut at 2,000 characters. */
export function allowed(fields: Record<string, unknown>): LogFields {
  const kept: Record<string, string | number | boolean> = {};
  for (const name of ALLOWED) {
    const value = fields[name];
    if (typeof value === 'string') kept[name] = value.slice(0, 2000);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
  }
  return kept;
}

/**
 * What may be said of an unexpected error: its class and where it was thrown. The message is left out, because the
 * messages of drivers and parsers quote values.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .join('\n');
  return { errorName: error.name, stack: frames, ...(typeof code === 'string' ? { code } : {}) };
}

function wrap(logger: Logger): Log {
  return {
    info: (message, fields = {}) => logger.info(allowed(fields), message),
    warn: (message, fields = {}) => logger.warn(allowed(fields), message),
    error: (message, fields = {}) => logger.error(allowed(fields), message),
  };
}

const logger = pino(
  { level: 'warn', base: null, timestamp: pino.stdTimeFunctions.isoTime },
  pino.destination({ fd: 2, sync: true }),
);

/** JSON lines on stderr: stdout belongs to the answers of commands. */
export const log: Log = wrap(logger);

export function setLogLevel(level: 'silent' | 'error' | 'warn' | 'info'): void {
  logger.level = level;
}
