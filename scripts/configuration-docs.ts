import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { VARIABLES } from '#libs/platform/index.js';

const INTRODUCTION = `# Configuration

Tocsin reads its configuration from the environment, once, at the start. Every variable may be left out.
A variable that cannot be used is named with its mend, never with its value; \`bin/tocsin doctor\` looks at all of them.

This page is written by \`npm run docs\` from the table in \`libs/platform/config.ts\`; change it there.
`;

/** docs/configuration.md, whole. */
export function configurationDocs(): string {
  const entries = Object.entries(VARIABLES).map(([name, { schema, about, mend }]) => {
    const standard = schema.safeParse(undefined).data;
    const isSaid = standard !== undefined && standard !== '';
    const lines = [about, ...(isSaid ? [`Default: \`${standard}\`.`] : []), mend];
    return `## \`${name}\`\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`;
  });
  return [INTRODUCTION, ...entries].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // The built file stands in dist/scripts.
  writeFileSync(path.resolve(import.meta.dirname, '../../docs/configuration.md'), configurationDocs());
}
