import { describeInBrowser } from './chromium.js';

describeInBrowser('given a Chromium on this machine', (browser) => {
  it('when a page is shown, then it runs and can be read', async () => {
    const page = await browser().newPage();
    await page.setContent('<p id="said"></p><script>said.textContent = `${2 + 3} bells`</script>');
    expect(await page.textContent('#said')).toBe('5 bells');
    await page.close();
  });
});
