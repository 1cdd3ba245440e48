// What a form that takes files cannot do alone: files and folders dropped or pasted anywhere on its page, and how far each file is.
// Without this file the same form is sent by its button.
(() => {
  // What waits to be sent, for each form: files with their paths.
  const held = new WeakMap();
  const form = () => document.querySelector("form[data-drop]");
  const part = (name, words, more) => Object.assign(document.createElement(name), { textContent: words }, more);

  const size = (bytes) => {
    const [unit, word] = bytes < 1e6 ? [1e3, "kB"] : [1e6, "MB"];
    return `${(bytes / unit).toFixed(bytes < 1e7 && bytes >= 1e6 ? 1 : 0)} ${word}`;
  };

  const fault = (form, file) => {
    const most = Number(form.dataset.most);
    if (most && file.size > most) return `Not sent: larger than ${Math.floor(most / 1048576)} MB. Split it, or scan it at a lower resolution.`;
    return "";
  };

  // A line for each file, with its share or why it is not sent.
  const list = (form, all) => {
    const lines = form.querySelector("[data-files]");
    lines.replaceChildren();
    for (const item of all) {
      const line = document.createElement("li");
      const name = part("span", `${item.path} `);
      name.append(part("small", size(item.file.size)));
      line.append(name);
      if (item.fault) line.append(part("small", item.fault, { className: "critical" }));
      else line.append((item.bar = part("progress", "", { max: 100, value: 0, className: "push", ariaLabel: item.path })));
      lines.append(line);
    }
    lines.hidden = !all.length;
  };

  const send = (form, all) => {
    const bar = form.querySelector("progress");
    const words = form.querySelector("[data-words]");
    const data = new FormData(form);
    data.delete("files");
    for (const item of all) data.append("files", item.file, item.path);
    const whole = all.reduce((sum, item) => sum + item.file.size, 0);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const share = Math.round((100 * event.loaded) / event.total);
      bar.hidden = false;
      bar.value = share;
      words.textContent = share < 100 ? `Sending, ${share} %` : "Sent. Keeping the files …";
      // The browser tells of the whole request: the files go one after the other.
      let left = (whole * event.loaded) / event.total;
      for (const item of all) {
        item.bar.value = item.file.size ? Math.min(100, Math.max(0, (100 * left) / item.file.size)) : 100;
        left -= item.file.size;
      }
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
    request.send(data);
  };

  // Files that came in whatever way: sent at once where the form says so and nothing is wrong with any.
  const take = (form, found) => {
    if (!found.length) return;
    const all = found.map(({ file, path }) => ({ file, path, fault: fault(form, file) }));
    const good = all.filter((item) => !item.fault);
    list(form, all);
    held.set(form, good);
    if (form.dataset.drop === "at once" && good.length === all.length) send(form, good);
    else form.querySelector("[data-words]").textContent = good.length ? `${good.length} of ${all.length} files are ready. The button sends them.` : "None of these files can be sent.";
  };

  const plain = (files) => [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

  // The files of what was dropped; folders are walked, in pieces as the browser gives them.
  const walked = async (entry) => {
    if (!entry.isDirectory) return new Promise((done) => entry.file((file) => done([{ file, path: entry.fullPath.slice(1) }]), () => done([])));
    const reader = entry.createReader();
    const inside = [];
    for (;;) {
      const more = await new Promise((done) => reader.readEntries(done, () => done([])));
      if (!more.length) break;
      inside.push(...more);
    }
    inside.sort((a, b) => a.name.localeCompare(b.name));
    return (await Promise.all(inside.map(walked))).flat();
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-drop]")) return;
    event.preventDefault();
    const inputs = [...event.target.querySelectorAll("input[type=file]")];
    const all = held.get(event.target) ?? plain(inputs.flatMap((input) => [...input.files])).map((item) => ({ ...item, fault: "" }));
    if (!all.length) {
      event.target.querySelector("[data-words]").textContent = "Choose at least one file.";
      return;
    }
    list(event.target, all);
    send(event.target, all);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-drop] input[type=file]")) take(event.target.form, plain(event.target.files));
  });

  document.addEventListener("paste", (event) => {
    if (!form() || !event.clipboardData?.files.length) return;
    event.preventDefault();
    take(form(), plain(event.clipboardData.files));
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, async (event) => {
      const target = form();
      if (!target || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      target.toggleAttribute("data-over", kind === "dragover");
      if (kind !== "drop") return;
      // Both lists are empty as soon as this handler waits.
      const loose = plain(event.dataTransfer.files);
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
      const whole = entries.length && entries.every(Boolean);
      take(target, whole ? (await Promise.all(entries.map(walked))).flat() : loose);
    });
  }
})();
