// Compiles Python's own library and the archives of packages, by the Python that will read them: importing FastAPI or
// SQLAlchemy from source takes longer than all else when an app starts. Argument: the folder of the runtime.

const [out] = Deno.args;
const COMPILE = `
import importlib.util, io, marshal, zipfile

READS_ITS_SOURCE = ("anyio/__init__.py",)

def code_of(name, source):
    # Without docstrings and assertions, which nobody sees here: half of what has to be fetched.
    code = compile(source, name, "exec", dont_inherit=True, optimize=2)
    # PEP 552: marked as never to be compared with its source, which is not there.
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(source) + marshal.dumps(code)

def compiled(data, folder):
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=7) as archive:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name.endswith(".py") and name not in READS_ITS_SOURCE:
                try:
                    name, content = name + "c", code_of(f"{folder}/{name}", content)
                except (SyntaxError, ValueError):
                    pass  # such as a template
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 7)
    return target.getvalue()
`;

const { loadPyodide } = await import(`file://${out}/pyodide/pyodide.mjs`);
const py = await loadPyodide({ indexURL: `${out}/pyodide/` });
py.runPython(COMPILE);
const compiled = py.globals.get("compiled");
const sitePackages = py.runPython("import sysconfig; sysconfig.get_path('purelib')").replace("//", "/");
const paths = [...Deno.readDirSync(`${out}/python`)].map(({ name }) => `python/${name}`).sort();
const total = paths.length + 1;

function compileArchive(path, folder, done) {
  console.log(JSON.stringify({ step: "compile", done, total }));
  const bytes = py.toPy(Deno.readFileSync(`${out}/${path}`));
  const result = compiled(bytes, folder);
  Deno.writeFileSync(`${out}/${path}`, result.toJs());
  for (const proxy of [bytes, result]) proxy.destroy?.();
}

paths.forEach((path, index) => compileArchive(path, sitePackages, index));
compileArchive("pyodide/python_stdlib.zip", "/lib/python314.zip", paths.length);
Deno.exit(0);
