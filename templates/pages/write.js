// Shows the letter while its text is written, names its faults, puts placeholders in, and goes to a line that is named.
// Nothing of it is needed: the buttons of the form do the same.
const form = document.getElementById('write');
const source = document.getElementById('source');
const looked = form.querySelector('[data-looked]');
const frames = form.querySelector('[data-frames]');
const preview = form.querySelector('[data-preview]');
const home = preview.formAction.split('#')[0];
const PAUSE = 600;
let waiting;
let asked = 0;
let made = 0;

/** The part of the letter that is being written: the last heading above the cursor that has a name. */
const place = () => {
  const above = source.value.slice(0, source.selectionEnd).match(/\{#([a-z][a-z-]*)\}/g);
  return above ? `#${source.lang}-${above.at(-1).slice(2, -1)}` : '';
};

/** A fresh frame takes the letter and replaces the one before once it is there: nothing flickers, and going back is one step. */
const showLetter = () => {
  const before = frames.lastElementChild;
  const next = before.cloneNode(false);
  next.removeAttribute('src');
  next.name = `letter-${(made += 1)}`;
  next.classList.add('t-coming');
  frames.append(next);
  next.addEventListener('load', () => {
    next.classList.remove('t-coming');
    while (frames.firstElementChild !== next) frames.firstElementChild.remove();
  }, { once: true });
  preview.formTarget = next.name;
  preview.formAction = home + place();
  form.requestSubmit(preview);
};

const refresh = async () => {
  const mine = (asked += 1);
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.findings, { method: 'POST', body, headers: { accept: 'text/html' } }).catch(() => null);
  // A line that is down for a moment ends nothing, and an answer to an older text says nothing of this one.
  if (mine !== asked || !answer?.ok || answer.redirected) return;
  const words = await answer.text();
  if (looked.innerHTML !== words) looked.innerHTML = words;
  if (!looked.querySelector('[data-faulty]')) showLetter();
};

const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, PAUSE);
};
source.addEventListener('input', soon);
for (const choice of form.querySelectorAll('input[name=form]')) choice.addEventListener('change', showLetter);

const caret = form.querySelector('[data-caret]');
caret.hidden = false;
const sayLine = () => {
  const line = source.value.slice(0, source.selectionEnd).split('\n').length;
  caret.textContent = caret.dataset.words.replace('{line}', line).replace('{lines}', source.value.split('\n').length);
};
for (const happening of ['input', 'keyup', 'click', 'focus']) source.addEventListener(happening, sayLine);
sayLine();

/** Marks a line and brings it into sight: what stands above it is measured in a copy of the field. */
const goTo = (number) => {
  const lines = source.value.split('\n');
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const copy = source.cloneNode(false);
  copy.removeAttribute('id');
  copy.rows = 1;
  copy.style.cssText = `position:absolute;visibility:hidden;min-height:0;height:0;width:${source.clientWidth}px`;
  copy.value = source.value.slice(0, start);
  source.after(copy);
  const above = copy.scrollHeight;
  copy.remove();
  source.focus();
  source.setSelectionRange(start, start + (lines[number - 1] ?? '').length);
  source.scrollTop = Math.max(0, above - source.clientHeight / 3);
  sayLine();
};
form.addEventListener('click', (event) => {
  const line = event.target.closest('[data-line]')?.dataset.line;
  if (!line) return;
  event.preventDefault();
  goTo(Number(line));
});

for (const button of document.querySelectorAll('[data-insert]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    source.focus();
    source.setRangeText(button.dataset.insert, source.selectionStart, source.selectionEnd, 'end');
    sayLine();
    soon();
  });
}

if ('typed' in form.dataset) refresh();
