import { newKey, type Keyring } from '#libs/platform/index.js';
import { isBanned, type ChannelBan } from './channel-ban.js';
import { domainIndex, domainIndexes, domainOf } from './domain-index.js';

const keyring: Keyring = { kek: newKey(), index: newKey(), code: newKey(), ticket: newKey() };
const ban = (domain: string, side: ChannelBan['side'] = 'both'): ChannelBan => ({ domain, side, reason: 'read' });

describe('given the ban of a domain', () => {
  it.each([
    ['agency.example', 'agency.example', true],
    ['agency.example', 'mail.agency.example', true],
    ['agency.example', 'a.b.agency.example', true],
    ['agency.example', 'otheragency.example', false],
    ['agency.example', 'agency.example.org', false],
    ['agency.example', 'example', false],
    ['mail.agency.example', 'agency.example', false],
    ['mail.agency.example', 'mail.agency.example', true],
  ])('when %s is banned and a letter goes to %s, then it is refused: %p', (banned, domain, isRefused) => {
    expect(isBanned([ban('elsewhere.example'), ban(banned)], domain, 'recipient')).toBe(isRefused);
    // The database compares keyed hashes instead of names and must come to the same answer.
    const indexes = domainIndexes(keyring, domain).map((index) => index.toString('hex'));
    expect(indexes.includes(domainIndex(keyring, banned).toString('hex'))).toBe(isRefused);
  });

  it.each([
    ['sender', 'sender', true],
    ['sender', 'recipient', false],
    ['recipient', 'sender', false],
    ['recipient', 'recipient', true],
    ['both', 'sender', true],
    ['both', 'recipient', true],
  ] as const)('when it is banned for the side %s, then the %s is refused: %p', (side, asked, isRefused) => {
    expect(isBanned([ban('agency.example', side)], 'agency.example', asked)).toBe(isRefused);
  });

  it('when nothing is banned, then nothing is refused', () => {
    expect(isBanned([], 'agency.example', 'sender')).toBe(false);
  });
});

describe('given the domain of an address', () => {
  it.each([
    ['Lotte@Post.Example', 'post.example'],
    ['"a@b"@post.example', 'post.example'],
  ])('when the address is %s, then it is %s', (address, domain) => expect(domainOf(address)).toBe(domain));

  it('when its indexes are made, then there is one for it and for each parent but the last label, and case does not count', () => {
    const indexes = domainIndexes(keyring, 'A.b.Example');
    expect(indexes).toEqual([domainIndex(keyring, 'a.b.example'), domainIndex(keyring, 'b.example')]);
  });

  it('when another installation makes its index, then it is another', () => {
    expect(domainIndex({ ...keyring, index: newKey() }, 'post.example')).not.toEqual(
      domainIndex(keyring, 'post.example'),
    );
  });
});
