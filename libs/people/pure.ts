/** The door of people for commands without a database: what is read from a file. */
export { openTable } from './roster-file.js';
export { sourceOfFile } from './roster-source.js';
export { remarkInWords } from './table.js';
export { csvLine } from './table-row.js';
