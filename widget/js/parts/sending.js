// What is true of each card that is sent.

// So long an answer may take before it is said that the form is kept and will be sent.
const PATIENCE_MS = 4000;

// Shows that a form is being sent, and what became of it, in `error`. What is on its way is kept by the engine whatever
// happens, so after a while, or without a network, it counts as given; a refusal brings the form back as it was. `late`
// is called when it is clear that it takes longer. Gives whether it was taken.
export const sending = async (form, error, promise, say, late = () => {}) => {
  const fields = [...form.querySelectorAll('input, textarea, button')];
  const free = (isFree) => {
    form.toggleAttribute('data-sending', !isFree);
    for (const field of fields) field.readOnly = field.ariaDisabled = !isFree;
    for (const button of form.querySelectorAll('button')) button.disabled = !isFree;
  };
  error.textContent = '';
  error.classList.remove('pp-card__note');
  free(false);
  const waits = () => {
    error.classList.add('pp-card__note');
    error.textContent = say('waiting');
    late();
  };
  const timer = setTimeout(waits, navigator.onLine ? PATIENCE_MS : 0);
  try {
    await promise;
    return true;
  } catch {
    error.classList.remove('pp-card__note');
    error.textContent = say('failed');
    free(true);
    return false;
  } finally {
    clearTimeout(timer);
  }
};
