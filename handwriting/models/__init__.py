"""Models: trained networks as files.

model_file.py        a network with all that is needed to use it, in one safetensors file
safetensors_file.py  reading a safetensors file that nobody vouches for
opening.py           the model that somebody means: one in memory, a file, or a name
user_models.py       where the user's models are, which one was trained last, which one a name means
bundled.safetensors  the model that comes with the package: what `hwr train --preset best` gives
"""
