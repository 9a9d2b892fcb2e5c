import { isWholeDrill } from '#test/support/describe-when.js';
import { faultyCampaign } from './campaign.js';

const LETTERS = isWholeDrill ? 20_000 : 5_000;

describe(`given a campaign of ${LETTERS} letters by a relay that fails`, () => {
  it('when sixty workers, the database twenty times and the relay twenty times are killed, then no letter is lost, none is sent twice, and none stays in doubt', async () => {
    const outcome = await faultyCampaign({ letters: LETTERS, workers: 60, databases: 20, peers: 20, seed: 7 });
    process.stderr.write(`campaign with faults: ${JSON.stringify(outcome)}\n`);
    expect(outcome).toMatchObject({ lost: 0, twice: 0, claimed: 0, stillInDoubt: 0, miscounted: 0 });
    expect(outcome.kills).toEqual({ workers: 60, databases: 20, peers: 20 });
    expect(outcome.taken + outcome.byPost).toBe(LETTERS);
  }, 1_800_000);
});
