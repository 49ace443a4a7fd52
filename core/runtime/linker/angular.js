// Angular's classes → modules. Angular compiles them where they run, from decorators that TypeScript has lowered; what
// its command line would do before that is done here: files of templates and styles become texts, signals that are
// inputs, outputs or queries get the decorators by which they are found, and constructors tell what they want injected.
import { lineMap } from "./line_map.js";
import { inlineStyle } from "./styles.js";

const PACKAGE = /\bfrom\s{0,9}["']@angular\//;
const DECLARATIONS = /\bdeclarations\s{0,9}:\s{0,9}\[([^\]]{0,9999})\]/g;
const OWN_ZONES = /\bprovide(?:Experimental)?Zone(?:less)?ChangeDetection\b/;
const EXPERIMENTAL = /\bprovideExperimentalZonelessChangeDetection\b/g;
const COMMON_SYNTAX =
  /\*ng[A-Z]|\[ng[A-Z]|\|\s{0,9}(?:async|currency|date|json|keyvalue|lowercase|number|percent|titlecase|uppercase)\b/;
const FORM_SYNTAX = /\bngModel\b|\bformControlName\b|\[formGroup\]|\[formControl\]/;
const ROUTER_SYNTAX = /<router-outlet\b|\brouterLink\b/;
const CLASS_DECORATORS = new Set(["Component", "Directive", "Injectable", "NgModule", "Pipe"]);
const QUERIES = {
  viewChild: "ViewChild",
  viewChildren: "ViewChildren",
  contentChild: "ContentChild",
  contentChildren: "ContentChildren",
};

export const importsAngular = (text) => PACKAGE.test(text);

export async function compileAngular(linker, path, text) {
  const { default: typescript } = await linker.tool("typescript");
  const edited = new AngularFile(linker, path, text, typescript).edit();
  const { outputText, sourceMapText } = typescript.transpileModule(edited, {
    fileName: path,
    compilerOptions: {
      target: typescript.ScriptTarget.ES2022,
      module: typescript.ModuleKind.ESNext,
      experimentalDecorators: true,
      useDefineForClassFields: false, // as Angular's own projects have it: fields may use what is injected
      sourceMap: true,
    },
  });
  linker.maps[path] = lineMap(JSON.parse(sourceMapText));
  return outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "");
}

// Whether change detection runs after all that happens, as it did by default before Angular 21: most apps are written
// for it. An app that chooses by itself is left alone.
export function wantsZones(linker) {
  linker.wantsZones ??=
    versionOf(linker) < 21 && ![...linker.files.values()].some((text) => OWN_ZONES.test(text));
  return linker.wantsZones;
}

