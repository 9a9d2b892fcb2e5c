import { writeFileSync } from 'node:fs';
import { LANGUAGES } from '#libs/platform/index.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';
it('look', () => {
  const parts = LANGUAGES.map((l) => new LetterRenderer(letterTemplates('initial')![l]).render(inventedLetterView(l)));
  for (const p of parts) {
    const r = LetterRenderer.join([p]);
    writeFileSync(`/tmp/letters-look/${p.language}.html`, r.html);
    writeFileSync(`/tmp/letters-look/${p.language}.txt`, r.text);
  }
  const two = LetterRenderer.join(parts.slice(0, 2));
  writeFileSync(`/tmp/letters-look/nlfr.html`, two.html);
  writeFileSync(`/tmp/letters-look/nlfr.txt`, two.text);
  console.log(two.subject);
});
