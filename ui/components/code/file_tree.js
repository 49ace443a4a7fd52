// The files of one run. Only the rows that have changed come; a row keeps its button, and so its focus.
export default {
  template: `
    <nav class="lw-file-tree" aria-label="Files">
      <template v-for="row in rows" :key="row.key">
        <span v-if="row.is_folder" class="folder" :style="{ '--depth': row.depth }">{{ row.name }}</span>
        <button v-else type="button" :class="classes(row)" :style="{ '--depth': row.depth }" :title="row.title"
            :aria-current="row.is_selected ? 'true' : null" @click="$emit('choose', row.key)">
          <span class="name">{{ row.name }}</span>
          <b v-if="row.mark" class="lw-change-mark" :class="row.change">{{ row.mark }}</b>
          <span v-if="row.problems" class="lw-problem-count">{{ row.problems }}</span>
          <em v-if="row.lines !== null">{{ row.is_active ? "● " : "" }}{{ row.lines }}</em>
        </button>
      </template>
      <span v-if="rest" class="folder">{{ rest }}</span>
    </nav>`,
  data: () => ({ rows: [], rest: "" }),
  mounted() {
    this.$emit("resync");
  },
  methods: {
    // `changed` are pairs of an index and its new row; rows from `count` on are gone.
    setRows(count, changed, rest) {
      this.rows.length = Math.min(this.rows.length, count);
      for (const [index, row] of changed) this.rows[index] = row;
      this.rest = rest;
    },
    classes: (row) => ({
      selected: row.is_selected,
      writing: row.is_active,
      "whole-answer": !row.key,
    }),
  },
};
