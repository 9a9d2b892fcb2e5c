import { configurationDocs } from '../../scripts/configuration-docs.js';
import { read } from '#test/support/repository.js';

describe('given the variables of the environment', () => {
  it('when they are documented, then docs/configuration.md says of each what the program knows', () => {
    const mend = 'Run `npm run docs` and commit docs/configuration.md.';
    expect({ mend, text: read('docs/configuration.md') }).toEqual({ mend, text: configurationDocs() });
  });
});
