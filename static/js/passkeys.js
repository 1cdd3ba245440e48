// Passkeys: only a browser's own script can ask a device for one. Without this file people sign in with password and code.
(() => {
  const post = (path, body) =>
    fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}), redirect: "follow" });

  const say = (button, sentence) => {
    const words = document.querySelector("[data-passkey-words]");
    words.textContent = sentence;
    button.disabled = false;
  };

  const options = async (path) => {
    const answer = await post(path);
    if (answer.redirected) return location.assign(answer.url);
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.sentence);
    return body.publicKey;
  };

  const make = async (button) => {
    const asked = await options("/account/passkeys/begin");
    if (!asked) return;
    const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
    const answer = await post("/account/passkeys", { name: document.querySelector("#passkey-name").value, credential: made.toJSON() });
    if ((answer.headers.get("content-type") ?? "").startsWith("text/html")) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.title = page.title;
      document.querySelector("h1").focus();
      return;
    }
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.sentence);
    location.assign(body.next);
  };

  const use = async (button) => {
    const asked = await options("/sign-in/passkey/begin");
    if (!asked) return;
    const used = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
    const answer = await post("/sign-in/passkey", { next: button.dataset.next ?? "", credential: used.toJSON() });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.sentence);
    location.assign(body.next);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-passkey]");
    if (!button) return;
    button.disabled = true;
    const ceremony = button.dataset.passkey === "make" ? make : use;
    ceremony(button).catch((error) =>
      say(button, error.name === "NotAllowedError" ? "The device was not asked, or nobody answered it. Try again." : error.message),
    );
  });

  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const place of document.querySelectorAll("[data-passkey-place]")) place.hidden = false;
})();
