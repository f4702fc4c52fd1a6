"""Blame: an error in the code of a plugin becomes one line that names the plugin."""

import contextlib
from collections.abc import Iterator

from handwriting.errors import PluginError
from handwriting.registry import loading
from handwriting.registry.entry_points import BUILT_IN, Entry, entries
from handwriting.system.interruption import causes, is_interruption
from handwriting.system.process_state import process_state_kept
from handwriting.system.text import cause_of


@contextlib.contextmanager
def blaming(part: object, *foreseen: type[BaseException]) -> Iterator[None]:
    """Raise a `PluginError` that names the plugin for whatever the code of `part`, or its class, raises in the block.

    Errors of the `foreseen` types are left as they are, and so are an interruption by the user, an error that names a
    plugin already, and all errors of a part that comes from no plugin.
    """
    try:
        with process_state_kept():
            yield
    except BaseException as error:  # also SystemExit
        is_foreseen = isinstance(error, (PluginError, *foreseen)) or is_interruption(error)
        plugin = None if is_foreseen else plugin_of(part)
        if plugin is None:
            raise
        raise PluginError(f"{plugin} fails: {cause_of(error)}") from error


def plugin_of(part: object) -> Entry | None:
    """Return the plugin that provides `part`, an object or a class; None if it is built in or not registered."""
    entry = loading.find_entry(part if isinstance(part, type) else type(part))
    return None if entry is None or entry.built_in else entry


def plugin_at_fault(error: BaseException) -> Entry | None:
    """Return the plugin in whose code `error` was raised, or through which it last passed; None if there is none.

    If there is none, but `error` was raised because of another error, it is the plugin at fault for that.
    """
    from traceback import walk_tb

    plugins = _plugins_by_module()
    for link in causes(error, implicit=True):
        modules = [str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(link.__traceback__)]
        for module in reversed(modules):
            if plugin := plugins.get(module) or plugins.get(module.partition(".")[0]):
                return plugin
    return None


def _plugins_by_module() -> dict[str, Entry]:
    """Return the plugins by the names of their modules, and of the packages that these are in."""
    modules = {entry.value.partition(":")[0].strip(): entry for entry in entries() if not entry.built_in}
    packages = {module.partition(".")[0]: entry for module, entry in modules.items()}
    packages.pop(BUILT_IN, None)  # a plugin may register one of our classes under another name
    return packages | modules
