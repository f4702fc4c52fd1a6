"""Training: from a recipe and examples to a trained model. The heart is the training step at the top of trainer.py.

recipe.py         every setting of a training, as the user wrote it, with its allowed range
recipe_toml.py    recipes as TOML: the presets, and files of one's own
presets/          the recipes that come with the package
resolve.py        a recipe becomes objects: layers, loss, optimizer, schedule, augmentation
randomness.py     independent random number generators, and the validation set drawn by one of them
trainer.py        the training step and the training loop
data_parallel.py  the training step, with each batch divided among threads
events.py         what the training loop yields
augmentation/     images are changed a little every time they are trained on
diagnosis.py      why a training may have ended no better than guessing
averaging.py      a moving average of the weights
checkpoint.py     the state of a training on disk, from which it can be resumed
trained_model.py  the model that results
session.py        a training from beginning to end
"""
