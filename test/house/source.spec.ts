import ts from 'typescript';
import { mend } from '#test/support/mend.js';
import { filesBelow, nodesOf, parse, placeOf, read } from '#test/support/repository.js';

const MOST_LINES_OF_A_FUNCTION = 70;
const MOST_LINES_OF_A_FILE = 400;

/** Files that are one table, where splitting would hide rather than show; each with its reason. */
const TABLES: Record<string, string> = {
  'libs/letters/lint-words.de.ts': 'how German says what the linter looks for',
  'libs/letters/lint-words.en.ts': 'how English says what the linter looks for',
  'libs/letters/lint-words.fr.ts': 'how French says what the linter looks for',
  'libs/letters/lint-words.nl.ts': 'how Dutch says what the linter looks for',
};

/** Who reads the environment beside libs/platform/config.ts: the first lines of a process, which hand it on whole. */
const READERS_OF_THE_ENVIRONMENT: Record<string, string> = {
  'apps/cli/context.ts': 'opens the platform for a command',
  'apps/cli/keeping.commands.ts': 'opens a database whose key may be lost, or one that is still empty',
  'apps/cli/system.commands.ts': 'opens the platform, or looks at its configuration, for a command',
  'scripts/demo.ts': 'opens the platform for the demo',
};

const product = ['apps', 'libs', 'migrations', 'scripts'].flatMap((folder) => filesBelow(folder, '.ts'));
const trees = product.map(parse);

function* everywhere(): Generator<ts.Node> {
  for (const tree of trees) yield* nodesOf(tree);
}

describe('given the source', () => {
  it('when it needs the time, then it asks the Clock', () => {
    const found = [];
    for (const node of everywhere()) {
      if (node.getSourceFile().fileName === 'libs/platform/clock.ts') continue;
      const isNewDate = ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length;
      const isNow = ts.isCallExpression(node) && /^(Date|Date\.now)$/.test(node.expression.getText());
      if (isNewDate || isNow) found.push(placeOf(node));
    }
    const words =
      'Take a Clock and ask it for now(); for a legal time ask databaseNow(); to measure, use performance.now().';
    expect(mend(words, found)).toEqual([]);
  });

  it('when it needs a setting, then it takes the configuration', () => {
    const found = [];
    for (const node of everywhere()) {
      if (!ts.isPropertyAccessExpression(node) || node.getText() !== 'process.env') continue;
      if (!(node.getSourceFile().fileName in READERS_OF_THE_ENVIRONMENT)) found.push(placeOf(node));
    }
    const words = 'Add the variable to VARIABLES (libs/platform/config.ts) and inject CONFIG.';
    expect(
      mend(
        words,
        found.filter((place) => !place.startsWith('libs/platform/config.ts:')),
      ),
    ).toEqual([]);
  });

  it('when a function grows, then it stays within 70 lines', () => {
    const found = [];
    for (const node of everywhere()) {
      const { fileName } = node.getSourceFile();
      if (!ts.isFunctionLike(node) || !/^(apps|libs)\//.test(fileName) || fileName.endsWith('.spec.ts')) continue;
      const lines = node.getText().split('\n').length;
      if (lines > MOST_LINES_OF_A_FUNCTION) found.push(`${placeOf(node)} (${lines} lines)`);
    }
    expect(mend('Give a part of it a name of its own.', found)).toEqual([]);
  });

  it('when a file grows, then it stays within 400 lines', () => {
    const long = product.filter((file) => /^(apps|libs)\//.test(file) && !(file in TABLES));
    const found = long.filter((file) => read(file).split('\n').length - 1 > MOST_LINES_OF_A_FILE);
    expect(mend('Move one of its subjects into a file of its own.', found)).toEqual([]);
  });

  it('when an exception is listed, then its file is there', () => {
    const listed = Object.keys({ ...TABLES, ...READERS_OF_THE_ENVIRONMENT });
    const gone = listed.filter((file) => !product.includes(file));
    expect(mend('Take it out of the lists in test/house/source.spec.ts.', gone)).toEqual([]);
  });
});

describe('given the tests', () => {
  it('when one is left out, then by describeWhen, which says what is missing', () => {
    const specs = ['apps', 'libs', 'scripts', 'test'].flatMap((folder) => filesBelow(folder, '.ts'));
    const found = [];
    for (const file of specs.filter((name) => name !== 'test/support/describe-when.ts')) {
      for (const node of nodesOf(parse(file))) if (leavesOut(node)) found.push(placeOf(node));
    }
    expect(mend('Mend the test or delete it; where the machine lacks something, use describeWhen.', found)).toEqual([]);
  });

  it('when a check finds something, then it is mended, not silenced', () => {
    const found = [...product, ...filesBelow('test', '.ts')].flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, place) => (SILENCED.test(line) ? [`${file}:${place + 1}`] : [])),
    );
    const words = 'Mend the code; a rule that is wrong for the whole house is switched off in .oxlintrc.json.';
    expect(mend(words, found)).toEqual([]);
  });
});

const SILENCED = /@ts-(ignore|nocheck)|(eslint|oxlint)-disable|\bas[ ]any\b/;

function leavesOut(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node))
    return /^(it|test|describe)(\.\w+)*\.(skip|only|todo|failing)$/.test(node.getText());
  return ts.isCallExpression(node) && /^(x|f)(it|test|describe)$/.test(node.expression.getText());
}
