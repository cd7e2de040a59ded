// Saves round trips; every page works without it.

const busy = new Set();

// The pressed button says what is under way. It is not disabled, because a
// disabled button is not sent; a second press meets the idempotency key.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button?.dataset.busy) return;
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  const label = [...button.childNodes];
  const width = button.offsetWidth;
  // After this turn, so that the form is sent with the button as it was.
  setTimeout(() => {
    button.replaceChildren(button.dataset.busy);
    button.setAttribute("aria-disabled", "true");
    button.style.minWidth = `${width}px`;
    busy.add({ button, label });
  });
});

// Coming back by the Back button shows the page as it was left: put the words back.
addEventListener("pageshow", () => {
  for (const { button, label } of busy) {
    button.replaceChildren(...label);
    button.removeAttribute("aria-disabled");
    button.style.minWidth = "";
  }
  busy.clear();
});

// Sort and country take effect on choice. With the keyboard a closed select changes at
// every arrow, so there the button beside it stays the way.
for (const field of document.querySelectorAll("form[data-auto] select, select[data-auto]")) {
  let arrows = false;
  field.addEventListener("keydown", () => { arrows = true; });
  field.addEventListener("pointerdown", () => { arrows = false; });
  field.addEventListener("change", () => {
    if (arrows) return;
    const go = field.closest(".field, form").querySelector("button");
    field.form.requestSubmit(go);
  });
}

// A field that was refused is forgiven as soon as its value is plausible; it is never scolded while typing.
for (const field of document.querySelectorAll("[aria-invalid=true]")) {
  field.addEventListener("input", () => {
    const fine = field.value.trim() !== "" && (field.type !== "email" || /.@./.test(field.value));
    field.closest(".field")?.toggleAttribute("data-fixed", fine);
  });
}

// Shows the typed password on request; the button exists only with script.
for (const field of document.querySelectorAll("input[type=password]")) {
  const show = document.createElement("button");
  show.type = "button";
  show.className = "button";
  show.dataset.kind = "quiet";
  const say = () => {
    const hidden = field.type === "password";
    show.textContent = hidden ? "Show password" : "Hide password";
  };
  show.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    say();
  });
  field.form?.addEventListener("submit", () => { field.type = "password"; });
  say();
  field.after(show);
}
