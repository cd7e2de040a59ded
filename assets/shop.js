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

// The search box suggests while one types: the editable combobox of the ARIA practices, with a list that is chosen
// from by hand. The server sends the options; what cannot be had is left out in silence.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const box = form.elements.q;
  const list = document.createElement("div");
  const live = document.createElement("p");
  let active, pause, asking;
  let shown = "";

  list.className = "suggest";
  list.id = "suggestions";
  list.hidden = true;
  list.role = "listbox";
  list.ariaLabel = "Suggestions";
  live.className = "u-hidden";
  live.role = "status";
  form.append(list, live);
  box.role = "combobox";
  box.ariaAutoComplete = "list";
  box.ariaExpanded = "false";
  box.setAttribute("aria-controls", list.id);

  const typed = () => box.value.trim().replace(/\s+/g, " ").toLowerCase();
  // A phone shows fewer than were sent.
  const options = () => [...list.querySelectorAll("[role=option]")].filter((option) => option.offsetParent);

  const hold = (option) => {
    active?.removeAttribute("aria-selected");
    active = option;
    if (!active) return box.removeAttribute("aria-activedescendant");
    active.ariaSelected = "true";
    box.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  };

  const open = (is = true) => {
    hold();
    list.hidden = !is;
    box.ariaExpanded = String(is);
    if (!is) live.textContent = "";
  };

  const forget = () => {
    clearTimeout(pause);
    asking?.abort();
  };

  const ask = async () => {
    const words = typed();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal });
      const markup = answer.ok ? await answer.text() : "";
      // An answer to what stood there before says nothing of what stands there now.
      if (signal.aborted || document.activeElement !== box) return;
      list.innerHTML = markup;
      list.scrollTop = 0;
      shown = words;
      open(markup !== "");
      const count = options().length;
      live.textContent = count === 0 ? "" : count === 1 ? "1 suggestion" : `${count} suggestions`;
    } catch {
      if (!signal.aborted) open(false);
    }
  };

  box.addEventListener("input", () => {
    forget();
    hold();
    if (typed().length < 2) return open(false);
    pause = setTimeout(ask, 150);
  });

  const move = (step) => {
    if (list.hidden) {
      if (shown !== typed() || !list.firstChild) return;
      open();
    }
    const all = options();
    const at = active ? all.indexOf(active) + step : Math.min(step, 0);
    hold(all.at(at % all.length));
  };

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const keys = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => active.click(),
      Escape: () => {
        forget();
        if (list.hidden) box.value = "";
        else open(false);
      },
    };
    const held = event.key !== "Enter" || active;
    if (Object.hasOwn(keys, event.key) && held) {
      event.preventDefault();
      keys[event.key]();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) hold();
  });

  // A press on the list must not take the focus away before it is a click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  const leave = () => {
    forget();
    open(false);
  };
  box.addEventListener("blur", leave);
  form.addEventListener("submit", leave);
  addEventListener("pagehide", leave);
}
