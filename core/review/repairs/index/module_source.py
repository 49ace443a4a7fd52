"""What the source of a Python module binds, read without running it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Module:
    """What the source of a module binds: by name, where that comes from; empty for what it defines itself."""

    bound: dict[str, str] = field(default_factory=dict)
    listed: set[str] | None = None
    passed_on: set[str] = field(default_factory=set)
    is_whole: bool = True


def read_module(name: str, source: str, *, is_package: bool) -> Module:
    """What the top level of a source binds, in its branches too. ``listed`` is its ``__all__``."""
    module = Module()
    for node in _top_level(ast.parse(source).body):
        match node:
            case ast.ImportFrom():
                _bind_imports(module, node, _origin(name, node, is_package=is_package), is_package=is_package)
            case ast.Import(names=names):
                module.bound.update((alias.asname or alias.name.partition(".")[0], alias.name) for alias in names)
            case ast.Assign(targets=[ast.Name(id="__all__"), *_], value=ast.List() | ast.Tuple() as value):
                module.listed = {str(item.value) for item in value.elts if isinstance(item, ast.Constant)}
            case _:
                module.bound.update((own, "") for own in _own_names(node))
    if module.listed:
        module.bound.update((own, "") for own in module.listed - module.bound.keys())
        module.is_whole = True
    return module


def _bind_imports(module: Module, node: ast.ImportFrom, origin: str, *, is_package: bool) -> None:
    for alias in node.names:
        bound = alias.asname or alias.name
        if bound == "*":
            module.is_whole = False
            continue
        module.bound[bound] = f"{origin}.{alias.name}"
        if bound == alias.asname or (is_package and node.level):
            module.passed_on.add(bound)


def _own_names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name="__getattr__"):
            yield from _words(node)  # what it answers stands in it as a text
        case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own):
            yield own
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=own)):
            yield own


def _words(node: ast.AST) -> set[str]:
    texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return {text for text in texts if text.isidentifier()}


def _top_level(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        match node:
            case ast.If(body=inner, orelse=other):
                yield from _top_level([*inner, *other])
            case ast.Try(body=inner, handlers=handlers, orelse=other):
                yield from _top_level([*inner, *other, *(each for handler in handlers for each in handler.body)])
            case _:
                yield node


def _origin(name: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = name.split(".")
    base = parts[: len(parts) - node.level + is_package]
    return ".".join([*base, *filter(None, [node.module])])
