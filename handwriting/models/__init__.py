"""Models: trained networks as files.

model_file.py        a network with all that is needed to use it, in one safetensors file
safetensors_file.py  reading a safetensors file that nobody vouches for
json_schema.py       JSON that nobody vouches for: the form that it must have
training_record.py   what a file records of its training: dataset, test accuracy, date
user_models.py       where the user's models are, what they are called, which one is used
opening.py           the model that somebody means: one in memory, a file, or a name
listing.py           the list of models, for `hwr models`
bundled.safetensors  the model that comes with the package: what `hwr train --preset best` gives
"""