// The major version that an app is written for, by its package.json; 17 where that says nothing
function versionOf(linker) {
  linker.angularVersion ??= Number(
    [...linker.files]
      .filter(([path]) => /(^|\/)package\.json$/.test(path))
      .map(([, text]) => /"@angular\/core"\s{0,9}:\s{0,9}"[\^~>=v\s]{0,9}(\d{1,3})/.exec(text)?.[1])
      .find(Boolean) ?? 17,
  );
  return linker.angularVersion;
}

// The components that a module declares, which must not be standalone
function declaredNames(linker) {
  if (!linker.angularDeclarations) {
    const lists = [...linker.files.values()].flatMap((text) => [...text.matchAll(DECLARATIONS)]);
    linker.angularDeclarations = new Set(lists.flatMap(([, names]) => names.match(/\w+/g) ?? []));
  }
  return linker.angularDeclarations;
}

// All edits keep the lines, so that a map of lines leads back to the source.
class AngularFile {
  constructor(linker, path, text, typescript) {
    this.linker = linker;
    this.path = path;
    this.text = text.replace(EXPERIMENTAL, "provideZonelessChangeDetection");
    this.typescript = typescript;
    this.edits = []; // [start, end, text]
    this.packages = new Map([["core", "__ng_core"]]);
  }

  edit() {
    const { typescript: ts, path, text } = this;
    this.visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
    const isZoneless = [...this.linker.files.values()].some((each) => each.includes("Zoneless"));
    const imports = [
      // First: without them, what the packages of Angular declare cannot be completed.
      ...(isZoneless ? [] : ['import "zone.js";']),
      'import "@angular/compiler";',
      ...[...this.packages].map(([name, as]) => `import * as ${as} from "@angular/${name}";`),
    ];
    let position = 0;
    const parts = [imports.join("")];
    for (const [start, end, replacement] of this.edits.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      parts.push(text.slice(position, start), replacement);
      position = end;
    }
    return parts.join("") + text.slice(position);
  }

  visit(node) {
    if (this.typescript.isClassDeclaration(node)) this.editClass(node);
    this.typescript.forEachChild(node, (child) => this.visit(child));
  }

  decoratorCalls(node) {
    const ts = this.typescript;
    const found = (ts.canHaveDecorators(node) && ts.getDecorators(node)) || [];
    return found.map(({ expression }) => expression).filter((each) => ts.isCallExpression(each));
  }

  editClass(node) {
    const calls = this.decoratorCalls(node);
    const call = calls.find(({ expression }) => CLASS_DECORATORS.has(expression.getText()));
    if (!call) return;
    const [options] = call.arguments;
    if (options?.properties) this.editOptions(node, call.expression.getText(), options);
    for (const member of node.members) this.editMember(member);
  }

  editOptions(node, kind, options) {
    const isComponent = kind === "Component";
    const isDeclared = declaredNames(this.linker).has(node.name?.text);
    const start = options.getStart() + 1;
    if (isDeclared && !this.property(options, "standalone"))
      this.insert(start, " standalone: false,");
    if (!isComponent) return;
    if (!isDeclared) this.addImports(options);
    // Before version 22 a component was drawn anew whatever had changed.
    if (versionOf(this.linker) < 22 && !this.property(options, "changeDetection"))
      this.insert(start, " changeDetection: __ng_core.ChangeDetectionStrategy.Eager,");
    this.inlineFiles(options);
  }

  editMember(member) {
    const ts = this.typescript;
    if (ts.isConstructorDeclaration(member) && member.body && member.parameters.length)
      this.insert(
        member.getStart(),
        `static ctorParameters = () => [${member.parameters.map((each) => this.parameter(each)).join(", ")}]; `,
      );
    if (!ts.isPropertyDeclaration(member) || !ts.isIdentifier(member.name)) return;
    const value = member.initializer;
    if (value && ts.isCallExpression(value)) this.editSignal(member, value);
  }

  // What a parameter of a constructor wants injected
  parameter(node) {
    const ts = this.typescript;
    const types = node.type && ts.isUnionTypeNode(node.type) ? node.type.types : [node.type];
    const type = types.find((each) => each && ts.isTypeReferenceNode(each));
    const calls = this.decoratorCalls(node);
    const isNamed = calls.some(({ expression }) => expression.getText() === "Inject");
    const decorators = calls.map(
      (call) =>
        `{ type: ${call.expression.getText()}, args: [${call.arguments.map((each) => each.getText()).join(", ")}] }`,
    );
    return `{ type: ${type && !isNamed ? type.typeName.getText() : "undefined"}, decorators: [${decorators.join(", ")}] }`;
  }

  // `name = input(…)` and its kin: https://angular.dev/guide/components/inputs
  editSignal(member, { expression, arguments: values }) {
    const [called, part] = expression.getText().split(".");
    const name = member.name.text;
    const isRequired = part === "required";
    const options = values[isRequired || called === "output" ? 0 : 1];
    const alias =
      (options?.properties && this.property(options, "alias")?.initializer.getText()) ||
      JSON.stringify(name);
    const input = `@__ng_core.Input({ isSignal: true, alias: ${alias}, required: ${isRequired}, transform: undefined }) `;
    const decorators = {
      input,
      model: `${input}@__ng_core.Output(${alias} + "Change") `,
      output: `@__ng_core.Output(${alias}) `,
      outputFromObservable: `@__ng_core.Output(${alias}) `,
    };
    if (Object.hasOwn(decorators, called)) this.insert(member.getStart(), decorators[called]);
    if (!Object.hasOwn(QUERIES, called) || !values.length) return;
    const [locator, more] = values.map((each) => each.getText());
    this.insert(
      member.getStart(),
      `@__ng_core.${QUERIES[called]}(${locator}, { ...(${more ?? "{}"}), isSignal: true }) `,
    );
  }

  inlineFiles(options) {
    for (const property of options.properties) {
      const name = property.name?.getText();
      if (name === "templateUrl")
        this.replace(property, `template: ${JSON.stringify(this.fileText(property.initializer))}`);
      if (name === "styleUrl")
        this.replace(property, `styles: [${this.style(property.initializer)}]`);
      if (name === "styleUrls" && property.initializer.elements)
        this.replace(
          property,
          `styles: [${property.initializer.elements.map((each) => this.style(each)).join(", ")}]`,
        );
    }
  }

  // What a template uses of Angular's own, where the component says nothing of what it imports
  addImports(options) {
    if (this.property(options, "imports")) return;
    const own = this.property(options, "template")?.initializer;
    const file = this.property(options, "templateUrl")?.initializer;
    const template = own?.getText() ?? (file ? this.fileText(file) : "");
    const wanted = [
      ["common", "CommonModule", COMMON_SYNTAX],
      ["forms", "FormsModule", FORM_SYNTAX],
      ["forms", "ReactiveFormsModule", FORM_SYNTAX],
      ["router", "RouterModule", ROUTER_SYNTAX],
    ].filter(([, , syntax]) => syntax.test(template));
    if (!wanted.length) return;
    for (const [name] of wanted) this.packages.set(name, `__ng_${name}`);
    const modules = wanted.map(([name, module]) => `__ng_${name}.${module}`);
    this.insert(options.getStart() + 1, ` imports: [${modules.join(", ")}],`);
    const names = wanted.map(([, module]) => module).join(", ");
    this.linker.adjusted.add(`${this.path} imports nothing for its template: ${names} is added`);
  }

  fileText(node) {
    const found = this.find(node);
    if (found) return this.linker.files.get(found);
    this.linker.problem(
      `wants “${node.text}”, which is not among the files`,
      this.path,
      this.lineOf(node),
    );
    return "";
  }

  style(node) {
    const found = this.find(node);
    if (found)
      return JSON.stringify(inlineStyle(this.linker.styleText(found), found, this.linker, [found]));
    this.linker.adjusted.add(
      `${this.path}:${this.lineOf(node)} wants ${node.text}, which is not among the files: left out`,
    );
    return '""';
  }

  find(node) {
    const name = String(node.text ?? "");
    return this.linker.resolver.resolve(/^[./]/.test(name) ? name : `./${name}`, this.path);
  }

  property(options, name) {
    return options.properties.find((each) => each.name?.getText() === name && each.initializer);
  }

  lineOf(node) {
    return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
  }

  insert(position, text) {
    this.edits.push([position, position, text]);
  }

  replace(node, text) {
    const lines = node.getText().split("\n").length - 1;
    this.edits.push([node.getStart(), node.getEnd(), text + "\n".repeat(lines)]);
  }
}
