/** What a browser would send of the form with that action as the page shows it, without its button. */
export function formOf(html: string, action: string): Record<string, string> {
  const start = html.indexOf(`action="${action}"`);
  if (start < 0) throw new Error(`the page has no form for ${action}`);
  const form = html.slice(start, html.indexOf('</form>', start));
  const values: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const isLeftOut = /type="(checkbox|radio)"/.test(tag) && !/\schecked\b/.test(tag);
    const name = attribute(tag, 'name');
    if (name !== null && !isLeftOut) values[name] = attribute(tag, 'value') ?? '';
  }
  for (const [, tag, options] of form.matchAll(/(<select\b[^>]*>)([^]*?)<\/select>/g)) {
    const chosen =
      /<option\b[^>]*\sselected\b[^>]*>/.exec(options!)?.[0] ?? /<option\b[^>]*>/.exec(options!)?.[0] ?? '';
    values[attribute(tag!, 'name')!] = attribute(chosen, 'value') ?? '';
  }
  return values;
}

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return (
    value?.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&#x3D;', '=').replaceAll('&amp;', '&') ??
    null
  );
}
