// What htmx cannot do: dropping files anywhere on a page that takes them, and showing how far an upload is.
// Without this file the same form is sent by its button.
(() => {
  const form = () => document.querySelector("form[data-drop]");

  const send = (form) => {
    const bar = form.querySelector("progress");
    const words = form.querySelector("[data-words]");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const share = Math.round((100 * event.loaded) / event.total);
      bar.hidden = false;
      bar.value = share;
      words.textContent = share < 100 ? `Sending, ${share} %` : "Sent. Keeping the files …";
    });
    request.addEventListener("load", () => {
      if (request.status < 400) {
        location.assign(request.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const main = document.querySelector("main");
      main.replaceWith(answer.querySelector("main"));
      document.title = answer.title;
      document.querySelector(".summary, h1")?.focus();
    });
    request.addEventListener("error", () => {
      bar.hidden = true;
      words.textContent = "The connection broke. Nothing was lost: choose the files again.";
    });
    words.textContent = "Sending …";
    request.send(new FormData(form));
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-drop]")) return;
    event.preventDefault();
    send(event.target);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-drop='at once'] input[type=file]") && event.target.files.length) send(event.target.form);
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const target = form();
      if (!target || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      target.toggleAttribute("data-over", kind === "dragover");
      if (kind !== "drop" || !event.dataTransfer.files.length) return;
      target.querySelector("input[type=file]").files = event.dataTransfer.files;
      if (target.dataset.drop === "at once") send(target);
    });
  }
})();
