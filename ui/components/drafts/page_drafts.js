// Notes in the tab what is typed into fields with a `data-draft`, until the server says that it has it: a reload
// brings back what was typed without a connection. Draws nothing.
const PREFIX = "livewright-unsent:";
const FOCUS = "livewright-focus";
const RESEND_DELAY = 500; // ms after a reconnect: the server first has to know the page again
const FOCUS_MILLISECONDS = 60_000; // how long a reload may take for the caret to return to its field

export default {
  props: { user: Number },
  render: () => null,
  created() {
    this.prefix = `${PREFIX}${this.user}:`;
  },
  mounted() {
    document.addEventListener("input", this.note, true);
    window.addEventListener("pagehide", this.onLeave);
    this.restoreFocus();
    this.attach();
    const unsent = {};
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(this.prefix)) unsent[key.slice(this.prefix.length)] = sessionStorage[key];
      // Somebody else was signed in in this tab.
      else if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
    if (Object.keys(unsent).length) this.$emit("unsent", unsent);
  },
  unmounted() {
    document.removeEventListener("input", this.note, true);
    window.removeEventListener("pagehide", this.onLeave);
    window.socket?.off("connect", this.onReconnect);
    clearTimeout(this.timer);
  },
  methods: {
    attach() {
      // NiceGUI makes the socket once all is mounted.
      if (!window.socket) this.timer = setTimeout(this.attach, 50);
      else if (window.socket.connected) this.onConnect();
      else window.socket.once("connect", this.onConnect);
    },
    // From here on each "connect" is one that follows a loss.
    onConnect() {
      window.socket.on("connect", this.onReconnect);
    },
    // A line may have been dead for a while before anybody noticed: what was sent into it never came.
    onReconnect() {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.resend, RESEND_DELAY);
    },
    resend() {
      const unsent = {};
      for (const key of Object.keys(sessionStorage)) {
        if (!key.startsWith(this.prefix)) continue;
        const field = key.slice(this.prefix.length);
        const element = this.find(field);
        // As if it had just been typed: an answer of the server would put back a field that has gone on since.
        if (element) getElement(Number(element.id.slice(1)))?.$emit("update:value", element.value);
        else unsent[field] = sessionStorage[key];
      }
      if (Object.keys(unsent).length) this.$emit("unsent", unsent);
      this.$emit("resent");
    },
    note({ target }) {
      const field = target?.dataset?.draft;
      if (!field) return;
      try {
        sessionStorage.setItem(this.prefix + field, target.value);
      } catch {
        // The tab's storage is full: the server has the text as long as there is a connection.
      }
    },
    onLeave() {
      for (const { dataset, value } of document.querySelectorAll("[data-draft]")) {
        const key = this.prefix + dataset.draft;
        // The server may have changed the field after the last key, as an example does that is chosen.
        if (sessionStorage.getItem(key) !== null) sessionStorage.setItem(key, value);
      }
      this.noteFocus();
    },
    find(field) {
      return [...document.querySelectorAll("[data-draft]")].find(
        ({ dataset }) => dataset.draft === field,
      );
    },
    noteFocus() {
      const { dataset, selectionStart, selectionEnd } = document.activeElement ?? {};
      if (!dataset?.draft) return;
      const focus = { field: dataset.draft, selectionStart, selectionEnd, time: Date.now() };
      sessionStorage.setItem(FOCUS, JSON.stringify(focus));
    },
    restoreFocus() {
      const focus = JSON.parse(sessionStorage.getItem(FOCUS) ?? "null");
      sessionStorage.removeItem(FOCUS);
      if (!focus || Date.now() - focus.time > FOCUS_MILLISECONDS) return;
      const element = this.find(focus.field);
      element?.focus();
      element?.setSelectionRange?.(focus.selectionStart, focus.selectionEnd);
    },
    forget(field, text) {
      const key = this.prefix + field;
      // Unless more was typed while this was under way.
      if ([null, this.find(field)?.value, sessionStorage.getItem(key)].includes(text))
        sessionStorage.removeItem(key);
    },
  },
};
