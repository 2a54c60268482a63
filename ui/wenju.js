/* The little that the page does in the browser: it carries clicks to the server, keeps the words
   that matter in view, copies an answer, and remembers the light or dark the reader chose. */
(() => {
  "use strict";

  const find = (selector, from = document) => from.querySelector(selector);
  const narrow = window.matchMedia("(max-width: 1023px)");
  const THEME_KEY = "wenju-theme";

  /* Put text into a Gradio text box so that Gradio notices. */
  const fill = (box, text) => {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const ask = (question) => {
    const box = find("#wj-question textarea");
    fill(box, question);
    requestAnimationFrame(() => find("#wj-question button")?.click());
  };

  const openPanel = (open) => {
    document.body.classList.toggle("wj-reading", open);
    if (!open) find("#wj-question textarea")?.focus();
  };

  const showQuote = () => {
    const quote = find("#wj-panel .wj-quote, #wj-panel .wj-passage");
    quote?.scrollIntoView({ block: "center" });
  };

  const select = (target) => {
    if (narrow.matches) openPanel(true);
    if (document.getElementById(`evidence-${target}`)) showQuote();
    else fill(find("#wj-clicked textarea, #wj-clicked input"), target);
  };

  const markCurrent = () => {
    const shown = find("#wj-panel .wj-evidence")?.id.replace("evidence-", "#");
    for (const link of document.querySelectorAll("a[href^='#cite-'], a[href^='#near-']")) {
      link.classList.toggle("wj-current", link.getAttribute("href") === shown);
    }
  };

  const copy = async (button) => {
    const exchange = button.closest(".wj-exchange");
    const lines = [".wj-asked", ".wj-short", ".wj-said", ".wj-source"].flatMap((part) =>
      [...exchange.querySelectorAll(part)].map((element) => element.innerText.trim()));
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      const label = button.textContent;
      button.textContent = button.value;
      setTimeout(() => { button.textContent = label; }, 1600);
    } catch (error) {
      console.warn("copying was refused", error);
    }
  };

  const setDark = (dark) => document.body.classList.toggle("dark", dark);

  const toggleTheme = () => {
    const dark = !document.body.classList.contains("dark");
    setDark(dark);
    localStorage.setItem(THEME_KEY, dark ? "dark" : "light");
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#cite-'], a[href^='#near-']");
    const button = event.target.closest("button");
    if (link) {
      event.preventDefault();
      select(link.getAttribute("href").slice(1));
    } else if (button?.matches(".wj-example")) ask(button.value);
    else if (button?.matches(".wj-copy")) copy(button);
    else if (button?.matches(".wj-theme")) toggleTheme();
    else if (button?.matches(".wj-new")) location.reload();
    else if (button?.matches(".wj-close")) openPanel(false);
    else if (event.target.id === "wj-side") openPanel(false);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") openPanel(false);
  });

  /* Bring each new question to the top, so that its answer grows into the free space below. */
  const follow = (talk) => {
    let asked = 0;
    new MutationObserver(() => {
      const exchanges = talk.querySelectorAll(".wj-exchange");
      if (exchanges.length > asked) exchanges[exchanges.length - 1].scrollIntoView();
      asked = exchanges.length;
      markCurrent();
    }).observe(talk, { childList: true, subtree: true });
  };

  /* What Gradio's sanitiser takes off for safety, and screen readers need. */
  const label = () => {
    document.documentElement.lang = "zh-CN";
    const talk = find("#wj-transcript");
    talk.setAttribute("role", "log");
    talk.setAttribute("aria-live", "polite");
    find("#wj-side").setAttribute("role", "complementary");
  };

  const start = () => {
    const panel = find("#wj-panel");
    if (!find("#wj-transcript .wj-welcome") || !find("#wj-panel .wj-evidence")) return false;
    const chosen = localStorage.getItem(THEME_KEY);
    if (chosen) setDark(chosen === "dark");
    label();
    follow(find("#wj-transcript"));
    new MutationObserver(() => { markCurrent(); showQuote(); })
      .observe(panel, { childList: true, subtree: true });
    return true;
  };

  const waiting = new MutationObserver(() => { if (start()) waiting.disconnect(); });
  waiting.observe(document.documentElement, { childList: true, subtree: true });
})();
