import type { EntityManager } from 'typeorm';

/** One table of the product's schema, as the database itself describes it. */
export interface Table {
  name: string;
  /** Those that hold something of their own: what is generated comes back by itself. */
  columns: string[];
}

/** Tables of the product, by name; the list of migrations is kept by the program. */
export async function listTables(tx: EntityManager): Promise<Table[]> {
  return await tx.query(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migration'
      group by c.relname order by c.relname`,
  );
}

export interface Sequence {
  name: string;
  last: string;
  isCalled: boolean;
}

/** Where the counters of the product stand. */
export async function listSequences(tx: EntityManager): Promise<Sequence[]> {
  const names: { name: string }[] = await tx.query(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'S' and relname <> 'schema_migration_id_seq' order by relname`,
  );
  const sequences: Sequence[] = [];
  for (const { name } of names) {
    const [row]: { last: string; isCalled: boolean }[] = await tx.query(
      `select last_value as last, is_called as "isCalled" from public.${quoted(name)}`,
    );
    sequences.push({ name, ...row! });
  }
  return sequences;
}

export async function setSequence(tx: EntityManager, { name, last, isCalled }: Sequence): Promise<void> {
  await tx.query(`select setval(('public.' || quote_ident($1))::regclass, $2::bigint, $3)`, [name, last, isCalled]);
}

/** A reference from one table to another, as the statement that makes it. */
export interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

export async function listForeignKeys(tx: EntityManager): Promise<ForeignKey[]> {
  return await tx.query(
    `select c.relname as "table", k.conname as name, pg_get_constraintdef(k.oid) as definition
       from pg_constraint k join pg_class c on c.oid = k.conrelid
      where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = 'public'::regnamespace order by c.relname, k.conname`,
  );
}

/** Whether the product has a table here. */
export async function hasTables(tx: EntityManager): Promise<boolean> {
  const [row]: { exists: boolean }[] = await tx.query(
    `select exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')) as exists`,
  );
  return row!.exists;
}

/** A name of the catalogue, for a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function copyStatement({ name, columns }: Table, direction: 'to stdout' | 'from stdin'): string {
  return `copy public.${quoted(name)} (${columns.map(quoted).join(', ')}) ${direction} (format binary)`;
}
