import { readAddress } from './address.js';

describe('an e-mail address', () => {
  it.each([
    ['lotte@post.example', 'lotte@post.example'],
    ["sinead.o'brien+hr@mail.agency.example", "sinead.o'brien+hr@mail.agency.example"],
    ['a@b.c.example', 'a@b.c.example'],
    ['Jan@POST.example', 'Jan@post.example'],
    ['info@münchen.example', 'info@xn--mnchen-3ya.example'],
    [`${'a'.repeat(64)}@post.example`, `${'a'.repeat(64)}@post.example`],
  ])('given %s, then exactly that one is meant', (text, address) => expect(readAddress(text)).toBe(address));

  it.each([
    'victim@x.example, evil@y.example', 'victim@x.example,evil@y.example', 'victim@x.example;evil@y.example', 'victim@x.example evil@y.example',
    'victim@x.example\r\nBcc: evil@y.example', 'victim@x.example\nRCPT TO:<evil@y.example>', 'victim@x.example\0', 'vic\ttim@x.example', ' victim@x.example', 'victim@x.example ',
    'Group: victim@x.example, evil@y.example;', 'undisclosed:;', '<victim@x.example>', 'Victim <victim@x.example>', '"victim"@x.example', '"victim@x.example,evil"@y.example',
    'victim(comment)@x.example', 'victim@(c)x.example', 'victim@x.example(c)', 'victim@@x.example', 'victim', '@x.example', 'victim@', 'victim@localhost', 'victim@[127.0.0.1]', 'victim@127.0.0.1',
    '.victim@x.example', 'victim.@x.example', 'vic..tim@x.example', 'victim@.example', 'victim@x..example', 'victim@x.example.', 'victim@-x.example', 'victim@x-.example',
    `${'a'.repeat(65)}@x.example`, `a@${'b'.repeat(64)}.example`, `a@${'b.'.repeat(125)}example`, 'victim@x_y.example', 'victim@x.exa mple', 'vïctim@x.example', 'victim\u202e@x.example', 'victim@x\u200b.example',
    'victim@x.example\\', 'victim%evil@', 'victim@x.example/evil', 'mailto:victim@x.example', 'victim@x,example', 'victim@x.example\u3002evil@y.example',
  ])('given %j, then it is refused', (text) => expect(readAddress(text)).toBeNull()); // prettier-ignore
});
