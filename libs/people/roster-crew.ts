import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { RosterChunks, type CheckedChunk, type ChunkContext, type SealedChunk } from './roster-chunks.js';
import type { StatedPerson } from './roster-row.js';
import type { TableRow } from './table-row.js';

/** Who checks and seals the chunks of an import. Each chunk is checked once, then sealed or asked for, then dropped. */
export interface RosterCrew {
  check(chunk: number, rows: TableRow[]): Promise<CheckedChunk>;
  seal(chunk: number, places: number[]): Promise<SealedChunk>;
  stated(chunk: number, places: number[]): Promise<StatedPerson[]>;
  cells(chunk: number, places: number[]): Promise<TableRow[]>;
  drop(chunk: number): Promise<void>;
  end(): Promise<void>;
}

/** Works in this thread: for lists that are done before another thread has started. */
export class CrewOfNone implements RosterCrew {
  private readonly chunks: RosterChunks;

  constructor(context: ChunkContext) {
    this.chunks = new RosterChunks(context);
  }

  check(chunk: number, rows: TableRow[]): Promise<CheckedChunk> {
    return Promise.resolve(this.chunks.check(chunk, rows));
  }
  seal(chunk: number, places: number[]): Promise<SealedChunk> {
    return Promise.resolve(this.chunks.seal(chunk, places));
  }
  stated(chunk: number, places: number[]): Promise<StatedPerson[]> {
    return Promise.resolve(this.chunks.stated(chunk, places));
  }
  cells(chunk: number, places: number[]): Promise<TableRow[]> {
    return Promise.resolve(this.chunks.cells(chunk, places));
  }
  drop(chunk: number): Promise<void> {
    this.chunks.drop(chunk);
    return Promise.resolve();
  }
  async end(): Promise<void> {
    // Nothing runs beside.
  }
}

export interface CrewTask {
  id: number;
  method: 'check' | 'seal' | 'stated' | 'cells' | 'drop';
  parts: unknown[];
}
export type CrewAnswer = { id: number; answer: unknown } | { id: number; error: string };

/** Rows live for a moment: a young generation of this size takes them all, and keeps the process small. */
const YOUNG_MEGABYTES = 16;
const OLD_MEGABYTES = 96;

/** Works in a thread beside this one: what the keys cost goes on while this thread reads and the database writes. */
export class CrewOfOne implements RosterCrew {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  private next = 0;

  constructor(context: ChunkContext) {
    this.worker = new Worker(path.join(import.meta.dirname, 'roster-thread.js'), {
      workerData: context,
      execArgv: [],
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES, maxOldGenerationSizeMb: OLD_MEGABYTES },
    });
    this.worker.on('message', (answer: CrewAnswer) => this.settle(answer));
    this.worker.on('error', (error: Error) => this.failAll(error));
    this.worker.on('exit', () => this.failAll(new Error('the thread that seals rows ended')));
  }

  check(chunk: number, rows: TableRow[]): Promise<CheckedChunk> {
    return this.ask('check', chunk, rows);
  }
  seal(chunk: number, places: number[]): Promise<SealedChunk> {
    return this.ask('seal', chunk, places);
  }
  stated(chunk: number, places: number[]): Promise<StatedPerson[]> {
    return this.ask('stated', chunk, places);
  }
  cells(chunk: number, places: number[]): Promise<TableRow[]> {
    return this.ask('cells', chunk, places);
  }
  drop(chunk: number): Promise<void> {
    return this.ask('drop', chunk);
  }
  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private ask<T>(method: CrewTask['method'], ...parts: unknown[]): Promise<T> {
    const id = this.next++;
    const answer = new Promise<T>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    // Work is asked for ahead of its turn: a failure is told by whoever awaits this answer, not before.
    answer.catch(() => undefined);
    this.worker.postMessage({ id, method, parts } satisfies CrewTask, []);
    return answer;
  }

  private settle(answer: CrewAnswer): void {
    const task = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if ('error' in answer) task?.reject(new Error(answer.error));
    else task?.resolve(answer.answer as never);
  }

  private failAll(error: Error): void {
    for (const task of this.waiting.values()) task.reject(error);
    this.waiting.clear();
  }
}
