import { Command, CommanderError } from 'commander';
import { registerBounce } from './bounce.commands.js';
import { registerBreach } from './breach.commands.js';
import { registerKeeping } from './keeping.commands.js';
import { registerCommunication } from './communication.commands.js';
import { registerLint } from './lint.commands.js';
import { registerNotice } from './notice.commands.js';
import { registerPeople } from './people.commands.js';
import { registerPerson } from './person.commands.js';
import { registerPrintRuns } from './print.commands.js';
import { registerSystem } from './system.commands.js';
import { refusal } from './output.js';

/** Runs one command. Exit code 0 done, 1 refused with a line on stderr that says what to do, 2 wrong use. */
export async function main(args: string[]): Promise<number> {
  // A reader that has seen enough, as `head`, closes the pipe: that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const program = new Command('tocsin')
    .description(
      'Tell every person affected by a personal-data breach what of theirs is out and what to do, and prove it.',
    )
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .option('--json', 'answer with one JSON document on stdout');
  registerSystem(program);
  registerKeeping(program);
  registerBreach(program);
  registerPeople(program);
  registerPerson(program);
  registerNotice(program);
  registerPrintRuns(program);
  registerCommunication(program);
  registerBounce(program);
  registerLint(program);
  // --json is taken after the command as well as before it.
  for (const command of allCommands(program)) {
    command.exitOverride();
    if (!command.options.some((option) => option.long === '--json'))
      command.option('--json', 'answer with one JSON document on stdout');
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return refusal(error);
  }
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}
