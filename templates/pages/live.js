// Fetches the part of a page that changes, and puts it in place; without this script the page is loaded again by hand.
const part = document.querySelector('[data-live]');
const refresh = async () => {
  const answer = await fetch(part.dataset.live, { headers: { accept: 'text/html' } });
  if (!answer.ok) return;
  part.innerHTML = await answer.text();
  if (part.querySelector('[data-goes-on]')) setTimeout(refresh, 1500);
  else location.reload();
};
if (part?.querySelector('[data-goes-on]')) setTimeout(refresh, 1000);
