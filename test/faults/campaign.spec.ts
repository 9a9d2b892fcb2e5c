import { faultyCampaign } from './campaign.js';

describe('given a campaign of 300 letters by a relay that fails', () => {
  it('when five workers, the database and the relay are killed, then no letter is lost, none is sent twice, and none stays in doubt', async () => {
    const outcome = await faultyCampaign({ letters: 300, workers: 5, databases: 1, peers: 1, seed: 20_261_124 });
    process.stderr.write(`campaign with faults: ${JSON.stringify(outcome)}\n`);
    expect(outcome).toMatchObject({ lost: 0, twice: 0, claimed: 0, stillInDoubt: 0, miscounted: 0 });
    expect(outcome.kills).toEqual({ workers: 5, databases: 1, peers: 1 });
    expect(outcome.taken + outcome.byPost).toBe(300);
  }, 300_000);
});
