// Fetches the part of a page that changes, and puts it in place; without this script the page is loaded again by hand.
const part = document.querySelector('[data-live]');
const refresh = async () => {
  // A line that is down for a moment ends nothing: it is asked again.
  const answer = await fetch(part.dataset.live, { headers: { accept: 'text/html' } }).catch(() => null);
  if (answer && answer.status < 500) {
    if (!answer.ok || answer.redirected) return location.reload();
    part.innerHTML = await answer.text();
    if (!part.querySelector('[data-goes-on]')) return location.reload();
  }
  setTimeout(refresh, answer?.ok ? 1500 : 5000);
};
if (part?.querySelector('[data-goes-on]')) setTimeout(refresh, 1000);
