import { zip, type ZipPart } from './zip.js';

/** A workbook of Office Open XML written out by hand, so that a test can hold what no library would write. */
export interface WorkbookParts {
  /** XML inside each `worksheet`, by name of the sheet; a name that starts with `-` is hidden. */
  sheets: Record<string, string>;
  /** XML inside `sst`. */
  shared?: string;
  /** Formats of the cell styles 1, 2, …; style 0 is General. */
  formats?: string[];
  isFrom1904?: boolean;
  others?: ZipPart[];
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

export function xlsxBytes({ sheets, shared, formats = [], isFrom1904, others = [] }: WorkbookParts): Buffer {
  const names = Object.keys(sheets);
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  // Parts are numbered from behind, so that their order says nothing of the order of sheets.
  const partOf = (place: number): string => `worksheets/sheet${names.length - place}.xml`;
  const type = (part: string, kind: string): string =>
    `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  const numFmts = formats.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${code}"/>`).join('');
  const xfs = ['<xf numFmtId="0"/>', ...formats.map((_, i) => `<xf numFmtId="${164 + i}"/>`)].join('');
  return zip([
    { name: '[Content_Types].xml', data: `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('/xl/workbook.xml', 'sheet.main')}${type('/xl/styles.xml', 'styles')}${shared === undefined ? '' : type('/xl/sharedStrings.xml', 'sharedStrings')}${names.map((_, i) => type(`/xl/${partOf(i)}`, 'worksheet')).join('')}</Types>` },
    { name: '_rels/.rels', data: `${HEAD}<Relationships ${PACKAGE}>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>` },
    { name: 'xl/workbook.xml', data: `${HEAD}<workbook ${MAIN} xmlns:r="${OFFICE}"><workbookPr${isFrom1904 ? ' date1904="1"' : ''}/><sheets>${names
      .map((name, i) => `<sheet name="${name}" sheetId="${i + 1}"${name.startsWith('-') ? ' state="hidden"' : ''} r:id="s${i}"/>`)
      .join('')}</sheets></workbook>` },
    { name: 'xl/_rels/workbook.xml.rels', data: `${HEAD}<Relationships ${PACKAGE}>${names.map((_, i) => relation(`s${i}`, 'worksheet', partOf(i))).join('')}${relation('st', 'styles', 'styles.xml')}${relation('sst', 'sharedStrings', '/xl/sharedStrings.xml')}</Relationships>` },
    { name: 'xl/styles.xml', data: `${HEAD}<styleSheet ${MAIN}><numFmts>${numFmts}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${xfs}</cellXfs></styleSheet>` },
    ...(shared === undefined ? [] : [{ name: 'xl/sharedStrings.xml', data: `${HEAD}<sst ${MAIN}>${shared}</sst>` }]),
    ...names.map((name, i) => ({ name: `xl/${partOf(i)}`, data: `${HEAD}<worksheet ${MAIN}>${sheets[name]}</worksheet>` })),
    ...others,
  ]);
} // prettier-ignore

const ODF = 'urn:oasis:names:tc:opendocument:xmlns';
const ODS_NAMES = ['office', 'table', 'text', 'style', 'manifest']
  .map((name) => `xmlns:${name}="${ODF}:${name}:1.0"`)
  .join(' ');
const MANIFEST = `<manifest:manifest ${ODS_NAMES}><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`; // prettier-ignore

/** A spreadsheet of OpenDocument from the XML of its styles and of its sheets. */
export function odsBytes(sheets: string, styles = '', manifest = MANIFEST): Buffer {
  return zip([
    { name: 'mimetype', data: 'application/vnd.oasis.opendocument.spreadsheet', isStored: true },
    { name: 'META-INF/manifest.xml', data: manifest },
    { name: 'styles.xml', data: `${HEAD}<office:document-styles ${ODS_NAMES} office:version="1.2"/>` },
    {
      name: 'content.xml',
      data: `${HEAD}<office:document-content ${ODS_NAMES} office:version="1.2"><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${sheets}</office:spreadsheet></office:body></office:document-content>`,
    },
  ]);
}
