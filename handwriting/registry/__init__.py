"""The registry: from names and settings, as users write them, to objects.

A part is an activation, a layer, an optimizer or of another kind: a class that a distribution registers by name. Its
settings are the fields of its dataclass. A spec is the text form of a part, such as "conv2d:16,kernel=5". A command of
`hwr` is registered in the same way, but is an object of click.

installed.py     the metadata of what is installed, read fast
entry_points.py  registered names, found in that metadata
loading.py       the class of a registered name, imported and checked
blame.py         an error in the code of a plugin -> one line that names the plugin
settings.py      the settings of a class, converted and checked by their types
ranges.py        checks of the range of a setting
specs.py         specs, and the JSON of model files, to parts and back
listings.py      descriptions of parts, without importing them
suggestions.py   messages for names that do not exist
"""
