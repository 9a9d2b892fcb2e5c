import newCode from 'qrcode-generator';

/** White modules around a code that readers need (ISO/IEC 18004). */
const QUIET = 4;

/** The QR code of an address as SVG, one path. It holds exactly the address that the letter asks people to type. */
export function qrSvg(address: string): string {
  const code = newCode(0, 'M');
  code.addData(address, 'Byte');
  code.make();
  const count = code.getModuleCount();
  let modules = '';
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      let width = 0;
      while (column + width < count && code.isDark(row, column + width)) width++;
      if (width === 0) continue;
      modules += `M${column + QUIET} ${row + QUIET}h${width}v1h-${width}z`;
      column += width;
    }
  }
  const side = count + 2 * QUIET;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side}" height="${side}"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${modules}"/></svg>`;
}
