"""The registry: from names and settings, as users write them, to objects.

entry_points.py  names -> classes, through the entry points of whatever is installed
listings.py      what can be said of registered classes without importing them
specs.py         "conv2d:16,kernel=5" and the JSON of model files -> objects, and back
settings.py      the settings of a class: the fields of its dataclass, checked by their types
ranges.py        checks of the range of a setting
"""
