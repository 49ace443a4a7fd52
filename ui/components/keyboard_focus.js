// Gives the focus to a neighbour when the element that has it is removed, disabled or hidden, which no event tells:
// the browser would throw it to the body, and the next press of the Tab key would begin at the top of the page.
// In Quasar's menus, which know the Tab key alone, the arrow keys move it.
const SETTLE_MILLISECONDS = 150; // for those who know better where it belongs
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

export default {
  render: () => null,
  mounted() {
    this.path = []; // from the element that had the focus up to the body
    document.addEventListener("focusin", this.note);
    document.addEventListener("keydown", moveInMenu);
    this.observer = new MutationObserver(this.look);
    const attributeFilter = ["class", "disabled", "style"];
    this.observer.observe(document.body, { attributeFilter, childList: true, subtree: true });
  },
  unmounted() {
    document.removeEventListener("focusin", this.note);
    document.removeEventListener("keydown", moveInMenu);
    this.observer.disconnect();
    clearTimeout(this.timer);
  },
  methods: {
    note({ target }) {
      this.path = [];
      for (let each = target; each && each !== document.body; each = each.parentElement)
        this.path.push(each);
    },
    look() {
      if (!isNowhere() || !this.path.length || this.timer) return;
      this.timer = setTimeout(() => {
        this.timer = 0;
        if (isNowhere() && this.path.length && !canFocus(this.path[0])) this.focusNeighbour();
      }, SETTLE_MILLISECONDS);
    },
    focusNeighbour() {
      for (const place of this.path.slice(1)) {
        const next = place.isConnected && [...place.querySelectorAll(FOCUSABLE)].find(canFocus);
        if (next) return next.focus({ preventScroll: true });
      }
    },
  },
};

function moveInMenu(event) {
  const step = STEPS[event.key];
  // A select has a list of its own, and keys for it.
  const menu = step && document.activeElement?.closest(".q-menu:not([role=listbox])");
  if (!menu) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".q-item")].filter(canFocus);
  const at = items.indexOf(document.activeElement);
  items.at(at < 0 && step < 0 ? -1 : (at + step) % items.length)?.focus();
}

function isNowhere() {
  return !document.activeElement || document.activeElement === document.body;
}

function canFocus(element) {
  return (
    element.isConnected && !element.disabled && element.tabIndex >= 0 && element.checkVisibility()
  );
}
