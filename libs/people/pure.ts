/** The door of people for commands without a database: what is read from a file. */
export { readTable } from './roster-file.js';
export { csvLine, remarkInWords } from './table.js';
