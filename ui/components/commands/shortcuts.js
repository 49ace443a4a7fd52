// Hears the keys of the page's commands, tells the server or the part of the page that a command is for, and shows the
// list of all keys. A press of a key, a choice in the palette and a menu's entry all are the event "livewright-command".
import { commandEvent, isTyping, keyNames, saved, store } from "command_keys";

const SEQUENCE_MILLISECONDS = 1500; // between the two keys of "G S"
const SINGLE = "livewright-single-keys"; // in this browser: keys without Ctrl
const ALL = "livewright-shortcuts";

export default {
  template: `
    <dialog class="lw-popup lw-keys" ref="dialog" aria-labelledby="keys-title" @click.self="close"
      @close="isShown = false"><template v-if="isShown">
      <div class="lw-keys-head">
        <h2 id="keys-title">Keys</h2>
        <button type="button" class="lw-popup-close" aria-label="Close" title="Close" @click="close">✕</button>
      </div>
      <div class="lw-keys-groups" :class="{ off: !isOn }">
        <section v-for="group in groups">
          <h3>{{ group.name }}</h3>
          <ul>
            <li v-for="each in group.commands" :class="{ off: !singleKeys && !each.names.includes(modifier) && !each.isElsewhere }">
              <span>{{ each.label }}</span><span class="lw-key-names"><kbd v-for="key in each.names">{{ key }}</kbd></span>
            </li>
          </ul>
        </section>
      </div>
      <div class="lw-popup-foot">
        <span>Single keys work while no field has the focus.</span>
        <label><input type="checkbox" role="switch" class="lw-switch" v-model="singleKeys" :disabled="!isOn" /> Single keys</label>
        <label><input type="checkbox" role="switch" class="lw-switch" v-model="isOn" /> All keys</label>
      </div>
    </template></dialog>`,
  props: { commands: Array },
  data: () => ({
    isShown: false,
    isOn: saved(ALL),
    singleKeys: saved(SINGLE),
    modifier: keyNames("mod+k")[0],
  }),
  computed: {
    listed() {
      return this.commands
        .filter((each) => each.keys.length)
        .map((each) => ({ ...each, names: keyNames(each.keys[0]) }));
    },
    groups() {
      const names = [...new Set(this.listed.map((each) => each.group))];
      return names.map((name) => ({
        name,
        commands: this.listed.filter((each) => each.group === name),
      }));
    },
    byKeys() {
      const heard = this.commands.filter((each) => !each.isElsewhere);
      return new Map(heard.flatMap((each) => each.keys.map((keys) => [keys, each.name])));
    },
  },
  watch: {
    isOn: (value) => store(ALL, value),
    singleKeys: (value) => store(SINGLE, value),
  },
  mounted() {
    this.begun = "";
    // Before the editor hears it, to which Ctrl+Shift+F is Ctrl+F.
    document.addEventListener("keydown", this.onKeydown, true);
    document.addEventListener("livewright-command", this.onCommand);
  },
  unmounted() {
    document.removeEventListener("keydown", this.onKeydown, true);
    document.removeEventListener("livewright-command", this.onCommand);
  },
  methods: {
    close() {
      this.$refs.dialog.close();
    },
    onKeydown(event) {
      if (event.isComposing || !this.isOn) return;
      const keys = pressedKeys(event);
      const name = this.nameOf(keys, event.target);
      if (!name) return;
      event.preventDefault();
      event.stopPropagation();
      // What is open over the page is for itself, but a run can be stopped at any time.
      if (event.repeat || (isCovered() && name !== "stop")) return;
      document.dispatchEvent(commandEvent(name));
    },
    nameOf(keys, target) {
      // Within a file the editor finds by itself.
      if (keys === "mod+f" && target.closest?.(".cm-editor")) return;
      if (keys.startsWith("mod+")) return this.byKeys.get(keys);
      if (!this.singleKeys || isTyping(target) || isCovered()) return;
      const sequence = this.begun ? `${this.begun} ${keys}` : keys;
      this.begun = "";
      clearTimeout(this.timer);
      if ([...this.byKeys.keys()].some((each) => each.startsWith(`${sequence} `))) {
        this.begun = sequence;
        this.timer = setTimeout(() => (this.begun = ""), SEQUENCE_MILLISECONDS);
        return;
      }
      return this.byKeys.get(sequence);
    },
    onCommand({ detail: name }) {
      if (name !== "keys") return this.$emit("command", name);
      this.isShown = true;
      this.$nextTick(() => this.$refs.dialog.showModal());
    },
  },
};

// As in the table of commands: "mod+shift+f", "?", "g".
function pressedKeys(event) {
  const key = event.key.toLowerCase();
  // AltGr is told as Ctrl and Alt, and types.
  const isTyped = event.getModifierState("AltGraph");
  if (event.altKey && !isTyped) return "";
  const shift = event.shiftKey && /^\p{L}$/u.test(key) ? "shift+" : "";
  return ((event.ctrlKey || event.metaKey) && !isTyped ? "mod+" : "") + shift + key;
}

function isCovered() {
  return Boolean(document.querySelector("dialog[open], .q-dialog, .q-menu"));
}
