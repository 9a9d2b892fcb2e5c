import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { projectFolder } from './project-folder.js';

export interface Asset {
  type: string;
  body: Buffer;
}

const require = createRequire(import.meta.url);
const FONT = 'Atkinson Hyperlegible Next';
const RANGES: Record<string, string> = {
  latin:
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
  'latin-ext':
    'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF',
};

/**
 * Styles, scripts and fonts, made once in memory from the packages and our theme, under addresses that carry the hash
 * of their content: they may be kept for ever, and nothing is loaded from elsewhere.
 */
@Injectable()
export class Assets {
  private readonly byUrl = new Map<string, Asset>();
  readonly urls: { staffCss: string; personCss: string; script: string; liveScript: string; writeScript: string };

  constructor() {
    const fonts = ['latin', 'latin-ext']
      .flatMap((subset) => [400, 700].map((weight) => this.fontFace(subset, weight)))
      .join('');
    const theme = readFileSync(path.join(projectFolder(), 'templates', 'pages', 'theme.css'), 'utf8');
    const person = readFileSync(path.join(projectFolder(), 'templates', 'pages', 'person.css'), 'utf8');
    const govuk = this.add(
      'govuk-frontend.min.js',
      'text/javascript; charset=utf-8',
      readFileSync(require.resolve('govuk-frontend/dist/govuk/govuk-frontend.min.js')),
    );
    this.urls = {
      staffCss: this.add('staff.css', 'text/css; charset=utf-8', Buffer.from(`${fonts}${govukStyles()}${theme}`)),
      // The person's page weighs little: its own styles, no library.
      personCss: this.add('person.css', 'text/css; charset=utf-8', Buffer.from(`${fonts}${person}`)),
      script: this.add(
        'start.js',
        'text/javascript; charset=utf-8',
        Buffer.from(
          `import { initAll } from '${govuk}';\ndocument.body.classList.add('js-enabled', 'govuk-frontend-supported');\ninitAll();\n`,
        ),
      ),
      liveScript: this.addScript('live.js'),
      writeScript: this.addScript('write.js'),
    };
  }

  find(url: string): Asset | null {
    return this.byUrl.get(url) ?? null;
  }

  private fontFace(subset: string, weight: number): string {
    const file = require.resolve(
      `@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-${subset}-${weight}-normal.woff2`,
    );
    const url = this.add(path.basename(file), 'font/woff2', readFileSync(file));
    return `@font-face{font-family:"${FONT}";font-weight:${weight};font-style:normal;font-display:swap;src:url(${url}) format("woff2");unicode-range:${RANGES[subset]}}\n`;
  }

  /** A script of ours, from templates/pages. */
  private addScript(name: string): string {
    const body = readFileSync(path.join(projectFolder(), 'templates', 'pages', name));
    return this.add(name, 'text/javascript; charset=utf-8', body);
  }

  private add(name: string, type: string, body: Buffer): string {
    const url = `/assets/${createHash('sha256').update(body).digest('hex').slice(0, 16)}/${name}`;
    this.byUrl.set(url, { type, body });
    return url;
  }
}

/** The library's styles with our font, without the crest and the fonts that are reserved for another owner. */
function govukStyles(): string {
  return readFileSync(require.resolve('govuk-frontend/dist/govuk/govuk-frontend.min.css'), 'utf8')
    .replace(/@font-face\{[^}]*GDS Transport[^}]*\}/g, '')
    .replaceAll('GDS Transport,arial,sans-serif', `"${FONT}","Noto Sans",system-ui,arial,sans-serif`)
    .replace(/url\(\/assets\/[^)]*\)/g, 'none');
}
